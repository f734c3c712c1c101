"""What an alarm of the template says about printed metrics, as CloudWatch would.

Source: CloudWatch user guide, "Alarm evaluation" and "Configuring how alarms treat missing data".
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from printed import Point, points

STACK: Final = "guerdon"

_STATISTICS: Final[dict[str, Callable[[list[float]], float]]] = {"Maximum": max, "Minimum": min, "Sum": sum}
_COMPARISONS: Final[dict[str, Callable[[float, float], bool]]] = {
    "GreaterThanThreshold": operator.gt,
    "LessThanThreshold": operator.lt,
}
_MISSING: Final = {"notBreaching": False, "breaching": True}


def dimensions_of(alarm: Mapping[str, Any]) -> frozenset[tuple[str, str]]:
    """The dimensions that an alarm names, in the stack of the tests."""
    named = {dimension["Name"]: dimension["Value"] for dimension in alarm["Dimensions"]}
    stack = named.pop("stack")
    assert stack == {"Ref": "AWS::StackName"}
    return frozenset({*named.items(), ("stack", STACK)})


def is_in_alarm(alarm: Mapping[str, Any], periods: Sequence[str]) -> bool:
    """Whether the alarm is raised after some periods.

    Args:
        alarm: Its properties in the template.
        periods: What was printed in each period, the newest last; nothing was before the first.
    """
    looked_at = [*([""] * alarm["EvaluationPeriods"]), *periods][-alarm["EvaluationPeriods"] :]
    return all(_breaches(alarm, _values(alarm, points(output))) for output in looked_at)


def _values(alarm: Mapping[str, Any], printed: list[Point]) -> list[float]:
    wanted = (alarm["Namespace"], alarm["MetricName"], dimensions_of(alarm))
    return [point.value for point in printed if (point.namespace, point.name, point.dimensions) == wanted]


def _breaches(alarm: Mapping[str, Any], values: list[float]) -> bool:
    if not values:
        return _MISSING[alarm["TreatMissingData"]]
    compare = _COMPARISONS[alarm["ComparisonOperator"]]
    return compare(_STATISTICS[alarm["Statistic"]](values), alarm["Threshold"])
