"""Each mistake in the further parts of the rule language is told with its place and what to do."""

from typing import Any, Final

import pytest

from builders import document, rule
from guerdon.domain.grammar.program import read_program

SEVERAL_CURRENCIES: Final = (
    "must be program where the program has limits or an amount_per_day: sums of several currencies cannot be limited"
)
TWO: Final = {"deal.closed": {}, "invoice.paid": {"per_deal": "12"}}


def told(**changes: object) -> list[tuple[str, str]]:
    compiled, findings = read_program(document(**changes))
    assert (compiled is None) is bool(findings)
    return [(finding.place, finding.message) for finding in findings]


def of_rule(**changes: object) -> list[tuple[str, str]]:
    return [(place.removeprefix("rules[0]."), message) for place, message in told(rules=[rule(**changes)])]


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        (
            {"ends_at": "2025-12-31T00:00:00Z"},
            ("ends_at", "must be after starts_at: the program ends before it starts"),
        ),
        (
            {"ends_at": "2026-06-01T00:00:00Z", "effective_from": "2026-06-01T00:00:00Z"},
            ("effective_from", "must be before ends_at: no deal can be judged by this version"),
        ),
        ({"starts_at": "1969-01-01T00:00:00Z"}, ("starts_at", "must be of a year from 1970 to 2999")),
        ({"judged_by": "paid"}, ("judged_by", "must be one of closed, referred, not 'paid'")),
        ({"choose": "worst"}, ("choose", "must be one of first, best, stack, not 'worst'")),
        ({"counting": {"by": "group"}}, ("counting.group", "is missing")),
        (
            {"counting": {"group": "partners"}},
            ("counting.group", "is only for by: group; leave it out, or write that"),
        ),
        ({"counting": {"period": "rolling_days"}}, ("counting.days", "is missing")),
        (
            {"counting": {"period": "rolling_days", "days": "3661"}},
            ("counting.days", "must be a whole number from 1 to 3660, not '3661'"),
        ),
        (
            {"counting": {"days": "9"}},
            ("counting.days", "is only for period: rolling_days; leave it out, or write that"),
        ),
        (
            {"counting": {"period": "fiscal_year"}},
            (
                "counting.fiscal_year_starts",
                "is missing: say on which month and day a fiscal year starts, such as 04-01",
            ),
        ),
        (
            {"counting": {"period": "fiscal_year", "fiscal_year_starts": "02-29"}},
            ("counting.fiscal_year_starts", "must be a month and day of every year, such as 04-01, not '02-29'"),
        ),
        (
            {"limits": {"advocate": [{"max": "1", "over": "cut", "period": "rolling_days"}]}},
            (
                "limits.advocate[0].period",
                "must be one of lifetime, calendar_year, calendar_month, fiscal_year, not 'rolling_days'",
            ),
        ),
        (
            {"limits": {"advocate": [{"max": "1", "over": "cut", "period": "fiscal_year"}]}},
            (
                "counting.fiscal_year_starts",
                "is missing: say on which month and day a fiscal year starts, such as 04-01",
            ),
        ),
        (
            {"exchange": {}},
            ("exchange.rates", "must be a mapping of other currencies to their rates, such as EUR: 1.08"),
        ),
        ({"exchange": {"rates": {"USD": "1"}}}, ("exchange.rates.USD", "is the program's own currency: leave it out")),
        (
            {"exchange": {"rates": {"EUR": "0"}}},
            ("exchange.rates.EUR", "must be a decimal number above 0 such as 1.08, not '0'"),
        ),
        (
            {
                "exchange": {"rates": {"EUR": "1.08"}, "pay_in": "deal"},
                "limits": {"reward": [{"max": "1", "over": "cut"}]},
            },
            (
                "exchange.pay_in",
                SEVERAL_CURRENCIES,
            ),
        ),
        (
            {"triggers": {}},
            (
                "triggers",
                "must name at least one of deal.closed, lead.qualified, demo.attended, invoice.paid, deal.renewed",
            ),
        ),
        ({"triggers": {"invoice.paid": {}}}, ("triggers.invoice.paid.per_deal", "is missing")),
        (
            {"triggers": {"deal.closed": {"per_deal": "2"}}},
            ("triggers.deal.closed.per_deal", "is not for deal.closed, which happens to a deal once: leave it out"),
        ),
        (
            {"triggers": TWO},
            ("rules[0].on", "is missing: say which of deal.closed, invoice.paid the rule is for"),
        ),
        (
            {"rules": [rule(on="deal.renewed")]},
            ("rules[0].on", "deal.renewed earns nothing in this program: name it under triggers"),
        ),
        ({"rules": [rule(on=["deal.closed", "deal.closed"])]}, ("rules[0].on", "names an event twice")),
        ({"rules": [rule(rewards="both")]}, ("rules[0].rewards", "must be one of advocate, referred, not 'both'")),
    ],
)
def test_each_mistake_of_a_program(changes: dict[str, Any], finding: tuple[str, str]) -> None:
    assert told(**changes) == [finding]


