"""Ours and zen-engine's on one table of 200 rows: the same answers asserted, then the speed of both in one run."""

import importlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from bench import one_table
from bench.measuring import calls_a_second
from bench.one_table import Dealt
from guerdon.domain.evaluation import Evaluated, evaluate, explained
from guerdon.domain.explanation_words import words
from guerdon.domain.facts import Facts
from guerdon.domain.program import Program

DEALS = 2_000
OURS = "ours, with what the explanation is made of"
TOLD = "ours, with the explanation in words"
ROWS = "zen-engine, compiled expression, row after row"
NESTED = "zen-engine, compiled expression, nested by a program"
FILE = "zen-engine, decision table"


def compare() -> dict[str, float]:
    """Calls a second of each way.

    Raises:
        AssertionError: Two ways came to different amounts for a deal.
    """
    program = one_table.program()
    deals = one_table.deals(DEALS, Facts("deal.closed", datetime(2026, 11, 20, tzinfo=UTC), "USD", 0))
    theirs = _theirs()
    for deal in deals:
        evaluated = evaluate(program, deal.facts, deal.counts)
        assert isinstance(evaluated, Evaluated), deal  # noqa: S101 - every row pays.
        for name, way in theirs.items():
            same = one_table.rounded(way(deal.context)) == evaluated.amount_minor
            assert same, (name, deal, evaluated)  # noqa: S101 - a comparison of different answers is none.
    return calls_a_second(_ours(program, deals) | {name: _round(way, deals) for name, way in theirs.items()})


def _ours(program: Program, deals: list[Dealt]) -> dict[str, Callable[[], int]]:
    def evaluated() -> int:
        for deal in deals:
            evaluate(program, deal.facts, deal.counts)
        return len(deals)

    def told() -> int:
        for deal in deals:
            result = evaluate(program, deal.facts, deal.counts)
            if isinstance(result, Evaluated):
                words(explained(program, 1, deal.facts, result, deal.counts))
        return len(deals)

    return {OURS: evaluated, TOLD: told}


def _theirs() -> Mapping[str, Callable[[dict[str, object]], object]]:
    # Only the environment that `make bench-rules` makes has it.
    zen: Any = importlib.import_module("zen")
    # Read once, as its documentation advises: as a text it would be read anew for each deal, thirty times slower.
    read = zen.ZenDecisionContent(one_table.decision_table())
    engine = zen.ZenEngine({"loader": {"table": read}.__getitem__})

    def of_the_file(context: dict[str, object]) -> object:
        result: object = engine.evaluate("table", context)["result"]["pays"]
        return result

    return {
        ROWS: zen.compile_expression(one_table.expression()).evaluate,
        NESTED: zen.compile_expression(one_table.nested_expression()).evaluate,
        FILE: of_the_file,
    }


def _round(way: Callable[[dict[str, object]], object], deals: list[Dealt]) -> Callable[[], int]:
    def one_round() -> int:
        for deal in deals:
            way(deal.context)
        return len(deals)

    return one_round
