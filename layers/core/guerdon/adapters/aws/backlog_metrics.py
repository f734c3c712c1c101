"""The backlog as CloudWatch metrics: printed in the embedded metric format, which costs no call. Counts only."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from guerdon.application.count_waiting import ON_PURPOSE, Backlog

NAMESPACE: Final = "Guerdon"
SERVICE: Final = "sweep"
"""The alarms in template.yaml name both."""

_HOUR: Final = timedelta(hours=1)


def tell_backlog(stack: str, backlog: Backlog) -> None:
    """Print the backlog of the stack of that name, as a whole and by reason."""
    metrics = _metrics(stack)
    metrics.add_metric("PayoutsWaiting", MetricUnit.Count, _in_need(backlog.payouts))
    metrics.add_metric("EventsWaiting", MetricUnit.Count, _in_need(backlog.events))
    metrics.add_metric("UndecidedEvents", MetricUnit.Count, backlog.undecided_events)
    metrics.add_metric("OldestWaitingHours", MetricUnit.NoUnit, round(backlog.oldest / _HOUR, 2))
    metrics.flush_metrics()
    _tell_by_reason(stack, "PayoutsWaiting", backlog.payouts)
    _tell_by_reason(stack, "EventsWaiting", backlog.events)


def _in_need(by_reason: Mapping[str, int]) -> int:
    return sum(count for reason, count in by_reason.items() if reason not in ON_PURPOSE)


def _tell_by_reason(stack: str, name: str, by_reason: Mapping[str, int]) -> None:
    for reason, count in sorted(by_reason.items()):
        metrics = _metrics(stack)
        metrics.add_dimension("reason", reason)
        metrics.add_metric(name, MetricUnit.Count, count)
        metrics.flush_metrics()


def _metrics(stack: str) -> EphemeralMetrics:
    metrics = EphemeralMetrics(namespace=NAMESPACE, service=SERVICE)
    metrics.add_dimension("stack", stack)
    return metrics
