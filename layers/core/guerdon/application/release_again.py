"""A person decides that a blocked, failed or returned payout shall be tried again."""

from dataclasses import dataclass

from guerdon.application.ports import Clock, Fulfillments, Store
from guerdon.application.transaction import Committed, Replace
from guerdon.domain.errors import StoreBusy
from guerdon.domain.payout import CONTRADICTED, MAY_FOLLOW, Payout, PayoutStatus


@dataclass(frozen=True, slots=True)
class CannotRelease:
    """The payout is not waiting for such a decision, and why."""

    why: str


@dataclass(frozen=True, slots=True)
class ReleaseAgain:
    """Raise a payout's run and start its fulfillment."""

    store: Store
    clock: Clock
    fulfillments: Fulfillments

    def __call__(self, payout_id: str, decided_by: str) -> Payout | CannotRelease:
        """The payout under its new run, on its way to the release check.

        The decision is stored before the start: if the start is lost, the sweep makes up for it.

        Raises:
            StoreBusy: The payout changed at this very moment; look at it again before deciding.
            BusUnavailable: It is decided, and will be started by the sweep.
        """
        payout = self.store.payout(payout_id)
        if payout is None:
            return CannotRelease("there is no such payout")
        if PayoutStatus.EARNED not in MAY_FOLLOW[payout.status]:
            return CannotRelease(
                f"it is {payout.status}: only what is blocked, failed or returned can be released again"
            )
        if payout.attention == CONTRADICTED:
            return CannotRelease(f"{CONTRADICTED}: paying it again would pay twice")
        if payout.take_back is not None:
            return CannotRelease(f"{payout.take_back} of it is being taken back: wait until it is settled")
        again = payout.decided_again(self.clock.now(), decided_by)
        if self.store.commit((Replace(again),)) is not Committed.YES:
            raise StoreBusy(f"payout {payout_id} was changed by somebody else")
        self.fulfillments.start(payout_id, again.run)
        return again
