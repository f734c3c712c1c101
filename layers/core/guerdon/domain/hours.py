"""The hours of the journal, as text that sorts as time does: "2026-11-22T14" is the hour that begins at 14:00 UTC."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

_FORM: Final = "%Y-%m-%dT%H"
_HOUR: Final = timedelta(hours=1)


def hour_of(moment: datetime) -> str:
    """The hour that `moment` is in."""
    return moment.astimezone(UTC).strftime(_FORM)


def begin_of(hour: str) -> datetime:
    """The first moment of an hour.

    Raises:
        ValueError: `hour` is not written as "2026-11-22T14".
    """
    return datetime.strptime(hour, _FORM).replace(tzinfo=UTC)


def end_of(hour: str) -> datetime:
    """The first moment after an hour."""
    return begin_of(hour) + _HOUR


def hour_before(hour: str) -> str:
    """The hour before."""
    return hour_of(begin_of(hour) - _HOUR)


def hour_after(hour: str) -> str:
    """The hour after."""
    return hour_of(end_of(hour))


def hours_between(first: str, last: str) -> Iterator[str]:
    """Every hour from `first` to `last`, both included; none when `last` is earlier."""
    hour = first
    while hour <= last:
        yield hour
        hour = hour_after(hour)
