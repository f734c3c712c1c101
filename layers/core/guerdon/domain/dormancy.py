"""When what could not be paid has to be handed over: so many years after it was last owed, by the owner's state."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Dormancy:
    """Finance's own periods.

    Attributes:
        years: By the two letters of a state.
        otherwise: For every other state, and where none is known; None if finance does not say.
    """

    years: Mapping[str, int]
    otherwise: int | None = None

    def falls_on(self, since: date, state: str | None) -> date | None:
        """The day on which something owed since `since` falls dormant; None if nobody said for that state."""
        years = self.years.get(state or "", self.otherwise)
        return None if years is None else _years_later(since, years)


def _years_later(day: date, years: int) -> date:
    """The same day of that year; of 29 February, where there is none, the day after."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
