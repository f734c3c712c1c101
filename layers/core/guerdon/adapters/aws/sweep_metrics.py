"""What a pass of the sweep found, as metrics: how much of each kind, and how long providers have had payouts."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from guerdon.adapters.aws.metrics import (
    OLDEST_UNSETTLED_HOURS,
    OLDEST_UNSETTLED_PERCENT,
    SWEEP_FOUND,
    SWEEP_UNFINISHED,
    Metrics,
)
from guerdon.application.sweep import LEFT, Found

_HOUR: Final = timedelta(hours=1)


def tell_found(metrics: Metrics, found: Sequence[Found]) -> None:
    """Print what was found by kind, what was not come to, and the ages of the oldest payouts of a provider's."""
    counts = Counter(each.kind for each in found)
    metrics.add(SWEEP_UNFINISHED, counts.pop(LEFT, 0))
    for kind, count in sorted(counts.items()):
        metrics.add(SWEEP_FOUND, count, kind=kind)
    asked = [each.unsettled for each in found if each.unsettled is not None]
    oldest = {unsettled.channel: unsettled.age for unsettled in sorted(asked, key=lambda each: each.age)}
    for channel, age in sorted(oldest.items()):
        metrics.add(OLDEST_UNSETTLED_HOURS, round(age / _HOUR, 2), channel=channel.value)
    if asked:
        most = max(unsettled.age / unsettled.given for unsettled in asked)
        metrics.add(OLDEST_UNSETTLED_PERCENT, round(100 * most, 1))
