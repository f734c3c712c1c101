"""The age of each provider's reconciliation as a metric, printed as the backlog is."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from guerdon.adapters.aws.metrics import RECONCILIATION_AGE_HOURS, Metrics

_HOUR: Final = timedelta(hours=1)


def tell_ages(metrics: Metrics, ages: Mapping[str, timedelta]) -> None:
    """Print the ages, and the greatest of them, which the alarm looks at."""
    for provider, age in sorted(ages.items()):
        metrics.state(RECONCILIATION_AGE_HOURS, _hours(age), provider=provider)
    metrics.state(RECONCILIATION_AGE_HOURS, _hours(max(ages.values(), default=timedelta())))


def _hours(age: timedelta) -> float:
    return round(age / _HOUR, 2)
