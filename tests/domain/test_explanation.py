"""Why a reward has its amount, in the words that finance and advocates read."""

import json
from dataclasses import replace
from typing import Any

import pytest

from builders import explanation, part, usd
from guerdon.domain.counting import CountingPeriod
from guerdon.domain.explanation import Converted, Loser, Part, PartKind, ProductOrdinal
from guerdon.domain.explanation_words import as_json, ordinal_words, short, words
from guerdon.domain.limits import Applied
from guerdon.domain.program import Choose, Over, Scope

SHARE: dict[str, Any] = {
    "kind": PartKind.SHARE,
    "rate_percent": "7.5",
    "base": usd("12500.00"),
    "computed": usd("937.50"),
}


@pytest.mark.parametrize(
    ("changes", "paragraph", "cell"),
    [
        (
            {},
            "1st referral in customer-referral (version 3); rule “all”; a flat 100.00 USD.",
            "all",
        ),
        (
            {"program_version": 0},
            "1st referral in customer-referral (unpublished); rule “all”; a flat 100.00 USD.",
            "all",
        ),
        (
            {"counting_period": CountingPeriod.CALENDAR_YEAR, "ordinal": 3, "parts": (part(step_from=2),)},
            (
                "3rd referral this year in customer-referral (version 3); rule “all”; step from the 2nd referral on; "
                "a flat 100.00 USD."
            ),
            "all · step 2+",
        ),
        (
            {
                "parts": (part(**SHARE, amount="937.50"),),
                "amount": usd("937.50"),
                "counting_period": CountingPeriod.CALENDAR_MONTH,
                "ordinal": 11,
            },
            (
                "11th referral this month in customer-referral (version 3); rule “all”; "
                "7.5 % of 12,500.00 USD is 937.50 USD."
            ),
            "all · 7.5 %",
        ),
        (
            {"parts": (part(**SHARE, amount="500.00", limit="max"),), "amount": usd("500.00")},
            (
                "1st referral in customer-referral (version 3); rule “all”; "
                "7.5 % of 12,500.00 USD is 937.50 USD, and the rule pays at most 500.00 USD."
            ),
            "all · 7.5 % · at most 500.00 USD",
        ),
        (
            {
                "amount": usd("1000.00"),
                "parts": (
                    part(
                        **SHARE,
                        amount="1000.00",
                        limit="min",
                        tier_from=usd("1000.00"),
                        tier_below=usd("20000.00"),
                    ),
                ),
            },
            (
                "1st referral in customer-referral (version 3); rule “all”; "
                "deal size from 1,000.00 to below 20,000.00 USD; "
                "7.5 % of 12,500.00 USD is 937.50 USD, and the rule pays at least 1,000.00 USD."
            ),
            "all · tier from 1,000.00 to below 20,000.00 USD · 7.5 % · at least 1,000.00 USD",
        ),
        (
            {"parts": (part(tier_from=usd("10000.00"), step_from=1),)},
            (
                "1st referral in customer-referral (version 3); rule “all”; step from the 1st referral on; "
                "deal size from 10,000.00 USD; a flat 100.00 USD."
            ),
            "all · step 1+ · tier from 10,000.00 USD",
        ),
        (
            {
                "amount": usd("120.00"),
                "parts": (part(**SHARE, amount="500.00", limit="max"),),
                "limits": (
                    Applied(Scope.ADVOCATE, usd("5000.00"), usd("120.00"), usd("500.00"), Over.CUT, "2026"),
                    Applied(Scope.REWARD, usd("100.00"), usd("100.00"), usd("120.00"), Over.APPROVAL),
                ),
            },
            (
                "1st referral in customer-referral (version 3); rule “all”; "
                "7.5 % of 12,500.00 USD is 937.50 USD, and the rule pays at most 500.00 USD; "
                "the advocate's limit of 5,000.00 USD for 2026 has 120.00 USD left for 500.00 USD: cut to 120.00 USD; "
                "120.00 USD is over the limit of 100.00 USD for one reward: a person must approve it."
            ),
            "all · 7.5 % · at most 500.00 USD · cut to 120.00 USD · needs approval",
        ),
        (
            {
                "amount": usd("30.00"),
                "limits": (Applied(Scope.PROGRAM, usd("30.00"), usd("30.00"), usd("100.00"), Over.CUT, "lifetime"),),
            },
            (
                "1st referral in customer-referral (version 3); rule “all”; a flat 100.00 USD; "
                "100.00 USD is over the program's limit of 30.00 USD in all: cut to 30.00 USD."
            ),
            "all · cut to 30.00 USD",
        ),
    ],
)
def test_an_explanation_in_words_and_in_short(changes: dict[str, object], paragraph: str, cell: str) -> None:
    explained = explanation(**changes)
    assert words(explained) == paragraph
    assert short(explained) == cell


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (1, "1st"),
        (2, "2nd"),
        (3, "3rd"),
        (4, "4th"),
        (10, "10th"),
        (11, "11th"),
        (12, "12th"),
        (13, "13th"),
        (20, "20th"),
        (21, "21st"),
        (22, "22nd"),
        (101, "101st"),
        (111, "111th"),
        (112, "112th"),
        (1003, "1003rd"),
    ],
)
def test_ordinals_as_english_writes_them(number: int, written: str) -> None:
    assert ordinal_words(number) == written


