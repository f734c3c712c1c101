"""Why a rule does not apply is said by its first condition that is not met, and never contradicts the money."""

from typing import Final

import pytest

from guerdon.adapters.crm.standard.payload import read_event
from guerdon.domain.deal import DealEvent
from guerdon.domain.facts import Facts
from guerdon.domain.facts_of import facts_of
from guerdon.domain.judgment import Judgment
from guerdon.domain.outcome import Outcome
from guerdon.domain.program import Beneficiary, Program
from guerdon.domain.why_not import Verdict, fates, why_not
from short_facts import beneficiary_in, event_body, facts_in, judged, program_in
from worked_cases import CASES, ROWS, Row, facts_of_row, program_of

NOT_REVISED: Final = [row for row in ROWS if not row["new_total"]]


def program_when(when: str, header: str = "") -> Program:
    """A program in New York with one rule under this condition."""
    rule = f"rules:\n  - name: it\n    when: {when}\n    amount: {{flat: 1.00}}\n    channel: gift_card\n"
    return program_in((header + rule).encode())


def facts_told(program: Program, facts: dict[str, str]) -> Facts:
    event = read_event(event_body(facts, program.name))
    assert isinstance(event, DealEvent), event
    return facts_of(event, beneficiary_in(facts))


def lack(when: str, facts: str, header: str = "") -> str | None:
    program = program_when(when, header)
    told = facts_told(program, facts_in(f"amount: 500.00 USD; {facts}", ";"))
    return why_not(program, program.rules[0], told, Beneficiary.ADVOCATE)


@pytest.mark.parametrize(
    ("when", "facts", "why"),
    [
        ("{segments: [gold]}", "segment: silver", "the advocate's segment is silver, and the rule is for gold"),
        (
            "{segments: [gold, platinum, black]}",
            "",
            "the advocate's segment is not known, and the rule is for gold, platinum or black",
        ),
        (
            "{products: [payroll]}",
            "products: hr|setup|hr",
            "the deal's products are hr and setup, and the rule is for payroll",
        ),
        ("{products: [payroll]}", "", "the deal names no products, and the rule is for payroll"),
        ("{currencies: [EUR]}", "", "the deal's currency is USD, and the rule is for EUR"),
        (
            "{first_purchase: true}",
            "",
            (
                "whether it is the customer's first purchase is not known, and the rule is for when it is the "
                "customer's first purchase"
            ),
        ),
        (
            "{sales_involved: false}",
            "sales_involved: true",
            "sales were involved, and the rule is for when sales were not involved",
        ),
        (
            "{deal_amount: {from: 5000.00, below: 20000.00}}",
            "",
            "the deal's amount is 500.00 USD, and the rule is for amounts from 5,000.00 USD to below 20,000.00 USD",
        ),
        (
            "{amounts: {first_year: {below: 100.00}}}",
            "amounts: first_year:100.00",
            "the deal's first_year is 100.00 USD, and the rule is for amounts below 100.00 USD",
        ),
        (
            "{amounts: {first_year: {from: 100.00}}}",
            "",
            "the deal's first_year is not known, and the rule is for amounts from 100.00 USD",
        ),
        ("{units: {from: 10}}", "products: seat", "the deal has 1 unit, and the rule is for deals with units from 10"),
        (
            "{closed: {from: 2026-11-01, before: 2026-11-20}}",
            "",
            (
                "it closed at 2026-11-20 11:04:05 in America/New_York, and the rule is for moments from 2026-11-01 "
                "00:00 to before 2026-11-20 00:00"
            ),
        ),
        (
            "{referred: {from: 2026-11-01}}",
            "",
            "when it was referred is not known, and the rule is for moments from 2026-11-01 00:00",
        ),
        (
            "{segments: [gold], methods: [verbal]}",
            "segment: gold; method: email",
            "the method of the referral is email, and the rule is for verbal",
        ),
        (
            "{any: [{segments: [gold]}, {all: [{advocate_types: [partner]}, {not: {countries: [US]}}]}]}",
            "segment: silver; type: partner; country: US",
            (
                "none of its alternatives holds: (1) the advocate's segment is silver, and that is for gold; "
                "(2) the advocate's country is US, which the rule excludes"
            ),
        ),
        (
            "{not: {any: [{segments: [gold]}, {regions: [emea]}]}}",
            "region: emea",
            "the deal's region is emea, which the rule excludes",
        ),
        (
            "{not: {segments: [gold], regions: [emea]}}",
            "segment: gold; region: emea",
            "the advocate's segment is gold and the deal's region is emea, which the rule excludes",
        ),
        ("{not: {not: {segments: [gold]}}}", "", "the advocate's segment is not known, which the rule excludes"),
    ],
)
def test_the_first_condition_that_is_not_met_is_named(when: str, facts: str, why: str) -> None:
    assert lack(when, facts) == why


