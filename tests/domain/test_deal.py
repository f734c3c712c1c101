"""What makes two messages about one deal the same win, and the same facts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import CLOSED_AT, deal_event, usd
from guerdon.domain.deal import Advocate, Product, Referral, Referred, from_instant, instant

MOMENTS = st.datetimes(
    min_value=datetime.fromisoformat("2000-01-02"),
    max_value=datetime.fromisoformat("2200-12-30"),
    timezones=st.builds(timezone, st.timedeltas(timedelta(hours=-14), timedelta(hours=14))),
)


@given(MOMENTS)
def test_an_instant_is_read_back_whatever_zone_it_was_written_in(moment: datetime) -> None:
    assert from_instant(instant(moment)) == moment


@given(MOMENTS, MOMENTS)
def test_instants_sort_as_time_does(one: datetime, other: datetime) -> None:
    assert (instant(one) < instant(other)) is (one < other)


def test_an_instant_is_utc_to_the_microsecond() -> None:
    tokyo = timezone(timedelta(hours=9))
    assert instant(datetime(2026, 11, 21, 1, 4, 5, tzinfo=tokyo)) == "2026-11-20T16:04:05.000000Z"


def test_a_moment_without_a_zone_is_no_instant() -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        instant(CLOSED_AT.replace(tzinfo=None))


def test_the_occurrence_is_the_closing_in_any_zone() -> None:
    elsewhere = CLOSED_AT.astimezone(timezone(timedelta(hours=-5)))
    assert deal_event(closed_at=elsewhere).occurrence == deal_event().occurrence == "2026-11-20T16:04:05.000000Z"
    assert deal_event(closed_at=CLOSED_AT + timedelta(microseconds=1)).occurrence != deal_event().occurrence


@pytest.mark.parametrize(
    "change",
    [
        {"timestamp": datetime(2030, 1, 1, tzinfo=UTC)},
        {"advocate": Advocate("A-77", name="Ada", email="new@example.com", segment="gold")},
        {"referred": Referred("C-9", name="Grace", company="Eckert")},
        {"referral": Referral("R-1", "verbal", sales_involved=True)},
    ],
)
def test_a_corrected_contact_is_the_same_deal(change: dict[str, Any]) -> None:
    assert replace(deal_event(), **change).fingerprint == deal_event().fingerprint


@pytest.mark.parametrize(
    "change",
    [
        {"amount": usd("12500.01")},
        {"amount": replace(usd("12500.00"), currency="EUR")},
        {"products": (Product("crm"),)},
        {"products": (Product("crm", 2),)},
        {"products": (Product("crm", 1, usd("5.00")),)},
    ],
)
def test_other_money_is_another_deal(change: dict[str, Any]) -> None:
    event = deal_event()
    changed = replace(event, deal=replace(event.deal, **change))
    fingerprints = {event.fingerprint, changed.fingerprint}
    assert len(fingerprints) == 2


@pytest.mark.parametrize("change", [{"advocate": Advocate("A-78")}, {"advocate": None}, {"referred": None}])
def test_other_people_are_another_deal(change: dict[str, Any]) -> None:
    assert replace(deal_event(), **change).fingerprint != deal_event().fingerprint
