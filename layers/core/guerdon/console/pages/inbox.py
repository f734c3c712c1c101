"""The inbox: what the CRM told, what became of it, and what of it needs a person."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final

import msgspec

from guerdon.application.audit_records import Audit
from guerdon.application.records import InboxEvent
from guerdon.application.resolve_event import CannotResolve
from guerdon.application.review.recipient import Recipient, recipient_of
from guerdon.application.review.services import Services
from guerdon.application.review.story import Line, story_of
from guerdon.application.review_ports import EventFilter
from guerdon.console.choices import Choice, of_names, of_terms
from guerdon.console.operations import Done, Listing, NotFound, Refused, act, href, read
from guerdon.console.pages.payout import Reason
from guerdon.console.signin.principal import Principal, Role
from guerdon.console.tables import Cell, Column, Kind, Row, Table, moment, money, nothing, reference, status, text
from guerdon.domain import glossary
from guerdon.domain.judgment import Outcome
from guerdon.domain.payout import Payout


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxAsked(Listing):
    """Which events.

    Attributes:
        undecided: Only those without an outcome yet.
        waiting: Only those that wait for a person.
    """

    outcome: Outcome | None = None
    program: str | None = None
    undecided: bool = False
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class EventLine:
    """One event of the list.

    Attributes:
        detail: Why it ended so, in words; "" for nothing.
    """

    event_id: str
    received_at: datetime
    type: str
    deal_id: str
    program: str
    recipient: Recipient | None
    outcome: Outcome | None
    detail: str
    waits: bool


@dataclass(frozen=True, slots=True)
class Inbox:
    """Events, the newest first."""

    events: tuple[EventLine, ...]
    programs: tuple[str, ...]
    next_cursor: str | None

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The fields that narrow the list."""
        return (
            of_terms("outcome", "Outcome", glossary.OUTCOME),
            of_names("program", "Program", self.programs),
            Choice("waiting", "Needs a person", kind="checkbox"),
            Choice("undecided", "Not decided yet", kind="checkbox"),
        )


def _inbox(services: Services, _who: Principal, asked: InboxAsked) -> Inbox:
    wanted = EventFilter(asked.outcome, asked.program, asked.undecided, asked.waiting)
    page = services.reviews.inbox_events(wanted, services.clock.now(), asked.cursor or None)
    ids = {event.recipient_id for event in page.rows if event.recipient_id}
    people = {each: recipient_of(services.store, each) for each in ids}
    lines = tuple(_line(event, people.get(event.recipient_id or "")) for event in page.rows)
    return Inbox(lines, services.reviews.program_names(), page.cursor)


def _line(event: InboxEvent, recipient: Recipient | None) -> EventLine:
    return EventLine(
        event_id=event.event_id,
        received_at=event.received_at,
        type=event.type,
        deal_id=event.deal_id,
        program=event.program,
        recipient=recipient,
        outcome=event.outcome,
        detail=event.detail or "",
        waits=event.waiting_since is not None,
    )


_COLUMNS: Final = (
    Column("received", "Received", Kind.MOMENT),
    Column("deal", "Deal", Kind.LINK),
    Column("outcome", "Outcome", Kind.STATUS),
    Column("detail", "Why"),
    Column("recipient", "For", Kind.LINK),
    Column("type", "What it tells"),
    Column("program", "Program", Kind.LINK),
    Column("event", "Event", Kind.LINK, on_page=False),
)


def _table(found: Inbox) -> Table:
    empty = "No event fits. Choose another outcome or program; if the inbox is empty, have the CRM send its first deal."
    if found.next_cursor is not None:
        empty = "There is none among those looked at so far: go on with the next page."
    return Table("inbox", _COLUMNS, tuple(map(_row, found.events)), next_cursor=found.next_cursor, empty=empty)


def _row(line: EventLine) -> Row:
    whole = href("inbox", line.event_id)
    who = line.recipient
    return (
        moment(line.received_at, whole),
        text(line.deal_id, whole),
        outcome_cell(line.outcome),
        text(line.detail) if line.detail else nothing(),
        nothing("nobody") if who is None else text(who.name, href("advocates", who.advocate_id)),
        Cell(_told(line.type), (line.type,), line.type),
        text(line.program, href("programs", line.program)),
        text(line.event_id, whole),
    )


def _told(event_type: str) -> str:
    """What an event tells of its deal: "closed" of "deal.closed"."""
    return event_type.removeprefix("deal.").replace("_", " ")


