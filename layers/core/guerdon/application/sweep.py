"""Find what got stuck, and set it going again or put it in front of a person. Runs every few minutes.

There are kinds of it: events, payouts, what ended pauses had stopped, and for each channel what waits for money. A pass
takes one of each in turn, so that no kind waits for the end of another, and begins nothing more once its time is over.
What it did not come to is still due: the next pass takes it.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from guerdon.application.came_back import is_to_come_back
from guerdon.application.check_rows import CASHED
from guerdon.application.conclude import PAYOUT
from guerdon.application.follow_funds import FollowFunds
from guerdon.application.free_paused import FreePaused, Left
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


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep did, by count.

    Attributes:
        kinds_left: Of how many kinds the pass did not come to the end before its time was over.
    """

    events_sent_again: int = 0
    fulfillments_started: int = 0
    providers_asked: int = 0
    payouts_blocked: int = 0
    payouts_parked: int = 0
    payouts_resumed: int = 0
    payouts_funded: int = 0
    kinds_left: int = 0


FAILED: Final = "failed"
"""The kind of what could not be set going, beside the names of the counts."""

LEFT: Final = "kinds_left"
"""The kind of what is heard for each kind that a pass did not come to the end of."""


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
        subject_id: The event or the payout; for LEFT, which kind it is.
        event_id: The deal event that it belongs to; None for a payout that could not be treated.
        unsettled: How a payout stands that its provider was asked about.
        error: The class of what a failed one met.
    """

    kind: str
    subject_id: str
    event_id: str | None = None
    unsettled: Unsettled | None = None
    error: str | None = None


_Step = tuple[Found, ...]
"""What was found in one row, which was taken on as a whole."""


def _unheard(_: Found) -> None:
    """Nobody listens."""


def _as_long_as_it_takes() -> bool:
    """Nobody is in a hurry."""
    return True


@dataclass(frozen=True, slots=True)
class Sweep:
    """One pass over everything whose time has come."""

    store: Store
    clock: Clock
    bus: EventBus
    fulfillments: Fulfillments
    hints: HintQueues
    notices: Notices

    def __call__(
        self, hear: Callable[[Found], None] = _unheard, has_time: Callable[[], bool] = _as_long_as_it_takes
    ) -> Swept:
        """Do one pass; doing it again at once, or twice at a time, does no harm.

        A row that cannot be set going keeps no other waiting: what the first of them met is raised once all were tried.

        Args:
            hear: Told of each thing found, at once, so that a pass that dies was heard up to there.
            has_time: Whether there is time for one row more.

        Raises:
            StoreBusy: The database was away; the next pass goes on.
            BusUnavailable: A queue, the bus or the workflow service was.
            GuerdonError: Something that a person must mend, such as an execution that is not ours.
        """
        done: Counter[str] = Counter()
        failed: list[GuerdonError] = []
        turns = deque(self._kinds(failed))
        while turns and has_time():
            name, steps = turns.popleft()
            try:
                step = next(steps, None)
            except GuerdonError as error:
                # What is listed of this kind cannot be read, or its next one not be started: the others go on.
                failed.append(error)
                continue
            if step is not None:
                turns.append((name, steps))
                for found in step:
                    done[found.kind] += 1
                    hear(found)
        for name, _ in turns:
            hear(Found(LEFT, name))
        if failed:
            raise failed[0]
        del done[FAILED]
        return Swept(**done, kinds_left=len(turns))

    def _kinds(self, failed: list[GuerdonError]) -> Iterator[tuple[str, Iterator[_Step]]]:
        """Each kind by name; of each row that could not be set going, what it met comes to stand in `failed`."""
        now = self.clock.now()
        yield "events", _each(lambda: self.store.undecided_events(now), self._send_again, failed)
        yield "payouts", _each(lambda: self.store.payouts_to_look_at(now), self._look_at, failed)
        yield "paused", self._resumed()
        follow_funds = FollowFunds(self.store, self.clock, self.fulfillments)
        for channel in Channel:
            yield f"funds {channel}", (_going("payouts_funded", one) for one in follow_funds.one_by_one(channel))

    def _resumed(self) -> Iterator[_Step]:
        return (_going("payouts_resumed", one) for one in self._free_paused().of_ended_pauses())

    def _free_paused(self) -> FreePaused:
        return FreePaused(self.store, self.clock, self.fulfillments)

    def _send_again(self, event_id: str) -> _Step:
        """Tell the bus once more. What was decided meanwhile keeps its row, and a second sweep sends it once more."""
        inbox, now = self.store.inbox_event(event_id), self.clock.now()
        if inbox is None or inbox.look_at is None or inbox.look_at > now:
            return ()
        self.bus.publish(event_id)
        self.store.commit((Replace(_sent_again(inbox, now)),))
        return (Found("events_sent_again", event_id, event_id),)

    def _look_at(self, payout_id: str) -> _Step:
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
            case PayoutStatus.SETTLED | PayoutStatus.CLAWED_BACK:
                self._settle_by_word(payout)
                return ()
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

    def _settle_by_word(self, payout: Payout) -> None:
        """Have settled what a person said of a paid payout, who may have died before the hint of that.

        The hint may be lost as well, so it is sent until the books say what is known. What a bank contradicts waits for
        a person.
        """
        self.hints.enqueue(ProviderHint(PROVIDER_OF[payout.channel], OURS, payout.payout_id))
        attempt = self.store.attempt(payout.payout_id, payout.attempts) if payout.attempts else None
        left = attempt is not None and is_to_come_back(payout, attempt.answer) and payout.attention != CASHED
        again = self.clock.now() + DEADLINE[PayoutStatus.SUBMITTED][payout.channel].again
        self.store.commit((Replace(payout.to_look_at(again if left else None)),))

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


def _each(
    find: Callable[[], Iterable[str]], treat: Callable[[str], _Step], failed: list[GuerdonError]
) -> Iterator[_Step]:
    """What was found in each row, one that cannot be treated included."""
    for subject_id in find():
        try:
            step = treat(subject_id)
        except GuerdonError as error:
            failed.append(error)
            step = (Found(FAILED, subject_id, error=type(error).__name__),)
        yield step


def _going(kind: str, one: Payout | Left) -> _Step:
    return (Found(kind, one.payout_id, one.event_id),) if isinstance(one, Payout) else ()


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
