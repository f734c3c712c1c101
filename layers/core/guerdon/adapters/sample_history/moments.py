"""When things happen: more at the ends of months and quarters, little on weekends, in the hours of an office."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Final

MONTHS_A_YEAR: Final = 12
_OPENS: Final = timedelta(hours=13)
"""In UTC: nine in the morning in New York."""
_OPEN_SECONDS: Final = 10 * 3600
_SATURDAY: Final = 5
_WEEKEND: Final = 0.06
_MONTH_END: Final = 1.5
_QUARTER_END: Final = 1.9
_LAST_DAYS: Final = 5
_SEASONAL: Final = (1.15, 0.95, 1.05, 0.95, 0.95, 1.05, 0.85, 0.85, 1.05, 1.0, 1.0, 1.15)
"""By month: payroll and benefits are bought for a new year. An assumption of the model, as all of this is."""


def plus_months(first: date, months: int) -> date:
    """The day so many months later; the last of its month where there is no such day."""
    years, month = divmod(first.year * MONTHS_A_YEAR + first.month - 1 + months, MONTHS_A_YEAR)
    following = date(years + (month + 1) // MONTHS_A_YEAR, (month + 1) % MONTHS_A_YEAR + 1, 1)
    return date(years, month + 1, min(first.day, (following - timedelta(days=1)).day))


def busyness(day: date) -> float:
    """How much happens on a day, in comparison with others."""
    weight = _SEASONAL[day.month - 1]
    if day.weekday() >= _SATURDAY:
        return weight * _WEEKEND
    if (day + timedelta(days=_LAST_DAYS)).month != day.month:
        weight *= _QUARTER_END if day.month % 3 == 0 else _MONTH_END
    return weight


def ordered_moments(first: date, end: date, count: int, random: Random) -> Iterator[datetime]:
    """`count` moments in order, to the second, from the day `first` to before the day `end`.

    Each is drawn as the next of so many uniform numbers that are sorted: none of the others is kept.
    """
    days = [first + timedelta(days=number) for number in range((end - first).days)]
    weights = [busyness(day) for day in days]
    whole = sum(weights)
    index, before, uniform = 0, 0.0, 0.0
    for left in range(count, 0, -1):
        uniform = 1 - (1 - uniform) * (1 - random.random()) ** (1 / left)
        reached = uniform * whole
        while reached >= before + weights[index] and index + 1 < len(days):
            before += weights[index]
            index += 1
        within = min((reached - before) / weights[index], 1.0)
        day = days[index]
        opens = datetime(day.year, day.month, day.day, tzinfo=UTC) + _OPENS
        yield opens + timedelta(seconds=int(within * _OPEN_SECONDS))
