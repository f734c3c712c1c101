"""The virtual clock and the workers on it: plain code that is interrupted at every call to the outside.

Each worker is a greenlet. A call to the outside puts it aside until its virtual time has come, so that the calls
of all workers interleave; nothing really waits, and the same seed gives the same order.
"""

import heapq
import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from greenlet import getcurrent, greenlet

from simulation.faults import Fault, Faults

T = TypeVar("T")

MILLISECOND: Final = timedelta(milliseconds=1)
SECOND: Final = 1000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
EVENTS_MOST: Final = 60_000
"""A schedule that is not at rest by then never will be; the longest, of 18 payouts in an outage, take some 15,000."""


class Killed(BaseException):
    """The process of a worker ended; no code of ours hears of it."""


class NeverAtRest(Exception):
    """A schedule went on for so long that it will not end."""


class Worker:
    """One invocation of one function.

    Attributes:
        label: Function, subject, and the how-many-eth such invocation it is.
        dies_at: When the function's timeout ends it.
        calls: How many calls to the outside it has made.
    """

    __slots__ = ("calls", "dies_at", "greenlet", "label")

    def __init__(self, label: str, dies_at: int) -> None:
        self.label, self.dies_at, self.calls = label, dies_at, 0
        self.greenlet: greenlet | None = None


class Engine:
    """Runs what is due, in the order of virtual time.

    Attributes:
        now: Milliseconds since the beginning.
        events: How many things have happened.
        chance: Where every latency comes from.
    """

    def __init__(self, beginning: datetime, chance: random.Random, faults: Faults, *, traced: bool = False) -> None:
        self.now = self.events = 0
        self.chance, self.faults = chance, faults
        self.trace: list[str] | None = [] if traced else None
        self.idle: Callable[[int], int | None] = lambda _: None
        self._random = chance.random
        self._beginning = beginning
        self._heap: list[tuple[int, int, Callable[[], object]]] = []
        self._sequence = 0
        self._worker: Worker | None = None
        self._hub: greenlet | None = None
        self._labels: dict[str, int] = {}

    @property
    def running(self) -> str:
        """The label of the worker that runs."""
        return self._worker.label if self._worker else ""

    def moment(self, at: int | None = None) -> datetime:
        """The virtual time as the production code sees it."""
        return self._beginning + MILLISECOND * (self.now if at is None else at)

    def milliseconds(self, moment: datetime) -> int:
        """The engine's time of a moment, rounded up so that it has come by then."""
        return -((self._beginning - moment) // MILLISECOND)

    def after(self, delay: int, deed: Callable[[], object]) -> None:
        """Do `deed` in `delay` milliseconds."""
        self._sequence += 1
        heapq.heappush(self._heap, (self.now + delay, self._sequence, deed))

    def between(self, least: int, most: int) -> int:
        """A random number of milliseconds."""
        return least + int(self._random() * (most - least))

    def numbered(self, label: str) -> str:
        """`label` with how often it was asked for."""
        number = self._labels[label] = self._labels.get(label, 0) + 1
        return f"{label} #{number}"

    def say(self, text: str, *about: object) -> None:
        """Add a line to the trace, if one is kept."""
        if self.trace is not None:
            self.trace.append(f"{self.moment():%m-%d %H:%M:%S.%f}"[:-3] + f"  {text}" + "".join(f" {a}" for a in about))

    def run(self) -> None:
        """Go on until nothing is left to do.

        Raises:
            NeverAtRest: There is always something left.
        """
        self._hub = getcurrent()
        heap = self._heap
        for self.events in range(EVENTS_MOST):
            due = self.idle(heap[0][0] if heap else -1)
            if due is not None:
                self.now = due
                continue
            if not heap:
                return
            at, _, deed = heapq.heappop(heap)
            self.now = at
            deed()
        raise NeverAtRest(f"{EVENTS_MOST} events and still not at rest")

    def spawn(
        self,
        label: str,
        timeout: int,
        body: Callable[[], Any],
        done: Callable[[Any, BaseException | None], object],
    ) -> None:
        """Run `body` as a function with a timeout; `done` gets what it returned or raised, Killed included."""
        worker = Worker(self.numbered(label), self.now + timeout)

        def run() -> None:
            try:
                result = body()
            except Killed as error:
                done(None, error)
            except Exception as error:  # noqa: BLE001 - whatever a function raises is the business of who invoked it.
                done(None, error)
            else:
                done(result, None)

        worker.greenlet = greenlet(run, self._hub)
        self._resume(worker)

    def pass_time(self, delay: int) -> None:
        """The running worker waits.

        Raises:
            Killed: Its function's timeout comes first.
        """
        worker = self._worker
        if worker is None:
            return
        wake = min(self.now + delay, worker.dies_at)
        if self._heap and self._heap[0][0] <= wake:
            self._sequence += 1
            heapq.heappush(self._heap, (wake, self._sequence, lambda: self._resume(worker)))
            hub = self._hub
            assert hub is not None
            hub.switch()
        else:
            self.now = wake
        if self.now >= worker.dies_at:
            self.say(worker.label, "ran out of time")
            raise Killed

    def call(self, site: str, effect: Callable[[], T], error_of: Callable[[Fault], Exception]) -> T:
        """One call to the outside by the running worker, with whatever goes wrong with it.

        `error_of` says what the caller sees of a fault that it sees at all.
        """
        worker = self._worker
        if worker is None:
            return effect()
        worker.calls += 1
        self.pass_time(1 + int(self._random() * 40))
        fault = self.faults.draw(site, worker.label, worker.calls, self.now)
        if fault is None:
            if self.trace is None:
                return effect()
            result = effect()
            self.say(worker.label, site, "->", _short(result))
            return result
        self.say(worker.label, site, "!!", fault.value)
        return self._fault(fault, effect, error_of)

    def _fault(self, fault: Fault, effect: Callable[[], T], error_of: Callable[[Fault], Exception]) -> T:
        match fault:
            case Fault.KILL_BEFORE:
                raise Killed
            case Fault.KILL_AFTER:
                effect()
                raise Killed
            case Fault.LOSE_ONCE:
                effect()
                self.pass_time(self.between(50, 5 * SECOND))
                return effect()
            case Fault.LOSE:
                effect()
                self.pass_time(self.between(100, 6 * SECOND))
                raise error_of(fault)
            case Fault.FINISH_LATER:
                self.after(self.between(SECOND, 40 * SECOND), lambda: _quietly(effect))
                self.pass_time(self.between(100, 6 * SECOND))
                raise error_of(fault)
            case Fault.SLOW:
                self.pass_time(self.between(4 * SECOND, 25 * SECOND))
                return effect()
            case _:
                self.pass_time(self.between(10, 2 * SECOND))
                raise error_of(fault)

    def _resume(self, worker: Worker) -> None:
        before, self._worker = self._worker, worker
        assert worker.greenlet is not None
        worker.greenlet.switch()
        self._worker = before


def _quietly(effect: Callable[[], object]) -> None:
    """What arrives after its caller stopped listening: an error is heard by nobody."""
    with suppress(Exception):
        effect()


def _short(result: object) -> str:
    return "some ids" if isinstance(result, Iterator) else repr(result)[:160]
