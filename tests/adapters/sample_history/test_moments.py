from datetime import date

import pytest

from adapters.sample_history.luck import luck
from guerdon.adapters.sample_history.moments import busyness, ordered_moments, plus_months


@pytest.mark.parametrize(
    ("first", "months", "reached"),
    [
        (date(2024, 1, 1), 0, date(2024, 1, 1)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 11, 15), 2, date(2025, 1, 15)),
        (date(2024, 1, 31), 24, date(2026, 1, 31)),
        (date(2024, 12, 31), 12, date(2025, 12, 31)),
    ],
)
def test_months_later_is_the_same_day_or_the_last_of_its_month(first: date, months: int, reached: date) -> None:
    assert plus_months(first, months) == reached


def test_moments_are_in_order_within_the_days_and_in_the_hours_of_an_office() -> None:
    moments = list(ordered_moments(date(2026, 1, 1), date(2026, 4, 1), 5_000, luck(1)))
    assert len(moments) == 5_000
    assert moments == sorted(moments)
    assert moments[0].date() >= date(2026, 1, 1)
    assert moments[-1].date() <= date(2026, 3, 31)
    assert {moment.hour for moment in moments} <= set(range(13, 24))


def test_little_happens_on_weekends_and_much_at_the_end_of_a_quarter() -> None:
    saturday, tuesday, last = date(2026, 3, 14), date(2026, 3, 17), date(2026, 3, 31)
    assert busyness(saturday) < busyness(tuesday) / 10
    assert busyness(last) == pytest.approx(busyness(tuesday) * 1.9)
    moments = list(ordered_moments(date(2026, 1, 1), date(2027, 1, 1), 10_000, luck(2)))
    assert sum(moment.weekday() >= 5 for moment in moments) < 400


def test_no_moments_are_none() -> None:
    assert list(ordered_moments(date(2026, 1, 1), date(2026, 1, 2), 0, luck(1))) == []
