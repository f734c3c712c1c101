"""Which of the rules that apply decides, for whom, for which event, and by which count."""

from typing import Any

import pytest

from builders import explained_by, facts, program, rule, usd
from guerdon.domain.counting import WHOLE
from guerdon.domain.evaluation import CannotDecide, Evaluated, NothingEarned, evaluate
from guerdon.domain.explanation import Loser, ProductOrdinal
from guerdon.domain.facts import LineFacts
from guerdon.domain.money import Money
from guerdon.domain.program import Beneficiary

FLAT = rule(name="flat", amount={"flat": "5.00"})
SHARE = rule(name="share", amount={"percentage": {"rate": "60"}})
GOLD = rule(name="gold", when={"segments": ["gold"]}, amount={"flat": "900.00"})


def test_the_first_that_applies_decides_and_those_after_it_lose() -> None:
    explained = explained_by(program(GOLD, FLAT, SHARE), facts(amount=100_00))
    assert (explained.rule, explained.amount, explained.losers) == ("flat", usd("5.00"), (Loser("share"),))


def test_the_first_decides_even_when_it_comes_to_nothing() -> None:
    result = evaluate(program(SHARE, FLAT), facts(amount=0), {})
    assert result == NothingEarned("rule 'share' comes to 0.00 USD for this deal")


def test_the_best_is_what_pays_most_by_money_and_not_by_its_number() -> None:
    explained = explained_by(program(FLAT, GOLD, SHARE, choose="best"), facts(amount=100_00))
    assert (explained.rule, explained.amount, explained.losers) == (
        "share",
        usd("60.00"),
        (Loser("flat", usd("5.00")),),
    )


def test_of_equals_the_earlier_is_the_best() -> None:
    other = rule(name="other", amount={"flat": "5.00"})
    assert explained_by(program(FLAT, other, choose="best"), facts()).rule == "flat"
    assert explained_by(program(other, FLAT, choose="best"), facts()).rule == "other"


def test_a_stack_adds_up_all_that_apply() -> None:
    explained = explained_by(program(FLAT, GOLD, SHARE, choose="stack"), facts(amount=100_00))
    assert (explained.rules, explained.amount, explained.losers) == (("flat", "share"), usd("65.00"), ())
    assert [(part.rule, part.amount) for part in explained.parts] == [("flat", usd("5.00")), ("share", usd("60.00"))]


@pytest.mark.parametrize("choose", ["best", "stack"])
def test_where_all_are_needed_one_that_cannot_be_computed_needs_a_person(choose: str) -> None:
    needs = rule(name="needs", amount={"percentage": {"rate": "1", "of": "first_year"}})
    assert isinstance(evaluate(program(FLAT, needs, choose=choose), facts(), {}), CannotDecide)
    assert isinstance(evaluate(program(FLAT, needs), facts(), {}), Evaluated)


def test_each_side_and_each_event_has_its_own_rules() -> None:
    both = program(
        rule(name="advocate", on="deal.closed"),
        rule(name="referred", on="deal.closed", rewards="referred", amount={"flat": "20.00"}),
        rule(name="invoice", on="invoice.paid", amount={"flat": "3.00"}),
        triggers={"deal.closed": {}, "invoice.paid": {"per_deal": "12"}},
    )
    assert explained_by(both, facts()).rule == "advocate"
    assert explained_by(both, facts(), to=Beneficiary.REFERRED).rule == "referred"
    assert explained_by(both, facts(trigger="invoice.paid")).rule == "invoice"
    nothing = NothingEarned("no rule of the program applies to this deal")
    assert evaluate(both, facts(trigger="invoice.paid"), {}, Beneficiary.REFERRED) == nothing


BY_PRODUCT: dict[str, Any] = {"counting": {"by": "product"}}
STEPS = [{"from": "1", "flat": "10.00"}, {"from": "2", "flat": "20.00"}, {"from": "4", "flat": "40.00"}]


