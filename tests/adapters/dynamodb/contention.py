"""Many processes that decide deals of few advocates at once, as warm Lambdas do, on one real database.

Each worker is a thread with a store, a shelf and connections of its own; those of one process share its queue. A
message whose decision raises goes to the end of the queue, as SQS would deliver it again. A worker whose transaction
meets another one of its process at the same row is told of a conflict and writes nothing, as AWS would answer: the
engines on this machine let it wait instead (test_engine_differences.py).
"""

import os
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from threading import Lock
from typing import Final

from fakes.bus import MemoryBus
from fakes.fulfillments import MemoryFulfillments
from fakes.queues import MemoryHintQueues, MemoryNotices
from fakes.store import Key, key_of
from guerdon.adapters.aws.clock import SystemClock
from guerdon.adapters.crm.standard.payload import stored_event
from guerdon.adapters.dynamodb.connection import Tables
from guerdon.adapters.dynamodb.store import DynamoStore
from guerdon.application.evaluate_rewards import EvaluateRewards
from guerdon.application.programs import ProgramShelf
from guerdon.application.transaction import Committed, Transaction
from guerdon.domain.errors import StoreBusy
from local.cloud.settings import CREDENTIALS, REGION

PROCESSES: Final = 2
"""The threads of one process would take turns at the interpreter instead of meeting at the database."""

BUSY: Final = "BUSY"
"""How a commit ended whose answer is unknown."""


@dataclass(frozen=True, slots=True)
class Database:
    """Where the tables are: what a process needs to open them."""

    endpoint: str
    names: Mapping[str, str]


@dataclass(slots=True)
class Tally:
    """What the workers met.

    Attributes:
        commits: How commits ended, by the name of the answer, or BUSY.
        tries: How many commits a message took, each time that it was delivered: how often each number occurred.
        redelivered: How often each event's message went back to the queue.
        started: How often the fulfillment of each (payout, run) was started.
        announced: How often each reward was announced.
    """

    commits: Counter[str] = field(default_factory=Counter)
    tries: Counter[int] = field(default_factory=Counter)
    redelivered: Counter[str] = field(default_factory=Counter)
    started: Counter[tuple[str, int]] = field(default_factory=Counter)
    announced: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Tally") -> None:
        """Count what `other` counted too."""
        self.commits.update(other.commits)
        self.tries.update(other.tries)
        self.redelivered.update(other.redelivered)
        self.started.update(other.started)
        self.announced.update(other.announced)


class Meetings:
    """The rows that transactions of this process are at."""

    def __init__(self) -> None:
        self._lock, self._rows = Lock(), set[Key]()

    @contextmanager
    def at(self, rows: frozenset[Key]) -> Iterator[bool]:
        """Whether a transaction may go on: False if another one is at one of its rows."""
        with self._lock:
            free = self._rows.isdisjoint(rows)
            if free:
                self._rows |= rows
        try:
            yield free
        finally:
            if free:
                with self._lock:
                    self._rows -= rows


class MeetingStore(DynamoStore):
    """The production store, whose transactions meet, and which counts how they ended."""

    def __init__(self, database: Database, meetings: Meetings) -> None:
        super().__init__(Tables(database.names, REGION, database.endpoint))
        self.ended: Counter[str] = Counter()
        self._meetings = meetings

    def commit(self, transaction: Transaction) -> Committed:
        try:
            with self._meetings.at(frozenset(key_of(write.row) for write in transaction)) as free:
                ended = super().commit(transaction) if free else Committed.NO_CONFLICT
        except StoreBusy:
            self.ended[BUSY] += 1
            raise
        self.ended[ended.name] += 1
        return ended


def decide_all(database: Database, messages: Sequence[str], workers: int) -> Tally:
    """Decide the events of all messages, by all workers at once, until no message is left."""
    shares = [messages[first::PROCESSES] for first in range(PROCESSES)]
    tally = Tally()
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as processes:
        for counted in processes.map(partial(_decide_share, database, workers // PROCESSES), shares):
            tally.add(counted)
    return tally


def _decide_share(database: Database, workers_most: int, messages: Sequence[str]) -> Tally:
    os.environ.update(CREDENTIALS)
    queue, meetings, tally = deque(messages), Meetings(), Tally()
    with ThreadPoolExecutor(workers_most) as threads:
        workers = [threads.submit(_work, database, meetings, queue) for _ in range(workers_most)]
    for worker in workers:
        tally.add(worker.result())
    return tally


def _work(database: Database, meetings: Meetings, queue: deque[str]) -> Tally:
    store, tally = MeetingStore(database, meetings), Tally()
    fulfillments, notices = MemoryFulfillments(), MemoryNotices()
    evaluate = EvaluateRewards(
        store, ProgramShelf(store), stored_event, fulfillments, notices, MemoryHintQueues(), MemoryBus(), SystemClock()
    )
    with suppress(IndexError):  # The queue is empty.
        while True:
            event_id = queue.popleft()
            before = store.ended.total()
            try:
                evaluate(event_id)
            except StoreBusy:
                tally.redelivered[event_id] += 1
                queue.append(event_id)
            tally.tries[store.ended.total() - before] += 1
    tally.commits, tally.started = store.ended, Counter(fulfillments.started)
    tally.announced = Counter(notice.subject_id for notice in notices.enqueued)
    return tally
