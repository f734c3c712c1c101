"""Queues that keep what they are given."""

from guerdon.application.ports import Notice, ProviderHint
from guerdon.domain.errors import BusUnavailable


class MemoryNotices:
    """The queue of things to tell.

    Attributes:
        enqueued: What was taken, in order.
        delayed: What of it was to be read later, in order.
        away: How many calls from now on are refused.
    """

    def __init__(self) -> None:
        self.enqueued: list[Notice] = []
        self.delayed: list[Notice] = []
        self.away = 0

    def enqueue(self, notice: Notice, delay_seconds: int = 0) -> None:
        if self.away:
            self.away -= 1
            raise BusUnavailable("the queue was told to be away")
        self.enqueued.append(notice)
        if delay_seconds:
            self.delayed.append(notice)


class MemoryHintQueues:
    """One queue per provider, all in one list.

    Attributes:
        enqueued: What was taken, in order.
        away: How many calls from now on are refused.
    """

    def __init__(self) -> None:
        self.enqueued: list[ProviderHint] = []
        self.away = 0

    def enqueue(self, hint: ProviderHint) -> None:
        if self.away:
            self.away -= 1
            raise BusUnavailable("the queue was told to be away")
        self.enqueued.append(hint)
