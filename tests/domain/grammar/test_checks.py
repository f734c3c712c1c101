"""What the grammar takes and the checks find: each kind of finding once, beside what is no finding."""

from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings

from builders import document, rule
from domain.grammar.strategies import documents
from guerdon.application.transaction import ITEMS_MOST
from guerdon.domain.document import Severity
from guerdon.domain.grammar.checks import BYTES_MOST, check_program
from guerdon.domain.grammar.limits import LIMITS_MOST
from guerdon.domain.grammar.program import read_program

ERROR, WARNING = Severity.ERROR, Severity.WARNING
GOLD: Final = {"segments": ["gold"]}
MUG: Final = {"catalog_variant_id": "71", "name": "Mug", "artwork_url": "https://example.com/mug.png"}


def told(**changes: object) -> list[tuple[str, str, Severity]]:
    """The place, the code, and the severity of all that is found."""
    whole = document(**changes)
    program, findings = read_program(whole)
    assert program is not None, findings
    return [(found.place, found.code, found.severity) for found in check_program(program, whole)]


def said(**changes: object) -> str:
    whole = document(**changes)
    program, findings = read_program(whole)
    assert program is not None, findings
    (found,) = check_program(program, whole)
    return found.message


def amount(**kind: object) -> list[dict[str, Any]]:
    return [rule(amount=kind)]


def flat(name: str, value: str = "100.00", **changes: object) -> dict[str, Any]:
    return rule(name=name, amount={"flat": value}, **changes)


def steps(*pays: dict[str, Any]) -> list[dict[str, Any]]:
    return amount(escalating=[{"from": str(number), **one} for number, one in enumerate(pays, 1)])


def tiers(*pays: tuple[str, dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"from": edge, **one} for edge, one in pays]


SHARE: Final = {"percentage": {"rate": "10"}}
STACK: Final = {"choose": "stack"}
BY_PRODUCT: Final = {"counting": {"by": "product"}}
LADDER: Final = {"escalating": [{"from": "1", "flat": "1"}, {"from": "2", "flat": "2"}]}
CUT: Final = {"over": "cut", "period": "lifetime"}
REFUSE: Final = {"over": "refuse", "period": "lifetime"}

