from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guerdon.adapters.providers.amounts import from_major, major_number
from guerdon.adapters.providers.stripe.capabilities import from_units_at_stripe, units_at_stripe
from guerdon.domain.currencies import MINOR_UNIT_EXPONENTS
from guerdon.domain.errors import InvalidMoney
from guerdon.domain.money import Money

CARRIED = st.builds(Money, st.integers(1, 99_999_999), st.sampled_from(sorted(MINOR_UNIT_EXPONENTS)))


@pytest.mark.parametrize(
    ("money", "written"),
    [
        (Money(12550, "USD"), "125.5"),
        (Money(10, "EUR"), "0.1"),
        (Money(5000, "JPY"), "5000"),
        (Money(12345, "KWD"), "12.345"),
        (Money(99_999_999, "USD"), "999999.99"),
    ],
)
def test_major_units_are_written_with_the_currencys_own_places(money: Money, written: str) -> None:
    assert repr(major_number(money)) == written


@given(CARRIED)
def test_what_is_written_reads_back_as_the_same_money(money: Money) -> None:
    assert from_major(Decimal(repr(major_number(money))), money.currency) == money


def test_a_charge_with_half_a_cent_is_no_money() -> None:
    with pytest.raises(InvalidMoney):
        from_major(Decimal("1.005"), "USD")


@pytest.mark.parametrize(
    ("money", "units"),
    [
        (Money(12550, "USD"), 12550),
        (Money(5000, "JPY"), 5000),
        (Money(1500, "ISK"), 150000),
        (Money(150000, "MGA"), 1500),
        (Money(150050, "MGA"), None),
        (Money(12340, "KWD"), 12340),
        (Money(12345, "KWD"), None),
        (Money(1001, "HUF"), 1001),
    ],
)
def test_stripe_has_units_of_its_own_for_a_few_currencies(money: Money, units: int | None) -> None:
    assert units_at_stripe(money) == units


@given(CARRIED)
def test_stripes_units_read_back_as_the_same_money(money: Money) -> None:
    units = units_at_stripe(money)

    assert units is None or from_units_at_stripe(units, money.currency.lower()) == money


def test_units_of_a_currency_that_is_none_are_no_money() -> None:
    assert from_units_at_stripe(100, "zzz") is None


def test_units_that_are_no_whole_krona_are_no_money() -> None:
    assert from_units_at_stripe(150050, "isk") is None
