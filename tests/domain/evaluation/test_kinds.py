"""Slices, tables, units, lines, and what sales set: to the cent and at every edge."""

from collections.abc import Mapping
from typing import Any

import pytest

from builders import explained_by, facts, program, rule, usd
from guerdon.domain.counting import WHOLE
from guerdon.domain.evaluation import CannotDecide, NothingEarned, evaluate
from guerdon.domain.explanation import Explanation, PartKind
from guerdon.domain.facts import Facts, LineFacts
from guerdon.domain.money import Money

GRADUATED = {
    "graduated": [
        {"from": "0", "rate": "5"},
        {"from": "10000.00", "rate": "3"},
        {"from": "50000.00", "flat": "200.00"},
    ]
}
TABLE = {
    "table": {
        "tiers": ["0", "5000.00", "20000.00"],
        "steps": ["1", "2", "4"],
        "pays": [["50.00", "60.00", "80.00"], ["100.00", "2 %", "2.5 %"], ["200.00", "3 %", "300.00"]],
    }
}
LINES = {
    "per_line": [
        {"products": ["payroll"], "percentage": {"rate": "10", "min": "20.00", "max": "500.00"}},
        {"products": ["hr"], "per_unit": "3.00"},
        {"flat": "25.00"},
    ]
}
SET = {"set_by_sales": {"min": "50.00", "max": "500.00"}}


def paid(amount: Mapping[str, Any], of: Facts, counts: Mapping[str, int] | None = None) -> Explanation:
    return explained_by(program(rule(amount=amount)), of, counts)


def why_not(amount: Mapping[str, Any], of: Facts) -> str:
    result = evaluate(program(rule(amount=amount)), of, {})
    assert isinstance(result, CannotDecide)
    return result.why


def minors(explanation: Explanation) -> list[int]:
    return [part.amount.amount_minor for part in explanation.parts]


@pytest.mark.parametrize(
    ("deal", "parts"),
    [
        ("100.00", [5_00]),
        ("10000.00", [500_00]),
        ("10000.01", [500_00, 0]),
        ("10000.33", [500_00, 1]),
        ("20000.00", [500_00, 300_00]),
        ("50000.00", [500_00, 1200_00]),
        ("50000.01", [500_00, 1200_00, 200_00]),
        ("90000.00", [500_00, 1200_00, 200_00]),
    ],
)
def test_each_slice_pays_at_its_own_rate_and_a_flat_slice_once_it_is_gone_into(deal: str, parts: list[int]) -> None:
    explained = paid(GRADUATED, facts(amount=usd(deal).amount_minor))
    assert minors(explained) == parts
    assert explained.amount == Money(sum(parts), "USD")
    assert {part.kind for part in explained.parts} == {PartKind.SLICE}


def test_a_slice_says_its_edges_its_rate_and_the_part_of_the_amount_in_it() -> None:
    first, second, third = paid(GRADUATED, facts(amount=60_000_00)).parts
    assert (first.tier_from, first.tier_below, first.base, first.rate_percent) == (
        usd("0"),
        usd("10000.00"),
        usd("10000.00"),
        "5",
    )
    assert (second.tier_from, second.base, second.rate_percent) == (usd("10000.00"), usd("40000.00"), "3")
    assert (third.tier_from, third.tier_below, third.base, third.rate_percent) == (usd("50000.00"), None, None, None)


def test_slices_are_summed_exactly_and_rounded_once() -> None:
    thirds = {"graduated": [{"from": "0", "rate": "0.5"}, {"from": "1.00", "rate": "0.5"}]}
    # Half a cent in each slice: rounded by themselves they would be nothing, together they are one cent.
    explained = paid(thirds, facts(amount=2_00))
    assert explained.amount == usd("0.01")
    assert minors(explained) == [1, 0]


def test_a_flat_first_slice_pays_even_for_a_deal_of_nothing() -> None:
    amount = {"graduated": [{"from": "0", "flat": "25.00"}, {"from": "100.00", "rate": "1"}]}
    assert paid(amount, facts(amount=0)).amount == usd("25.00")
    assert paid(amount, facts(amount=200_00)).amount == usd("26.00")


