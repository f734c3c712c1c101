"""The ceilings of a program file: what is right compiles, and what is wrong is told with its place."""

from typing import Any

import pytest

from builders import document, rule, usd
from guerdon.domain.ceilings import Ceilings
from guerdon.domain.document import Severity
from guerdon.domain.grammar.checks import check_program
from guerdon.domain.grammar.program import read_program

ZONE = "America/New_York"
SEVERAL_CURRENCIES = (
    "must be program where the program has limits or an amount_per_day: sums of several currencies cannot be limited"
)


def told(**changes: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - a document holds anything.
    compiled, findings = read_program(document(**changes))
    assert (compiled is None) is bool(findings)
    return [(finding.place, finding.message) for finding in findings]


@pytest.mark.parametrize(
    ("ceilings", "compiled"),
    [
        (
            {"payouts_per_day": "50", "amount_per_day": "5000.00"},
            Ceilings(ZONE, 50, usd("5000.00")),
        ),
        ({"payouts_per_day": "1"}, Ceilings(ZONE, 1)),
        ({"amount_per_day": "0.01"}, Ceilings(ZONE, amount_per_day=usd("0.01"))),
    ],
)
def test_ceilings_compile(ceilings: dict[str, str], compiled: Ceilings) -> None:
    program, findings = read_program(document(ceilings=ceilings, told_within_days="60"))
    assert findings == ()
    assert program is not None
    assert (program.ceilings, program.told_within_days) == (compiled, 60)


def test_a_program_without_them_has_none() -> None:
    program, _ = read_program(document())
    assert program is not None
    assert (program.ceilings, program.told_within_days) == (None, None)


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        (
            {"ceilings": {}},
            ("ceilings", "must name at least one of payouts_per_day, amount_per_day"),
        ),
        (
            {"ceilings": {"payout_per_day": "5"}},
            ("ceilings.payout_per_day", "is not known here; did you mean payouts_per_day?"),
        ),
        (
            {"ceilings": {"payouts_per_day": "0"}},
            ("ceilings.payouts_per_day", "must be a whole number from 1 to 1000000, not '0'"),
        ),
        (
            {"ceilings": {"amount_per_day": "0.00"}},
            ("ceilings.amount_per_day", "must be above zero; pause the program to pay nothing"),
        ),
        (
            {"ceilings": {"amount_per_day": "1.001"}},
            ("ceilings.amount_per_day", "'1.001' has more than the 2 decimal places of USD"),
        ),
        (
            {"ceilings": {"amount_per_day": "9.00"}, "exchange": {"rates": {"EUR": "1.08"}, "pay_in": "deal"}},
            (
                "exchange.pay_in",
                SEVERAL_CURRENCIES,
            ),
        ),
        ({"told_within_days": "0"}, ("told_within_days", "must be a whole number from 1 to 3660, not '0'")),
    ],
)
def test_what_is_wrong_is_told_with_its_place(changes: dict[str, object], finding: tuple[str, str]) -> None:
    assert finding in told(**changes)


def test_payouts_may_be_counted_where_several_currencies_are_paid() -> None:
    exchange = {"rates": {"EUR": "1.08"}, "pay_in": "deal"}
    assert told(ceilings={"payouts_per_day": "5"}, exchange=exchange) == []


def test_a_ceiling_below_what_a_rule_pays_at_least_is_warned_of() -> None:
    whole = document(
        rules=[rule(name="small", when={"segments": ["gold"]}, amount={"flat": "10.00"}), rule(name="large")],
        ceilings={"amount_per_day": "99.99"},
    )
    program, _ = read_program(whole)
    assert program is not None
    (finding,) = check_program(program, whole)
    assert (finding.place, finding.code, finding.severity) == (
        "ceilings.amount_per_day",
        "ceiling-below-rule",
        Severity.WARNING,
    )
    assert finding.message == (
        "99.99 USD is below 100.00 USD, the least that rule 'large' pays, so all that it pays waits for a person"
    )
