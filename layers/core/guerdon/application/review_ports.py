"""What the console's pages and the month's end read beside single rows: lists, every one by an index, a page at a time.

No method scans. A page takes at most READS_MOST queries of an index and one read of each of its rows, however long the
list is: when a filter is rare, a page may hold fewer rows than asked for, even none, and still have a cursor to go on
from. Indexes lag behind by a moment; the rows are read as they stand now, and one that does not fit any more is left
out.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Generic, Protocol, TypeVar

from guerdon.application.audit_records import Audit
from guerdon.application.records import AdvocateDetails, InboxEvent
from guerdon.domain.channel import Channel
from guerdon.domain.outcome import Outcome
from guerdon.domain.payout import Payout, PayoutStatus
from guerdon.domain.reward import Reward

ROWS_A_PAGE: Final = 50
"""Rows of a page, unless it is asked for another number."""

READS_MOST: Final = 64
"""Queries that one page may take: eight months of an empty list, or some 4,000 lines that a filter drops."""

INBOX_MONTHS_BEFORE: Final = 12
"""How far back the inbox is listed before the month in which the first program was published: what came earlier was
refused for want of a program, and nobody looks for it a year later."""

_Row_co = TypeVar("_Row_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Page(Generic[_Row_co]):
    """Some rows of a list.

    Attributes:
        cursor: What to ask with for the rows after these: opaque, and good at any later time. None at the end.
    """

    rows: tuple[_Row_co, ...]
    cursor: str | None


def every(read: Callable[[str | None], Page[_Row_co]]) -> Iterator[_Row_co]:
    """All rows of a list, a page after the other, given how a page is read by its cursor."""
    page = read(None)
    yield from page.rows
    while page.cursor is not None:
        page = read(page.cursor)
        yield from page.rows


@dataclass(frozen=True, slots=True)
class PayoutFilter:
    """Which payouts a list has; what is None lets any through.

    Attributes:
        waiting: Only those that wait for a person.
        why: Only those of them that wait for this: a value of WaitsFor, or why they are blocked.
    """

    status: PayoutStatus | None = None
    channel: Channel | None = None
    program: str | None = None
    waiting: bool = False
    why: str | None = None

    def lets_through(self, status: PayoutStatus, channel: Channel, program: str) -> bool:
        """Whether one of that status, channel and program is in the list, as far as these say."""
        return (
            (self.status is None or status is self.status)
            and (self.channel is None or channel is self.channel)
            and (self.program is None or program == self.program)
        )

    def has(self, payout: Payout) -> bool:
        """Whether a payout, as it stands, is in the list."""
        why = payout.waits_for if payout.waiting_since is not None else None
        waits = why is not None and self.why in {None, why}
        return self.lets_through(payout.status, payout.channel, payout.program) and (waits or not self.waiting)


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which inbox events a list has; what is None lets any through.

    Attributes:
        undecided: Only those that have no outcome yet.
        waiting: Only those that wait for a person.
    """

    outcome: Outcome | None = None
    program: str | None = None
    undecided: bool = False
    waiting: bool = False

    def lets_through(self, outcome: Outcome | None, program: str) -> bool:
        """Whether one of that outcome and program is in the list, as far as these say."""
        return (
            (self.outcome is None or outcome is self.outcome)
            and (self.program is None or program == self.program)
            and (outcome is None or not self.undecided)
        )

    def has(self, event: InboxEvent) -> bool:
        """Whether an event, as it stands, is in the list."""
        return self.lets_through(event.outcome, event.program) and (event.waiting_since is not None or not self.waiting)


@dataclass(frozen=True, slots=True)
class ReceivedEvent:
    """What the completeness of a month asks about an inbox event.

    Attributes:
        outcome: None while it is undecided.
    """

    event_id: str
    received_at: datetime
    outcome: Outcome | None
    program: str


class ReviewStore(Protocol):
    """Lists, newest first, by cursor; a cursor that is none of ours gives the first page.

    All methods raise StoreBusy when the database is throttled or away.
    """

    def payouts(
        self, wanted: PayoutFilter, now: datetime, cursor: str | None = None, limit: int = ROWS_A_PAGE
    ) -> Page[Payout]:
        """Payouts by when they were earned; those that wait, by since when.

        What waits is counted by the sweep as it is here: all of it is looked at for each page of it.
        """

    def payouts_earned(self, wanted: PayoutFilter, begin: datetime, end: datetime) -> Iterator[Payout]:
        """The payouts that were earned from `begin` on and before `end`, the oldest first, as they stand.

        Only those of the index that may be wanted are read.
        """

    def payouts_of_advocate(
        self, advocate_id: str, cursor: str | None = None, limit: int = ROWS_A_PAGE
    ) -> Page[Payout]:
        """The payouts to one advocate, or referred customer, by when they were earned."""

    def payouts_of_reward(self, reward_id: str) -> tuple[Payout, ...]:
        """The payouts of a reward, in their order."""

    def rewards_of_deal(self, deal_id: str) -> tuple[Reward, ...]:
        """What was earned from deals of that id, in the order in which it was."""

    def inbox_events(
        self, wanted: EventFilter, now: datetime, cursor: str | None = None, limit: int = ROWS_A_PAGE
    ) -> Page[InboxEvent]:
        """Inbox events by when they came; those that wait, by since when."""

    def inbox_events_about(
        self, person_id: str, cursor: str | None = None, limit: int = ROWS_A_PAGE
    ) -> Page[InboxEvent]:
        """The inbox events that name one person as whom they are judged for, by when they came."""

    def inbox_events_of_month(self, begin: datetime, end: datetime) -> Iterator[ReceivedEvent]:
        """Every inbox event that came from `begin` on and before `end`, in no order: only the index is read.

        A month's bounds are those of the legal entity's own time zone.
        """

    def advocates_by_email(self, email: str) -> tuple[AdvocateDetails, ...]:
        """Everyone with that email address, in whatever case it is written, by their id."""

    def audit_of_month(self, month: str, cursor: str | None = None, limit: int = ROWS_A_PAGE) -> Page[Audit]:
        """The lines of the audit trail of a month such as "2026-11", UTC."""

    def audit_of_subject(self, subject_id: str, cursor: str | None = None, limit: int = ROWS_A_PAGE) -> Page[Audit]:
        """The lines of the audit trail about one thing."""

    def program_names(self) -> tuple[str, ...]:
        """The names of all published programs, in alphabetical order."""
