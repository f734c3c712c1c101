"""A pytest plugin that writes down what each function's code asks of AWS: `-p judging.recording --recorded=FILE`.

The tests of the use cases drive every path of them, over a store in memory. While a use case runs, the plugin notes
each call of a port under the function that `bootstrap` builds it for, and what runs within another under both.
At the end each kind of call is made once more on the production adapter, over moto and the rows that were there, and
what goes over the wire is the answer: "dynamodb:Query" on "PayoutsTable/waiting".

It wraps classes from outside and changes nothing that they do, and only in the process that is asked to record.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, fields, is_dataclass
from functools import partial, wraps
from itertools import chain
from pathlib import Path
from typing import Any, Final, TypeVar

import pytest
from botocore.awsrequest import AWSPreparedRequest
from moto import mock_aws

from adapters.dynamodb.engines import REGION, client_of, credentials, recreate_tables, table_definitions
from fakes.bus import MemoryBus
from fakes.fulfillments import MemoryFulfillments
from fakes.mailer import MemoryMailer
from fakes.queues import MemoryHintQueues, MemoryNotices
from fakes.sessions import MemorySessions
from fakes.store import MemoryStore
from guerdon.adapters.dynamodb.connection import Tables
from guerdon.adapters.dynamodb.review_reads import DynamoReviews
from guerdon.application.arm_channel import ArmChannel
from guerdon.application.count_waiting import CountWaiting
from guerdon.application.end_run import EndRun
from guerdon.application.erase_advocate import EraseAdvocate
from guerdon.application.evaluate_rewards import EvaluateRewards
from guerdon.application.look_again import LookAgain
from guerdon.application.month_end.close_month import PrepareMonth, ReviewMonth
from guerdon.application.month_end.gather import GatherPack
from guerdon.application.notify import Notify
from guerdon.application.pause_payouts import PausePayouts, ResumePayouts
from guerdon.application.pay_payout import PayPayout
from guerdon.application.programs import PublishProgram
from guerdon.application.receive_event import ReceiveEvent
from guerdon.application.reconcile import Reconcile
from guerdon.application.reconcile_bank import ReconcileBank
from guerdon.application.reconciliation_age import ReconciliationAge
from guerdon.application.release_again import ReleaseAgain
from guerdon.application.release_payout import ReleasePayout
from guerdon.application.resend_event import ResendEvent
from guerdon.application.resolve_event import ResolveEvent
from guerdon.application.resolve_item import ResolveItem
from guerdon.application.resolve_payout import ResolvePayout
from guerdon.application.review.draft_history import GatherDraftHistory
from guerdon.application.review_ports import Page
from guerdon.application.seal_ledger import SealLedger
from guerdon.application.settle_payout import SettlePayout
from guerdon.application.sweep import Sweep
from guerdon.application.transaction import Insert, Overwrite, Unchanged
from guerdon.application.void_check import VoidCheck
from guerdon.application.write_off import WriteOff
from guerdon.console.app import Console
from guerdon.domain.channel import PROVIDER_OF

_Value = TypeVar("_Value")

Calls = defaultdict[str, set[tuple[str, str]]]
"""(resource, action) by function."""

_PAYS: Final = {
    provider: f"Pay{''.join(part.title() for part in channel.value.split('_'))}Function"
    for channel, provider in PROVIDER_OF.items()
}
_PORTS: Final[dict[type, dict[str, tuple[tuple[str, str], ...]]]] = {
    MemoryBus: {"publish": (("EventBus", "events:PutEvents"),)},
    MemoryNotices: {"enqueue": (("NoticesQueue", "sqs:SendMessage"),)},
    MemoryHintQueues: {"enqueue": (("HintsQueues", "sqs:SendMessage"),)},
    MemoryMailer: {"send": (("MailFrom", "ses:SendEmail"),)},
    MemoryFulfillments: {
        "start": (("Fulfillment", "states:StartExecution"), ("Fulfillment", "states:DescribeExecution")),
        "ring": (("Fulfillment", "states:SendTaskSuccess"),),
    },
    MemorySessions: {
        "session": (("SessionsTable", "dynamodb:GetItem"),),
        "begin": (("SessionsTable", "dynamodb:PutItem"),),
        "seen": (("SessionsTable", "dynamodb:UpdateItem"),),
        "end": (("SessionsTable", "dynamodb:UpdateItem"),),
    },
}
"""What the adapters of the other ports call; tests/adapters/aws holds each of them to that."""

_DECISIONS: Final = (
    ArmChannel,
    Console,
    EraseAdvocate,
    GatherDraftHistory,
    GatherPack,
    PausePayouts,
    PrepareMonth,
    PublishProgram,
    ReleaseAgain,
    ResendEvent,
    ResolveEvent,
    ResolveItem,
    ResolvePayout,
    ResumePayouts,
    ReviewMonth,
    VoidCheck,
    WriteOff,
)
"""The console, and what it decides by."""

_USE_CASES: Final[dict[type, Callable[[Any], str]]] = {
    ReceiveEvent: lambda _: "ReceiveEventFunction",
    EvaluateRewards: lambda _: "EvaluateRewardsFunction",
    ReleasePayout: lambda _: "ReleasePayoutFunction",
    PayPayout: lambda pay: _PAYS[pay.provider.name],
    LookAgain: lambda look: _PAYS[look.provider.name],
    EndRun: lambda _: "SettlePayoutFunction",
    SettlePayout: lambda _: "SettlePayoutFunction",
    Notify: lambda _: "NotifyFunction",
    Sweep: lambda _: "SweepFunction",
    CountWaiting: lambda _: "SweepFunction",
    ReconciliationAge: lambda _: "SweepFunction",
    SealLedger: lambda _: "SealLedgerFunction",
    Reconcile: lambda reconcile: f"Reconcile{reconcile.source.name.title()}Function",
    ReconcileBank: lambda _: "ReconcileLobFunction",
    **dict.fromkeys(_DECISIONS, lambda _: "FinanceConsoleFunction"),
}
"""What `bootstrap` builds for which function."""

_ENTRIES: Final[dict[type, tuple[str, ...]]] = {Reconcile: ("__call__", "of_month")}
_SAMPLES_MOST: Final = 3
_TABLE_NAMES: Final = {logical: f"{logical.title()}Table" for logical in table_definitions()}

_functions: ContextVar[frozenset[str]] = ContextVar("functions", default=frozenset())
_inside: ContextVar[bool] = ContextVar("inside", default=False)


@dataclass(frozen=True, slots=True)
class _Sample:
    """One call of a method of the store.

    Attributes:
        rank: Whether it found nothing, as far as its answer tells without being read; and how many rows there were.
        rows: What was stored.
    """

    rank: tuple[bool, int]
    rows: dict[Any, Any]
    given: tuple[Any, ...]
    named: dict[str, Any]


class Recorder:
    """What was called, by function, and enough of each kind of call to make it again."""

    def __init__(self) -> None:
        self.calls = Calls(set)
        self.reads: defaultdict[str, set[str]] = defaultdict(set)
        self.writes: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
        self._samples: defaultdict[str, defaultdict[str, list[_Sample]]] = defaultdict(lambda: defaultdict(list))
        self._written: dict[tuple[str, str], Any] = {}
        self._stored: dict[Any, Any] = {}

    def watch(self) -> None:
        """Wrap the use cases and the fakes of their ports."""
        for use_case, function_of in _USE_CASES.items():
            for entry in _ENTRIES.get(use_case, ("__call__",)):
                setattr(use_case, entry, _running(getattr(use_case, entry), function_of))
        for fake, methods in _PORTS.items():
            for name, called in methods.items():
                setattr(fake, name, self._noting(getattr(fake, name), called))
        for name in _port_methods():
            setattr(MemoryStore, name, self._reading(name, getattr(MemoryStore, name)))

    def _noting(self, method: Callable[..., Any], called: tuple[tuple[str, str], ...]) -> Callable[..., Any]:
        @wraps(method)
        def noted(*given: Any, **named: Any) -> Any:  # noqa: ANN401 - it stands for any method.
            # What is called from within the store is what a test lets somebody else do meanwhile.
            for function in () if _inside.get() else _functions.get():
                self.calls[function].update(called)
            return method(*given, **named)

        return noted

    def _reading(self, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)
        def read(store: MemoryStore, *given: Any, **named: Any) -> Any:  # noqa: ANN401 - as above
            if not _functions.get() or _inside.get():
                return method(store, *given, **named)
            with _set(_inside, to=True):
                answer = method(store, *given, **named)
            for function in _functions.get():
                self._note(function, name, given)
            if name != "commit":
                self._keep(name, _found_something(answer), store, (given, named))
            return answer

        return read

    def _note(self, function: str, name: str, given: tuple[Any, ...]) -> None:
        if name != "commit":
            self.reads[function].add(name)
            return
        for write in given[0]:
            key = (type(write.row).__name__, "Unchanged" if isinstance(write, Unchanged) else "Put")
            self.writes[function].add(key)
            self._written.setdefault(key, write)

    def _keep(
        self,
        name: str,
        found: bool,  # noqa: FBT001 - a fact, not a switch.
        store: MemoryStore,
        asked: tuple[tuple[Any, ...], dict[str, Any]],
    ) -> None:
        """Keep a few calls of each shape that found something, over few rows: making them again is quick then."""
        given, named = asked
        samples = self._samples[name][_shape((*given, *named.values()))]
        rank = (not found, len(store.rows))
        if len(samples) < _SAMPLES_MOST or rank < samples[-1].rank:
            samples.append(_Sample(rank, dict(store.rows), *asked))
            samples.sort(key=lambda sample: sample.rank)
            del samples[_SAMPLES_MOST:]

    def resolved(self) -> dict[str, list[tuple[str, str]]]:
        """The calls of each function, with those of the store as the production adapter makes them."""
        with mock_aws(), credentials():
            client = client_of(None)
            names = recreate_tables(client, "recorded")
            store = DynamoReviews(Tables(names, REGION))
            wire = _Wire(store, {name: logical for logical, name in names.items()})
            written = {key: wire.during(partial(store.commit, (write,))) for key, write in self._written.items()}
            read = {name: self._again(name, store, wire) for name in self._samples}
        for function, methods in self.reads.items():
            self.calls[function].update(*(read[name] for name in methods))
        for function, keys in self.writes.items():
            self.calls[function].update(*(written[key] for key in keys))
        return {function: sorted(calls) for function, calls in sorted(self.calls.items())}

    def _again(self, name: str, store: DynamoReviews, wire: "_Wire") -> set[tuple[str, str]]:
        """What one method of the store calls, over the rows of its samples."""
        found: set[tuple[str, str]] = set()
        for sample in chain.from_iterable(self._samples[name].values()):
            for key, row in sample.rows.items():
                if self._stored.get(key) != row:
                    store.commit((Overwrite(row) if key in self._stored else Insert(row),))
                    self._stored[key] = row
            found |= wire.during(partial(_ask, store, name, sample))
        return found


class _Wire:
    """Sees what the adapter sends."""

    def __init__(self, store: DynamoReviews, logical: dict[str, str]) -> None:
        self._seen: set[tuple[str, str]] = set()
        self._logical = logical
        store.tables.connection.client.meta.events.register_first("before-send.dynamodb", self._send)

    def during(self, deed: Callable[[], object]) -> set[tuple[str, str]]:
        """What goes over the wire while `deed` is done."""
        self._seen.clear()
        deed()
        return set(self._seen)

    def _send(self, request: AWSPreparedRequest, **_: object) -> None:
        target = request.headers["X-Amz-Target"]
        operation = (target.decode() if isinstance(target, bytes) else target).rpartition(".")[2]
        assert isinstance(request.body, bytes)
        asked = json.loads(request.body)
        if operation == "TransactWriteItems":
            for item in asked["TransactItems"]:
                ((kind, of),) = item.items()
                self._see(of["TableName"], "ConditionCheckItem" if kind == "ConditionCheck" else f"{kind}Item")
        elif "RequestItems" in asked:
            for table in asked["RequestItems"]:
                self._see(table, operation)
        else:
            self._see(asked["TableName"], operation, asked.get("IndexName"))

    def _see(self, table: str, operation: str, index: str | None = None) -> None:
        resource = _TABLE_NAMES[self._logical[table]]
        self._seen.add((f"{resource}/{index}" if index else resource, f"dynamodb:{operation}"))


def _port_methods() -> list[str]:
    """Every method of the store by which use cases speak to it."""
    return [
        name
        for name in dir(DynamoReviews)
        if not name.startswith("_") and callable(getattr(DynamoReviews, name)) and hasattr(MemoryStore, name)
    ]


def _running(entry: Callable[..., Any], function_of: Callable[[Any], str]) -> Callable[..., Any]:
    """`entry`, during which calls are those of its function, and of those that it runs within.

    What starts in the middle of a call to the store is somebody else's, whom the test lets be faster.
    """

    @wraps(entry)
    def run(use_case: Any, *given: Any, **named: Any) -> Any:  # noqa: ANN401 - it stands for any use case.
        around = frozenset[str]() if _inside.get() else _functions.get()
        with _set(_functions, around | {function_of(use_case)}), _set(_inside, to=False):
            return entry(use_case, *given, **named)

    return run


@contextmanager
def _set(variable: ContextVar[_Value], to: _Value) -> Iterator[None]:
    token = variable.set(to)
    try:
        yield
    finally:
        variable.reset(token)


def _shape(asked: object) -> str:
    """What of a question may lead a method another way: what is left out, what is on or off, and else only its kind."""
    if isinstance(asked, tuple):
        return f"({' '.join(map(_shape, asked))})"
    if is_dataclass(asked):
        return _shape(tuple(getattr(asked, field.name) for field in fields(asked)))
    return repr(asked) if asked is None or isinstance(asked, bool) else type(asked).__name__


def _found_something(answer: object) -> bool:
    return bool(answer.rows if isinstance(answer, Page) else answer)


def _ask(store: DynamoReviews, name: str, sample: _Sample) -> None:
    """Ask the store what the sample asked, and read the answer to its end."""
    answer = getattr(store, name)(*sample.given, **sample.named)
    if isinstance(answer, Iterator):
        for _ in answer:
            pass


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--recorded", help="where to write what was called")


def pytest_configure(config: pytest.Config) -> None:
    recorder = Recorder()
    recorder.watch()
    config.stash[_RECORDER] = recorder


def pytest_sessionfinish(session: pytest.Session) -> None:
    recorded = session.config.stash[_RECORDER].resolved()
    Path(session.config.getoption("--recorded")).write_text(json.dumps(recorded, indent=1), encoding="utf-8")


_RECORDER: Final = pytest.StashKey[Recorder]()
