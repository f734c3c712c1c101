"""Reads the values that program files have and other documents do not: amounts, percentages, names, and dates."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from fractions import Fraction
from typing import Final
from zoneinfo import ZoneInfo

from guerdon.domain.amounts import DEAL_AMOUNT
from guerdon.domain.document import Document, DocumentReader, Node, Path, can_be_stored
from guerdon.domain.errors import InvalidMoney
from guerdon.domain.money import Money, percent

# An execution of the workflow lives for a year at most, and the hold is only its first step.
HOLD_DAYS_MOST: Final = 330
ENTRIES_MOST: Final = 500
"""How long a list of a program file may be; no person reviews a longer one."""

ORDINAL_MOST: Final = 1_000_000

NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,62}", re.ASCII)
AMOUNT_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,62}", re.ASCII)
COUNTRY: Final = re.compile(r"[A-Z]{2}", re.ASCII)
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_SIGN: Final = r"(?:[A-Za-z]{3}|[$€£¥])"
_NAMED_CURRENCY: Final = re.compile(rf"{_SIGN} ?[0-9][0-9.,]*|[0-9][0-9.,]* ?{_SIGN}", re.ASCII)
_RATE_MOST: Final = 1
_UTC: Final = ZoneInfo("UTC")


@dataclass(slots=True)
class ProgramReader(DocumentReader):
    """Reads values of one program file.

    Attributes:
        currency: The program's; every amount is in it.
        time_zone: The program's time zone; that of dates.
    """

    currency: str = ""
    time_zone: ZoneInfo = _UTC

    @property
    def nothing(self) -> Money:
        """Zero of the program's currency."""
        return Money(0, self.currency)

    def entries(self, node: Node, path: Path, most: int = ENTRIES_MOST, what: str = "entries") -> Sequence[Node]:
        """`node` as a list of one entry or more; empty if it is none, or too long."""
        nodes = self.items(node, path)
        if len(nodes) > most:
            self.wrong(path, f"must be at most {most} {what}", "too-many")
            return ()
        return nodes

    def texts(self, node: Node, path: Path) -> tuple[str, ...]:
        """`node` as a list of texts, as far as they are right."""
        values = self.entries(node, path)
        texts = tuple(value for value in values if isinstance(value, str) and value.strip() and can_be_stored(value))
        if len(texts) != len(values):
            self.wrong(path, "must be a list of texts", "type")
        return texts

    def countries(self, node: Node, path: Path) -> tuple[str, ...]:
        """`node` as a list of country codes."""
        codes = self.texts(node, path)
        for code in codes:
            if not COUNTRY.fullmatch(code):
                self.wrong(path, f"must be ISO 3166 codes such as US, not {code[:40]!r}")
        return codes

    def sum(self, document: Document, key: str, path: Path, *, above_zero: str = "") -> Money | None:
        """The amount under `key` in the program's currency; `above_zero` says what to do instead of paying zero."""
        return self.sum_of(document.get(key), (*path, key), above_zero=above_zero)

    def sum_of(self, value: Node, path: Path, *, above_zero: str = "") -> Money | None:
        """`value` as an amount in the program's currency."""
        if isinstance(value, str) and _NAMED_CURRENCY.fullmatch(value.strip()):
            self.wrong(
                path,
                f"{value[:40]!r} names a currency: every amount is in the program's, {self.currency}, "
                "so write the number alone",
                "mixed-currency",
            )
            return None
        money = self.money_of(value, path, self.currency)
        if money is not None and above_zero and money.amount_minor == 0:
            self.wrong(path, f"must be above zero; {above_zero}", "zero")
            return None
        return money

    def edge_of(self, value: Node, path: Path, before: Money | None, what: str, *, first: bool) -> Money | None:
        """`value` as the lower edge of a band of amounts; `before` is the edge of the band before, None if unknown.

        An edge that is out of order is an edge all the same, so that the next one is compared with it.
        """
        at_least = self.sum_of(value, path)
        if at_least is None:
            return None
        if first and at_least.amount_minor != 0:
            self.wrong(path, f"the first {what} must be from 0, so that every deal has one", f"{what}-gap")
        if before is not None and at_least <= before:
            self.wrong(path, f"{at_least} must be above the {what} before, {before}", f"{what}-overlap")
        return at_least

    def ordinal_of(self, value: Node, path: Path, before: int | None, *, first: bool) -> int | None:
        """`value` as the first ordinal of a step; `before` is that of the step before, None if unknown."""
        ordinal = self.whole_of(value, path, 1, ORDINAL_MOST)
        if ordinal is None:
            return None
        if first and ordinal != 1:
            self.wrong(path, "the first step must be from 1, so that every deal has one", "step-gap")
        if before is not None and ordinal <= before:
            self.wrong(path, f"{ordinal} must be above the step before, {before}", "step-overlap")
        return ordinal

    def bounds(self, document: Document, path: Path) -> tuple[Money | None, Money | None]:
        """The amounts under `min` and `max`, of which each may be absent."""
        least = self.sum(document, "min", path) if "min" in document else None
        most = (
            self.sum(document, "max", path, above_zero="leave the rule out to pay nothing")
            if "max" in document
            else None
        )
        if least and most and most < least:
            self.wrong((*path, "max"), f"{most} is below min, {least}", "bounds")
        return least, most

    def rate(self, document: Document, key: str, path: Path, *, zero: bool = False) -> Fraction | None:
        """The percentage under `key` as an exact rate; zero is one where `zero` allows it."""
        text = self.text(document, key, path)
        return None if text is None else self.rate_of(text, (*path, key), zero=zero)

    def rate_of(self, text: str, path: Path, *, zero: bool = False) -> Fraction | None:
        """A percentage such as "7.5" as an exact rate."""
        try:
            rate = percent(text)
        except InvalidMoney as problem:
            self.wrong(path, str(problem))
            return None
        if rate > _RATE_MOST or (rate == 0 and not zero):
            least = "at least 0" if zero else "above 0"
            self.wrong(path, f"must be {least} and at most 100 percent, not {text}", "rate")
            return None
        return rate

    def amount_name(self, document: Document, path: Path, default: str = DEAL_AMOUNT) -> str | None:
        """The named amount under `of`."""
        name = self.text(document, "of", path, default=default)
        if name is None or AMOUNT_NAME.fullmatch(name):
            return name
        self.wrong((*path, "of"), f"must be an amount's name such as first_year, not {name[:40]!r}")
        return None

    def hold_days(self, document: Document, path: Path) -> int | None:
        """The days under `hold_days`, which may be absent."""
        return self.whole(document, "hold_days", path, 0, HOLD_DAYS_MOST) if "hold_days" in document else None

    def day_or_moment(self, document: Document, key: str, path: Path) -> datetime | None:
        """The date under `key` as its first moment in the program's time zone, or the date and time with a zone."""
        text = document.get(key)
        if not isinstance(text, str) or not _DAY.fullmatch(text):
            return self.moment(document, key, path)
        try:
            day = date.fromisoformat(text)
        except ValueError:
            self.wrong((*path, key), f"{text!r} is not a day of the calendar")
            return None
        return self.in_bounds(datetime.combine(day, time(), self.time_zone), (*path, key))

    def exactly_one(self, document: Document, path: Path, kinds: Sequence[str]) -> str | None:
        """The one of `kinds` that `document` has."""
        given = [kind for kind in kinds if kind in document]
        if len(given) == 1:
            return given[0]
        found = f"has {' and '.join(given)}" if given else "has none"
        self.wrong(path, f"must have exactly one of {', '.join(kinds)}, and {found}", "exactly-one")
        return None
