"""Months in the zone of the books."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guerdon.domain.months import begin_of_month, end_of_month, is_month, month_after, month_before, month_of

NEW_YORK = ZoneInfo("America/New_York")


def test_a_month_begins_and_ends_at_midnight_of_its_own_zone_whatever_summer_time_does() -> None:
    assert begin_of_month("2026-11", NEW_YORK).astimezone(UTC) == datetime(2026, 11, 1, 4, tzinfo=UTC)
    assert end_of_month("2026-11", NEW_YORK).astimezone(UTC) == datetime(2026, 12, 1, 5, tzinfo=UTC)
    assert begin_of_month("2026-11", ZoneInfo("Asia/Kolkata")).astimezone(UTC) == datetime(
        2026, 10, 31, 18, 30, tzinfo=UTC
    )


@pytest.mark.parametrize("text", ["2026-13", "2026-00", "2026-1", "26-11", "2026-11-01", "", "0000-01", "2026-11\n"])
def test_what_is_no_month_is_told_from_one(text: str) -> None:
    assert is_month("2026-11")
    assert not is_month(text)


ZONES = ("UTC", "Asia/Kolkata", "America/New_York", "Pacific/Apia")
MOMENTS = st.integers(0, 3_700_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@given(MOMENTS, st.sampled_from(ZONES))
def test_every_moment_is_in_one_month(moment: datetime, zone_name: str) -> None:
    zone = ZoneInfo(zone_name)
    month = month_of(moment, zone)
    assert begin_of_month(month, zone) <= moment < end_of_month(month, zone)
    assert end_of_month(month, zone) == begin_of_month(month_after(month), zone)
    assert month_before(month_after(month)) == month
