"""One table of rewards: 10 tiers of deal size by 5 steps of referrals, for each of 4 segments, so 200 rows.

It is the same table as a program of ours and in the forms that zen-engine reads. The lower tiers pay flat amounts,
the upper ones a share of the deal; all rows differ, so that a wrong row is a wrong answer.
"""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import NamedTuple

from guerdon.domain.counting import WHOLE
from guerdon.domain.facts import Facts
from guerdon.domain.grammar.program import read_program
from guerdon.domain.program import Program

SEGMENTS = ("bronze", "silver", "gold", "platinum")
TIERS = (0, 1_000, 2_500, 5_000, 7_500, 10_000, 15_000, 20_000, 30_000, 50_000)
STEPS = (1, 2, 4, 8, 16)
FLAT_TIERS = 5


@dataclass(frozen=True)
class Row:
    """One row; amounts in cents, `below` and `until` None where there is no upper edge."""

    segment: str
    at_least: int
    below: int | None
    from_ordinal: int
    until: int | None
    flat: int | None
    percent: Decimal

    @property
    def condition(self) -> str:
        """When it applies, as zen-engine writes it."""
        asked = [f"segment == '{self.segment}'", f"amount >= {self.at_least}", f"ordinal >= {self.from_ordinal}"]
        asked += [] if self.below is None else [f"amount < {self.below}"]
        asked += [] if self.until is None else [f"ordinal < {self.until}"]
        return " and ".join(asked)

    @property
    def pays(self) -> str:
        """What it pays in cents, before rounding, as zen-engine writes it."""
        return str(self.flat) if self.flat is not None else f"amount * {self.percent / 100}"

    @property
    def cell(self) -> str:
        """What it pays, as a program file writes it."""
        return f"{self.percent.normalize():f} %" if self.flat is None else f"{Decimal(self.flat) / 100:.2f}"


def rows() -> Iterator[Row]:
    """All rows, in order."""
    for rank, segment in enumerate(SEGMENTS, start=1):
        for tier, edge in enumerate(TIERS):
            below = TIERS[tier + 1] * 100 if tier + 1 < len(TIERS) else None
            for step, ordinal in enumerate(STEPS):
                until = STEPS[step + 1] if step + 1 < len(STEPS) else None
                flat = (rank * (tier + 1) * 10 + step) * 100 if tier < FLAT_TIERS else None
                percent = Decimal(rank) / 4 + Decimal(tier) / 10 + Decimal(step) / 20
                yield Row(segment, edge * 100, below, ordinal, until, flat, percent)


def program() -> Program:
    """The table as a program: a rule for each segment, with a table of its own."""
    cells = [row.cell for row in rows()]
    size, width = len(TIERS) * len(STEPS), len(STEPS)
    tables = [
        [cells[start + tier * width : start + (tier + 1) * width] for tier in range(len(TIERS))]
        for start in range(0, len(cells), size)
    ]
    read, findings = read_program(
        {
            "program": "one-table",
            "title": "One table",
            "legal_entity": "Acme Inc.",
            "currency": "USD",
            "time_zone": "UTC",
            "starts_at": "2026-01-01T00:00:00Z",
            "rules": [
                {
                    "name": segment,
                    "when": {"segments": [segment]},
                    "amount": {
                        "table": {
                            "tiers": [str(edge) for edge in TIERS],
                            "steps": [str(step) for step in STEPS],
                            "pays": pays,
                        }
                    },
                    "channel": "gift_card",
                }
                for segment, pays in zip(SEGMENTS, tables, strict=True)
            ],
        }
    )
    if read is None:
        raise ValueError(findings)
    return read


def expression() -> str:
    """The table as one expression that asks row after row."""
    chain = "0"
    for row in reversed(list(rows())):
        chain = f"({row.condition}) ? {row.pays} : ({chain})"
    return chain


def nested_expression() -> str:
    """The table as one expression that asks for the segment, then the tier, then the step: as no person writes it."""
    of = {(row.segment, row.at_least, row.from_ordinal): row.pays for row in rows()}
    whole = "0"
    for segment in reversed(SEGMENTS):
        tiers = "0"
        for edge in TIERS:
            steps = "0"
            for ordinal in STEPS:
                steps = f"ordinal >= {ordinal} ? {of[segment, edge * 100, ordinal]} : ({steps})"
            tiers = f"amount >= {edge * 100} ? ({steps}) : ({tiers})"
        whole = f"segment == '{segment}' ? ({tiers}) : ({whole})"
    return whole


def decision_table() -> str:
    """The table as a decision file with one decision table: what a person draws in zen-engine's editor."""
    fields = ("segment", "amount", "ordinal")
    lines = [
        {
            "_id": f"row-{index}",
            "segment": f"'{row.segment}'",
            "amount": f">= {row.at_least}" + ("" if row.below is None else f" and amount < {row.below}"),
            "ordinal": f">= {row.from_ordinal}" + ("" if row.until is None else f" and ordinal < {row.until}"),
            "pays": row.pays,
        }
        for index, row in enumerate(rows())
    ]
    table = {
        "hitPolicy": "first",
        "inputs": [{"id": name, "name": name, "field": name} for name in fields],
        "outputs": [{"id": "pays", "name": "pays", "field": "pays"}],
        "rules": lines,
    }
    nodes = [
        {"id": "in", "name": "in", "type": "inputNode", "position": {"x": 0, "y": 0}},
        {"id": "table", "name": "table", "type": "decisionTableNode", "position": {"x": 0, "y": 0}, "content": table},
        {"id": "out", "name": "out", "type": "outputNode", "position": {"x": 0, "y": 0}},
    ]
    edges = [
        {"id": "one", "sourceId": "in", "targetId": "table", "type": "edge"},
        {"id": "two", "sourceId": "table", "targetId": "out", "type": "edge"},
    ]
    return json.dumps({"nodes": nodes, "edges": edges})


class Dealt(NamedTuple):
    """One deal, for us as facts with counts, and for zen-engine as a context."""

    facts: Facts
    counts: dict[str, int]
    context: dict[str, object]


def deals(many: int, blank: Facts) -> list[Dealt]:
    """Random deals, the edges of the tiers among them."""
    dealt = random.Random(2026)  # noqa: S311 - a benchmark is repeatable, not secret.
    found = []
    for _ in range(many):
        segment = dealt.choice(SEGMENTS)
        edge = dealt.choice(TIERS) * 100
        amount = edge if dealt.random() < 0.1 else dealt.randrange(100, 6_000_000)  # noqa: PLR2004 - one in ten.
        ordinal = dealt.randrange(1, 20)
        context: dict[str, object] = {"segment": segment, "amount": amount, "ordinal": ordinal}
        found.append(Dealt(blank._replace(segment=segment, amount=amount), {WHOLE: ordinal - 1}, context))
    return found


def rounded(exact: object) -> int:
    """What zen-engine came to, in whole cents: it computes in decimals and gives them back as a float."""
    return int(Decimal(repr(exact)).quantize(Decimal(1), ROUND_HALF_EVEN))
