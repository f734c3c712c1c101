"""What every reader of a bank's statement shares: bad places, sizes, numbers of checks, and the ids of lines."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from guerdon.domain.checks import BankLine
from guerdon.domain.identity import derived_id
from guerdon.domain.money import Money

WRONG_MOST: Final = 20
"""How many bad places are named before the file is given up: enough to see what is wrong with all of it."""

BYTES_MOST: Final = 64 * 1024 * 1024
NUMBER_LENGTH_MOST: Final = 12

_IN_TEXT: Final = re.compile(
    r"\b(?:check|cheque|chk)\s*(?:paid)?\s*(?:number|no\.?|nbr|num)?\s*[#:]?\s*([0-9]{1,12})\b",
    re.ASCII | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class BadPlace:
    """What keeps a file from being taken in.

    Attributes:
        line: From 1; 0 where a file has no lines, or it is the file itself.
        field: The column or the element; empty if it is all of the line.
    """

    path: Path
    line: int
    field: str
    why: str

    @property
    def words(self) -> str:
        """It as people and editors read it: "november.csv:17:Amount: …"."""
        place = ":".join(part for part in (str(self.path), str(self.line or ""), self.field) if part)
        return f"{place}: {self.why}"


class WrongValueError(ValueError):
    """A value that cannot be read.

    Attributes:
        field: Which one.
        why: What is wrong with it.
    """

    def __init__(self, field: str, why: str) -> None:
        self.field, self.why = field, why
        super().__init__(why)


@dataclass(frozen=True, slots=True)
class Read:
    """A line as a file has it.

    Attributes:
        amount: What left the account.
        text: The bank's own words and references, which only make the line's id: they may name people.
    """

    booked_on: date
    amount: Money
    check_number: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Statement:
    """What a file has.

    Attributes:
        lines: What left the account.
        passed_over: How many lines are about money that came in, or are not booked yet.
    """

    lines: tuple[BankLine, ...]
    passed_over: int


def bytes_of(path: Path) -> bytes | BadPlace:
    """The content of a file, or why there is none."""
    try:
        if path.stat().st_size > BYTES_MOST:
            return BadPlace(path, 0, "", f"is larger than {BYTES_MOST // 1024 // 1024} MB: export fewer days at a time")
        return path.read_bytes()
    except OSError as error:
        return BadPlace(path, 0, "", f"cannot be read: {error.strerror}")


def number_in(field: str, written: str, text: str) -> str | None:
    """The number of a check, without leading zeros; from the bank's words where it has no place of its own.

    Raises:
        WrongValueError: What stands in its place is no number.
    """
    digits = written.strip().removeprefix("#")
    if digits and not (digits.isascii() and digits.isdigit() and len(digits) <= NUMBER_LENGTH_MOST):
        raise WrongValueError(field, f"{written[:40]!r} is no check number: up to {NUMBER_LENGTH_MOST} digits")
    if not digits.strip("0"):
        found = _IN_TEXT.search(text)
        digits = found.group(1) if found else ""
    return digits.lstrip("0") or None


def identified(account: str, read: Sequence[Read]) -> tuple[BankLine, ...]:
    """The lines with their ids, which are the same in every file that has them.

    A check is paid once, so its number, amount and day are its line, in whatever format; another line is told from
    the next by all that the bank says of it, and equal ones of a day by their order.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    lines: list[BankLine] = []
    for line in read:
        told = ("check", line.check_number) if line.check_number else ("text", line.text)
        facts = (account, line.booked_on.isoformat(), line.amount.words, *told)
        seen[facts] += 1
        line_id = derived_id("bl", *facts, str(seen[facts]))
        lines.append(BankLine(account, line_id, line.booked_on, line.amount, line.check_number))
    return tuple(lines)
