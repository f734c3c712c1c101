from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guerdon.domain.hours import begin_of, end_of, hour_after, hour_before, hour_of, hours_between

MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - drawn.


@given(moment=MOMENTS)
def test_a_moment_lies_in_its_hour(moment: datetime) -> None:
    hour = hour_of(moment)
    assert begin_of(hour) <= moment < end_of(hour)
    assert hour_before(hour_after(hour)) == hour


@given(earlier=MOMENTS, later=MOMENTS)
def test_hours_sort_as_time_does(earlier: datetime, later: datetime) -> None:
    earlier, later = sorted((earlier, later))
    assert hour_of(earlier) <= hour_of(later)


def test_an_hour_is_one_of_utc() -> None:
    moment = datetime(2026, 11, 22, 23, 30, tzinfo=timezone(timedelta(hours=-5)))
    assert hour_of(moment) == "2026-11-23T04"


def test_hours_between_have_both_ends_and_cross_the_year() -> None:
    assert list(hours_between("2026-12-31T22", "2027-01-01T01")) == [
        "2026-12-31T22",
        "2026-12-31T23",
        "2027-01-01T00",
        "2027-01-01T01",
    ]
    assert list(hours_between("2026-12-31T22", "2026-12-31T21")) == []


@pytest.mark.parametrize("text", ["", "2026-11-22", "2026-11-22T25", "2026-11-22T14:00"])
def test_what_is_no_hour_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"does not match format|unconverted data"):
        begin_of(text)
