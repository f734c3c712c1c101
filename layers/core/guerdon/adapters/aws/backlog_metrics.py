"""The backlog as metrics: what the sweep counts at the beginning of each pass."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from guerdon.adapters.aws.metrics import (
    EVENTS_WAITING,
    OLDEST_WAITING_HOURS,
    PAYOUTS_WAITING,
    UNDECIDED_EVENTS,
    Metric,
    Metrics,
)
from guerdon.application.count_waiting import ON_PURPOSE, Backlog

_HOUR: Final = timedelta(hours=1)


def tell_backlog(metrics: Metrics, backlog: Backlog) -> None:
    """Print the backlog, as a whole and by reason."""
    metrics.state(PAYOUTS_WAITING, _in_need(backlog.payouts))
    metrics.state(EVENTS_WAITING, _in_need(backlog.events))
    metrics.state(UNDECIDED_EVENTS, backlog.undecided_events)
    metrics.state(OLDEST_WAITING_HOURS, round(backlog.oldest / _HOUR, 2))
    _tell_by_reason(metrics, PAYOUTS_WAITING, backlog.payouts)
    _tell_by_reason(metrics, EVENTS_WAITING, backlog.events)


def _in_need(by_reason: Mapping[str, int]) -> int:
    return sum(count for reason, count in by_reason.items() if reason not in ON_PURPOSE)


def _tell_by_reason(metrics: Metrics, metric: Metric, by_reason: Mapping[str, int]) -> None:
    for reason, count in sorted(by_reason.items()):
        metrics.state(metric, count, reason=reason)
