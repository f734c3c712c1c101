"""The time of this machine."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

_FIRST_SECONDS: Final = 0.05
_MOST_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The Clock of production.

    Attributes:
        sleep: What waits for a number of seconds.
    """

    sleep: Callable[[float], None] = time.sleep

    def now(self) -> datetime:
        """The present moment, in UTC."""
        return datetime.now(UTC)

    def pause(self, attempt: int) -> None:
        """Wait for a random part of 50 ms doubled `attempt` times, and never above 1 s.

        The whole span is random, so that those who met once do not meet again.
        """
        span = min(_FIRST_SECONDS * 2**attempt, _MOST_SECONDS)
        self.sleep(random.uniform(0, span))  # noqa: S311 - it spreads retries; nobody gains by guessing it.
