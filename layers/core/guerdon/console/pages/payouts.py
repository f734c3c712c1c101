"""The list of payouts, filtered or searched."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final

import msgspec

from guerdon.application.review.find_payouts import find_payouts
from guerdon.application.review.recipient import Recipient, recipient_of
from guerdon.application.review.services import Services
from guerdon.application.review_ports import PayoutFilter
from guerdon.console.choices import CHANNELS, Choice, of_names, of_terms
from guerdon.console.operations import Listing, Refused, href, read
from guerdon.console.signin.principal import Principal
from guerdon.console.tables import Cell, Column, Kind, Row, Table, moment, money, nothing, status, text
from guerdon.domain import glossary
from guerdon.domain.channel import Channel
from guerdon.domain.glossary import Term
from guerdon.domain.money import Money
from guerdon.domain.payout import BlockReason, Payout, PayoutStatus, WaitsFor

_REASONS: Final = {why.value: glossary.WAITING[why] for why in (*BlockReason, *WaitsFor)}
"""What a payout may wait for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutsAsked(Listing):
    """Which payouts.

    Attributes:
        waiting: Only those that wait for a person.
        why: Only those that wait for this, such as "paused" or "unknown".
        find: An email address, a deal's id, or the id of a payout, reward, event or advocate; then nothing else
            narrows the list.
    """

    status: PayoutStatus | None = None
    channel: Channel | None = None
    program: str | None = None
    waiting: bool = False
    why: Annotated[str, msgspec.Meta(max_length=40)] | None = None
    find: Annotated[str, msgspec.Meta(max_length=320)] = ""


@dataclass(frozen=True, slots=True)
class PayoutLine:
    """One payout of the list.

    Attributes:
        why: Why it waits, or what the provider said, in words; "" for nothing.
    """

    payout_id: str
    earned_at: datetime
    status: PayoutStatus
    why: str
    to_do: str
    recipient: Recipient
    program: str
    channel: Channel
    value: Money
    cost: Money | None


@dataclass(frozen=True, slots=True)
class Payouts:
    """A page of payouts.

    Attributes:
        found: What was searched for, as a clause; "" when nothing was.
        more: Whether the search found more than it shows.
        programs: The names that the filter offers.
    """

    payouts: tuple[PayoutLine, ...]
    programs: tuple[str, ...]
    next_cursor: str | None
    found: str = ""
    more: bool = False

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The fields that narrow the list."""
        return (
            of_terms("status", "Status", glossary.STATUS),
            CHANNELS,
            of_names("program", "Program", self.programs),
            of_terms("why", "Waits for", _REASONS),
            Choice("waiting", "Waits for a person", kind="checkbox"),
        )


def _payouts(services: Services, _who: Principal, asked: PayoutsAsked) -> Payouts | Refused:
    if asked.why is not None and asked.why not in _REASONS:
        return Refused(f"why: must be one of {', '.join(_REASONS)}", "why")
    store, reviews = services.store, services.reviews
    programs = reviews.program_names()
    if asked.find:
        found = find_payouts(store, reviews, asked.find)
        return Payouts(_lines(services, found.payouts), programs, None, found.words, found.more)
    wanted = PayoutFilter(asked.status, asked.channel, asked.program, asked.waiting or asked.why is not None, asked.why)
    page = reviews.payouts(wanted, services.clock.now(), asked.cursor or None)
    return Payouts(_lines(services, page.rows), programs, page.cursor)


def _lines(services: Services, payouts: tuple[Payout, ...]) -> tuple[PayoutLine, ...]:
    """The payouts with the names of those whom they are for, each of whom is read once."""
    ids = {payout.advocate_id for payout in payouts}
    people = {each: recipient_of(services.store, each) for each in ids}
    return tuple(line_of(payout, people[payout.advocate_id]) for payout in payouts)


def line_of(payout: Payout, recipient: Recipient) -> PayoutLine:
    """One payout as the list shows it."""
    term = glossary.WAITING.get(payout.waits_for or "")
    return PayoutLine(
        payout_id=payout.payout_id,
        earned_at=payout.history[0].at,
        status=payout.status,
        why=_why(payout, term),
        to_do=term.to_do_in_console if term else "",
        recipient=recipient,
        program=payout.program,
        channel=payout.channel,
        value=payout.value,
        cost=payout.cost,
    )


def _why(payout: Payout, term: Term | None) -> str:
    """Why it waits, and what was noticed about it; words that its status says already are left out."""
    reason = payout.reason if payout.reason not in glossary.BLOCK_REASON else None
    said = (term.words if term and term != glossary.STATUS[payout.status] else None, payout.attention or reason)
    return ": ".join(filter(None, said))


_COLUMNS: Final = (
    Column("earned", "Earned", Kind.MOMENT),
    Column("recipient", "Recipient", Kind.LINK),
    Column("value", "Value", Kind.MONEY),
    Column("status", "Status", Kind.STATUS),
    Column("why", "Why"),
    Column("channel", "Channel"),
    Column("cost", "Charged", Kind.MONEY),
    Column("program", "Program", Kind.LINK),
    Column("payout", "Payout", Kind.LINK, on_page=False),
)


def payouts_table(found: Payouts) -> Table:
    """A row for each payout."""
    rows = tuple(_row(line) for line in found.payouts)
    return Table("payouts", _COLUMNS, rows, next_cursor=found.next_cursor, empty=_empty(found))


def _empty(found: Payouts) -> str:
    if found.found:
        return f"There is no payout {found.found}. Check how it is written, or look for the deal in the inbox."
    if found.next_cursor is not None:
        return "There is none among those looked at so far: go on with the next page."
    if not found.programs:
        return "Nothing was earned yet. Publish a program, then have the CRM send its first deal."
    return "No payout fits. Choose another status, channel or program."


def _row(line: PayoutLine) -> Row:
    whole = href("payouts", line.payout_id)
    return (
        moment(line.earned_at, whole),
        text(line.recipient.name, href("advocates", line.recipient.advocate_id)),
        money(line.value, whole),
        status(line.status, glossary.STATUS[line.status]),
        Cell(line.why, (line.why,), line.why, to_do=line.to_do) if line.why else nothing(),
        channel_cell(line.channel),
        money(line.cost, whole) if line.cost else nothing(),
        text(line.program, href("programs", line.program)),
        text(line.payout_id, whole),
    )


def channel_cell(channel: Channel) -> Cell:
    """A channel in words, stored as it is."""
    return Cell(glossary.CHANNEL[channel].words, (channel.value,), channel.value)


OPERATIONS: Final = (
    read(
        "payouts.list", "/payouts", "Payouts, newest first, filtered or searched.", PayoutsAsked, Payouts, _payouts,
        page="payouts/list.html", title="Payouts", table=payouts_table,
    ),
)  # fmt: skip