@pytest.mark.parametrize(
    ("when", "finding"),
    [
        ({}, ("when", "must have at least one condition; a rule without `when` always applies")),
        ({"sales_involved": "yes"}, ("when.sales_involved", "must be one of true, false, not 'yes'")),
        ({"countries": ["usa"]}, ("when.countries", "must be ISO 3166 codes such as US, not 'usa'")),
        ({"currencies": ["EURO"]}, ("when.currencies", "must be ISO 4217 codes such as USD, not 'EURO'")),
        ({"deal_amount": {}}, ("when.deal_amount", "must have from or below, or both")),
        (
            {"deal_amount": {"from": "9", "below": "9"}},
            ("when.deal_amount.below", "9.00 USD must be above 9.00 USD"),
        ),
        ({"deal_amount": {"below": "0"}}, ("when.deal_amount.below", "0.00 USD must be above 0.00 USD")),
        ({"units": {"from": "9", "below": "3"}}, ("when.units.below", "3 must be above 9")),
        ({"amounts": {"First": {"from": "1"}}}, ("when.amounts.First", "must be an amount's name such as first_year")),
        ({"closed": {"from": "2026-02-30"}}, ("when.closed.from", "'2026-02-30' is not a day of the calendar")),
        (
            {"closed": {"from": "2026-02-03", "before": "2026-02-03"}},
            ("when.closed.before", "must be after from: the span ends before it starts"),
        ),
        ({"all": []}, ("when.all", "must be a list with at least one entry")),
        ({"any": [{"segment": ["gold"]}]}, ("when.any[0].segment", None)),
    ],
)
def test_each_mistake_of_a_condition(when: dict[str, Any], finding: tuple[str, str | None]) -> None:
    ((place, message),) = of_rule(when=when)
    assert place == finding[0]
    assert finding[1] is None or message == finding[1]


def test_conditions_nested_too_deep_are_refused() -> None:
    when: dict[str, Any] = {"segments": ["gold"]}
    for _ in range(8):
        when = {"not": when}
    ((_, message),) = of_rule(when=when)
    assert message == "is nested more than 8 levels deep: put it more simply"


