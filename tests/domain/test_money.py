"""Money: exact in, exact out, and rounded once, to even."""

from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guerdon.domain.currencies import MINOR_UNIT_EXPONENTS
from guerdon.domain.errors import InvalidMoney
from guerdon.domain.money import Money, percent, percent_text

AMOUNTS = st.integers(min_value=-(10**14), max_value=10**14)
CURRENCIES = st.sampled_from(sorted(MINOR_UNIT_EXPONENTS))
MONEY = st.builds(Money, AMOUNTS, CURRENCIES)
RATES = st.fractions(min_value=0, max_value=2, max_denominator=10_000)


@pytest.mark.parametrize(
    ("text", "currency", "amount_minor"),
    [
        ("12500.00", "USD", 1_250_000),
        ("12500", "USD", 1_250_000),
        ("0.1", "USD", 10),
        ("-3.05", "USD", -305),
        ("-0", "USD", 0),
        ("007.50", "USD", 750),
        ("100", "JPY", 100),
        ("100.00", "JPY", 100),
        ("1.234", "KWD", 1234),
        ("1.2340", "KWD", 1234),
        ("1.5", "KWD", 1500),
    ],
)
def test_a_decimal_text_is_read_in_the_currencys_own_minor_unit(text: str, currency: str, amount_minor: int) -> None:
    assert Money.parse(text, currency) == Money(amount_minor, currency)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " 1",
        "1 ",
        "1,000",
        "1.",
        ".5",
        "+1",
        "1e3",
        "NaN",
        "Infinity",
        "--1",
        "1.2.3",
        "١٢",
        "1_000",
        "0x10",
        "1\n",
        "1" * 16,
        "1." + "0" * 13,
    ],
)
def test_what_is_not_a_decimal_amount_is_refused(text: str) -> None:
    with pytest.raises(InvalidMoney, match="is not a decimal amount such as"):
        Money.parse(text, "USD")


@pytest.mark.parametrize(
    ("text", "currency", "places"), [("1.001", "USD", 2), ("100.50", "JPY", 0), ("1.2345", "KWD", 3)]
)
def test_more_places_than_the_currency_has_are_refused_and_not_rounded(text: str, currency: str, places: int) -> None:
    with pytest.raises(InvalidMoney) as refused:
        Money.parse(text, currency)
    assert str(refused.value) == f"'{text}' has more than the {places} decimal places of {currency}"


@pytest.mark.parametrize("currency", ["", "usd", "US", "XXX", "XAU", "XTS", "BTC", "USD "])
def test_a_currency_that_nobody_is_paid_in_is_refused(currency: str) -> None:
    with pytest.raises(InvalidMoney, match="is not an ISO 4217 currency in use"):
        Money(1, currency)


@pytest.mark.parametrize("amount", [1.0, True, "1", None, Decimal(1)])
def test_only_integers_are_amounts(amount: object) -> None:
    with pytest.raises(InvalidMoney, match="is not a whole number of minor units"):
        Money(amount, "USD")  # type: ignore[arg-type] # The check at run time is what is tested.


@pytest.mark.parametrize(
    ("money", "text"),
    [
        (Money(1_250_000, "USD"), "12500.00 USD"),
        (Money(5, "USD"), "0.05 USD"),
        (Money(-5, "USD"), "-0.05 USD"),
        (Money(0, "USD"), "0.00 USD"),
        (Money(100, "JPY"), "100 JPY"),
        (Money(-7, "JPY"), "-7 JPY"),
        (Money(1, "KWD"), "0.001 KWD"),
    ],
)
def test_money_is_written_with_exactly_the_currencys_places(money: Money, text: str) -> None:
    assert str(money) == text


@pytest.mark.parametrize(
    ("money", "words"),
    [
        (Money(1_250_000, "USD"), "12,500.00 USD"),
        (Money(-123_456_789, "EUR"), "-1,234,567.89 EUR"),
        (Money(5, "USD"), "0.05 USD"),
        (Money(10_000, "JPY"), "10,000 JPY"),
        (Money(1_234_567, "KWD"), "1,234.567 KWD"),
    ],
)
def test_people_read_it_with_its_thousands_grouped(money: Money, words: str) -> None:
    assert money.words == words
    assert f"{money.grouped} {money.currency}" == words


@given(MONEY)
def test_what_is_written_is_read_back(money: Money) -> None:
    assert Money.parse(money.decimal, money.currency) == money
    exponent = MINOR_UNIT_EXPONENTS[money.currency]
    assert Decimal(money.decimal) == Decimal(money.amount_minor).scaleb(-exponent)


@pytest.mark.parametrize(
    ("minor", "rate", "product"),
    [(5, "1/2", 2), (15, "1/2", 8), (25, "1/10", 2), (35, "1/10", 4), (-5, "1/2", -2), (-15, "1/2", -8), (1, "2/3", 1)],
)
def test_a_tie_goes_to_the_even_neighbor(minor: int, rate: str, product: int) -> None:
    assert Money(minor, "USD").times(Fraction(rate)) == Money(product, "USD")