def test_a_rule_for_the_whole_deal_counts_by_the_first_product_that_it_names_and_the_deal_has() -> None:
    stepped = rule(when={"products": ["crm", "payroll", "hr"]}, amount={"escalating": STEPS})
    deal = facts(lines=(LineFacts("hr", 1, None), LineFacts("payroll", 1, None)))
    explained = explained_by(program(stepped, **BY_PRODUCT), deal, {"crm": 9, "payroll": 3, "hr": 1, WHOLE: 7})
    assert explained.amount == usd("40.00")
    assert (explained.parts[0].product, explained.ordinal) == ("payroll", 4)
    assert explained.ordinals == (ProductOrdinal("hr", 2), ProductOrdinal("payroll", 4))


def test_each_line_counts_by_its_own_product() -> None:
    by_line = {
        "escalating": [
            {"from": "1", "per_line": [{"products": ["crm"], "flat": "10.00"}, {"flat": "1.00"}]},
            {"from": "3", "per_line": [{"products": ["crm", "hr"], "percentage": {"rate": "10"}}]},
        ],
        "every": [{"nth": "3", "bonus": "7.00"}],
    }
    deal = facts(lines=(LineFacts("crm", 1, 500_00), LineFacts("hr", 1, 900_00), LineFacts("crm", 2, 100_00)))
    explained = explained_by(program(rule(amount=by_line), **BY_PRODUCT), deal, {"crm": 2, "hr": 1})
    assert [(part.product, part.ordinal, part.step_from, part.amount) for part in explained.parts] == [
        ("crm", 3, 3, usd("50.00")),
        ("hr", 2, 1, usd("1.00")),
        ("crm", 3, 3, usd("10.00")),
        ("crm", 3, None, usd("7.00")),
    ]


def test_counted_together_every_line_stands_on_the_same_step() -> None:
    by_line = {"escalating": [{"from": "1", "per_line": [{"flat": "1.00"}]}, {"from": "2", "flat": "9.00"}]}
    deal = facts(lines=(LineFacts("crm", 1, None), LineFacts("hr", 1, None)))
    assert explained_by(program(rule(amount=by_line)), deal).amount == usd("2.00")
    assert explained_by(program(rule(amount=by_line)), deal, {WHOLE: 1}).amount == usd("9.00")


RATES = {"EUR": "1.08", "JPY": "0.0067"}
TIERS = {"tiers": [{"from": "0", "flat": "50.00"}, {"from": "1000.00", "percentage": {"rate": "5"}}]}


def test_without_a_rate_nothing_is_converted() -> None:
    only_by_size = rule(when={"deal_amount": {"from": "1.00"}})
    for amounts in (rule(amount=TIERS), only_by_size):
        result = evaluate(program(amounts, exchange={"rates": RATES}), facts(currency="GBP"), {})
        assert isinstance(result, CannotDecide)
        assert result.why.startswith("the deal is in GBP and rule 'all' computes in USD; nothing is converted silently")


@pytest.mark.parametrize(
    ("currency", "amount", "paid"),
    [
        ("EUR", 925_92, "50.00"),  # 999.9936 USD, below the edge, though it would round to more than 999.99.
        ("EUR", 925_93, "50.00"),  # 1,000.0044 USD are 50.0002.
        ("EUR", 1234_56, "66.67"),
        ("JPY", 149_253, "50.00"),  # 999.9951 USD.
        ("JPY", 149_254, "50.00"),  # 1,000.0018 USD: a yen is no cent.
        ("JPY", 1_000_000, "335.00"),
    ],
)
def test_paid_in_the_programs_currency_a_deal_is_converted_exactly_and_rounded_once(
    currency: str, amount: int, paid: str
) -> None:
    explained = explained_by(
        program(rule(amount=TIERS), exchange={"rates": RATES}), facts(currency=currency, amount=amount)
    )
    assert explained.amount == usd(paid)


