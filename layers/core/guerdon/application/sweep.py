"""Find what got stuck, and set it going again or put it in front of a person. Runs every few minutes."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from guerdon.application.conclude import PAYOUT
from guerdon.application.follow_funds import FollowFunds
from guerdon.application.free_paused import FreePaused
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
from guerdon.domain.channel import PROVIDER_OF, Channel
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
    payouts_resumed: int = 0
    payouts_funded: int = 0


FAILED: Final = "failed"
"""The kind of what could not be set going, beside the names of the counts."""


@dataclass(frozen=True, slots=True)
class Unsettled:
    """How long a provider has had a payout, of the time that its channel gives it."""

    channel: Channel
    age: timedelta
    given: timedelta


@dataclass(frozen=True, slots=True)
class Found:
    """One thing whose time had come.

    Attributes:
        kind: The name of the count that it adds to, or FAILED.
        subject_id: The event or the payout.
        event_id: The deal event that it belongs to; None for a payout that could not be treated.
        unsettled: How a payout stands that its provider was asked about.
        error: The class of what a failed one met.
    """

    kind: str
    subject_id: str
    event_id: str | None = None
    unsettled: Unsettled | None = None
    error: str | None = None


def _unheard(_: Found) -> None:
    """Nobody listens."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """One pass over everything whose time has come."""

    store: Store
    clock: Clock
    bus: EventBus
    fulfillments: Fulfillments
    hints: HintQueues
    notices: Notices

    def __call__(self, hear: Callable[[Found], None] = _unheard) -> Swept:
        """Do one pass; doing it again at once, or twice at a time, does no harm.

        A row that cannot be set going keeps no other waiting: what the first of them met is raised once all were tried.

        Args:
            hear: Told of each thing found, at once, so that a pass that dies was heard up to there.

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
                    for found_here in treat(subject_id):
                        done[found_here.kind] += 1
                        hear(found_here)
                except GuerdonError as error:
                    hear(Found(FAILED, subject_id, error=type(error).__name__))
                    failed.append(error)
        try:
            done["payouts_resumed"] = self._free()
        except GuerdonError as error:
            failed.append(error)
        follow_funds = FollowFunds(self.store, self.clock, self.fulfillments)
        for channel in Channel:
            try:
                done["payouts_funded"] += follow_funds(channel)
            except GuerdonError as error:
                failed.append(error)
        if failed:
            raise failed[0]
        return Swept(**done)

    def _free(self) -> int:
        return FreePaused(self.store, self.clock, self.fulfillments).of_ended_pauses(FOUND_MOST)

    def _send_again(self, event_id: str) -> tuple[Found, ...]:
        """Tell the bus once more. What was decided meanwhile keeps its row, and a second sweep sends it once more."""
        inbox, now = self.store.inbox_event(event_id), self.clock.now()
        if inbox is None or inbox.look_at is None or inbox.look_at > now:
            return ()
        self.bus.publish(event_id)
        self.store.commit((Replace(_sent_again(inbox, now)),))
        return (Found("events_sent_again", event_id, event_id),)

    def _look_at(self, payout_id: str) -> tuple[Found, ...]:
        """Do what is due for one payout."""
        payout = self.store.payout(payout_id)
        # The index may lag behind: only the row itself says whether its time has come.
        if payout is None or payout.look_at is None or payout.look_at > self.clock.now():
            return ()
        unsettled = _unsettled(payout, self.clock.now())
        return tuple(Found(kind, payout_id, payout.event_id, unsettled) for kind in self._treat(payout))

    def _treat(self, payout: Payout) -> tuple[str, ...]:
        """Set it going, or put it in front of a person; the answer names the counts that it adds to."""
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
                if payout.status is PayoutStatus.BLOCKED:
                    # It was born so, and whoever committed that may have died before finance was told.
                    self.notices.enqueue(Notice(PAYOUT, payout.payout_id, payout.run))
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


def _unsettled(payout: Payout, now: datetime) -> Unsettled | None:
    if payout.status is not PayoutStatus.SUBMITTED:
        return None
    given = DEADLINE[PayoutStatus.SUBMITTED][payout.channel].parked
    return Unsettled(payout.channel, now - payout.history[-1].at, given)


def _sent_again(inbox: InboxEvent, now: datetime) -> InboxEvent:
    times = inbox.sent_again + 1
    later = min(SEND_AGAIN_FIRST * 2 ** min(inbox.sent_again, 10), SEND_AGAIN_MOST)
    waiting = (inbox.waiting_since or now) if times > UNDECIDABLE_AFTER else None
    return replace(inbox, sent_again=times, look_at=now + later, waiting_since=waiting, version=inbox.version + 1)
