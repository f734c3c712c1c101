"""The limits of a program file: what is right compiles, and what is wrong is told with its place."""

from typing import Any

import pytest

from builders import document, usd
from guerdon.domain.counting import CountingPeriod
from guerdon.domain.grammar.program import read_program
from guerdon.domain.program import Limit, Over, Scope

YEAR, MONTH = CountingPeriod.CALENDAR_YEAR, CountingPeriod.CALENDAR_MONTH
BESIDE = "must be one that asks for approval, and a higher one that cuts or refuses"


def told(**limits: object) -> list[tuple[str, str]]:
    compiled, findings = read_program(document(limits=limits))
    assert (compiled is None) is bool(findings)
    return [(finding.place.removeprefix("limits"), finding.message) for finding in findings]


def limit(most: str = "100.00", over: str = "cut", period: str | None = "calendar_year") -> dict[str, Any]:
    return {"max": most, "over": over} | ({"period": period} if period else {})


def test_limits_compile() -> None:
    compiled, findings = read_program(
        document(
            limits={
                "program": [limit("1000.00", "refuse", "calendar_month")],
                "reward": [limit("25.00", "approval", None), limit("50.00", "cut", None)],
                "advocate": [limit("500.00", "approval", "lifetime"), limit("400.00", "cut", "calendar_year")],
            }
        )
    )
    assert findings == ()
    assert compiled is not None
    assert compiled.limits == (
        Limit(Scope.REWARD, usd("25.00"), Over.APPROVAL),
        Limit(Scope.REWARD, usd("50.00"), Over.CUT),
        Limit(Scope.ADVOCATE, usd("500.00"), Over.APPROVAL, CountingPeriod.LIFETIME),
        Limit(Scope.ADVOCATE, usd("400.00"), Over.CUT, YEAR),
        Limit(Scope.PROGRAM, usd("1000.00"), Over.REFUSE, MONTH),
    )


def test_a_program_without_limits_limits_nothing() -> None:
    compiled, _ = read_program(document())
    assert compiled is not None
    assert compiled.limits == ()


def test_a_limit_may_be_below_what_a_rule_pays() -> None:
    assert told(reward=[limit("0.01", "cut", None)]) == []


@pytest.mark.parametrize(
    ("limits", "finding"),
    [
        ({}, ("", "must name at least one of reward, advocate, program")),
        ({"deal": [limit()]}, (".deal", "is not known here; known are reward, advocate, program")),
        ({"program": limit()}, (".program", "must be a list with at least one entry")),
        ({"program": []}, (".program", "must be a list with at least one entry")),
        ({"program": ["100.00"]}, (".program[0]", "must be a mapping with max, period, over")),
        (
            {"program": [limit(period=period) for period in ("lifetime", "calendar_year", "calendar_month")]},
            (".program", "must be at most 2 limits"),
        ),
        (
            {"program": [limit() | {"per": "year"}]},
            (".program[0].per", "is not known here; did you mean period?"),
        ),
        ({"program": [limit("0.00")]}, (".program[0].max", "must be above zero; leave the rules out to pay nothing")),
        ({"program": [limit("-1.00")]}, (".program[0].max", "must not be below zero: -1.00 USD")),
        (
            {"program": [limit("1.001")]},
            (".program[0].max", "'1.001' has more than the 2 decimal places of USD"),
        ),
        ({"program": [{"period": "lifetime", "over": "cut"}]}, (".program[0].max", "is missing")),
        ({"program": [{"period": "lifetime", "max": "1.00"}]}, (".program[0].over", "is missing")),
        (
            {"program": [limit(over="stop")]},
            (".program[0].over", "must be one of cut, refuse, approval, not 'stop'"),
        ),
        ({"advocate": [limit(period=None)]}, (".advocate[0].period", "is missing")),
        (
            {"advocate": [limit(period="week")]},
            (".advocate[0].period", "must be one of lifetime, calendar_year, calendar_month, fiscal_year, not 'week'"),
        ),
        (
            {"reward": [limit(period="lifetime")]},
            (".reward[0].period", "is not for a limit of one reward: leave it out"),
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place(limits: dict[str, object], finding: tuple[str, str]) -> None:
    assert told(**limits) == [finding]


@pytest.mark.parametrize(
    ("lower", "higher"),
    [
        (("100.00", "cut"), ("200.00", "cut")),
        (("100.00", "cut"), ("200.00", "refuse")),
        (("100.00", "refuse"), ("200.00", "approval")),
        (("100.00", "approval"), ("200.00", "approval")),
        (("100.00", "approval"), ("100.00", "cut")),
    ],
)
def test_two_limits_of_one_sum_of_which_one_can_do_nothing_are_a_mistake(
    lower: tuple[str, str], higher: tuple[str, str]
) -> None:
    for first, second in ((lower, higher), (higher, lower)):
        assert told(advocate=[limit(*first), limit(*second)]) == [
            (".advocate[1]", f"two limits of period calendar_year {BESIDE}")
        ]
        assert told(reward=[limit(*first, None), limit(*second, None)]) == [
            (".reward[1]", f"two limits of one reward {BESIDE}")
        ]


@pytest.mark.parametrize("over", ["cut", "refuse"])
def test_an_approval_below_a_cut_or_a_refusal_is_none(over: str) -> None:
    assert told(advocate=[limit("200.00", over), limit("100.00", "approval")]) == []


def test_limits_of_two_periods_or_scopes_do_not_meet() -> None:
    month = limit(period="calendar_month")
    assert told(advocate=[limit(), month], program=[limit(), month], reward=[limit(period=None)]) == []


def test_a_wrong_currency_leaves_the_limits_unread() -> None:
    _, findings = read_program(document(currency="XXX", limits={"program": []}))
    assert [finding.place for finding in findings] == ["currency"]
