"""Ages and periods of checks: the edges, by the day."""

from datetime import date

import pytest

from guerdon.domain.checks import age_band
from guerdon.domain.dormancy import Dormancy


@pytest.mark.parametrize(
    ("days", "band"),
    [
        *((0, "0-30"), (30, "0-30"), (31, "31-60"), (60, "31-60"), (61, "61-90"), (90, "61-90")),
        *((91, "91-180"), (180, "91-180"), (181, "over 180")),
    ],
)
def test_every_age_is_in_one_band(days: int, band: str) -> None:
    assert age_band(days) == band


def test_a_period_ends_on_the_same_day_years_later() -> None:
    periods = Dormancy({"CA": 3, "DE": 5}, otherwise=4)
    assert periods.falls_on(date(2026, 11, 22), "CA") == date(2029, 11, 22)
    assert periods.falls_on(date(2024, 2, 29), "DE") == date(2029, 3, 1)
    assert periods.falls_on(date(2024, 2, 29), None) == date(2028, 2, 29)
    assert Dormancy({"CA": 3}).falls_on(date(2026, 11, 22), "NY") is None
