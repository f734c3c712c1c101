"""The months of the books: each in the time zone of the legal entity, written "2026-11"."""

import re
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

_FORM: Final = re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII)
_DECEMBER: Final = 12


def is_month(text: str) -> bool:
    """Whether a text is written as months are."""
    return _FORM.fullmatch(text) is not None and not text.startswith("0000")


def month_of(moment: datetime, zone: ZoneInfo) -> str:
    """The month that a moment is in."""
    return f"{moment.astimezone(zone):%Y-%m}"


def begin_of_month(month: str, zone: ZoneInfo) -> datetime:
    """The first moment of a month."""
    year, number = month.split("-")
    return datetime(int(year), int(number), 1, tzinfo=zone)


def end_of_month(month: str, zone: ZoneInfo) -> datetime:
    """The first moment after a month."""
    return begin_of_month(month_after(month), zone)


def month_after(month: str) -> str:
    """The month after."""
    year, number = (int(part) for part in month.split("-"))
    return f"{year + 1:04}-01" if number == _DECEMBER else f"{year:04}-{number + 1:02}"


def month_before(month: str) -> str:
    """The month before."""
    first = datetime.strptime(month, "%Y-%m") - timedelta(days=1)  # noqa: DTZ007 - a name of a month, no moment.
    return f"{first:%Y-%m}"
