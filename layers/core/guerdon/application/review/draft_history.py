"""The deals that a program was told of, from the stored events, as a simulation takes them.

What counts of several reversals or amendments of a deal is what counts in the pipeline (`domain.wins`), and what rules
may look at of it is read by the pipeline's own `facts_of`. People are known by their opaque ids alone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final

from guerdon.application.ports import Clock, EventReader, Store
from guerdon.application.recipients import recipient_id
from guerdon.application.records import InboxEvent
from guerdon.application.review_ports import EventFilter, ReviewStore
from guerdon.application.told import told_event
from guerdon.domain.deal import REVISIONS, DealEvent
from guerdon.domain.errors import StoredEventUnreadable
from guerdon.domain.facts_of import facts_of
from guerdon.domain.history import HistoryRow
from guerdon.domain.program import Beneficiary
from guerdon.domain.triggers import ONCE, REPEATING
from guerdon.domain.wins import Win, in_the_way

EVENTS_MOST: Final = 1_000
"""Events that are read for one simulation, the newest ones: each costs a read of its row and one of its body."""

READING_MOST: Final = timedelta(seconds=12)
"""After this no further events are read: the function ends after 28 seconds, and a page has to be made yet."""

_UNREADABLE: Final = "was stored by another release and cannot be read, or is gone"
_NOBODY: Final = "names no advocate"
_NO_WIN: Final = "revises a deal that is not among these"
_CURRENCY: Final = "revises a deal in another currency than the deal's"
_STANDS: Final = "tells a deal for another moment while it stands"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Events that the simulation does not take, and why, as a clause about one of them."""

    why: str
    events: int


@dataclass(frozen=True, slots=True)
class DraftHistory:
    """The deals that were told of.

    Attributes:
        rows: One for each win with what was told of it later, the oldest first.
        events: How many deliveries were read.
        since: When the oldest of them came; None if there is none.
        until: When the newest of them came.
        more: Whether older ones were left unread, since there were too many or the time was up.
    """

    rows: tuple[HistoryRow, ...]
    events: int
    since: datetime | None
    until: datetime | None
    more: bool
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True, slots=True)
class GatherDraftHistory:
    """Read what a program was told, the newest events first, within bounds. It writes nothing."""

    store: Store
    reviews: ReviewStore
    clock: Clock
    read_event: EventReader

    def __call__(self, program: str, since: date | None = None, most: int = EVENTS_MOST) -> DraftHistory:
        """The deals of a program by its newest events.

        Args:
            program: Its name.
            since: The day, in UTC, before which no event is read.
            most: How many deliveries are read.

        Raises:
            StoreBusy: The database is throttled or away.
        """
        begun = self.clock.now()
        told: list[_Told] = []
        left_out: dict[str, int] = {}
        read = 0
        cursor: str | None = None
        while True:
            page = self.reviews.inbox_events(EventFilter(program=program), begun, cursor)
            # The second row of a delivery, for the referred customer, tells what the first one told.
            firsts = [inbox for inbox in page.rows if inbox.beneficiary is Beneficiary.ADVOCATE]
            wanted = [inbox for inbox in firsts if since is None or inbox.received_at.astimezone(UTC).date() >= since]
            left = most - read
            told += self._read(wanted[:left], left_out)
            read += min(left, len(wanted))
            cursor = page.cursor
            if len(wanted) < len(firsts):
                return _history(told, left_out, more=False)
            if len(wanted) > left or (cursor is not None and len(wanted) == left):
                return _history(told, left_out, more=True)
            if cursor is None:
                return _history(told, left_out, more=False)
            if self.clock.now() - begun >= READING_MOST:
                return _history(told, left_out, more=True)

    def _read(self, inboxes: Iterable[InboxEvent], left_out: dict[str, int]) -> Iterator["_Told"]:
        for inbox in inboxes:
            try:
                event = told_event(self.store, self.read_event, inbox.event_id)
            except StoredEventUnreadable:
                event = None
            if event is None:
                _count(left_out, _UNREADABLE)
            else:
                yield _Told(inbox, event)


@dataclass(frozen=True, slots=True)
class _Told:
    """A delivery with what it said."""

    inbox: InboxEvent
    event: DealEvent

    @property
    def deal(self) -> tuple[str, str, str]:
        """What its wins stand beside."""
        return self.inbox.source_account, self.event.deal.id, self.event.trigger