FOUND: Final[list[tuple[dict[str, Any], tuple[str, str, Severity]]]] = [
    (
        {"rules": amount(tiers=tiers(("0", {"flat": "100"}), ("50", {"flat": "90"})))},
        ("rules[0].amount.tiers[1]", "tier-pays-less", WARNING),
    ),
    (
        {"rules": amount(tiers={"of": "upfront", "bands": tiers(("0", {"flat": "100"}), ("50", SHARE))})},
        ("rules[0].amount.tiers.bands[1]", "tier-pays-less", WARNING),
    ),
    (
        {"rules": amount(table={"tiers": ["0", "1000"], "steps": ["1"], "pays": [["101"], ["10 %"]]})},
        ("rules[0].amount.table.pays[1][0]", "tier-pays-less", WARNING),
    ),
    (
        {"rules": amount(table={"tiers": ["0"], "steps": ["1", "2"], "pays": [["2 %", "1 %"]]})},
        ("rules[0].amount.table.pays[0][1]", "step-pays-less", WARNING),
    ),
    ({"rules": steps({"flat": "2"}, {"flat": "1"})}, ("rules[0].amount.escalating[1]", "step-pays-less", WARNING)),
    (
        {"rules": steps(SHARE, {"percentage": {"rate": "10", "max": "50"}})},
        ("rules[0].amount.escalating[1]", "step-pays-less", WARNING),
    ),
    (
        {"rules": steps({"tiers": tiers(("0", {"flat": "5"}), ("9", {"flat": "8"}))}, {"flat": "5"})},
        ("rules[0].amount.escalating[1]", "step-pays-less", WARNING),
    ),
    (
        {"rules": steps({"per_unit": {"amount": "2"}}, {"per_unit": {"amount": "1"}})},
        ("rules[0].amount.escalating[1]", "step-pays-less", WARNING),
    ),
    ({"rules": [flat("a"), flat("b", when=GOLD)]}, ("rules[1]", "rule-never-wins", WARNING)),
    (
        {
            "rules": [
                flat("a", when={"deal_amount": {"below": "50"}}),
                flat("b", when={"deal_amount": {"from": "50"}}),
                flat("c"),
            ]
        },
        ("rules[2]", "rule-never-wins", WARNING),
    ),
    (
        {"choose": "best", "rules": [flat("a", "50", when=GOLD), flat("b", "60")]},
        ("rules[0]", "rule-never-wins", WARNING),
    ),
    (
        {
            "choose": "best",
            "rules": [rule(name="a", amount=SHARE), rule(name="b", amount={"percentage": {"rate": "12"}})],
        },
        ("rules[0]", "rule-never-wins", WARNING),
    ),
    ({"choose": "best", "rules": [flat("a"), flat("b")]}, ("rules[1]", "rule-never-wins", WARNING)),
    ({"rules": [flat("a", when={**GOLD, "not": GOLD})]}, ("rules[0].when", "condition-never-met", WARNING)),
    (
        {"rules": [flat("a", when={"closed": {"before": "2025-12-31"}})]},
        ("rules[0].when", "window-outside-program", WARNING),
    ),
    (
        {"ends_at": "2026-06-01T00:00:00Z", "rules": [flat("a", when={"closed": {"from": "2026-06-01"}})]},
        ("rules[0].when", "window-outside-program", WARNING),
    ),
    (
        {"triggers": {"deal.closed": {}, "lead.qualified": {}}, "rules": [flat("a", on="deal.closed")]},
        ("triggers.lead.qualified", "unused-trigger", WARNING),
    ),
    (
        {
            "rules": [
                flat(
                    "a",
                    channel=[
                        {"from": "5", "pay_by": "check"},
                        {"from": "9", "countries": ["US"], "pay_by": "bill_credit"},
                        {"pay_by": "gift_card"},
                    ],
                )
            ]
        },
        ("rules[0].channel[1]", "case-never-reached", WARNING),
    ),
    (
        {"rules": [flat("a", channel=[{"from": "100.01", "pay_by": "check"}, {"pay_by": "gift_card"}])]},
        ("rules[0].channel[0].from", "case-never-reached", WARNING),
    ),
    (
        {
            "rules": [
                rule(
                    when={"deal_amount": {"below": "50"}},
                    amount={"tiers": tiers(("0", {"flat": "1"}), ("50", {"flat": "2"}))},
                )
            ]
        },
        ("rules[0].amount.tiers[1]", "tier-never-reached", WARNING),
    ),
    ({"rules": amount(flat="5", max="4")}, ("rules[0].amount.max", "max-below-least", WARNING)),
    ({"rules": amount(flat="5", min="6")}, ("rules[0].amount.min", "min-above-most", WARNING)),
    ({"rules": amount(tiers=tiers(("0", {"flat": "0"})))}, ("rules[0].amount", "zero", ERROR)),
    (
        {"limits": {"advocate": [{"max": "99.99", **REFUSE}]}},
        ("limits.advocate[0].max", "limit-below-rule", ERROR),
    ),
    (
        {"limits": {"reward": [{"max": "99.99", "over": "refuse"}]}},
        ("limits.reward[0].max", "limit-below-rule", ERROR),
    ),
    (
        {"limits": {"reward": [{"max": "99.99", "over": "cut"}]}},
        ("limits.reward[0].max", "limit-below-rule", WARNING),
    ),
    (
        {"limits": {"advocate": [{"max": "99.99", **CUT}]}},
        ("limits.advocate[0].max", "limit-below-rule", WARNING),
    ),
    (
        {
            "limits": {"program": [{"max": "99.99", **CUT}]},
            "rules": [rule(channel="merchandise", item=MUG)],
        },
        ("limits.program[0].max", "limit-below-rule", ERROR),
    ),
    (
        {
            "limits": {"advocate": [{"max": "25", **REFUSE}]},
            "rules": steps({"flat": "10"}, {"flat": "11"}, {"flat": "12"}),
        },
        ("rules[0].amount.escalating[2]", "step-never-reached", WARNING),
    ),
    (
        {
            "limits": {"advocate": [{"max": "20", **CUT}]},
            "rules": steps({"flat": "10"}, {"flat": "11"}, {"flat": "12"}),
        },
        ("rules[0].amount.escalating[2]", "step-never-reached", WARNING),
    ),
    (
        {**STACK, "rules": [flat("a"), flat("b", channel="check")]},
        ("rules[1].channel", "stack-channels", ERROR),
    ),
    (
        {**STACK, "rules": [flat("a", channel="merchandise", item=MUG)]},
        ("rules[0].channel", "stack-item", ERROR),
    ),
    (BY_PRODUCT, ("counting.by", "counts-no-product", ERROR)),
    (
        {**BY_PRODUCT, "rules": [rule(amount=LADDER, when={"any": [{"products": ["crm"]}, GOLD]})]},
        ("rules[0]", "ordinal-of-no-product", ERROR),
    ),
    (
        {
            **BY_PRODUCT,
            "rules": [
                rule(amount={"per_line": [{"products": ["crm"], "flat": "1"}], "every": [{"nth": "2", "bonus": "1"}]})
            ],
        },
        ("rules[0]", "ordinal-of-no-product", ERROR),
    ),
    (
        {"rules": [rule(amount=SHARE, when={"currencies": ["EUR"]})]},
        ("rules[0].when", "currency-without-rate", ERROR),
    ),
    (
        {"rules": [rule(amount=SHARE, when={"currencies": ["EUR", "USD"]})]},
        ("rules[0].when", "currency-without-rate", WARNING),
    ),
    (
        {"rules": [flat("a", when={"currencies": ["EUR"], "deal_amount": {"from": "5"}})]},
        ("rules[0].when", "currency-without-rate", ERROR),
    ),
    (
        {"title": "x" * BYTES_MOST},
        ("the document", "too-long", ERROR),
    ),
]