@pytest.mark.parametrize(
    ("deal", "ordinal", "amount"),
    [
        ("4999.99", 1, "50.00"),
        ("4999.99", 3, "60.00"),
        ("4999.99", 4, "80.00"),
        ("5000.00", 1, "100.00"),
        ("5000.00", 2, "100.00"),
        ("7777.77", 3, "155.56"),
        ("7777.77", 4, "194.44"),
        ("19999.99", 99, "500.00"),
        ("20000.00", 3, "600.00"),
        ("20000.00", 4, "300.00"),
    ],
)
def test_a_table_pays_by_tier_and_step(deal: str, ordinal: int, amount: str) -> None:
    assert paid(TABLE, facts(amount=usd(deal).amount_minor), {WHOLE: ordinal - 1}).amount == usd(amount)


def test_a_cell_says_its_tier_its_step_and_its_rate() -> None:
    (cell,) = paid(TABLE, facts(amount=7777_77), {WHOLE: 2}).parts
    assert (cell.kind, cell.tier_from, cell.tier_below, cell.step_from, cell.ordinal, cell.rate_percent, cell.base) == (
        PartKind.SHARE,
        usd("5000.00"),
        usd("20000.00"),
        2,
        3,
        "2",
        usd("7777.77"),
    )


@pytest.mark.parametrize(
    ("products", "units"), [([], 17), (["seat"], 12), (["seat", "crm"], 17), (["payroll", "crm"], 5)]
)
def test_units_are_those_of_the_lines_that_count(products: list[str], units: int) -> None:
    deal = facts(lines=(LineFacts("seat", 10, None), LineFacts("crm", 5, 100), LineFacts("seat", 2, None)))
    amount = {"per_unit": {"amount": "5.00", **({"products": products} if products else {})}}
    (part,) = paid(amount, deal).parts
    assert (part.units, part.unit_amount, part.amount) == (units, usd("5.00"), Money(units * 500, "USD"))


def test_a_deal_without_lines_has_no_units_and_no_lines_to_pay() -> None:
    for amount in ({"per_unit": {"amount": "5.00"}}, LINES):
        nothing = NothingEarned("rule 'all' comes to 0.00 USD for this deal")
        assert evaluate(program(rule(amount=amount)), facts(), {}) == nothing


def test_each_line_is_paid_by_the_first_rate_for_its_product() -> None:
    deal = facts(lines=(LineFacts("payroll", 1, 1234_56), LineFacts("hr", 7, None), LineFacts("crm", 2, None)))
    explained = paid(LINES, deal)
    assert [(part.product, part.kind, part.amount, part.units) for part in explained.parts] == [
        ("payroll", PartKind.SHARE, usd("123.46"), None),
        ("hr", PartKind.UNITS, usd("21.00"), 7),
        ("crm", PartKind.FLAT, usd("25.00"), None),
    ]
    assert explained.amount == usd("169.46")


@pytest.mark.parametrize(
    ("line", "amount", "limit"), [(199_99, "20.00", "min"), (200_00, "20.00", None), (5_000_10, "500.00", "max")]
)
def test_a_line_is_held_between_its_own_bounds(line: int, amount: str, limit: str | None) -> None:
    (part,) = paid(LINES, facts(lines=(LineFacts("payroll", 1, line),))).parts
    assert (part.amount, part.limit) == (usd(amount), limit)


def test_lines_are_rounded_once_and_what_each_is_told_to_pay_sums_to_that() -> None:
    amount = {"per_line": [{"percentage": {"rate": "33.333"}}]}
    explained = paid(amount, facts(lines=tuple(LineFacts(sku, 1, 100) for sku in "abc")))
    # 33.333 cents each, 99.999 in all: one line gets the cent that rounding each would have lost.
    assert explained.amount == usd("1.00")
    assert minors(explained) == [34, 33, 33]


def test_a_line_without_the_amount_that_is_needed_needs_a_person() -> None:
    lines = (LineFacts("hr", 1, None), LineFacts("payroll", 1, None))
    assert why_not(LINES, facts(lines=lines)) == (
        "rule 'all' pays by the lines of the deal, and a line of it does not say its amount: "
        "send it in data.deal.products"
    )


@pytest.mark.parametrize("kind", ["percentage", "tiers", "graduated"])
def test_a_named_amount_is_what_is_computed_with_and_without_it_a_person_is_needed(kind: str) -> None:
    kinds: dict[str, dict[str, Any]] = {
        "percentage": {"percentage": {"rate": "10", "of": "first_year"}},
        "tiers": {"tiers": {"of": "first_year", "bands": [{"from": "0", "percentage": {"rate": "10"}}]}},
        "graduated": {"graduated": {"of": "first_year", "slices": [{"from": "0", "rate": "10"}]}},
    }
    amount = kinds[kind]
    explained = paid(amount, facts(amounts={"first_year": 1000_00}))
    assert (explained.amount, explained.parts[0].of) == (usd("100.00"), "first_year")
    assert why_not(amount, facts(amounts={"upfront": 1000_00})) == (
        "rule 'all' computes with the deal's 'first_year', which the deal does not say: send it in data.deal.amounts"
    )


