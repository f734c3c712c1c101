"""How much waits for a person or for an outcome: what the alarms look at."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from guerdon.application.ports import Clock, Store
from guerdon.application.sweep import SEND_AGAIN_MOST
from guerdon.domain.payout import BlockReason

ON_PURPOSE: Final = frozenset({BlockReason.OBSERVING.value, BlockReason.PAUSED.value})
"""Reasons for which nobody is in a hurry: a stack that observes, or is paused, holds back because it was told to."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits at one moment, by count.

    Attributes:
        payouts: Payouts that wait for a person, by why they do.
        events: Events that wait for a person, by why they do.
        undecided_events: Events without an outcome, those that came this very moment included.
        oldest: How long the oldest of them has waited, but for what waits on purpose; zero if nothing does.
    """

    payouts: Mapping[str, int]
    events: Mapping[str, int]
    undecided_events: int
    oldest: timedelta


@dataclass(frozen=True, slots=True)
class CountWaiting:
    """Count what waits, from the indexes alone: no row is read."""

    store: Store
    clock: Clock

    def __call__(self) -> Backlog:
        """The backlog as it is now.

        Raises:
            StoreBusy: The database was away.
        """
        now = self.clock.now()
        payouts, events = list(self.store.waiting_payouts()), list(self.store.waiting_events())
        # No event is put off for longer than that, so this finds all of them.
        undecided = sum(1 for _ in self.store.undecided_events(now + 2 * SEND_AGAIN_MOST))
        return Backlog(
            payouts=Counter(waiting.why for waiting in payouts),
            events=Counter(waiting.why for waiting in events),
            undecided_events=undecided,
            oldest=max(
                (now - waiting.since for waiting in (*payouts, *events) if waiting.why not in ON_PURPOSE),
                default=timedelta(),
            ),
        )
