"""Find what got stuck, and set it going again or put it in front of a person. Runs every few minutes."""

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

        Raises:
            StoreBusy: The database was away; the next pass goes on.
            BusUnavailable: A queue, the bus or the workflow service was.
        """
        sent_again = self._send_undecided_again()
        started = asked = blocked = 0
        for _, payout_id in zip(range(FOUND_MOST), self.store.payouts_to_look_at(self.clock.now()), strict=False):
            payout = self.store.payout(payout_id)
            # The index may lag behind: only the row itself says whether its time has come.
            if payout is None or payout.look_at is None or payout.look_at > self.clock.now():
                continue
            match payout.status:
                case PayoutStatus.EARNED if payout.attention is None:
                    started += self._start_again(payout)
                case PayoutStatus.EARNED | PayoutStatus.RELEASED:
                    blocked += self._block(payout)
                case PayoutStatus.SUBMITTED:
                    asked += self._ask_provider(payout)
                case _:
                    self.store.commit((Replace(payout.noticed(payout.attention, None)),))
        return Swept(sent_again, started, asked, blocked)

    def _send_undecided_again(self) -> int:
        before = self.clock.now() - UNDECIDED_TOO_LONG
        count = 0
        for _, event_id in zip(range(FOUND_MOST), self.store.undecided_events(before), strict=False):
            self.bus.publish(event_id)
            count += 1
        return count

    def _start_again(self, payout: Payout) -> int:
        """Start the run; an execution that exists is success, so one that died without a trace shows next time."""
        self.fulfillments.start(payout.payout_id, payout.run)
        self.store.commit((Replace(payout.noticed(NOT_RELEASED, self.clock.now() + STARTED_AGAIN_DUE)),))
        return 1

    def _block(self, payout: Payout) -> int:
        """Nothing was sent for it, and its fulfillment is over: a person decides on the next run."""
        now = self.clock.now()
        blocked = payout.blocked(BlockReason.WORKFLOW, now, "its fulfillment ended before anything was sent")
        if self.store.commit((Replace(blocked),)) is not Committed.YES:
            return 0
        self.notices.enqueue(Notice(PAYOUT, payout.payout_id, payout.run))
        return 1

    def _ask_provider(self, payout: Payout) -> int:
        self.hints.enqueue(ProviderHint(PROVIDER_OF[payout.channel], OURS, payout.payout_id))
        later = payout.noticed(payout.attention, self.clock.now() + LOOK_AGAIN_AFTER)
        self.store.commit((Replace(later),))
        return 1