def test_a_converted_amount_is_told_in_both_currencies() -> None:
    program = program_when("{deal_amount: {from: 600.00}}", "exchange: {rates: {EUR: 1.08}}\n")
    told = facts_told(program, {"amount": "500.00 EUR"})
    assert why_not(program, program.rules[0], told, Beneficiary.ADVOCATE) == (
        "the deal's amount is 500.00 EUR, which counts as 540.00 USD, and the rule is for amounts from 600.00 USD"
    )


def test_a_rule_for_the_other_side_or_another_event_says_so() -> None:
    program = program_in((CASES / "programs" / "triggers.yaml").read_bytes())
    told = facts_told(program, {"amount": "500.00 USD", "trigger": "deal.renewed"})
    assert why_not(program, program.rules[0], told, Beneficiary.ADVOCATE) == (
        "this is deal.renewed, and the rule is for demo.attended or deal.closed"
    )
    both = program_in((CASES / "programs" / "both-sides.yaml").read_bytes())
    told = facts_told(both, {"amount": "500.00 USD", "country": "US"})
    assert why_not(both, both.rules[1], told, Beneficiary.ADVOCATE) == (
        "it rewards the new customer, and this is about the advocate"
    )


@pytest.mark.parametrize("row", NOT_REVISED, ids=lambda row: row["case"])
def test_the_words_agree_with_what_the_evaluation_decided(row: Row) -> None:
    program, facts = program_of(row["program"]), facts_of_row(row)
    judgment, beneficiary = judged(program, facts), beneficiary_in(facts)
    told = facts_told(program, facts)
    applies = {rule.name for rule in program.rules if why_not(program, rule, told, beneficiary) is None}
    if judgment.earned is not None:
        explanation = judgment.earned.explanation
        by_evaluation = {*explanation.rules, *(loser.rule for loser in explanation.losers)}
        # Of a stack, a rule that comes to nothing has no part in it.
        assert by_evaluation <= applies
        assert program.choose.value == "stack" or by_evaluation == applies
    check_fates(program, told, beneficiary, judgment)


def check_fates(program: Program, facts: Facts, beneficiary: Beneficiary, judgment: Judgment) -> None:
    explanation = judgment.earned.explanation if judgment.earned else None
    fared = fates(program, facts, beneficiary, explanation)
    assert [fate.rule for fate in fared] == [rule.name for rule in program.rules]
    assert {fate.rule for fate in fared if fate.verdict is Verdict.WON} == set(explanation.rules if explanation else ())
    if judgment.outcome is Outcome.NO_REWARD and "no rule" in judgment.why:
        assert {fate.verdict for fate in fared} == {Verdict.DOES_NOT_APPLY}


def test_a_rule_that_lost_says_to_which() -> None:
    def fared(program: str, facts: dict[str, str]) -> list[tuple[Verdict, str]]:
        read = program_in((CASES / "programs" / f"{program}.yaml").read_bytes())
        earned = judged(read, facts).earned
        assert earned is not None
        told = facts_told(read, facts)
        return [(fate.verdict, fate.why) for fate in fates(read, told, Beneficiary.ADVOCATE, earned.explanation)]

    assert fared("best-60-percent", {"amount": "8.00 USD"}) == [
        (Verdict.WON, "it pays 5.00 USD"),
        (Verdict.LOST, "it would pay 4.80 USD, less than “five”, which pays 5.00 USD"),
    ]
    assert fared("best-50-percent", {"amount": "10.00 USD"})[1] == (
        Verdict.LOST,
        "it would pay 5.00 USD, as much as “five”, which pays 5.00 USD and stands before it",
    )
    assert fared("first-of-size", {"amount": "5000.00 USD"})[1] == (
        Verdict.LOST,
        "it applies too, but “large” stands before it, and the first rule that applies decides",
    )
    assert fared("stack-with-bounds", {"amount": "0.00 USD", "segment": "gold"}) == [
        (Verdict.WON, "it pays 0.00 USD"),
        (Verdict.WON, "it pays 50.00 USD"),
    ]


def test_a_stacked_rule_that_comes_to_nothing_says_so() -> None:
    lines = "{name: lines, amount: {per_line: [{percentage: {rate: 5}}]}, channel: gift_card}"
    flat = "{name: all, amount: {flat: 10.00}, channel: gift_card}"
    program = program_in(f"choose: stack\nrules: [{lines}, {flat}]\n".encode())
    judgment = judged(program, {"amount": "5.00 USD"})
    assert judgment.earned is not None
    told = facts_told(program, {"amount": "5.00 USD"})
    assert [fate.why for fate in fates(program, told, Beneficiary.ADVOCATE, judgment.earned.explanation)] == [
        "it applies, and comes to nothing",
        "it pays 10.00 USD",
    ]