FINE: Final[list[dict[str, Any]]] = [
    {},
    {"rules": amount(tiers=tiers(("0", {"flat": "100"}), ("1000", SHARE)))},
    # A percentage of another amount than the tiers' is not compared.
    {"rules": amount(tiers=tiers(("0", {"flat": "100"}), ("5", {"percentage": {"rate": "1", "of": "upfront"}})))},
    # A share is less than a flat amount for small deals, and more for large ones.
    {"rules": steps({"flat": "100"}, SHARE)},
    {"rules": [flat("a", when=GOLD), flat("b")]},
    {"rules": [flat("a", rewards="referred"), flat("b")]},
    {
        "triggers": {"deal.closed": {}, "lead.qualified": {}},
        "rules": [flat("a", on="lead.qualified"), flat("b", on=["deal.closed", "lead.qualified"])],
    },
    {"choose": "best", "rules": [flat("a", "60", when=GOLD), flat("b", "50")]},
    {"choose": "best", "rules": [rule(name="a", amount=SHARE), flat("b")]},
    {**STACK, "rules": [flat("a"), flat("b"), flat("c", rewards="referred", channel="check")]},
    {"rules": [flat("a", when={"deal_amount": {"below": "50"}}), flat("b")]},
    {"rules": [flat("a", when={"closed": {"from": "2026-05-01", "before": "2026-06-01"}})]},
    {"limits": {"advocate": [{"max": "100", **CUT}]}},
    {"limits": {"reward": [{"max": "1", "over": "approval"}]}},
    {"limits": {"advocate": [{"max": "1", "over": "approval", "period": "lifetime"}]}},
    {
        "counting": {"period": "calendar_year"},
        "limits": {"advocate": [{"max": "25", "over": "refuse", "period": "calendar_month"}]},
        "rules": steps({"flat": "10"}, {"flat": "11"}, {"flat": "12"}),
    },
    {
        "limits": {"advocate": [{"max": "33", **REFUSE}]},
        "rules": steps({"flat": "10"}, {"flat": "11"}, {"flat": "12"}),
    },
    {**BY_PRODUCT, "rules": [rule(amount=LADDER, when={"products": ["crm"], **GOLD})]},
    {
        **BY_PRODUCT,
        "rules": [rule(amount={"escalating": [{"from": "1", "per_line": [{"products": ["crm"], "flat": "1"}]}]})],
    },
    {"rules": [rule(amount={"flat": "5"}, when={"currencies": ["EUR"]})]},
    {"rules": [rule(amount=SHARE, when={"not": {"currencies": ["EUR"]}})]},
    # Where the whole program's budget cuts, a referral may have been worth next to nothing.
    {
        "limits": {"advocate": [{"max": "25", **REFUSE}], "program": [{"max": "1000", **CUT}]},
        "rules": steps({"flat": "10"}, {"flat": "11"}, {"flat": "12"}),
    },
    {"exchange": {"rates": {"EUR": "1.08"}}, "rules": [rule(amount=SHARE, when={"currencies": ["EUR"]})]},
    {
        "rules": [
            rule(
                amount=SHARE,
                channel=[{"from": "600", "countries": ["US"], "pay_by": "check"}, {"pay_by": "gift_card"}],
            )
        ]
    },
]


