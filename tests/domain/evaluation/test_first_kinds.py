"""Flat amounts, shares, tiers and steps, to the cent and at every edge."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import explained_by, facts, program, rule, usd
from guerdon.domain.counting import WHOLE
from guerdon.domain.evaluation import CannotDecide, Evaluated, NothingEarned, evaluate
from guerdon.domain.explanation import Explanation, Part
from guerdon.domain.money import Money

SHARE = {"percentage": {"rate": "10", "min": "50.00", "max": "500.00"}}
TIERS = {
    "tiers": [
        {"from": "0", "flat": "50.00"},
        {"from": "1000.00", "flat": "100.00"},
        {"from": "10000.00", "percentage": {"rate": "2.5", "max": "1000.00"}},
    ]
}
STEPS = {
    "escalating": [
        {"from": "1", "flat": "100.00"},
        {"from": "3", "percentage": {"rate": "1"}},
        {"from": "5", **TIERS},
    ]
}


def judged(amount: dict[str, Any], deal: str = "12500.00", ordinal: int = 1) -> Explanation:
    return explained_by(program(rule(amount=amount)), facts(amount=usd(deal).amount_minor), {WHOLE: ordinal - 1})


def part_of(amount: dict[str, Any], deal: str, ordinal: int = 1) -> Part:
    (part,) = judged(amount, deal, ordinal).parts
    return part


def test_a_flat_amount_is_paid_whatever_the_deal() -> None:
    assert judged({"flat": "75.00"}, "0").amount == usd("75.00")
    assert judged({"flat": "75.00"}, "1000000.00").amount == usd("75.00")


@pytest.mark.parametrize(
    ("deal", "amount", "computed", "limit"),
    [
        ("499.94", "50.00", "49.99", "min"),
        ("499.95", "50.00", "50.00", None),
        ("500.00", "50.00", "50.00", None),
        ("500.10", "50.01", "50.01", None),
        ("4999.90", "499.99", "499.99", None),
        ("5000.00", "500.00", "500.00", None),
        ("5000.05", "500.00", "500.00", None),
        ("5000.10", "500.00", "500.01", "max"),
        ("0", "50.00", "0.00", "min"),
    ],
)
def test_a_share_is_held_between_its_limits(deal: str, amount: str, computed: str, limit: str | None) -> None:
    part = part_of(SHARE, deal)
    assert (part.amount, part.computed, part.limit) == (
        usd(amount),
        usd(computed),
        limit,
    )


def test_a_share_of_60_beats_a_minimum_of_5_since_money_is_compared() -> None:
    amount = {"percentage": {"rate": "60", "min": "5.00"}}
    assert judged(amount, "100.00").amount == usd("60.00")


@pytest.mark.parametrize(
    ("deal", "amount", "tier_from", "tier_below"),
    [
        ("0", "50.00", "0", "1000.00"),
        ("999.99", "50.00", "0", "1000.00"),
        ("1000.00", "100.00", "1000.00", "10000.00"),
        ("9999.99", "100.00", "1000.00", "10000.00"),
        ("10000.00", "250.00", "10000.00", None),
        ("40000.00", "1000.00", "10000.00", None),
        ("40000.40", "1000.00", "10000.00", None),
    ],
)
def test_an_amount_on_an_edge_belongs_to_the_upper_tier(
    deal: str, amount: str, tier_from: str, tier_below: str | None
) -> None:
    part = part_of(TIERS, deal)
    below = usd(tier_below) if tier_below else None
    assert (part.amount, part.tier_from, part.tier_below) == (
        usd(amount),
        usd(tier_from),
        below,
    )


@pytest.mark.parametrize(
    ("ordinal", "amount", "step_from"),
    [(1, "100.00", 1), (2, "100.00", 1), (3, "125.00", 3), (4, "125.00", 3), (5, "312.50", 5), (999, "312.50", 5)],
)
def test_steps_go_by_ordinal_and_may_hold_tiers(ordinal: int, amount: str, step_from: int) -> None:
    earned = judged(STEPS, "12500.00", ordinal)
    assert (earned.amount, earned.step_from, earned.ordinal) == (
        usd(amount),
        step_from,
        ordinal,
    )


@pytest.mark.parametrize("amount", [SHARE, TIERS, {"percentage": {"rate": "1"}}])
def test_a_deal_in_another_currency_is_not_converted(amount: dict[str, Any]) -> None:
    evaluation = evaluate(program(rule(amount=amount)), facts(currency="JPY"), {})
    assert evaluation == CannotDecide(
        "the deal is in JPY and rule 'all' computes in USD; nothing is converted silently: "
        "send the deal in the program's currency"
    )


def test_a_flat_amount_needs_no_conversion() -> None:
    yen = facts(currency="JPY")
    assert isinstance(evaluate(program(rule()), yen, {}), Evaluated)
    assert isinstance(evaluate(program(rule(amount=STEPS)), yen, {WHOLE: 1}), Evaluated)
    assert isinstance(evaluate(program(rule(amount=STEPS)), yen, {WHOLE: 2}), CannotDecide)


@pytest.mark.parametrize("deal", ["0", "0.04", "0.05"])
def test_what_rounds_to_nothing_earns_nothing(deal: str) -> None:
    rate = {"percentage": {"rate": "10"}}
    evaluation = evaluate(program(rule(amount=rate)), facts(amount=usd(deal).amount_minor), {})
    assert evaluation == NothingEarned("rule 'all' comes to 0.00 USD for this deal")


def test_yen_are_not_multiplied_by_100() -> None:
    yen = program(rule(amount={"percentage": {"rate": "10", "max": "5000"}}), currency="JPY")
    assert explained_by(yen, facts(amount=12_345, currency="JPY")).amount == Money(1234, "JPY")


@pytest.mark.parametrize(
    ("period", "moment", "expected"),
    [
        ("lifetime", datetime(2027, 1, 1, 4, 30, tzinfo=UTC), "lifetime"),
        ("calendar_year", datetime(2027, 1, 1, 4, 30, tzinfo=UTC), "2026"),
        ("calendar_year", datetime(2027, 1, 1, 5, 0, tzinfo=UTC), "2027"),
        ("calendar_month", datetime(2027, 1, 1, 4, 30, tzinfo=UTC), "2026-12"),
        ("calendar_month", datetime(2026, 7, 1, 3, 59, 59, tzinfo=UTC), "2026-06"),
        ("calendar_month", datetime(2026, 7, 1, 4, 0, tzinfo=UTC), "2026-07"),
    ],
)
def test_periods_turn_at_midnight_of_the_programs_own_zone(period: str, moment: datetime, expected: str) -> None:
    assert program(counting={"period": period}).period_of(moment) == expected


def test_the_same_moment_is_another_year_in_tokyo() -> None:
    moment = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)
    yearly = {"counting": {"period": "calendar_year"}}
    assert program(**yearly).period_of(moment) == "2026"
    assert program(**yearly, time_zone="Asia/Tokyo").period_of(moment) == "2027"


@given(st.integers(0, 10**10), st.integers(1, 50), st.sampled_from([SHARE, TIERS, STEPS, {"flat": "1.00"}]))
def test_the_same_facts_give_the_same_answer_and_a_larger_deal_never_less(
    deal_minor: int, ordinal: int, amount: dict[str, Any]
) -> None:
    compiled = program(rule(amount=amount))
    deal, counts = facts(amount=deal_minor), {WHOLE: ordinal - 1}
    first, again = evaluate(compiled, deal, counts), evaluate(program(rule(amount=amount)), deal, counts)
    assert first == again
    more = evaluate(compiled, deal._replace(amount=deal_minor + 1), counts)
    if isinstance(first, Evaluated):
        assert isinstance(more, Evaluated)
        assert first.amount_minor <= more.amount_minor