def slice_of(amount: str, edge: str, below: str | None, **changes: Any) -> Part:  # noqa: ANN401 - see builders.Changed.
    return part(PartKind.SLICE, amount, tier_from=usd(edge), tier_below=below and usd(below), **changes)


@pytest.mark.parametrize(
    ("parts", "told", "cell"),
    [
        (
            (
                slice_of("500.00", "0", "10000.00", rate_percent="5", base=usd("10000.00")),
                slice_of("1200.00", "10000.00", "50000.00", rate_percent="3", base=usd("40000.00")),
                slice_of("200.00", "50000.00", None),
            ),
            (
                "rule “all”; 5 % of the first 10,000.00 USD is 500.00 USD; 3 % of the next 40,000.00 USD is "
                "1,200.00 USD; what is above 50,000.00 USD adds 200.00 USD; in all 1,900.00 USD."
            ),
            "all · 3 slices",
        ),
        (
            (slice_of("100.00", "0", None, rate_percent="10", base=usd("1000.00"), of="first_year"),),
            "rule “all”; 10 % of the first 1,000.00 USD of first_year is 100.00 USD.",
            "all · 10 %",
        ),
        (
            (part(**SHARE, amount="937.50", of="first_year", tier_from=usd("1000.00")),),
            ("rule “all”; first_year from 1,000.00 USD; 7.5 % of the 12,500.00 USD of first_year is 937.50 USD."),
            "all · first_year tier from 1,000.00 USD · 7.5 %",
        ),
        (
            (part(PartKind.UNITS, "60.00", units=12, unit_amount=usd("5.00")),),
            "rule “all”; 12 units at 5.00 USD are 60.00 USD.",
            "all · 12 at 5.00 USD",
        ),
        (
            (part(PartKind.UNITS, "5.00", units=1, unit_amount=usd("5.00")),),
            "rule “all”; 1 unit at 5.00 USD is 5.00 USD.",
            "all · 1 at 5.00 USD",
        ),
        (
            (
                part(**SHARE, amount="500.00", limit="max", product="payroll"),
                part(PartKind.FLAT, "25.00", product="hr"),
            ),
            (
                "rule “all”; “payroll”: 7.5 % of 12,500.00 USD is 937.50 USD, and such a line pays at most 500.00 USD; "
                "“hr”: a flat 25.00 USD; in all 525.00 USD."
            ),
            "all · 2 lines",
        ),
        (
            (part(PartKind.SET_BY_SALES, "500.00", computed=usd("700.00"), limit="max"),),
            "rule “all”; sales set 700.00 USD, and the rule pays at most 500.00 USD.",
            "all · set by sales · at most 500.00 USD",
        ),
        (
            (part(PartKind.SET_BY_SALES, "75.00", defaulted=True),),
            "rule “all”; sales set no amount, and the rule pays 75.00 USD then.",
            "all · set by default",
        ),
        (
            (part(), part(PartKind.BONUS, "40.00", every=5)),
            "rule “all”; a flat 100.00 USD; every 5th referral adds 40.00 USD; in all 140.00 USD.",
            "all · bonus 40.00 USD",
        ),
        (
            (part(), part(PartKind.BONUS, "40.00", every=5, product="hr"), part(PartKind.MAX, "-20.00")),
            (
                "rule “all”; a flat 100.00 USD; every 5th referral with “hr” adds 40.00 USD; "
                "the rule pays at most 120.00 USD in all."
            ),
            "all · bonus 40.00 USD · at most 120.00 USD",
        ),
        (
            (part(PartKind.FLAT, "10.00"), part(PartKind.MIN, "40.00")),
            "rule “all”; a flat 10.00 USD; the rule pays at least 50.00 USD in all.",
            "all · at least 50.00 USD",
        ),
        (
            (part(), replace(part(), rule="gold")),
            "rule “all”; a flat 100.00 USD; rule “gold”; a flat 100.00 USD; together 200.00 USD.",
            "all + gold",
        ),
    ],
)
def test_every_part_in_words_and_in_short(parts: tuple[Part, ...], told: str, cell: str) -> None:
    explained = explanation(parts=parts, amount=sum((one.amount for one in parts), usd("0")))
    assert words(explained) == f"1st referral in customer-referral (version 3); {told}"
    assert short(explained) == cell


