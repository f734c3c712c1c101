"""Months: how what is owed went through each of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Final

import msgspec

from guerdon.application.month_end.records import CloseState
from guerdon.application.review.rollforward import RollForward, boundaries, rolled_forward, zones_of
from guerdon.application.review.services import Services
from guerdon.console.operations import Listing, NotFound, Nothing, href, read
from guerdon.console.pages.exports import days_of, months_since
from guerdon.console.pages.ledger_cuts import entries_href
from guerdon.console.pages.payouts import channel_cell
from guerdon.console.signin.principal import Principal
from guerdon.console.tables import Cell, Column, Kind, Row, Table, money, nothing, text
from guerdon.domain.channel import Channel
from guerdon.domain.ledger import REWARDS_LIABILITY, EntryKind, sums
from guerdon.domain.money import Money


@dataclass(frozen=True, slots=True)
class MonthSum:
    """What is owed by one entity in one currency, through a month."""

    month: str
    legal_entity: str
    opening: Money
    earned: Money
    paid: Money
    reversed: Money
    other: Money
    closing: Money


@dataclass(frozen=True, slots=True)
class Months:
    """The last months, the newest first."""

    months: tuple[MonthSum, ...]


PARTS: Final = ("opening", "earned", "paid", "reversed", "other", "closing")
_TITLES: Final = {
    "opening": "Opening",
    "earned": "Earned",
    "paid": "Paid",
    "reversed": "Reversed",
    "other": "Other",
    "closing": "Closing",
}
_AMOUNTS: Final = tuple(Column(part, title, Kind.MONEY) for part, title in _TITLES.items())


def month_words(month: str) -> str:
    """A month by its name: "November 2026" of "2026-11"."""
    return f"{date.fromisoformat(f'{month}-01'):%B %Y}"


def _months(services: Services, _who: Principal, _asked: Nothing) -> Months:
    now, store, head = services.clock.now(), services.store, services.store.seal_head()
    if head is None:
        return Months(())
    zones, at = zones_of(store, services.reviews.program_names()), boundaries(store, now)
    # The books were opened an hour early, which may be in the month before.
    months = months_since(now, head.opened[:7])
    return Months(tuple(line for month in months for line in _sums(month, rolled_forward(at, month, zones))))


def _sums(month: str, lines: tuple[RollForward, ...]) -> list[MonthSum]:
    of = dict.fromkeys((line.legal_entity, line.closing.currency) for line in lines)
    found = []
    for entity, currency in of:
        own = [line for line in lines if (line.legal_entity, line.closing.currency) == (entity, currency)]
        amounts = {part: sums(getattr(line, part) for line in own)[currency] for part in PARTS}
        found.append(MonthSum(month, entity, **{part: Money(minor, currency) for part, minor in amounts.items()}))
    return found


def _months_table(found: Months) -> Table:
    columns = (Column("month", "Month", Kind.LINK), Column("entity", "Legal entity"), *_AMOUNTS)
    rows = tuple(
        (
            text(line.month, href("months", line.month)),
            text(line.legal_entity),
            *(money(getattr(line, part), href("months", line.month)) for part in PARTS),
        )
        for line in found.months
    )
    empty = "There is no month yet. Publish a program and send its first deal."
    return Table("months", columns, rows, empty=empty)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthAsked(Listing):
    """Which month, such as "2026-11"."""

    month: Annotated[str, msgspec.Meta(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]


@dataclass(frozen=True, slots=True)
class EntityClose:
    """How far the close of a month of a legal entity is; `state` is None while nobody prepared it."""

    legal_entity: str
    state: CloseState | None


@dataclass(frozen=True, slots=True)
class Month:
    """How what is owed went through a month.

    Attributes:
        ended: Whether the month is over in every entity's time zone.
    """

    month: str
    ended: bool
    lines: tuple[RollForward, ...]
    totals: tuple[MonthSum, ...]
    entities: tuple[EntityClose, ...]


def _month(services: Services, _who: Principal, asked: MonthAsked) -> Month | NotFound:
    now, head = services.clock.now(), services.store.seal_head()
    if head is None or asked.month > now.astimezone(UTC).strftime("%Y-%m"):
        return NotFound(f"There is nothing of {asked.month} in the books yet.")
    zones = zones_of(services.store, services.reviews.program_names())
    lines = rolled_forward(boundaries(services.store, now), asked.month, zones)
    return Month(
        asked.month,
        _ended(asked.month, now),
        lines,
        tuple(_sums(asked.month, lines)),
        _closes(services, asked.month, zones),
    )


def _closes(services: Services, month: str, entities: Iterable[str]) -> tuple[EntityClose, ...]:
    found = ((entity, services.store.month_close(entity, month)) for entity in sorted(entities))
    return tuple(EntityClose(entity, close.state if close else None) for entity, close in found)


def _ended(month: str, now: datetime) -> bool:
    return month < min(now.astimezone(UTC).strftime("%Y-%m"), _earliest(now))


def _earliest(now: datetime) -> str:
    """The month that it is where the day begins last."""
    hours_behind = 12
    return datetime.fromtimestamp(now.timestamp() - hours_behind * 3600, UTC).strftime("%Y-%m")


def _month_table(found: Month) -> Table:
    """A row for each entity, program, channel and currency."""
    columns = (
        Column("entity", "Legal entity"),
        Column("program", "Program", Kind.LINK),
        Column("channel", "Channel"),
        *_AMOUNTS,
    )
    rows = tuple(_line_row(found.month, line) for line in found.lines)
    totals: Row | None = None
    if len(found.totals) == 1:
        only = found.totals[0]
        totals = (text("Sum"), nothing(), nothing(), *(money(getattr(only, part)) for part in PARTS))
    return Table(f"month-{found.month}", columns, rows, empty="Nothing was owed in this month.", totals=totals)


def _line_row(month: str, line: RollForward) -> Row:
    return (
        text(line.legal_entity),
        text(line.program, href("programs", line.program)),
        channel_cell(Channel(line.channel)),
        *(_part(month, line, part) for part in PARTS),
    )


def _part(month: str, line: RollForward, part: str) -> Cell:
    """An amount; what it is made of is found by the kind of entry. Days there are UTC."""
    first, last = days_of(month)
    of = {"program": line.program, "channel": line.channel, "entity": line.legal_entity}
    amount: Money = getattr(line, part)
    owed = {**of, "account": REWARDS_LIABILITY, "currency": line.closing.currency}
    made_of = {
        "opening": entries_href(owed, last=date.fromordinal(first.toordinal() - 1)),
        "earned": entries_href({**owed, "kind": EntryKind.EARNED}, first, last),
        "paid": entries_href({**of, "kind": EntryKind.SETTLED}, first, last),
        "reversed": entries_href({**owed, "kind": EntryKind.REVISED}, first, last),
    }
    where = made_of.get(part, entries_href(owed, first if part == "other" else None, last))
    return money(amount, where if amount.amount_minor else None)


OPERATIONS: Final = (
    read(
        "months.list", "/months", "How what is owed went through each of the last months.", Nothing, Months, _months,
        page="months/list.html", title="Months", table=_months_table,
    ),
    read(
        "months.one", "/months/{month}", "How what is owed went through a month.", MonthAsked, Month, _month,
        page="months/one.html", title=lambda found: month_words(found.month), table=_month_table,
    ),
)  # fmt: skip
