"""Which rules apply to a deal, and which of those decides."""

from datetime import UTC, datetime
from typing import Any

import pytest

from builders import deal_event, explained_by, facts, program, rule, usd
from guerdon.domain.deal import Advocate, Referral
from guerdon.domain.evaluation import Evaluated, NothingEarned, evaluate
from guerdon.domain.facts import LineFacts
from guerdon.domain.facts_of import facts_of

WHENS: list[tuple[dict[str, list[str]], bool]] = [
    ({"products": ["payroll"]}, True),
    ({"products": ["crm", "payroll"]}, True),
    ({"products": ["crm"]}, False),
    ({"products": ["Payroll"]}, False),
    ({"segments": ["gold"]}, True),
    ({"segments": ["silver"]}, False),
    ({"advocate_types": ["customer"]}, True),
    ({"advocate_types": ["partner"]}, False),
    ({"methods": ["verbal"]}, True),
    ({"methods": ["link"]}, False),
    ({"products": ["payroll"], "segments": ["gold"], "methods": ["verbal"]}, True),
    ({"products": ["payroll"], "segments": ["silver"]}, False),
]


@pytest.mark.parametrize(("when", "applies"), WHENS)
def test_a_rule_applies_when_everything_asked_holds(when: dict[str, list[str]], *, applies: bool) -> None:
    event = deal_event(
        skus=("payroll", "hr"),
        advocate=Advocate("A-77", segment="gold", type="customer"),
        referral=Referral(method="verbal"),
    )
    assert isinstance(evaluate(program(rule(when=when)), facts_of(event), {}), Evaluated) is applies


@pytest.mark.parametrize("when", [when for when, _ in WHENS])
def test_a_fact_that_is_not_told_matches_nothing(when: dict[str, list[str]]) -> None:
    told_nothing = evaluate(program(rule(when=when)), facts(), {})
    assert told_nothing == NothingEarned("no rule of the program applies to this deal")


def test_the_first_rule_that_applies_decides() -> None:
    rules = (
        rule(name="silver", when={"segments": ["silver"]}, amount={"flat": "1.00"}),
        rule(name="gold", when={"segments": ["gold"]}, amount={"flat": "2.00"}),
        rule(name="rest", amount={"flat": "3.00"}),
    )
    gold = explained_by(program(*rules), facts(segment="gold"))
    rest = explained_by(program(*rules), facts())
    assert (gold.rule, gold.amount) == ("gold", usd("2.00"))
    assert (rest.rule, rest.amount) == ("rest", usd("3.00"))


NOVEMBER = {"from": "2026-11-01", "before": "2026-12-01"}
DEAL = facts(
    amount=5000_00,
    amounts={"first_year": 800_00},
    lines=(LineFacts("payroll", 10, None), LineFacts("hr", 5, None)),
    segment="gold",
    advocate_type="customer",
    country="US",
    method="verbal",
    region="emea",
    sales_involved=True,
    referred_at=datetime(2026, 11, 1, 4, 0, tzinfo=UTC),
)


@pytest.mark.parametrize(
    ("when", "applies"),
    [
        ({"countries": ["DE", "US"]}, True),
        ({"countries": ["DE"]}, False),
        ({"regions": ["emea"]}, True),
        ({"currencies": ["USD"]}, True),
        ({"currencies": ["EUR"]}, False),
        ({"sales_involved": "true"}, True),
        ({"sales_involved": "false"}, False),
        # Whether it is a first purchase is not said, so neither is met.
        ({"first_purchase": "true"}, False),
        ({"first_purchase": "false"}, False),
        ({"not": {"first_purchase": "true"}}, True),
        ({"deal_amount": {"from": "5000.00"}}, True),
        ({"deal_amount": {"from": "5000.01"}}, False),
        ({"deal_amount": {"below": "5000.00"}}, False),
        ({"deal_amount": {"from": "1", "below": "5000.01"}}, True),
        ({"amounts": {"first_year": {"from": "800.00"}}}, True),
        ({"amounts": {"first_year": {"below": "800.00"}}}, False),
        ({"amounts": {"upfront": {"from": "0"}}}, False),
        ({"not": {"amounts": {"upfront": {"from": "0"}}}}, True),
        ({"units": {"from": "15"}}, True),
        ({"units": {"from": "16"}}, False),
        ({"units": {"below": "15"}}, False),
        ({"closed": NOVEMBER}, True),
        ({"closed": {"from": "2026-11-21"}}, False),
        ({"closed": {"before": "2026-11-20"}}, False),
        # Four o'clock in UTC is midnight in New York until the clocks go back that night.
        ({"referred": {"from": "2026-11-01"}}, True),
        ({"referred": {"before": "2026-11-01"}}, False),
        ({"referred": {"from": "2026-11-01T00:00:01-04:00"}}, False),
        ({"all": [{"segments": ["gold"]}, {"products": ["payroll"]}, {"products": ["hr"]}]}, True),
        ({"all": [{"products": ["payroll"]}, {"products": ["crm"]}]}, False),
        ({"any": [{"segments": ["silver"]}, {"countries": ["US"]}]}, True),
        ({"any": [{"segments": ["silver"]}, {"countries": ["DE"]}]}, False),
        ({"any": [{"all": [{"segments": ["gold"]}, {"not": {"methods": ["link"]}}]}, {"units": {"from": "99"}}]}, True),
        ({"not": {"segments": ["gold"]}}, False),
        ({"not": {"not": {"segments": ["gold"]}}}, True),
        ({"segments": ["gold"], "not": {"countries": ["DE"]}, "units": {"below": "16"}}, True),
        ({"segments": ["gold"], "any": [{"countries": ["DE"]}, {"products": ["crm"]}]}, False),
    ],
)
def test_a_condition_holds_or_does_not(when: dict[str, Any], *, applies: bool) -> None:
    rules = (rule(name="asked", when=when, amount={"flat": "1.00"}), rule(name="rest", amount={"flat": "2.00"}))
    assert explained_by(program(*rules), DEAL).rule == ("asked" if applies else "rest")
    # Beside rules that look at the same facts otherwise, it is met all the same.
    others = [rule(name=f"other-{number}", when=other) for number, other in enumerate(OTHERS)]
    assert explained_by(program(*others, *rules), DEAL).rule == ("asked" if applies else "rest")


OTHERS: list[dict[str, Any]] = [
    {"segments": ["silver"]},
    {"countries": ["DE"], "products": ["payroll"]},
    {"deal_amount": {"from": "6000.00"}},
    {"deal_amount": {"from": "100.00", "below": "4000.00"}},
    {"units": {"from": "1", "below": "15"}},
    {"closed": {"from": "2027-01-01"}},
    {"referred": {"before": "2026-01-01"}},
    {"first_purchase": "true"},
]


def test_a_deal_that_says_nothing_of_a_moment_is_in_no_span_of_it() -> None:
    for span in ({"from": "2020-01-01"}, {"before": "2030-01-01"}):
        assert isinstance(evaluate(program(rule(when={"referred": span})), facts(), {}), NothingEarned)


def test_an_amount_in_another_currency_is_compared_exactly() -> None:
    sized = program(rule(when={"deal_amount": {"from": "1000.00"}}), exchange={"rates": {"EUR": "1.08"}})
    assert isinstance(evaluate(sized, facts(currency="EUR", amount=925_92), {}), NothingEarned)
    assert isinstance(evaluate(sized, facts(currency="EUR", amount=925_93), {}), Evaluated)