def outcome_cell(outcome: Outcome | None) -> Cell:
    """How an event ended, in the glossary's words."""
    return nothing("not decided yet") if outcome is None else status(outcome, glossary.OUTCOME[outcome])


@dataclass(frozen=True, slots=True, kw_only=True)
class EventAsked:
    """Which event."""

    event_id: str


@dataclass(frozen=True, slots=True)
class OneEvent:
    """An event and its story.

    Attributes:
        lines: What happened because of it, the first thing first.
        payouts: What its rewards are paid by.
        decided: What people did with it.
        can_resolve: Whether it waits for a person to say that it is dealt with.
    """

    event: InboxEvent
    recipient: Recipient | None
    lines: tuple[Line, ...]
    payouts: tuple[Payout, ...]
    decided: tuple[Audit, ...]
    can_resolve: bool

    @property
    def outcome(self) -> Cell:
        """How it ended."""
        return outcome_cell(self.event.outcome)


def _event(services: Services, _who: Principal, asked: EventAsked) -> OneEvent | NotFound:
    event = services.store.inbox_event(asked.event_id)
    if event is None:
        return NotFound(f"There is no event {asked.event_id}. Look for it in the inbox, by its deal.")
    story = story_of(services.store, event)
    return OneEvent(
        event=event,
        recipient=recipient_of(services.store, event.recipient_id) if event.recipient_id else None,
        lines=story.lines,
        payouts=tuple(paid.payout for reward in story.rewards for paid in reward.payouts),
        decided=services.reviews.audit_of_subject(event.event_id).rows,
        can_resolve=event.outcome is Outcome.NEEDS_ATTENTION and event.resolved_at is None,
    )


def _title(found: OneEvent) -> str:
    return f"Deal {found.event.deal_id}: {_told(found.event.type)}"


def _payouts_table(found: OneEvent) -> Table:
    columns = (
        Column("payout", "Payout", Kind.LINK),
        Column("status", "Status", Kind.STATUS),
        Column("channel", "Channel"),
        Column("value", "Value", Kind.MONEY),
    )
    rows = tuple(
        (
            reference(payout.payout_id, href("payouts", payout.payout_id)),
            status(payout.status, glossary.STATUS[payout.status]),
            text(glossary.CHANNEL[payout.channel].words),
            money(payout.value, href("payouts", payout.payout_id)),
        )
        for payout in found.payouts
    )
    return Table("payouts-of-the-event", columns, rows, empty="It earned nothing.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ResendAsked:
    """Which event, and why."""

    event_id: str
    reason: Reason


def _resend(services: Services, who: Principal, asked: ResendAsked) -> Done | NotFound:
    if services.resend(asked.event_id, who.actor, asked.reason) is None:
        return NotFound(f"There is no event {asked.event_id}.")
    told = "It is sent again. It is decided within seconds; open this page anew to see how."
    return Done(told, href("inbox", asked.event_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveAsked:
    """Which event, and what was done about it."""

    event_id: Annotated[str, msgspec.Meta(max_length=320)]
    reason: Reason


def _resolve(services: Services, who: Principal, asked: ResolveAsked) -> Done | Refused | NotFound:
    if services.store.inbox_event(asked.event_id) is None:
        return NotFound(f"There is no event {asked.event_id}.")
    resolved = services.resolve(asked.event_id, who.actor, asked.reason)
    if isinstance(resolved, CannotResolve):
        return Refused(f"It was not resolved: {resolved.why}.")
    return Done("It is dealt with, and waits for nobody any more.", href("inbox", asked.event_id))


OPERATIONS: Final = (
    read(
        "inbox.list", "/inbox", "What the CRM told, the newest first.", InboxAsked, Inbox, _inbox,
        page="inbox/list.html", title="Inbox", table=_table,
    ),
    read(
        "inbox.one", "/inbox/{event_id}", "One event and what became of it.", EventAsked, OneEvent, _event,
        page="inbox/one.html", title=_title, table=_payouts_table,
    ),
    act(
        "inbox.resend", "/inbox/{event_id}/resend", "Have an event evaluated once more.", ResendAsked, _resend,
        role=Role.FINANCE, title="Send the event again", form_on="inbox.one",
    ),
    act(
        "inbox.resolve", "/inbox/{event_id}/resolve", "Say that an event which needs a person is dealt with.",
        ResolveAsked, _resolve, role=Role.FINANCE, title="Resolve the event", form_on="inbox.one",
    ),
)  # fmt: skip
