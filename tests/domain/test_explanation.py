"""Why a reward has its amount, in the words that finance and advocates read."""

import pytest

from builders import explanation, usd
from guerdon.domain.explanation import ordinal_words
from guerdon.domain.limits import Applied
from guerdon.domain.program import CountingPeriod, Over, Scope

SHARE = {"rate_percent": "7.5", "base": usd("12500.00"), "computed": usd("937.50")}


@pytest.mark.parametrize(
    ("changes", "words", "short"),
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
            {"counting_period": CountingPeriod.CALENDAR_YEAR, "ordinal": 3, "step_from": 2},
            (
                "3rd referral this year in customer-referral (version 3); rule “all”; step from the 2nd referral on; "
                "a flat 100.00 USD."
            ),
            "all · step 2+",
        ),
        (
            {**SHARE, "amount": usd("937.50"), "counting_period": CountingPeriod.CALENDAR_MONTH, "ordinal": 11},
            (
                "11th referral this month in customer-referral (version 3); rule “all”; "
                "7.5 % of 12,500.00 USD is 937.50 USD."
            ),
            "all · 7.5 %",
        ),
        (
            {**SHARE, "amount": usd("500.00"), "limit": "max"},
            (
                "1st referral in customer-referral (version 3); rule “all”; "
                "7.5 % of 12,500.00 USD is 937.50 USD, and the rule pays at most 500.00 USD."
            ),
            "all · 7.5 % · at most 500.00 USD",
        ),
        (
            {
                **SHARE,
                "amount": usd("1000.00"),
                "limit": "min",
                "tier_from": usd("1000.00"),
                "tier_below": usd("20000.00"),
            },
            (
                "1st referral in customer-referral (version 3); rule “all”; "
                "deal size from 1,000.00 to below 20,000.00 USD; "
                "7.5 % of 12,500.00 USD is 937.50 USD, and the rule pays at least 1,000.00 USD."
            ),
            "all · tier from 1,000.00 to below 20,000.00 USD · 7.5 % · at least 1,000.00 USD",
        ),
        (
            {"tier_from": usd("10000.00"), "step_from": 1},
            (
                "1st referral in customer-referral (version 3); rule “all”; step from the 1st referral on; "
                "deal size from 10,000.00 USD; a flat 100.00 USD."
            ),
            "all · step 1+ · tier from 10,000.00 USD",
        ),
        (
            {
                **SHARE,
                "amount": usd("120.00"),
                "limit": "max",
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
def test_an_explanation_in_words_and_in_short(changes: dict[str, object], words: str, short: str) -> None:
    explained = explanation(**changes)
    assert explained.words == words
    assert explained.short == short


@pytest.mark.parametrize(
    ("number", "words"),
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
def test_ordinals_as_english_writes_them(number: int, words: str) -> None:
    assert ordinal_words(number) == words
