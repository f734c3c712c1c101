"""Find what got stuck, and set it going again or put it in front of a person. Runs every few minutes."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
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
from guerdon.application.records import InboxEvent
from guerdon.application.transaction import Committed, Replace
from guerdon.domain.channel import PROVIDER_OF
from guerdon.domain.errors import GuerdonError
from guerdon.domain.payout import CONTRADICTED, DEADLINE, BlockReason, Payout, PayoutStatus

SEND_AGAIN_FIRST: Final = timedelta(minutes=5)
SEND_AGAIN_MOST: Final = timedelta(hours=6)
"""How long after sending an event again the sweep does it once more: twice as long each time, up to this."""

UNDECIDABLE_AFTER: Final = 5
"""An event that was sent again so often, over more than two hours, waits for a person; it is sent again all the same,
so that a release or a program that can decide it does."""

NOT_RELEASED: Final = "its fulfillment was started again by the sweep"
FOUND_MOST: Final = 500
"""How many rows of each kind one sweep takes on; the next one takes the rest."""


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep did, by count."""

    events_sent_again: int = 0
    fulfillments_started: int = 0
    providers_asked: int = 0
    payouts_blocked: int = 0
    payouts_parked: int = 0


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
        done: Counter[str] = Counter()
        failed: list[GuerdonError] = []
        for found, treat in (
            (self.store.undecided_events(self.clock.now()), self._send_again),
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
        """Tell the bus once more. What was decided meanwhile keeps its row, and a second sweep sends it once more."""
        inbox, now = self.store.inbox_event(event_id), self.clock.now()
        if inbox is None or inbox.look_at is None or inbox.look_at > now:
            return ()
        self.bus.publish(event_id)
        self.store.commit((Replace(_sent_again(inbox, now)),))
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
                return self._ask_provider(payout)
            case _ if payout.take_back is not None:
                # What became of it is known, so the hint's reader asks nobody: it takes back what was wanted.
                return self._ask_provider(payout)
            case _:
                if payout.waits_for_approval:
                    # It was born so, and whoever committed that may have died before finance was told.
                    self.notices.enqueue(Notice(PAYOUT, payout_id, payout.run))
                self.store.commit((Replace(payout.to_look_at(None)),))
                return ()

    def _start_again(self, payout: Payout) -> None:
        """Start the run; an execution that exists is success, so one that died without a trace shows next time."""
        self.fulfillments.start(payout.payout_id, payout.run)
        now = self.clock.now()
        again = DEADLINE[PayoutStatus.EARNED][payout.channel].again
        self.store.commit((Replace(payout.noticed(NOT_RELEASED, now, now + again)),))

    def _block(self, payout: Payout) -> bool:
        """Nothing was sent for it, and its fulfillment is over: a person decides on the next run."""
        now = self.clock.now()
        blocked = payout.blocked(BlockReason.WORKFLOW, now, "its fulfillment ended before anything was sent")
        if self.store.commit((Replace(blocked),)) is not Committed.YES:
            return False
        self.notices.enqueue(Notice(PAYOUT, payout.payout_id, payout.run))
        return True

    def _ask_provider(self, payout: Payout) -> tuple[str, ...]:
        """Have the provider asked, and see to it that finance knows of a payout that is overdue.

        The notice is put on its queue at every later look too, since the first one may have been lost: its mail goes
        out once.
        """
        self.hints.enqueue(ProviderHint(PROVIDER_OF[payout.channel], OURS, payout.payout_id))
        now = self.clock.now()
        if not payout.is_overdue(now) or payout.attention == CONTRADICTED:
            self.store.commit((Replace(payout.to_look_at(payout.look_next(now))),))
            return ("providers_asked",)
        parked = payout.noticed(payout.overdue_words, now, payout.look_next(now))
        if self.store.commit((Replace(parked),)) is not Committed.YES:
            return ("providers_asked",)
        self.notices.enqueue(Notice(PAYOUT, payout.payout_id, payout.run))
        return ("providers_asked",) if payout.attention == parked.attention else ("providers_asked", "payouts_parked")


def _sent_again(inbox: InboxEvent, now: datetime) -> InboxEvent:
    times = inbox.sent_again + 1
    later = min(SEND_AGAIN_FIRST * 2 ** min(inbox.sent_again, 10), SEND_AGAIN_MOST)
    waiting = (inbox.waiting_since or now) if times > UNDECIDABLE_AFTER else None
    return replace(inbox, sent_again=times, look_at=now + later, waiting_since=waiting, version=inbox.version + 1)
