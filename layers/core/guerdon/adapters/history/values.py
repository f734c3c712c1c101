"""The values in a history file, from text: each reader says what is wrong with a value it cannot take."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from guerdon.domain.currencies import MINOR_UNIT_EXPONENTS
from guerdon.domain.errors import InvalidMoney
from guerdon.domain.facts import LineFacts
from guerdon.domain.history import NO_AMOUNTS, Status
from guerdon.domain.money import Money
from guerdon.domain.triggers import TRIGGERS

YEARS: Final = range(2000, 2201)
QUANTITY_MOST: Final = 1_000_000_000
ID_LENGTH_MOST: Final = 200
TEXT_LENGTH_MOST: Final = 500
_QUOTED_MOST: Final = 40
_DIGITS_MOST: Final = 15
_FLAGS: Final = {"": None, "true": True, "false": False, "True": True, "False": False, "TRUE": True, "FALSE": False}
_STATUSES: Final = {"": Status.WON.value, **{status.value: status.value for status in Status}}
_COUNTRY_LENGTH: Final = 2


class Wrong(Exception):
    """A value cannot be taken, and why."""


def quoted(text: str) -> str:
    """A value as a message shows it, cut when it is long."""
    return repr(text if len(text) <= _QUOTED_MOST else f"{text[:_QUOTED_MOST]}…")


def identifier(text: str) -> str:
    """An id, which must be there."""
    if not text:
        raise Wrong("is empty")
    if len(text) > ID_LENGTH_MOST or not text.isprintable():
        raise Wrong(f"must be at most {ID_LENGTH_MOST} characters without line breaks, not {quoted(text)}")
    return text


def optional_identifier(text: str) -> str | None:
    """An id that may be left out."""
    return identifier(text) if text else None


def optional_text(text: str) -> str | None:
    """A text that may be left out."""
    if len(text) > TEXT_LENGTH_MOST:
        raise Wrong(f"must be at most {TEXT_LENGTH_MOST} characters, and has {len(text)}")
    return text or None


def moment(text: str) -> datetime:
    """A date and time with its zone."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        read = None
    if read is None or read.tzinfo is None:
        raise Wrong(f"must be a date and time with a zone, such as 2026-11-20T16:04:05Z, not {quoted(text)}")
    if read.year not in YEARS:
        raise Wrong(f"the year must be from {YEARS[0]} to {YEARS[-1]}, not {read.year}")
    return read


def optional_moment(text: str) -> datetime | None:
    """A date and time that may be left out."""
    return moment(text) if text else None


def currency(text: str) -> str:
    """A currency's code."""
    if text not in MINOR_UNIT_EXPONENTS:
        raise Wrong(f"{quoted(text)} is not an ISO 4217 currency in use, such as USD")
    return text


def minor(text: str, code: str) -> int:
    """An amount of zero or more, in minor units of `code`."""
    whole, _, fraction = text.partition(".")
    exponent = MINOR_UNIT_EXPONENTS[code]
    # The common spellings are read without a regular expression; whatever else is an amount, or is none, by Money.
    if len(fraction) == exponent and len(whole) <= _DIGITS_MOST:
        digits = whole + fraction
        if digits.isdigit() and digits.isascii() and whole and (fraction or "." not in text):
            return int(digits)
    try:
        amount = Money.parse(text, code).amount_minor
    except InvalidMoney as problem:
        raise Wrong(str(problem)) from problem
    if amount < 0:
        raise Wrong(
            f"must not be below zero: {quoted(text)}; what came undone stands in reversed_at and reversed_total"
        )
    return amount


def flag(text: str) -> bool | None:
    """True, false, or not known."""
    try:
        return _FLAGS[text]
    except KeyError:
        raise Wrong(f"must be true, false or empty, not {quoted(text)}") from None


def status(text: str) -> str:
    """What became of a referral."""
    try:
        return _STATUSES[text]
    except KeyError:
        raise Wrong(f"must be {', '.join(Status)} or empty, not {quoted(text)}") from None


def trigger(text: str) -> str:
    """A trigger, as it is written."""
    if text not in TRIGGERS:
        raise Wrong(f"must be one of {', '.join(TRIGGERS)}, not {quoted(text)}")
    return text


def country(text: str) -> str | None:
    """A country's code that may be left out."""
    if not text:
        return None
    if len(text) != _COUNTRY_LENGTH or not (text.isascii() and text.isalpha() and text.isupper()):
        raise Wrong(f"must be an ISO 3166 code of two capitals such as US, not {quoted(text)}")
    return text


def lines(text: str, code: str) -> tuple[LineFacts, ...]:
    """A deal's product lines."""
    return tuple([_line(part, code) for part in text.split("|")]) if text else ()


def _line(text: str, code: str) -> LineFacts:
    # A sku may have colons of its own: quantity and amount are the last two.
    sku, *rest = text.rsplit(":", 2)
    if not sku or len(rest) not in {0, 2}:
        raise Wrong(f"{quoted(text)} is not sku:quantity:amount, such as payroll:1:9000.00 or payroll::")
    if not rest:
        return LineFacts(identifier(sku), 1, None)
    quantity, amount = rest
    if quantity and not (quantity.isascii() and quantity.isdigit() and int(quantity) <= QUANTITY_MOST):
        raise Wrong(
            f"the quantity of {quoted(sku)} must be a whole number to {QUANTITY_MOST:,}, not {quoted(quantity)}"
        )
    return LineFacts(identifier(sku), int(quantity) if quantity else 1, minor(amount, code) if amount else None)


def named_amounts(text: str, code: str) -> Mapping[str, int]:
    """A deal's further named amounts."""
    if not text:
        return NO_AMOUNTS
    amounts: dict[str, int] = {}
    for part in text.split("|"):
        name, colon, amount = part.rpartition(":")
        if not name or not colon:
            raise Wrong(f"{quoted(part)} is not name:amount, such as first_year:9000.00")
        if name in amounts:
            raise Wrong(f"{quoted(name)} stands in it twice")
        amounts[name] = minor(amount, code)
    return amounts
