"""Ours on programs of 10 to 500 rules, each of which is met by some deals."""

import random
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from bench.measuring import calls_a_second
from guerdon.domain.evaluation import Evaluated, evaluate
from guerdon.domain.facts import Facts, LineFacts
from guerdon.domain.grammar.program import read_program
from guerdon.domain.program import Program

SIZES = (10, 50, 100, 200, 350, 500)
CHOICES = ("first", "best")
DEALS = 1_000
SEGMENTS = ("bronze", "silver", "gold", "platinum", "unrated")
SIZE_CLASSES = ((0, 5_000), (5_000, 20_000), (20_000, 100_000))


def growth() -> dict[str, dict[str, float]]:
    """For each way to choose: calls a second by the number of rules."""
    ways = {f"{choose} {size}": _round(choose, size) for choose in CHOICES for size in SIZES}
    measured = calls_a_second(ways)
    return {choose: {str(size): measured[f"{choose} {size}"] for size in SIZES} for choose in CHOICES}


def _rule(index: int) -> dict[str, Any]:
    """Rules differ in four facts: a segment and a size of deal that many share, a region and a product that few do."""
    least, below = SIZE_CLASSES[index % len(SIZE_CLASSES)]
    return {
        "name": f"rule-{index}",
        "when": {
            "segments": [SEGMENTS[index % len(SEGMENTS)]],
            "deal_amount": {"from": str(least), "below": str(below)},
            "regions": [f"region-{index // 15}"],
            "products": [f"product-{index % 7}", "bundle"],
        },
        "amount": {"percentage": {"rate": str(1 + index % 10), "max": "2500.00"}},
        "channel": "gift_card",
    }


def _program(size: int, choose: str) -> Program:
    read, findings = read_program(
        {
            "program": "growing",
            "title": "Growing",
            "legal_entity": "Acme Inc.",
            "currency": "USD",
            "time_zone": "UTC",
            "starts_at": "2026-01-01T00:00:00Z",
            "choose": choose,
            "rules": [_rule(index) for index in range(size)],
        }
    )
    if read is None:
        raise ValueError(findings)
    return read


def _round(choose: str, size: int) -> Callable[[], int]:
    program = _program(size, choose)
    dealt = random.Random(size)  # noqa: S311 - a benchmark is repeatable, not secret.
    deals = [_deal(dealt.randrange(size)) for _ in range(DEALS)]
    for deal in deals:
        if not isinstance(evaluate(program, deal, {}), Evaluated):
            raise TypeError(deal)

    def one_round() -> int:
        for deal in deals:
            evaluate(program, deal, {})
        return len(deals)

    return one_round


def _deal(index: int) -> Facts:
    """A deal that the rule at `index` is for."""
    least, _ = SIZE_CLASSES[index % len(SIZE_CLASSES)]
    return Facts(
        "deal.closed",
        datetime(2026, 11, 20, tzinfo=UTC),
        "USD",
        least * 100 + 1_234_56,
        lines=(LineFacts(f"product-{index % 7}", 1, None),),
        segment=SEGMENTS[index % len(SEGMENTS)],
        region=f"region-{index // 15}",
    )
