"""Read a history file as a stream: what is wrong with a row is said with its line and column, never by a traceback."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import itemgetter
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple, Protocol

from guerdon.adapters.history import values
from guerdon.adapters.history.columns import NAMES, REQUIRED
from guerdon.adapters.history.values import Wrong
from guerdon.domain.currencies import MINOR_UNIT_EXPONENTS
from guerdon.domain.document import unknown
from guerdon.domain.history import HistoryRow
from guerdon.domain.money import Money
from guerdon.domain.triggers import DEAL_CLOSED, REPEATING

PROBLEMS_MOST: Final = 20
"""How many problems are collected before a file is given up: enough to see what is wrong with all of it."""

_COLUMN: Final = {name: index for index, name in enumerate(NAMES)}
_CLOSED_AT, _ADVOCATE, _REFERRED, _STATUS = (_COLUMN[name] for name in ("closed_at", "advocate", "referred", "status"))


_OTHER_SEPARATORS: Final = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}
"""What a header of one column has in it when the file was saved with something else than commas."""


class Problem(NamedTuple):
    """What is wrong, and where; they sort as they stand in the file.

    Attributes:
        line: From 1; 0 if it is the file itself.
        column: The column's name; empty if it is the whole line.
    """

    line: int
    column: str
    message: str

    def words(self, path: Path) -> str:
        """It as people and editors read it: "deals.csv:17:amount: …"."""
        return ": ".join((":".join(filter(None, (str(path), str(self.line or ""), self.column))), self.message))


Wanted = Callable[[str, str], bool]
"""Whether a row is of interest, by its advocate and its referred customer, empty if it names none."""


class _Records(Protocol):
    """What the csv module gives: it has no public name there."""

    @property
    def line_num(self) -> int: ...

    def __iter__(self) -> Iterator[list[str]]: ...

    def __next__(self) -> list[str]: ...


@dataclass(slots=True)
class HistoryReader:
    """Reads one file, once.

    Attributes:
        path: The file.
        wanted: Which rows are read; None for all. Of the others only the order and the number of values are looked at.
        problems: What is wrong with it. Whoever read the rows has to look here before believing what they add up to.
    """

    path: Path
    wanted: Wanted | None = None
    problems: list[Problem] = field(default_factory=list)
    _source: BinaryIO | None = field(default=None, init=False)

    @property
    def position(self) -> int:
        """How many bytes of the file have been read; 0 before and after."""
        return self._source.tell() if self._source is not None and not self._source.closed else 0

    def rows(self) -> Iterator[HistoryRow]:
        """The rows that are right, in the file's order; it ends early after PROBLEMS_MOST problems."""
        try:
            with self.path.open("rb") as source, io.TextIOWrapper(source, "utf-8-sig", newline="") as text:
                self._source = source
                yield from self._records(csv.reader(text, strict=True))
        except OSError as error:
            self._wrong(0, "", f"cannot be read: {error.strerror}")

    def _records(self, records: _Records) -> Iterator[HistoryRow]:
        line = 1
        try:
            header = next(records, None)
            picked = self._picked(header)
            if header is None or picked is None:
                return
            width, last = len(header), None
            line = records.line_num + 1
            for record in records:
                if record:
                    if len(record) == width:
                        row, last = self._row(line, picked(record + _EMPTY), last)
                        if row is not None:
                            yield row
                    else:
                        self._wrong(line, "", f"has {len(record)} values, and the header has {width}")
                    if len(self.problems) >= PROBLEMS_MOST:
                        return
                line = records.line_num + 1
        except UnicodeDecodeError:
            self._wrong(line, "", "is not UTF-8, here or soon after: save the file as CSV in UTF-8")
        except csv.Error as error:
            self._wrong(line, "", f"is not CSV: {error}")

    def _picked(self, header: Sequence[str] | None) -> Callable[[list[str]], tuple[str, ...]] | None:
        """What puts a record's values into the order of NAMES, from a record with one empty value more at its end."""
        if header is None:
            self._wrong(0, "", f"is empty: its first line names the columns, such as {','.join(REQUIRED)}")
            return None
        for separator, what in _OTHER_SEPARATORS.items():
            if len(header) == 1 and separator in header[0]:
                self._wrong(1, "", f"the columns are separated by {what}: save the file with commas")
                return None
        names = [name.strip() for name in header]
        for index, name in enumerate(names):
            if name not in _COLUMN:
                self._wrong(1, name or f"column {index + 1}", unknown(name, NAMES))
            elif name in names[:index]:
                self._wrong(1, name, "stands in the header twice")
        for name in REQUIRED:
            if name not in names:
                self._wrong(1, name, "is missing: every file has it")
        if self.problems:
            return None
        place = {name: index for index, name in enumerate(names)}
        return itemgetter(*(place.get(name, len(names)) for name in NAMES))

    def _row(
        self, line: int, record: tuple[str, ...], last: datetime | None
    ) -> tuple[HistoryRow | None, datetime | None]:
        """The row, if it is right and wanted, and the moment that the next one must not be before."""
        try:
            closed_at = values.moment(record[_CLOSED_AT])
        except Wrong as wrong:
            self._wrong(line, "closed_at", str(wrong))
            return None, last
        if last is not None and closed_at < last:
            self._wrong(
                line, "closed_at", "is before that of the row above: sort the file by closed_at, the oldest first"
            )
            return None, last
        if self.wanted is not None and not self.wanted(record[_ADVOCATE], record[_REFERRED]):
            return None, closed_at
        try:
            return _read(line, record, closed_at), closed_at
        except Wrong:
            self.problems.extend(_problems(line, record))
            del self.problems[PROBLEMS_MOST:]
            return None, closed_at

    def _wrong(self, line: int, column: str, message: str) -> None:
        if len(self.problems) < PROBLEMS_MOST:
            self.problems.append(Problem(line, column, message))


