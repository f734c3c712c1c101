"""Queues: at least once, in no order, put aside after six receptions."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from simulation.engine import DAY, HOUR, MINUTE, Engine
from simulation.faults import Fault

M = TypeVar("M")

RECEPTIONS_MOST: Final = 6
"""maxReceiveCount of every queue in template.yaml."""

LATE_DAYS: Final = (2, 13, 40, 100)
"""Inside every window, at the end of a queue's, beyond the keys', beyond the execution names'."""


@dataclass(slots=True)
class _Message(Generic[M]):
    body: M
    label: str
    receptions: int = 0


class Queue(Generic[M]):
    """One queue and the function that reads it.

    Attributes:
        put_aside: Messages in the dead-letter queue.
        ever_put_aside: Whether there ever were any.
        seen: Every body that was ever sent, once.
    """

    def __init__(self, engine: Engine, name: str, timeout: int, visibility: int, handle: Callable[[M], object]) -> None:
        self.put_aside: list[M] = []
        self.ever_put_aside = False
        self.seen: set[M] = set()
        self._engine, self._name, self._handle = engine, name, handle
        self._timeout, self._visibility = timeout, visibility

    def put(self, body: M) -> None:
        """Take a message."""
        self.seen.add(body)
        engine = self._engine
        label = engine.numbered(f"{self._name} message {body}")
        message = _Message(body, label)
        delays = [engine.between(2, 60)]
        match engine.faults.draw(f"{self._name} message", label, 0, engine.now):
            case Fault.DUPLICATE:
                delays.append(engine.between(2, MINUTE))
            case Fault.DELAY_SECONDS:
                delays = [engine.between(MINUTE, HOUR)]
            case Fault.DELAY_DAYS:
                delays = [late(engine)]
            case _:
                pass
        for delay in delays:
            engine.after(delay, lambda: self._deliver(message))

    def again(self, body: M) -> None:
        """Deliver a message once more, as a redrive does."""
        message = _Message(body, self._engine.numbered(f"{self._name} redrive {body}"))
        self._engine.after(1, lambda: self._deliver(message))

    def redrive(self) -> None:
        """Move what was put aside back."""
        waiting, self.put_aside = self.put_aside, []
        for body in waiting:
            self.again(body)

    def _deliver(self, message: _Message[M]) -> None:
        message.receptions += 1

        def done(_: object, error: BaseException | None) -> None:
            self._engine.say(self._name, message.body, "failed" if error else "handled", type(error).__name__)
            if error is None:
                return
            if message.receptions < RECEPTIONS_MOST:
                self._engine.after(self._visibility, lambda: self._deliver(message))
                return
            self.put_aside.append(message.body)
            self.ever_put_aside = True

        label = f"{self._name} {message.body}"
        self._engine.spawn(label, self._timeout, lambda: self._handle(message.body), done)


def late(engine: Engine) -> int:
    """A delay of days, in milliseconds."""
    return LATE_DAYS[engine.between(0, len(LATE_DAYS))] * DAY + engine.between(0, HOUR)