@given(MONEY, RATES)
def test_a_product_is_within_half_a_unit_and_as_decimal_rounds_it(money: Money, rate: Fraction) -> None:
    product = money.times(rate).amount_minor
    exact = money.amount_minor * rate
    assert abs(product - exact) <= Fraction(1, 2)
    if abs(product - exact) == Fraction(1, 2):
        assert product % 2 == 0


@given(MONEY, st.integers(min_value=0, max_value=10_000))
def test_percentages_agree_with_decimal_arithmetic(money: Money, hundredths: int) -> None:
    exact = Decimal(money.amount_minor) * Decimal(hundredths) / Decimal(10_000)
    rounded = int(exact.quantize(Decimal(1), ROUND_HALF_EVEN))
    assert money.times(Fraction(hundredths, 10_000)).amount_minor == rounded


@given(MONEY, st.lists(st.integers(min_value=0, max_value=10**6), min_size=1, max_size=12).filter(any))
def test_shares_sum_to_the_whole_and_each_is_within_a_unit(money: Money, weights: list[int]) -> None:
    shares = money.allocate(weights)
    assert sum(share.amount_minor for share in shares) == money.amount_minor
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share.amount_minor - Fraction(money.amount_minor * weight, sum(weights))) < 1


@pytest.mark.parametrize(
    ("minor", "weights", "shares"),
    [
        (100, [1, 1, 1], (34, 33, 33)),
        (100, [1, 0, 1], (50, 0, 50)),
        (5, [3, 7], (2, 3)),
        (-100, [1, 1, 1], (-33, -33, -34)),
        (1, [1, 1], (1, 0)),
        (0, [1, 2], (0, 0)),
    ],
)
def test_the_largest_remainder_gets_the_unit_and_of_equals_the_first(
    minor: int, weights: list[int], shares: tuple[int, ...]
) -> None:
    assert tuple(share.amount_minor for share in Money(minor, "USD").allocate(weights)) == shares


@pytest.mark.parametrize("weights", [[], [0], [0, 0], [-1, 2], [1, -1]])
def test_shares_without_a_weight_are_refused(weights: list[int]) -> None:
    with pytest.raises(InvalidMoney, match="shares need weights"):
        Money(100, "USD").allocate(weights)


def test_currencies_do_not_mix() -> None:
    dollars, yen = Money(1, "USD"), Money(1, "JPY")
    for mix in (lambda: dollars + yen, lambda: dollars - yen, lambda: dollars < yen, lambda: dollars <= yen):
        with pytest.raises(InvalidMoney, match=r"(USD and JPY|JPY and USD) cannot be added or compared"):
            mix()
    assert dollars != yen


@given(AMOUNTS, AMOUNTS)
def test_sums_and_comparisons_are_those_of_the_minor_units(one: int, other: int) -> None:
    left, right = Money(one, "USD"), Money(other, "USD")
    assert (left + right).amount_minor == one + other
    assert (left - right).amount_minor == one - other
    assert (left < right, left <= right, left > right, left >= right) == (
        one < other,
        one <= other,
        one > other,
        one >= other,
    )


@pytest.mark.parametrize(
    ("text", "rate", "back"),
    [
        ("7.5", Fraction(3, 40), "7.5"),
        ("10", Fraction(1, 10), "10"),
        ("10.00", Fraction(1, 10), "10"),
        ("0", Fraction(0), "0"),
        ("0.000000000001", Fraction(1, 10**14), "0.000000000001"),
        ("33.333", Fraction(33333, 100_000), "33.333"),
    ],
)
def test_a_percentage_is_exact(text: str, rate: Fraction, back: str) -> None:
    assert percent(text) == rate
    assert percent_text(rate) == back


@pytest.mark.parametrize("text", ["", "-1", "7,5", "7.5%", "1e1", "½"])
def test_what_is_not_a_percentage_is_refused(text: str) -> None:
    with pytest.raises(InvalidMoney, match="is not a percentage"):
        percent(text)


def test_each_currency_is_three_capitals_with_0_to_3_places() -> None:
    assert all(len(code) == 3 and code.isascii() and code.isupper() for code in MINOR_UNIT_EXPONENTS)
    assert set(MINOR_UNIT_EXPONENTS.values()) == {0, 2, 3}
    assert {code: MINOR_UNIT_EXPONENTS[code] for code in ("USD", "EUR", "JPY", "KRW", "ISK", "KWD", "TND", "HUF")} == {
        "USD": 2,
        "EUR": 2,
        "JPY": 0,
        "KRW": 0,
        "ISK": 0,
        "KWD": 3,
        "TND": 3,
        "HUF": 2,
    }