_EMPTY: Final = [""]


def _read(line: int, record: tuple[str, ...], closed_at: datetime) -> HistoryRow:
    """The row of a record.

    Raises:
        Wrong: Some value cannot be taken; `_problems` says which.
    """
    # In one place and in the order of NAMES: there are millions of rows, and each call counts.
    deal, _, amount, currency, advocate, trigger, occurrence_id = record[:7]
    segment, advocate_type, country, method, region, sales_involved, first_purchase = record[7:14]
    referred, referred_at, referred_country, preferred, referred_preferred = record[14:19]
    products, amounts, reward, reversed_at, reversed_total, amended_at, amended_total, told_at, status = record[19:]
    values.currency(currency)
    trigger = trigger and values.trigger(trigger)
    if (trigger in REPEATING) is not bool(occurrence_id) or _unpaired(record):
        raise Wrong
    return HistoryRow(
        line,
        values.identifier(deal),
        closed_at,
        values.minor(amount, currency),
        currency,
        values.identifier(advocate),
        trigger or DEAL_CLOSED,
        (occurrence_id and values.identifier(occurrence_id)) or None,
        (segment and values.optional_text(segment)) or None,
        (advocate_type and values.optional_text(advocate_type)) or None,
        (country and values.country(country)) or None,
        (method and values.optional_text(method)) or None,
        (region and values.optional_text(region)) or None,
        values.flag(sales_involved),
        values.flag(first_purchase),
        (referred and values.identifier(referred)) or None,
        values.moment(referred_at) if referred_at else None,
        (referred_country and values.country(referred_country)) or None,
        (preferred and values.optional_text(preferred)) or None,
        (referred_preferred and values.optional_text(referred_preferred)) or None,
        values.lines(products, currency),
        values.named_amounts(amounts, currency),
        Money(values.minor(reward, currency), currency) if reward else None,
        values.moment(reversed_at) if reversed_at else None,
        values.minor(reversed_total or "0", currency) if reversed_at else None,
        values.moment(amended_at) if amended_at else None,
        values.minor(amended_total, currency) if amended_at else None,
        values.status(status),
        values.moment(told_at) if told_at else None,
    )


def _unpaired(record: tuple[str, ...]) -> str | None:
    """Which column lacks the one that it belongs to."""
    reversed_at, reversed_total, amended_at, amended_total = record[22:26]
    if reversed_total and not reversed_at:
        return "reversed_at"
    if amended_total and not amended_at:
        return "amended_at"
    return "amended_total" if amended_at and not amended_total else None


def _problems(line: int, record: tuple[str, ...]) -> Iterator[Problem]:
    """Everything that is wrong with a row, column by column."""
    named = dict(zip(NAMES, record, strict=True))
    code = named["currency"] if named["currency"] in MINOR_UNIT_EXPONENTS else "USD"
    for name, text in named.items():
        try:
            _check(name, text, code)
        except Wrong as wrong:
            yield Problem(line, name, str(wrong))
    trigger = named["trigger"] or DEAL_CLOSED
    if trigger in REPEATING and not named["occurrence_id"]:
        yield Problem(line, "occurrence_id", f"is empty: it says which {trigger} this is, such as the invoice's id")
    if trigger not in REPEATING and named["occurrence_id"]:
        yield Problem(line, "occurrence_id", f"must be empty: {trigger} happens once")
    unpaired = _unpaired(record)
    if unpaired is not None:
        partner = {"reversed_at": "reversed_total", "amended_at": "amended_total", "amended_total": "amended_at"}
        yield Problem(line, unpaired, f"is empty, and {partner[unpaired]} is not")


_OF_AMOUNTS: Final[dict[str, Callable[[str, str], object]]] = {
    "amount": values.minor,
    "products": values.lines,
    "amounts": values.named_amounts,
    "reward": values.minor,
    "reversed_total": values.minor,
    "amended_total": values.minor,
}
_OF_OTHERS: Final[dict[str, Callable[[str], object]]] = {
    "deal": values.identifier,
    "currency": values.currency,
    "advocate": values.identifier,
    "trigger": values.trigger,
    "occurrence_id": values.identifier,
    "country": values.country,
    "sales_involved": values.flag,
    "first_purchase": values.flag,
    "referred": values.identifier,
    "closed_at": values.moment,
    "referred_at": values.moment,
    "referred_country": values.country,
    "reversed_at": values.moment,
    "amended_at": values.moment,
    "told_at": values.moment,
    "status": values.status,
}


def _check(name: str, text: str, code: str) -> None:
    if not text and name not in REQUIRED:
        return
    if name in _OF_AMOUNTS:
        _OF_AMOUNTS[name](text, code)
    else:
        _OF_OTHERS.get(name, values.optional_text)(text)
