"""The rule language means what people worked out by hand: tests/cases/rules.csv, one test a row, named by its case.

The expected amounts were computed from the language's description and not by this code; a finance person can read and
correct them (tests/cases/README.md says how).
"""

from collections import Counter

import pytest

from guerdon.domain import glossary
from guerdon.domain.explanation import Explanation
from guerdon.domain.money import Money
from guerdon.domain.outcome import Outcome
from short_facts import judged, minor_in
from worked_cases import CASES, ROWS, Row, facts_of_row, program_of


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["case"])
def test_a_case_comes_to_what_was_worked_out_by_hand(row: Row) -> None:
    judgment = judged(program_of(row["program"]), facts_of_row(row))
    told = glossary.OUTCOME[judgment.outcome].words
    if judgment.earned is None:
        undone = judgment.outcome is Outcome.REVERSED and row["new_total"]
        assert (f"0.00 {row['amount'][-3:]}" if undone else told) == row["expected"], judgment.why
        return
    earned = judgment.earned
    amount = (earned.amount.amount_minor, earned.amount.currency)
    assert (told, amount) == ("rewarded", minor_in(row["expected"])), judgment.why
    assert [applied.over.value for applied in earned.explanation.limits] == row["limit"].replace(",", " ").split()
    if row["paid_by"]:
        assert glossary.CHANNEL[earned.channel].words == row["paid_by"]
    assert sum_of_parts(earned.explanation) == earned.explanation.by_rule


def sum_of_parts(explanation: Explanation) -> Money:
    return sum((part.amount for part in explanation.parts), Money(0, explanation.amount.currency))


def test_every_case_has_a_name_of_its_own_and_the_arithmetic_in_words() -> None:
    assert [name for name, count in Counter(row["case"] for row in ROWS).items() if count > 1] == []
    assert [row["case"] for row in ROWS if not row["why"] or not row["expected"]] == []


def test_every_program_of_the_cases_is_used() -> None:
    files = {file.stem for file in (CASES / "programs").glob("*.yaml")}
    assert files - {row["program"] for row in ROWS} == set()