@pytest.mark.parametrize(
    ("told", "outside", "amount", "limit"),
    [
        ("50.00", "attention", "50.00", None),
        ("123.45", "attention", "123.45", None),
        ("500.00", "attention", "500.00", None),
        ("49.99", "clamp", "50.00", "min"),
        ("500.01", "clamp", "500.00", "max"),
    ],
)
def test_what_sales_set_is_paid_within_its_bounds(told: str, outside: str, amount: str, limit: str | None) -> None:
    (part,) = paid({"set_by_sales": {**SET["set_by_sales"], "outside": outside}}, facts(set_by_sales=usd(told))).parts
    assert (part.kind, part.amount, part.computed, part.limit, part.defaulted) == (
        PartKind.SET_BY_SALES,
        usd(amount),
        usd(told),
        limit,
        False,
    )


def test_what_sales_set_out_of_bounds_or_not_at_all_needs_a_person() -> None:
    assert why_not(SET, facts(set_by_sales=usd("500.01"))) == (
        "sales set 500.01 USD, and rule 'all' pays between 50.00 USD and 500.00 USD: correct the reward"
    )
    assert why_not(SET, facts()) == "rule 'all' pays what sales set, and they set nothing: set the reward"


def test_a_default_is_paid_where_sales_set_nothing() -> None:
    (part,) = paid({"set_by_sales": {**SET["set_by_sales"], "default": "75.00"}}, facts()).parts
    assert (part.amount, part.defaulted) == (usd("75.00"), True)


@pytest.mark.parametrize(
    ("ordinal", "parts"), [(1, [100_00]), (4, [100_00]), (5, [100_00, 40_00]), (10, [100_00, 40_00, 7_00])]
)
def test_a_bonus_is_added_on_every_nth(ordinal: int, parts: list[int]) -> None:
    amount = {"flat": "100.00", "every": [{"nth": "5", "bonus": "40.00"}, {"nth": "10", "bonus": "7.00"}]}
    explained = paid(amount, facts(), {WHOLE: ordinal - 1})
    assert minors(explained) == parts
    assert [part.every for part in explained.parts[1:]] == [5, 10][: len(parts) - 1]


@pytest.mark.parametrize(
    ("deal", "ordinal", "amount", "last"),
    [
        ("1000.00", 1, "150.00", PartKind.MIN),
        ("1500.00", 1, "150.00", PartKind.SHARE),
        ("1500.00", 2, "170.00", PartKind.BONUS),
        ("1900.00", 2, "200.00", PartKind.MAX),
        ("2000.00", 1, "200.00", PartKind.SHARE),
    ],
)
def test_the_bounds_of_a_rule_hold_its_total_with_its_bonus(
    deal: str, ordinal: int, amount: str, last: PartKind
) -> None:
    bounded = {
        "percentage": {"rate": "10"},
        "every": [{"nth": "2", "bonus": "20.00"}],
        "min": "150.00",
        "max": "200.00",
    }
    explained = paid(bounded, facts(amount=usd(deal).amount_minor), {WHOLE: ordinal - 1})
    assert (explained.amount, explained.parts[-1].kind) == (usd(amount), last)
    assert sum(minors(explained)) == explained.amount.amount_minor


def test_a_bonus_and_a_share_are_rounded_together() -> None:
    amount = {"percentage": {"rate": "10"}, "every": [{"nth": "2", "bonus": "0.01"}]}
    # Half a cent alone is rounded to the even nothing, one and a half to the even two.
    assert evaluate(program(rule(amount=amount)), facts(amount=5), {}) == NothingEarned(
        "rule 'all' comes to 0.00 USD for this deal"
    )
    explained = paid(amount, facts(amount=5), {WHOLE: 1})
    assert minors(explained) == [1, 1]


def test_a_least_is_paid_where_no_line_pays() -> None:
    explained = paid({"per_line": [{"products": ["hr"], "flat": "5.00"}], "min": "10.00"}, facts())
    assert [(part.kind, part.amount) for part in explained.parts] == [(PartKind.MIN, usd("10.00"))]


def test_an_amount_of_the_deal_below_zero_earns_nothing_by_itself() -> None:
    assert why_not({"percentage": {"rate": "10"}}, facts(amount=-1)) == (
        "rule 'all' cannot compute with a deal of less than nothing"
    )