@pytest.mark.parametrize(("changes", "finding"), FOUND, ids=[f"{found[1]}-{at}" for at, (_, found) in enumerate(FOUND)])
def test_what_is_wrong_or_hardly_meant_is_found_at_its_place(
    changes: dict[str, Any], finding: tuple[str, str, Severity]
) -> None:
    assert told(**changes) == [finding]


@pytest.mark.parametrize("changes", FINE)
def test_what_is_meant_so_is_no_finding(changes: dict[str, Any]) -> None:
    assert told(**changes) == []


def test_an_edge_is_compared_in_money() -> None:
    found = said(rules=amount(tiers=tiers(("0", {"flat": "250.00"}), ("4999.00", {"percentage": {"rate": "5"}}))))
    less = "249.95 USD for a deal of 4999.00 USD, where just below it pays 250.00 USD"
    assert found == f"pays less than the tier below: {less}"
    assert told(rules=amount(tiers=tiers(("0", {"flat": "250.00"}), ("5000.00", SHARE)))) == []


def test_a_rule_that_never_wins_is_told_with_the_rules_that_win() -> None:
    low, high = {"deal_amount": {"below": "50"}}, {"deal_amount": {"from": "50"}}
    rules = [flat("low", when=low), flat("gold", when=GOLD), flat("high", when=high), flat("rest")]
    assert said(rules=rules) == (
        "can never win: 'low', 'high', earlier in the file, apply whenever it does, and the first rule decides; "
        "put it before them, or take it out"
    )


def test_a_step_out_of_reach_is_told_with_its_reckoning() -> None:
    found = said(
        limits={"advocate": [{"max": "25", **REFUSE}]}, rules=steps({"flat": "10"}, {"flat": "11"}, {"flat": "12"})
    )
    assert found == (
        "is never reached: 2 referrals before it come to 20.00 USD at least, and an advocate's limit is 25.00 USD"
    )


def test_the_largest_transaction_of_any_program_has_room() -> None:
    """Outcome, the other person's inbox row, deal record, reward, count, entry, debt; eight payouts; budgets."""
    of_the_deal, payouts, scopes_with_budgets = 7, 8, 2
    assert of_the_deal + payouts + scopes_with_budgets * LIMITS_MOST <= ITEMS_MOST


def test_several_rules_that_always_apply_are_checked() -> None:
    assert told(rules=[flat("a"), flat("b"), flat("c")]) == [
        ("rules[1]", "rule-never-wins", WARNING),
        ("rules[2]", "rule-never-wins", WARNING),
    ]


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(documents())
def test_any_program_can_be_checked(whole: dict[str, Any]) -> None:
    program, _ = read_program(whole)
    assert program is not None
    for found in check_program(program, whole):
        assert found.message
        assert found.code