@dataclass(slots=True)
class _Wins:
    """What was told of one deal under one trigger.

    Attributes:
        first: Each occurrence as it was told first.
        wins: What counts of it.
    """

    first: dict[str, _Told] = field(default_factory=dict)
    wins: dict[str, Win] = field(default_factory=dict)


def _history(told: list[_Told], left_out: dict[str, int], *, more: bool) -> DraftHistory:
    in_order = sorted(told, key=lambda one: (one.inbox.received_at, one.inbox.event_id))
    rows: list[HistoryRow] = []
    for wins in _deals(in_order, left_out).values():
        rows += _rows(wins, left_out)
    rows.sort(key=lambda row: (row.closed_at, row.deal, row.trigger, row.occurrence_id or ""))
    return DraftHistory(
        rows=tuple(rows),
        events=len(told) + left_out.get(_UNREADABLE, 0),
        since=in_order[0].inbox.received_at if in_order else None,
        until=in_order[-1].inbox.received_at if in_order else None,
        more=more,
        left_out=tuple(LeftOut(why, events) for why, events in sorted(left_out.items())),
    )


def _deals(in_order: list[_Told], left_out: dict[str, int]) -> dict[tuple[str, str, str], _Wins]:
    """What was told of each deal: first the wins, since a reversal may come before its win."""
    deals: dict[tuple[str, str, str], _Wins] = {}
    for one in in_order:
        event = one.event
        if event.type in REVISIONS:
            continue
        if event.advocate is None:
            _count(left_out, _NOBODY)
            continue
        known = deals.setdefault(one.deal, _Wins())
        if event.occurrence not in known.first:
            known.first[event.occurrence] = one
            # Which rules paid for it is what is asked: each win counts as rewarded, so that it forbids another one.
            event_id = one.inbox.event_id
            win = Win(event.occurrence, event_id, event.fingerprint, reward_id=event_id, total=event.deal.amount)
            known.wins[event.occurrence] = win
    for one in in_order:
        event = one.event
        if event.type in REVISIONS:
            of_deal = deals.get(one.deal)
            before = of_deal.wins.get(event.occurrence) if of_deal is not None else None
            if of_deal is None or before is None:
                _count(left_out, _NO_WIN)
            elif event.deal.amount.currency not in before.currencies():
                _count(left_out, _CURRENCY)
            else:
                at = event.effective_at or event.timestamp
                of_deal.wins[event.occurrence] = before.revised(event, at, one.inbox.event_id)
    return deals


def _rows(of_deal: _Wins, left_out: dict[str, int]) -> Iterator[HistoryRow]:
    standing: tuple[Win, ...] = ()
    for occurrence, one in of_deal.first.items():
        if one.event.trigger in ONCE and in_the_way(standing, one.event.deal.closed_at) is not None:
            _count(left_out, _STANDS)
            continue
        standing = (*standing, of_deal.wins[occurrence])
        yield _row(one, of_deal.wins[occurrence])


def _row(one: _Told, win: Win) -> HistoryRow:
    event, account = one.event, one.inbox.source_account
    facts, other = facts_of(event), facts_of(event, Beneficiary.REFERRED)
    assert event.advocate is not None  # noqa: S101 - `_deals` left out what names none.
    return HistoryRow(
        line=0,
        # Two CRMs may have given the same id.
        deal=f"{account}/{event.deal.id}",
        closed_at=event.deal.closed_at,
        amount=facts.amount,
        currency=facts.currency,
        advocate=recipient_id(account, event.advocate),
        trigger=event.trigger,
        occurrence_id=event.occurrence_id if event.trigger in REPEATING else None,
        segment=facts.segment,
        advocate_type=facts.advocate_type,
        country=facts.recipient_country,
        method=facts.method,
        region=facts.region,
        sales_involved=facts.sales_involved,
        first_purchase=facts.first_purchase,
        referred=recipient_id(account, event.referred) if event.referred else None,
        referred_at=facts.referred_at,
        referred_country=other.recipient_country,
        preferred_channel=facts.preferred_channel,
        referred_preferred_channel=other.preferred_channel,
        lines=facts.lines,
        amounts=facts.amounts,
        set_by_sales=facts.set_by_sales,
        reversed_at=win.reversal.effective_at if win.reversal else None,
        reversed_total=win.reversal.total.amount_minor if win.reversal else None,
        amended_at=win.amendment.effective_at if win.amendment else None,
        amended_total=win.amendment.total.amount_minor if win.amendment else None,
        told_at=event.timestamp,
    )


def _count(left_out: dict[str, int], why: str) -> None:
    left_out[why] = left_out.get(why, 0) + 1
