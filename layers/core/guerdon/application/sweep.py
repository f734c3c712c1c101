"""Find what got stuck, and set it going again or put it in front of a person. Runs every few minutes."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from guerdon.application.conclude import PAYOUT
from guerdon.application.look_again import OURS
from guerdon.application.ports import (
    Clock,
    EventBus,
    Fulfillments,
    HintQueues,
    Notice,
    Notices,
    ProviderHint,
    Store,
)
from guerdon.application.settle_payout import LOOK_AGAIN_AFTER
from guerdon.application.transaction import Committed, Replace
from guerdon.domain.channel import PROVIDER_OF
from guerdon.domain.errors import GuerdonError
from guerdon.domain.payout import BlockReason, Payout, PayoutStatus

UNDECIDED_TOO_LONG: Final = timedelta(minutes=2)
"""An event is decided within seconds; the bus is told again about one that is not by then."""

NOT_RELEASED: Final = "its fulfillment was started again by the sweep"
STARTED_AGAIN_DUE: Final = timedelta(minutes=15)
FOUND_MOST: Final = 500
"""How many rows of each kind one sweep takes on; the next one takes the rest."""


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep did, by count."""

    events_sent_again: int = 0
    fulfillments_started: int = 0
    providers_asked: int = 0
    payouts_blocked: int = 0


@dataclass(frozen=True, slots=True)
class Sweep:
    """One pass over everything whose time has come."""

    store: Store
    clock: Clock
    bus: EventBus
    fulfillments: Fulfillments
    hints: HintQueues
    notices: Notices

    def __call__(self) -> Swept:
        """Do one pass; doing it again at once, or twice at a time, does no harm.

        A row that cannot be set going keeps no other waiting: what it met is raised once all were tried.

        Raises:
            StoreBusy: The database was away; the next pass goes on.
            BusUnavailable: A queue, the bus or the workflow service was.
            GuerdonError: Something that a person must mend, such as an execution that is not ours.
        """
        before = self.clock.now() - UNDECIDED_TOO_LONG
        done: Counter[str] = Counter()
        failed: list[GuerdonError] = []
        for found, treat in (
            (self.store.undecided_events(before), self._send_again),
            (self.store.payouts_to_look_at(self.clock.now()), self._look_at),
        ):
            for _, subject_id in zip(range(FOUND_MOST), found, strict=False):
                try:
                    done.update(treat(subject_id))
                except GuerdonError as error:
                    failed.append(error)
        if failed:
            raise failed[0]
        return Swept(**done)

    def _send_again(self, event_id: str) -> tuple[str, ...]:
        self.bus.publish(event_id)
        return ("events_sent_again",)

    def _look_at(self, payout_id: str) -> tuple[str, ...]:
        """Do what is due for one payout; the answer names the counts that it adds to."""
        payout = self.store.payout(payout_id)
        # The index may lag behind: only the row itself says whether its time has come.
        if payout is None or payout.look_at is None or payout.look_at > self.clock.now():
            return ()
        match payout.status:
            case PayoutStatus.EARNED if payout.attention is None:
                self._start_again(payout)
                return ("fulfillments_started",)
            case PayoutStatus.EARNED | PayoutStatus.RELEASED:
                return ("payouts_blocked",) if self._block(payout) else ()
            case PayoutStatus.SUBMITTED:
                self._ask_provider(payout)
                return ("providers_asked",)
            case _:
                self.store.commit((Replace(payout.noticed(payout.attention, None)),))
                return ()

    def _start_again(self, payout: Payout) -> None:
        """Start the run; an execution that exists is success, so one that died without a trace shows next time."""
        self.fulfillments.start(payout.payout_id, payout.run)
        self.store.commit((Replace(payout.noticed(NOT_RELEASED, self.clock.now() + STARTED_AGAIN_DUE)),))

    def _block(self, payout: Payout) -> bool:
        """Nothing was sent for it, and its fulfillment is over: a person decides on the next run."""
        now = self.clock.now()
        blocked = payout.blocked(BlockReason.WORKFLOW, now, "its fulfillment ended before anything was sent")
        if self.store.commit((Replace(blocked),)) is not Committed.YES:
            return False
        self.notices.enqueue(Notice(PAYOUT, payout.payout_id, payout.run))
        return True

    def _ask_provider(self, payout: Payout) -> None:
        self.hints.enqueue(ProviderHint(PROVIDER_OF[payout.channel], OURS, payout.payout_id))
        later = payout.noticed(payout.attention, self.clock.now() + LOOK_AGAIN_AFTER)
        self.store.commit((Replace(later),))