@pytest.mark.parametrize(
    ("changes", "head"),
    [
        ({"counting_period": CountingPeriod.FISCAL_YEAR}, "1st referral this fiscal year in customer-referral"),
        ({"counting_period": CountingPeriod.ROLLING_DAYS, "days": 90}, "1st referral in 90 days in customer-referral"),
        (
            {
                "counting_period": CountingPeriod.CALENDAR_YEAR,
                "ordinals": (ProductOrdinal("hr", 3), ProductOrdinal("crm", 1)),
            },
            "3rd with “hr” and 1st with “crm” this year in customer-referral",
        ),
    ],
)
def test_what_was_counted_is_said_first(changes: dict[str, Any], head: str) -> None:
    assert words(explanation(**changes)) == f"{head} (version 3); rule “all”; a flat 100.00 USD."


def test_a_rate_that_was_used_and_the_rules_that_paid_less_are_said() -> None:
    explained = explanation(
        converted=Converted("EUR", "1.08"), choose=Choose.BEST, losers=(Loser("x", usd("80")), Loser("y", usd("100")))
    )
    assert words(explained) == (
        "1st referral in customer-referral (version 3); at the program's rate of 1.08 for EUR; rule “all”; "
        "a flat 100.00 USD; rule “x” pays less: 80.00 USD; "
        "rule “y” pays as much and stands later in the file: 100.00 USD."
    )


def test_as_data_money_is_as_in_an_event_and_losers_say_why() -> None:
    limit = Applied(Scope.REWARD, usd("30.00"), usd("30.00"), usd("100.00"), Over.CUT)
    explained = explanation(amount=usd("30.00"), losers=(Loser("later"),), limits=(limit,))
    flat = {"value": "100.00", "currency": "USD"}
    cut = {"value": "30.00", "currency": "USD"}
    assert as_json(explained) == {
        "program": "customer-referral",
        "program_version": 3,
        "counting_period": "lifetime",
        "period": "lifetime",
        "ordinal": 1,
        "amount": cut,
        "by_rule": flat,
        "rules": ["all"],
        "parts": [{"rule": "all", "kind": "flat", "amount": flat, "computed": flat, "defaulted": False}],
        "choose": "first",
        "losers": [{"rule": "later", "why": "stands later in the file"}],
        "limits": [{"scope": "reward", "most": cut, "left": cut, "asked": flat, "over": "cut"}],
        "channel_why": "rule",
        "ordinals": [],
    }
    assert json.loads(json.dumps(as_json(explained))) == as_json(explained)


def test_the_rule_that_lost_by_money_says_what_it_would_have_paid() -> None:
    explained = explanation(choose=Choose.BEST, losers=(Loser("x", usd("80.00")),))
    assert as_json(explained)["losers"] == [
        {"rule": "x", "amount": {"value": "80.00", "currency": "USD"}, "why": "pays less: 80.00 USD"}
    ]
