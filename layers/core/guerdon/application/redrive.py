"""Move dead letters back to the queues that they come from.

A dead letter is a pointer: the rows are what counts, and the sweep sets them going again by itself. Moving one back is
what its queue would have done once more, so it is as safe as a second delivery, at any time and any number of times.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that was given up.

    Attributes:
        queue: The dead-letter queue that it stands in: "events", "rules", "hints" or "notices".
        message_id: The queue's own id of it.
        since: When it was sent first.
        about: What it is about, by ids; "" if it cannot be read.
        target: The queue that it belongs to, such as "events"; None if to none.
        why: Why it belongs to none; "" if it belongs to one.
        is_over: Whether it asks for nothing that is not asked anew by itself, so that it may be deleted.
    """

    queue: str
    message_id: str
    since: datetime
    about: str
    target: str | None = None
    why: str = ""
    is_over: bool = False


class DeadLetters(Protocol):
    """All dead-letter queues of a stack. Every call raises BusUnavailable when they are away."""

    def waiting(self) -> Iterator[DeadLetter]:
        """Every message, each once, kept from other readers for some minutes."""

    def send_back(self, letter: DeadLetter) -> None:
        """Put a copy of it on the queue that it belongs to."""

    def delete(self, letter: DeadLetter) -> None:
        """Delete it."""

    def leave(self) -> None:
        """Let other readers see again what was not deleted."""


class Fate(StrEnum):
    """What becomes of a dead letter."""

    MOVED = "moved"
    DELETED = "deleted"
    LEFT = "left"


_DELETES: Final = frozenset({Fate.MOVED, Fate.DELETED})


@dataclass(frozen=True, slots=True)
class Redrive:
    """Move every dead letter back to where it belongs."""

    letters: DeadLetters

    def __call__(self, *, dry_run: bool = False) -> Iterator[tuple[DeadLetter, Fate]]:
        """Each letter with what became of it, or would.

        It is sent first and deleted after: whoever dies between leaves it in both queues, and what reads them does
        nothing twice for it. What cannot be read stays where it is.

        Args:
            dry_run: Whether to send and delete nothing.

        Raises:
            BusUnavailable: A queue was away; what was not moved is still there.
        """
        try:
            for letter in self.letters.waiting():
                fate = _fate_of(letter)
                if fate is Fate.MOVED and not dry_run:
                    self.letters.send_back(letter)
                if fate in _DELETES and not dry_run:
                    self.letters.delete(letter)
                yield letter, fate
        finally:
            self.letters.leave()


def _fate_of(letter: DeadLetter) -> Fate:
    if letter.is_over:
        return Fate.DELETED
    return Fate.LEFT if letter.target is None else Fate.MOVED
