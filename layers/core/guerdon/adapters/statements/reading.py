"""Read a statement's file: each line that cannot be read is named with its place, and then none of the file counts."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from guerdon.adapters.statements.columns import COLUMNS, NO_LINE, Columns
from guerdon.domain.errors import InvalidMoney
from guerdon.domain.identity import our_reference
from guerdon.domain.money import Money
from guerdon.domain.reconciliation import LineKind, LineState, StatementLine

WRONG_MOST: Final = 20
"""How many bad lines are named before the file is given up: enough to see what is wrong with all of it."""

_BYTES_MOST: Final = 64 * 1024 * 1024
_NOT_A_WORD: Final = re.compile(r"[^a-z0-9]+", re.ASCII)
_NEEDED: Final = ("line_id", "reference", "amount", "on")
_ID: Final = re.compile(r"[A-Za-z0-9_.:#-]{1,80}", re.ASCII)


@dataclass(frozen=True, slots=True)
class BadLine:
    """What keeps a file from being read.

    Attributes:
        line: From 1; 0 if it is the file itself.
        field: The column's name as the file has it; empty if it is the whole line.
    """

    path: Path
    line: int
    field: str
    why: str

    @property
    def words(self) -> str:
        """It as people and editors read it: "orders.csv:17:total: …"."""
        place = ":".join(part for part in (str(self.path), str(self.line or ""), self.field) if part)
        return f"{place}: {self.why}"


class _Wrong(ValueError):
    """A value of a line that cannot be read."""

    def __init__(self, field: str, why: str) -> None:
        self.field, self.why = field, why
        super().__init__(why)


def read_statement(provider: str, path: Path) -> tuple[StatementLine, ...] | tuple[BadLine, ...]:
    """The lines of a CSV file that was exported at `provider`, or all that is wrong with it.

    What carries no reference of ours is a line too, which nothing in the books explains.
    """
    try:
        raw = path.read_bytes() if path.stat().st_size <= _BYTES_MOST else None
        text = None if raw is None else raw.decode("utf-8-sig")
    except OSError as error:
        return (BadLine(path, 0, "", f"cannot be read: {error.strerror}"),)
    except UnicodeDecodeError:
        return (BadLine(path, 0, "", "is not UTF-8: save the file as CSV in UTF-8"),)
    if text is None:
        return (BadLine(path, 0, "", f"is larger than {_BYTES_MOST // 1024 // 1024} MB: export fewer days at a time"),)
    return _read(provider, path, text)


def _read(provider: str, path: Path, text: str) -> tuple[StatementLine, ...] | tuple[BadLine, ...]:
    columns, good, wrong = COLUMNS[provider], dict[str, StatementLine](), list[BadLine]()
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(reader, [])
        named = _named(columns, header)
        missing = [name for name in _NEEDED if name not in named]
        if missing:
            return tuple(BadLine(path, 1, "", _lacking(columns, name)) for name in missing)
        for record in reader:
            if not any(record):
                continue
            for line in _line_or_wrong(provider, columns, header, named, record, path, reader.line_num):
                if isinstance(line, BadLine):
                    wrong.append(line)
                elif good.setdefault(line.line_id, line) != line:
                    wrong.append(BadLine(path, reader.line_num, header[named["line_id"]], "stands in the file twice"))
            if len(wrong) >= WRONG_MOST:
                break
    except csv.Error as error:
        wrong.append(BadLine(path, reader.line_num, "", f"is not CSV: {error}"))
    return tuple(wrong) or tuple(good.values())


def _line_or_wrong(  # noqa: PLR0913, PLR0917 - each is one part of where a value stands.
    provider: str,
    columns: Columns,
    header: Sequence[str],
    named: Mapping[str, int],
    record: Sequence[str],
    path: Path,
    number: int,
) -> Iterator[StatementLine | BadLine]:
    if len(record) != len(header):
        yield BadLine(path, number, "", f"has {len(record)} values, and the header has {len(header)}")
        return
    values = {name: record[place].strip() for name, place in named.items()}
    try:
        line = _line(provider, columns, values)
    except _Wrong as wrong:
        yield BadLine(path, number, header[named[wrong.field]], wrong.why)
        return
    if line is not None:
        yield line


def _line(provider: str, columns: Columns, values: Mapping[str, str]) -> StatementLine | None:
    status = values.get("status", "")
    if status.lower() in NO_LINE:
        return None
    if not _ID.fullmatch(values["line_id"]):
        raise _Wrong("line_id", "is no id: letters, digits and . : # _ - up to 80")
    amount = _amount(values)
    return StatementLine(
        source=provider,
        line_id=values["line_id"],
        kind=LineKind.PAYOUT,
        state=_state(columns, status),
        amount=-amount if columns.credits_are_negative else amount,
        on=_day(values["on"]),
        reference=our_reference(values["reference"]),
        detail=status,
    )


def _amount(values: Mapping[str, str]) -> Money:
    written = values["amount"].replace(",", "").removeprefix("$") or "0"
    currency = values.get("currency", "").upper() or "USD"
    try:
        Money(0, currency)
    except InvalidMoney as error:
        raise _Wrong("currency", str(error)) from error
    try:
        return Money.parse(written, currency)
    except InvalidMoney as error:
        raise _Wrong("amount", str(error)) from error


def _state(columns: Columns, status: str) -> LineState:
    if not status:
        return LineState.DONE
    state = columns.states.get(status.lower().replace("_", " "))
    if state is None:
        raise _Wrong("status", f"{status[:40]!r} is none of {', '.join(columns.states)}")
    return state


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written[:10])
    except ValueError as error:
        raise _Wrong("on", f"{written[:40]!r} does not begin with a day such as 2026-11-30") from error


def _named(columns: Columns, header: Sequence[str]) -> dict[str, int]:
    """The place of each column that the header has."""
    words = [_NOT_A_WORD.sub("_", name.strip().lower()).strip("_") for name in header]
    found: dict[str, int] = {}
    for field in ("line_id", "reference", "amount", "on", "status", "currency"):
        names: tuple[str, ...] = getattr(columns, field)
        place = next((words.index(name) for name in names if name in words), None)
        if place is not None:
            found[field] = place
    return found


def _lacking(columns: Columns, field: str) -> str:
    names: tuple[str, ...] = getattr(columns, field)
    return f"has no column that is called {' or '.join(names)}"
