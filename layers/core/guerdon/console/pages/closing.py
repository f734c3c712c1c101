"""Closing a month of a legal entity: its pack, who prepared it, and the other person who reviews it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final

import msgspec

from guerdon.adapters.exports.month_xlsx import as_workbook
from guerdon.adapters.report.month_page import as_page, group_words
from guerdon.application.month_end.gather import CannotClose
from guerdon.application.month_end.pack import ManualAction, OpenDifference, OutcomeCount
from guerdon.application.month_end.records import MonthClose
from guerdon.application.review.rollforward import RollForward, of_movement
from guerdon.application.review.services import Services
from guerdon.console.operations import Done, Download, NotFound, Refused, act, href, read
from guerdon.console.pages.months import month_words
from guerdon.console.pages.payout import Reason
from guerdon.console.signin.principal import Principal, Role
from guerdon.console.tables import Column, Kind, Table, money, text
from guerdon.domain.glossary import CHANNEL, PROVIDER
from guerdon.domain.money import Money
from guerdon.domain.rollforward import OWED

MonthName = Annotated[str, msgspec.Meta(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseAsked:
    """Which month of which legal entity."""

    month: MonthName
    legal_entity: str


@dataclass(frozen=True, slots=True)
class OpenOfAge:
    """What is open of one age, in days such as "31-60"."""

    group: str
    bucket: str
    count: int
    amount: Money


@dataclass(frozen=True, slots=True)
class Closing:
    """How far a month's close is, and its pack.

    Attributes:
        close: None while nobody prepared it; then all else is empty.
        cut_off: How many entries are effective on a day outside of the month.
        may_review: Whether whoever looks is another person than the preparer.
    """

    month: str
    legal_entity: str
    close: MonthClose | None
    movements: tuple[RollForward, ...] = ()
    ageing: tuple[OpenOfAge, ...] = ()
    completeness: tuple[OutcomeCount, ...] = ()
    differences: tuple[OpenDifference, ...] = ()
    actions: tuple[ManualAction, ...] = ()
    cut_off: int = 0
    entries: int = 0
    end: datetime | None = None
    may_review: bool = False


def _closing(services: Services, who: Principal, asked: CloseAsked) -> Closing:
    close = services.store.month_close(asked.legal_entity, asked.month)
    if close is None:
        return Closing(asked.month, asked.legal_entity, None)
    pack = services.packs.pack_of(close)
    owed_first = sorted(pack.movements, key=lambda each: (each.group != OWED, each.group))
    return Closing(
        month=asked.month,
        legal_entity=asked.legal_entity,
        close=close,
        movements=tuple(of_movement(asked.legal_entity, each) for each in owed_first),
        ageing=tuple(OpenOfAge(e.group, e.bucket, e.parts, Money(e.minor, e.currency)) for e in pack.ageing),
        completeness=pack.completeness,
        differences=pack.differences,
        actions=pack.actions,
        cut_off=len(pack.cut_off),
        entries=pack.entries,
        end=pack.end,
        may_review=close.prepared_by != who.actor,
    )


_PARTS: Final = ("opening", "earned", "paid", "reversed", "other", "closing")


def _words(line: RollForward) -> str:
    """What a movement is of: a group of accounts, and whose it is where a provider has it."""
    party = PROVIDER.get(line.party, "")
    return f"{group_words(line.group)}, {party}" if party else group_words(line.group)


def _movements_table(found: Closing) -> Table:
    columns = (
        Column("group", "Account"),
        Column("program", "Program"),
        Column("channel", "Channel"),
        *(Column(part, part.capitalize(), Kind.MONEY) for part in _PARTS),
    )
    rows = tuple(
        (
            text(_words(line)),
            text(line.program),
            text(CHANNEL[line.channel].words),
            *(money(getattr(line, part)) for part in _PARTS),
        )
        for line in found.movements
    )
    empty = "Nobody prepared this month yet." if found.close is None else "Nothing moved in this month."
    return Table(f"close-{found.month}", columns, rows, empty=empty)


class PackFormat(StrEnum):
    """How a pack is written."""

    HTML = "html"
    XLSX = "xlsx"


@dataclass(frozen=True, slots=True, kw_only=True)
class PackAsked(CloseAsked):
    """Whose pack, and as what."""

    file_format: PackFormat = PackFormat.HTML


def _pack(services: Services, _who: Principal, asked: PackAsked) -> Download | NotFound:
    close = services.store.month_close(asked.legal_entity, asked.month)
    if close is None:
        return NotFound(f"{asked.month} of {asked.legal_entity} is not prepared: prepare it first.")
    pack = services.packs.pack_of(close)
    name = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in close.legal_entity).strip("-")
    if asked.file_format is PackFormat.HTML:
        return Download(f"{name}-{close.month}.html", "text/html; charset=utf-8", as_page(pack, close).encode())
    return Download(f"{name}-{close.month}.xlsx", _XLSX, as_workbook(pack, close))


_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _prepare(services: Services, who: Principal, asked: CloseAsked) -> Done | Refused:
    close = services.prepare_month(asked.legal_entity, asked.month, who.actor)
    if isinstance(close, CannotClose):
        return Refused(f"It was not prepared: {'; '.join(close.reasons)}.")
    told = "The pack is put together. Another person reviews it."
    return Done(told, href("months", asked.month, asked.legal_entity))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewAsked(CloseAsked):
    """Which month of which legal entity, and what the reviewer looked at: the pack by its digest, and in words."""

    reason: Reason
    pack_sha256: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


def _review(services: Services, who: Principal, asked: ReviewAsked) -> Done | Refused:
    close = services.review_month(asked.legal_entity, asked.month, who.actor, asked.reason, asked.pack_sha256)
    if isinstance(close, CannotClose):
        return Refused(f"It was not closed: {'; '.join(close.reasons)}.")
    told = f"{close.month} is closed. Keep its digest with the month's papers: {close.sha256}"
    return Done(told, href("months", asked.month, asked.legal_entity))


OPERATIONS: Final = (
    read(
        "months.close", "/months/{month}/{legal_entity}", "How far a month's close is, and its pack.", CloseAsked,
        Closing, _closing, page="months/close.html", table=_movements_table,
        title=lambda found: f"{month_words(found.month)}, {found.legal_entity}",
    ),
    read(
        "months.pack", "/months/{month}/{legal_entity}/pack", "A month's pack as a page or as a workbook.", PackAsked,
        Download, _pack,
    ),
    act(
        "months.prepare", "/months/{month}/{legal_entity}/prepare",
        "Put a month's pack together, for another person to review.", CloseAsked, _prepare, role=Role.FINANCE,
        title="Prepare the month", form_on="months.close",
    ),
    act(
        "months.review", "/months/{month}/{legal_entity}/review", "Close a month that another person prepared.",
        ReviewAsked, _review, role=Role.FINANCE, title="Close the month", form_on="months.close",
    ),
)  # fmt: skip
