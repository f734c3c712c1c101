"""Dead letters that keep what they are given."""

from collections.abc import Iterator

from guerdon.application.redrive import DeadLetter
from guerdon.domain.errors import BusUnavailable


class MemoryDeadLetters:
    """All dead-letter queues in one list.

    Attributes:
        there: What stands in them.
        sent_back: What was put back on its own queue, in order.
        left: How often the rest was given back to other readers.
        away: How many sends from now on are refused.
        dies_before_deleting: Whether the process ends before the next deletion.
    """

    def __init__(self) -> None:
        self.there: list[DeadLetter] = []
        self.sent_back: list[DeadLetter] = []
        self.left = 0
        self.away = 0
        self.dies_before_deleting = False

    def waiting(self) -> Iterator[DeadLetter]:
        yield from list(self.there)

    def send_back(self, letter: DeadLetter) -> None:
        if self.away:
            self.away -= 1
            raise BusUnavailable("the queue was told to be away")
        self.sent_back.append(letter)

    def delete(self, letter: DeadLetter) -> None:
        if self.dies_before_deleting:
            self.dies_before_deleting = False
            raise BusUnavailable("the process was told to die")
        self.there.remove(letter)

    def leave(self) -> None:
        self.left += 1