def test_a_rate_is_told_where_it_was_used() -> None:
    shared = explained_by(program(rule(amount=TIERS), exchange={"rates": RATES}), facts(currency="EUR"))
    flat = explained_by(program(rule(), exchange={"rates": RATES}), facts(currency="EUR"))
    assert shared.converted is not None
    assert (shared.converted.currency, shared.converted.rate) == ("EUR", "1.08")
    assert shared.parts[0].base == usd("13500.00")
    assert flat.converted is None


def test_paid_in_the_deals_currency_the_files_amounts_are_converted_each_rounded_once() -> None:
    in_deals = program(rule(amount=TIERS), exchange={"rates": RATES, "pay_in": "deal"})
    low = explained_by(in_deals, facts(currency="EUR", amount=925_92))
    high = explained_by(in_deals, facts(currency="EUR", amount=925_93))
    # 50.00 USD are 46.296… EUR, and the edge of 1,000.00 USD is 925.93 EUR.
    assert (low.amount, low.parts[0].tier_below) == (Money(46_30, "EUR"), Money(925_93, "EUR"))
    assert (high.amount, high.parts[0].tier_from) == (Money(46_30, "EUR"), Money(925_93, "EUR"))
    assert high.parts[0].rate_percent == "5"
    yen = explained_by(in_deals, facts(currency="JPY", amount=1000))
    assert yen.amount == Money(7463, "JPY")
    own = explained_by(in_deals, facts(amount=1000_00))
    assert (own.amount, own.converted) == (usd("50.00"), None)


def test_paid_in_the_deals_currency_there_is_nothing_to_pay_without_a_rate() -> None:
    in_deals = program(rule(), exchange={"rates": RATES, "pay_in": "deal"})
    assert isinstance(evaluate(in_deals, facts(currency="GBP"), {}), CannotDecide)


def test_what_sales_set_in_another_currency_is_converted() -> None:
    amount = {"set_by_sales": {"min": "50.00", "max": "500.00"}}
    told = facts(currency="EUR", set_by_sales=Money(100_00, "EUR"))
    assert explained_by(program(rule(amount=amount), exchange={"rates": RATES}), told).amount == usd("108.00")
    in_deals = program(rule(amount=amount), exchange={"rates": RATES, "pay_in": "deal"})
    assert explained_by(in_deals, told).amount == Money(100_00, "EUR")
    assert isinstance(evaluate(program(rule(amount=amount)), told, {}), CannotDecide)


@pytest.mark.parametrize(
    ("when", "decided"),
    [
        ({"deal_amount": {"from": "1.00"}}, None),
        ({"not": {"deal_amount": {"from": "1.00"}}}, None),
        ({"any": [{"deal_amount": {"from": "1.00"}}, {"segments": ["gold"]}]}, "sized"),
        ({"any": [{"deal_amount": {"from": "1.00"}}, {"segments": ["silver"]}]}, None),
        ({"deal_amount": {"from": "1.00"}, "not": {"segments": ["gold"]}}, "rest"),
        ({"amounts": {"first_year": {"from": "1.00"}}}, "rest"),
        ({"not": {"amounts": {"first_year": {"from": "1.00"}}}}, "sized"),
    ],
)
@pytest.mark.parametrize("choose", ["first", "best"])
def test_an_amount_without_a_rate_needs_a_person_only_where_it_matters(
    when: dict[str, Any], decided: str | None, choose: str
) -> None:
    sized = rule(name="sized", when=when, amount={"flat": "9.00"})
    rest = rule(name="rest", amount={"flat": "1.00"})
    result = evaluate(program(sized, rest, choose=choose), facts(currency="GBP", segment="gold"), {})
    if decided is None:
        assert isinstance(result, CannotDecide)
    else:
        assert isinstance(result, Evaluated)
        assert result.amount_minor == {"sized": 9_00, "rest": 1_00}[decided]
