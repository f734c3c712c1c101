"""Tables as data: a page shows one, its CSV file has the same rows.

    COLUMNS = (
        Column("payout", "Payout", Kind.LINK),
        Column("amount", "Amount", Kind.MONEY),
        Column("status", "Status", Kind.STATUS),
    )
    Table("payouts", COLUMNS, rows, next_cursor=page.cursor, empty="Nothing was earned yet: …")

A row is a tuple of cells, one a column: `text(...)`, `money(...)`, `date(...)`, `moment(...)`, `number(...)`,
`status(...)`, `nothing()`. The address of a page says how it is sorted (`?sort=-amount`) and where it goes on
(`?cursor=…`). A table that the store pages is sorted within what it shows.
"""

import base64
import binascii
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, TypeVar

from guerdon.domain.glossary import Term
from guerdon.domain.money import Money

PAGE_ROWS: Final = 50
"""Rows on a page."""

_T = TypeVar("_T")


class Kind(StrEnum):
    """What stands in a column; money and numbers are right-aligned, with figures of one width."""

    TEXT = "text"
    MONEY = "money"
    DATE = "date"
    MOMENT = "moment"
    STATUS = "status"
    LINK = "link"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        name: What `?sort=` calls it; snake_case.
        sorts: Whether its heading is a link that sorts.
        on_page: Whether the page shows it; the CSV file has every column.
    """

    name: str
    title: str
    kind: Kind = Kind.TEXT
    sorts: bool = True
    on_page: bool = True


SortKey = tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one place of a table.

    Attributes:
        text: As people read it.
        key: What it is sorted by; None for an empty one, which comes last either way.
        plain: As a program reads it, in the CSV file.
        href: Where it leads; None if nowhere.
        code: A status's stored value, such as "clawed_back", which its badge is styled by.
        meaning: What a status means, as one sentence.
        to_do: What a person does about it, as one sentence.
        note: Further words that the page sets beneath, smaller; the CSV file has none of them.
        currency: Of money: its CSV file has it in a column of its own.
    """

    text: str
    key: SortKey | None
    plain: str
    href: str | None = None
    code: str = ""
    meaning: str = ""
    to_do: str = ""
    currency: str = ""
    note: str = ""


def nothing(words: str = "") -> Cell:
    """An empty cell; `words`, such as "not yet", are shown in it and left out of the CSV file."""
    return Cell(words, None, "")


def text(value: str, href: str | None = None) -> Cell:
    """Words, or an id."""
    return Cell(value, (value.casefold(), value), value, href)


def reference(value: str, href: str) -> Cell:
    """An id of ours as a short name, such as "payout wopq3asa"; its title and the CSV file have the whole of it."""
    kind, _, rest = value.partition("_")
    return Cell(f"{_KINDS.get(kind, kind)} {rest[:_TELLING]}", (value,), value, href, meaning=value)


_KINDS: Final = {"po": "payout", "rw": "reward", "ev": "event", "ad": "advocate"}
_TELLING: Final = 8
"""Characters of an id that tell it from the others of one page."""


def number(value: int, href: str | None = None) -> Cell:
    """A count."""
    return Cell(f"{value:,}", (value,), str(value), href)


def money(value: Money, href: str | None = None) -> Cell:
    """An amount: "1,250.00 USD"."""
    return Cell(value.words, (value.currency, value.amount_minor), value.decimal, href, currency=value.currency)


def date(value: dt.date, href: str | None = None) -> Cell:
    """A day: "2026-11-22"."""
    return Cell(value.isoformat(), (value.isoformat(),), value.isoformat(), href)


def moment(value: dt.datetime, href: str | None = None) -> Cell:
    """A moment, in UTC: "2026-11-22 14:00 UTC"."""
    there = value.astimezone(dt.UTC)
    return Cell(f"{there:%Y-%m-%d %H:%M} UTC", (there.isoformat(),), there.isoformat(), href)


def status(code: str, term: Term, href: str | None = None) -> Cell:
    """A status in the glossary's words, which explain themselves."""
    return Cell(term.words, (term.words,), code, href, code, term.meaning, term.to_do_in_console)


Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table.

    Attributes:
        name: Of its CSV file, in kebab-case.
        rows: Each with a cell for every column.
        sort: The column that the rows are sorted by, with "-" before it for the greatest first; "" as they came.
        next_cursor: Where the next page begins; None on the last.
        empty: What to say, and what to do, when there is no row.
        totals: A last row, with a cell for every column.
    """

    name: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    sort: str = ""
    next_cursor: str | None = None
    empty: str = "There is nothing here yet."
    totals: Row | None = None

    def __post_init__(self) -> None:
        for row in (*self.rows, *([self.totals] if self.totals else [])):
            if len(row) != len(self.columns):
                raise ValueError(f"a row of {self.name} has {len(row)} cells, not {len(self.columns)}")

    def may_sort(self, sort: str) -> bool:
        """Whether there is such a column, and it sorts."""
        return sort.removeprefix("-") in {column.name for column in self.columns if column.sorts}

    def sorted_by(self, sort: str) -> "Table":
        """The same rows in that order; equal ones stay as they were, and empty cells come last."""
        at = next(index for index, column in enumerate(self.columns) if column.name == sort.removeprefix("-"))
        filled = [(key, row) for row in self.rows if (key := row[at].key) is not None]
        filled.sort(key=lambda pair: pair[0], reverse=sort.startswith("-"))
        empty = tuple(row for row in self.rows if row[at].key is None)
        return replace(self, rows=tuple(row for _, row in filled) + empty, sort=sort)


def paged(rows: Sequence[_T], cursor: str, size: int = PAGE_ROWS) -> tuple[Sequence[_T], str | None]:
    """One page of a sequence that is read whole, and the cursor of the next; a cursor that cannot be is the start."""
    try:
        begin = int(base64.urlsafe_b64decode(cursor).decode("ascii")) if cursor else 0
    except (binascii.Error, ValueError):
        begin = 0
    end = max(0, begin) + size
    following = base64.urlsafe_b64encode(str(end).encode()).decode() if end < len(rows) else None
    return rows[max(0, begin) : end], following
