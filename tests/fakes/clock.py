"""A clock that stands still until a test moves it."""

from datetime import UTC, datetime, timedelta


class FakeClock:
    """The time that a test says it is.

    Attributes:
        pauses: The attempts that were waited for, in order; nothing is really waited for.
    """

    def __init__(self, now: datetime = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)) -> None:
        self._now = now
        self.pauses: list[int] = []

    def now(self) -> datetime:
        return self._now

    def pause(self, attempt: int) -> None:
        self.pauses.append(attempt)

    def move_to(self, now: datetime) -> None:
        self._now = now

    def advance(self, by: timedelta) -> None:
        self._now += by
