"""Daily ceilings: reached exactly is not crossed, and what crosses one is said with its figures."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import usd
from guerdon.domain.ceilings import Ceilings
from guerdon.domain.money import Money

ZONE = "America/New_York"
DAY = "2026-11-22"


@pytest.mark.parametrize(
    ("ceilings", "payouts", "amounts", "why"),
    [
        (Ceilings(ZONE, 2, usd("300.00")), 1, (usd("200.00"),), None),
        (
            Ceilings(ZONE, 2),
            2,
            (),
            "of the program's ceiling of 2 payouts a day, 2 are used for 2026-11-22",
        ),
        (
            Ceilings(ZONE, 1, usd("300.00")),
            1,
            (),
            "of the program's ceiling of 1 payout a day, 1 is used for 2026-11-22",
        ),
        (
            Ceilings(ZONE, amount_per_day=usd("300.00")),
            7,
            (Money(1, "EUR"), usd("200.01")),
            "of the program's ceiling of 300.00 USD a day, 200.01 USD is used for 2026-11-22, and this is 100.00 USD",
        ),
        (
            Ceilings(ZONE, amount_per_day=usd("99.99")),
            0,
            (),
            "100.00 USD is over the program's ceiling of 99.99 USD a day",
        ),
        (
            Ceilings(ZONE, amount_per_day=Money(500_00, "EUR")),
            0,
            (),
            "the program's ceiling of 500.00 EUR a day is in another currency than 100.00 USD",
        ),
    ],
)
def test_what_crosses_a_ceiling_is_said(
    ceilings: Ceilings, payouts: int, amounts: tuple[Money, ...], why: str | None
) -> None:
    assert ceilings.crossed(usd("100.00"), DAY, payouts, amounts) == why


def test_a_day_begins_at_midnight_of_the_books() -> None:
    ceilings = Ceilings(ZONE, 1)
    assert ceilings.day_of(datetime(2026, 11, 23, 4, 59, 59, tzinfo=UTC)) == "2026-11-22"
    assert ceilings.day_of(datetime(2026, 11, 23, 5, 0, tzinfo=UTC)) == "2026-11-23"


@given(st.lists(st.integers(1, 500), max_size=40), st.integers(1, 20), st.integers(1, 2000))
def test_whatever_comes_in_whatever_order_no_ceiling_is_gone_over(asked: list[int], most: int, sum_most: int) -> None:
    ceilings = Ceilings(ZONE, most, Money(sum_most, "USD"))
    passed: list[int] = []
    for minor in asked:
        why = ceilings.crossed(Money(minor, "USD"), DAY, len(passed), (Money(sum(passed), "USD"),))
        fits = len(passed) < most and sum(passed) + minor <= sum_most
        assert (why is None) is fits
        if why is None:
            passed.append(minor)
    assert len(passed) <= most
    assert sum(passed) <= sum_most