@pytest.mark.parametrize(
    ("amount", "place", "message"),
    [
        (
            {"percentage": {"rate": "5", "of": "First"}},
            ".percentage.of",
            "must be an amount's name such as first_year,",
        ),
        ({"tiers": {"of": "upfront"}}, ".tiers.bands", "must be a list with at least one entry"),
        ({"graduated": [{"from": "0", "rate": "0"}]}, ".graduated", "every slice pays zero; leave the rule out"),
        ({"graduated": [{"from": "1", "rate": "1"}]}, ".graduated[0].from", "the first slice must be from 0"),
        ({"escalating": [{"from": "1", "flat": "1", "table": {}}]}, ".escalating[0].table", "is not known here"),
        ({"table": {"tiers": ["0"], "steps": ["1"], "pays": []}}, ".table.pays", "must be a list with at least one"),
        (
            {"table": {"tiers": ["0", "9"], "steps": ["1"], "pays": [["1"]]}},
            ".table.pays",
            "must have a row for each of the 2 tiers, and has 1",
        ),
        (
            {"table": {"tiers": ["0"], "steps": ["1", "2"], "pays": [["1"]]}},
            ".table.pays[0]",
            "must have a cell for each of the 2 steps, and has 1",
        ),
        (
            {"table": {"tiers": ["0"], "steps": ["2"], "pays": [["1"]]}},
            ".table.steps[0]",
            "the first step must be from 1",
        ),
        (
            {"table": {"tiers": ["0"], "steps": ["1"], "pays": [["101 %"]]}},
            ".table.pays[0][0]",
            "must be at least 0 and at most 100 percent, not 101",
        ),
        ({"per_unit": "5"}, ".per_unit", "must be a mapping with amount, products"),
        (
            {"per_line": [{"flat": "1"}, {"flat": "2"}]},
            ".per_line[1]",
            "is never reached: an earlier entry is for every",
        ),
        (
            {"per_line": [{"products": ["a"], "flat": "1"}, {"products": ["a"], "flat": "2"}]},
            ".per_line[1].products",
            "an earlier entry is for 'a' already",
        ),
        ({"per_line": [{"percentage": {"rate": "1", "of": "x"}}]}, ".per_line[0].percentage.of", "is not known here"),
        ({"set_by_sales": {"max": "5"}}, ".set_by_sales.min", "is missing"),
        ({"set_by_sales": {"min": "9", "max": "5"}}, ".set_by_sales.max", "5.00 USD is below min, 9.00 USD"),
        (
            {"set_by_sales": {"min": "1", "max": "5", "default": "6"}},
            ".set_by_sales.default",
            "6.00 USD is not from min, 1.00 USD, to max, 5.00 USD",
        ),
        ({"flat": "1", "every": [{"nth": "0", "bonus": "1"}]}, ".every[0].nth", "must be a whole number from 1 to"),
        (
            {"flat": "1", "every": [{"nth": "2", "bonus": "1"}, {"nth": "2", "bonus": "2"}]},
            ".every[1].nth",
            "2 has an entry already: add the two up",
        ),
        ({"flat": "1", "min": "3", "max": "2"}, ".max", "2.00 USD is below min, 3.00 USD"),
        (
            {"flat": "$50"},
            ".flat",
            "'$50' names a currency: every amount is in the program's, USD, so write the number",
        ),
    ],
)
def test_each_mistake_of_an_amount(amount: dict[str, Any], place: str, message: str) -> None:
    ((found, said),) = of_rule(amount=amount)
    assert (found.removeprefix("amount"), said[: len(message)]) == (place, message)


@pytest.mark.parametrize(
    ("channel", "place", "message"),
    [
        ({"choice": ["check", "check"], "default": "check"}, ".choice", "names a channel twice"),
        (
            {"choice": ["check"], "default": "gift_card"},
            ".default",
            "must be one of the choice, check, not 'gift_card'",
        ),
        (
            {"choice": ["merchandise", "check"], "default": "check"},
            ".choice",
            "must be of gift_card, check, bill_credit, not 'merchandise'",
        ),
        (
            [{"pay_by": "check"}, {"pay_by": "gift_card"}],
            "[0]",
            "fits every reward, so no case after it is ever reached: put it last",
        ),
        (
            [{"from": "5", "pay_by": "check"}],
            "[0]",
            "the last case must have neither from nor countries, so that every reward has one",
        ),
        (
            [{"pay_by": "merchandise"}],
            "[0].pay_by",
            "merchandise is only for a rule that pays by nothing else: write it alone",
        ),
        ([], "", "must be a list with at least one entry"),
    ],
)
def test_each_mistake_of_a_channel(channel: object, place: str, message: str) -> None:
    assert of_rule(channel=channel) == [(f"channel{place}", message)]
