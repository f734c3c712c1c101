"""The benchmark in words, for tables, and as JSON."""

from dataclasses import dataclass
from typing import Final

from guerdon.application.benchmark.published import SURVEY, Kind
from guerdon.application.benchmark.tally import Tally
from guerdon.application.benchmark.verdicts import NEAR_SHARE, Chapter, Line, Verdict

RULE: Final = (
    f"Figures are about the same within {NEAR_SHARE:.0%} of the field's, or within its rounding if that is more. "
    "Above and below mean that all of the likely range, which holds the true figure nineteen times of twenty, lies "
    "beyond that. Too few to say means that the range reaches into it and farther than twice as far. The range takes "
    "leads as independent of each other; where few advocates make most of them it is rather too narrow."
)
"""How the verdicts come about, for readers."""


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A comparison, and what it is of.

    Attributes:
        name: What the history is called, such as its file's name.
    """

    name: str
    kind: Kind
    tally: Tally
    chapters: tuple[Chapter, ...]

    def count(self, verdict: Verdict) -> int:
        """How many lines came out so."""
        return sum(line.verdict is verdict for chapter in self.chapters for line in chapter.lines)

    @property
    def summary(self) -> str:
        """How many figures came out how."""
        told = [
            f"{self.count(verdict)} {verdict.words}" for verdict in Verdict if self.count(verdict) and verdict.words
        ]
        return f"Of {sum(len(chapter.lines) for chapter in self.chapters)} figures: {', '.join(told)}."


def as_json(benchmark: Benchmark) -> dict[str, object]:
    """The benchmark for scripts; shares are numbers from 0 to 1."""
    tally = benchmark.tally
    return {
        "survey": SURVEY,
        "kind": benchmark.kind.value,
        "leads": tally.all.leads,
        "deals": tally.all.deals,
        "rows_of_other_triggers": tally.others,
        "months": tally.years.months,
        "whole_years": tally.years.whole,
        "figures": [_line_json(line, chapter.source) for chapter in benchmark.chapters for line in chapter.lines],
    }


def _line_json(line: Line, source: str) -> dict[str, object]:
    told: dict[str, object] = {
        "key": line.key,
        "label": line.label,
        "unit": line.published.unit.value,
        "field": line.published.figure,
        "field_is_less_than": line.published.below,
        "source": source,
        "verdict": line.verdict.value,
        "sentence": line.sentence,
    }
    measured = line.measured
    if measured is None:
        return told
    return told | {
        "yours": measured.figure,
        "low": measured.interval.low,
        "high": measured.interval.high,
        "sample": measured.sample,
        "sample_of": measured.counted,
        "difference": line.difference,
    }


def cells(line: Line) -> tuple[str, str, str, str]:
    """What a table shows of a line: yours, the field's, the difference, and how it compares."""
    unit = line.published.unit
    yours = unit.text(line.measured.figure) if line.measured else ""
    difference = unit.difference(line.difference) if line.difference is not None else ""
    return yours, line.published.words, difference, line.verdict.words
