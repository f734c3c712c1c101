"""What an ordinal counts, and when the count starts over."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

WHOLE: Final = ""
"""The key of a count that is not of one product."""


class CountingPeriod(StrEnum):
    """What resets an ordinal or a sum, in the program's own time zone."""

    LIFETIME = "lifetime"
    CALENDAR_YEAR = "calendar_year"
    CALENDAR_MONTH = "calendar_month"
    FISCAL_YEAR = "fiscal_year"
    ROLLING_DAYS = "rolling_days"  # Not for limits: nothing ever resets a sum of rolling days.


class CountedBy(StrEnum):
    """Which deals of an advocate one ordinal counts together."""

    PROGRAM = "program"  # All that the program rewarded.
    PRODUCT = "product"  # Those with the same product.
    GROUP = "group"  # All that any program of the group rewarded.


@dataclass(frozen=True, slots=True)
class Counting:
    """How a program counts the deals of an advocate.

    Attributes:
        group: The name that programs which count together share; with `CountedBy.GROUP` only.
        fiscal_year_starts: Month and day on which a fiscal year starts.
        days: How many days up to a deal's closing day are counted; with `CountingPeriod.ROLLING_DAYS` only.
    """

    period: CountingPeriod = CountingPeriod.LIFETIME
    by: CountedBy = CountedBy.PROGRAM
    group: str | None = None
    fiscal_year_starts: tuple[int, int] = (1, 1)
    days: int | None = None

    def row_of(self, program: str) -> str:
        """The name under which an advocate's count is kept; a program's own name has no colon."""
        match self.by:
            case CountedBy.PROGRAM:
                return program
            case CountedBy.PRODUCT:
                return f"{program}:products"
            case CountedBy.GROUP:
                return f"group:{self.group}"

    def period_of(self, moment: datetime, zone: ZoneInfo, period: CountingPeriod | None = None) -> str:
        """The period that `moment` falls into in `zone`, such as "2026-11"; a fiscal year is named by its first day.

        Args:
            moment: Any moment.
            zone: The program's time zone.
            period: What kind of period; the one that ordinals are counted in when it is left out.
        """
        day = moment.astimezone(zone).date()
        match period or self.period:
            case CountingPeriod.LIFETIME:
                return "lifetime"
            case CountingPeriod.CALENDAR_YEAR:
                return f"{day.year:04}"
            case CountingPeriod.CALENDAR_MONTH:
                return f"{day.year:04}-{day.month:02}"
            case CountingPeriod.FISCAL_YEAR:
                return self.fiscal_year_of(day).isoformat()
            case CountingPeriod.ROLLING_DAYS:
                return "rolling"

    def fiscal_year_of(self, day: date) -> date:
        """The first day of the fiscal year that `day` falls into."""
        starts = date(day.year, *self.fiscal_year_starts)
        return starts if starts <= day else starts.replace(year=day.year - 1)

    def first_counted_day(self, moment: datetime, zone: ZoneInfo) -> date:
        """The first day of the rolling days that end with the day of `moment`."""
        return moment.astimezone(zone).date() - timedelta(days=(self.days or 1) - 1)
