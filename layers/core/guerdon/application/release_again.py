"""A person decides that a blocked, failed or returned payout shall be tried again."""

from dataclasses import dataclass

from guerdon.application.audit import Subject, audited, unusable
from guerdon.application.decided_on import gone_on
from guerdon.application.ports import Clock, Fulfillments, Store
from guerdon.application.told_late_alone import told_late_alone
from guerdon.application.transaction import Committed, Replace, Transaction
from guerdon.domain.actions import AuditAction, SubjectKind
from guerdon.domain.errors import StoreBusy
from guerdon.domain.payout import CONTRADICTED, MAY_FOLLOW, BlockReason, Payout, PayoutStatus


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

    def __call__(
        self, payout_id: str, actor: str, reason: str, run: int | None = None, *, only_told_late: bool = False
    ) -> Payout | CannotRelease:
        """The payout under its new run, on its way to the release check.

        The decision is stored before the start: if the start is lost, the sweep makes up for it. `run` is the one that
        the person looked at: one that is over is refused, since they have not seen what the payout waits for now.
        `only_told_late` refuses what waits for anything else than an approval since it was told late, as it is stored
        at this moment.

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
        condition = told_late_alone(self.store, payout) if only_told_late else ()
        wrong = gone_on(payout, run) or unusable(reason) or condition
        if isinstance(wrong, str):
            return CannotRelease(wrong)
        now = self.clock.now()
        again = payout.decided_again(now, actor)
        line = audited(
            AuditAction.PAYOUT_RELEASED,
            Subject(SubjectKind.PAYOUT, payout_id),
            at=now,
            actor=actor,
            before=f"{payout.status}: {payout.reason}" if payout.reason else payout.status,
            after=f"{again.status}, run {again.run}",
            reason=reason,
        )
        if self.store.commit((Replace(again), line, *condition, *self._let_pass(payout, again))) is not Committed.YES:
            raise StoreBusy(f"payout {payout_id} was changed by somebody else")
        self.fulfillments.start(payout_id, again.run)
        return again

    def _let_pass(self, payout: Payout, again: Payout) -> Transaction:
        """What a person releases that waits for money is tried at once, though its provider was out of money."""
        hold = self.store.funds_hold(payout.channel) if payout.reason == BlockReason.FUNDS else None
        return (Replace(hold.trial_of(again, self.clock.now())),) if hold is not None and hold.holds else ()
