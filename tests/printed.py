"""What CloudWatch makes of printed lines: data points, each under every set of dimensions that its line names.

Source: CloudWatch embedded metric format specification.
"""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Point:
    """One data point."""

    namespace: str
    name: str
    unit: str
    dimensions: frozenset[tuple[str, str]]
    value: float

    @property
    def further(self) -> tuple[str, ...]:
        """The values of its dimensions beside service and stack, by the dimensions' names."""
        return tuple(value for name, value in sorted(self.dimensions) if name not in {"service", "stack"})


def points(output: str) -> list[Point]:
    """The data points of what was printed; lines that are no metrics are left alone."""
    found: list[Point] = []
    for line in output.splitlines():
        told = json.loads(line) if line.startswith("{") else {}
        for directive in told.get("_aws", {}).get("CloudWatchMetrics", ()):
            for names in directive["Dimensions"]:
                dimensions = frozenset((name, told[name]) for name in names)
                for metric in directive["Metrics"]:
                    (value,) = told[metric["Name"]]
                    found.append(Point(directive["Namespace"], metric["Name"], metric["Unit"], dimensions, value))
    return found


def sums(output: str) -> Mapping[tuple[str, ...], float]:
    """The sum of each metric, by its name and the values of its further dimensions."""
    total: Counter[tuple[str, ...]] = Counter()
    for point in points(output):
        total[point.name, *point.further] += point.value  # type: ignore[assignment]  # Amounts are no whole numbers.
    return dict(total)
