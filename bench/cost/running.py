"""Sends deals of one channel to the local cloud, waits until all is at rest, and counts what was used meanwhile."""

import hashlib
import json
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from adapters.dynamodb.engines import table_definitions
from adapters.dynamodb.item_size import item_bytes
from bench.cost.capacity import Capacity, Item, Table, Units
from bench.cost.meter import Call, Meter
from bench.cost.shares import Owners
from bench.cost.usage import Usage
from e2e.deals import Deal
from e2e.executions import CHANNEL_STATES, history
from e2e.live import LiveCloud
from guerdon.domain.channel import Channel
from guerdon.domain.payout import PayoutStatus

SENDERS: Final = 3
AT_REST_SECONDS: Final = 900
LOOK_EVERY_SECONDS: Final = 0.5
QUIET_SECONDS: Final = 6
"""How long nothing may be called before all is at rest: longer than the emulator takes to hand a message over."""

LOG_LINE_BYTES: Final = 26
"""What CloudWatch adds to each line."""
ITEM_BYTES: Final = 100
"""What DynamoDB adds to each item, and to each entry of an index, where storage is billed."""

SCHEDULED: Final = ("sweep", "seal_ledger", "reconcile")
"""Functions, by the beginning of their names, that run by the clock, whatever is paid."""

_DURATION: Final = re.compile(r"^REPORT .*\tDuration: ([0-9.]+) ms")

FROM_A_QUEUE: Final = ("evaluate_rewards", "notify")
"""Functions that run for a queue's messages alone. A paying function is called by the workflow, too."""


class NotPaid(Exception):
    """A deal of the measurement was not paid, or something did not come to rest; the message says which."""


@dataclass(frozen=True, slots=True)
class Invoked:
    """Invocations of a function, and what they came to."""

    times: int = 0
    milliseconds: float = 0.0
    log_bytes: int = 0

    def __add__(self, other: "Invoked") -> "Invoked":
        return Invoked(
            self.times + other.times, self.milliseconds + other.milliseconds, self.log_bytes + other.log_bytes
        )

    def since(self, earlier: "Invoked") -> "Invoked":
        """What came after `earlier`."""
        return self + Invoked(-earlier.times, -earlier.milliseconds, -earlier.log_bytes)


@dataclass(slots=True)
class Measured:
    """What one channel's payouts used, and which of its units belong to which deal."""

    usage: Usage
    taken: Sequence[tuple[str | None, Units]]


class Bench:
    """A cloud whose functions call AWS through a meter, from before its first deal on.

    Args:
        live: Where programs are published and channels armed already.
        meter: It is listening.
    """

    def __init__(self, live: LiveCloud, meter: Meter) -> None:
        self.live = live
        self.meter = meter
        self.functions = functions_of(live)
        self.capacity = Capacity(tables_of(live))
        for name in self.capacity.tables:
            self.capacity.known(name, stored(self.live, name))
        self._owners = Owners()
        self._metered = 0

    def pay(self, channel: Channel, count: int) -> Measured:
        """Pay `count` deals by a channel.

        Raises:
            NotPaid: One of them came to rest otherwise.
        """
        self.taken()
        logged, executed = self._logged(), self._executions()
        size = self._stored_bytes()
        self.carry_out([Deal(channel) for _ in range(count)])
        usage = Usage(payouts=count)
        for name, invoked in self._logged().items():
            if not name.startswith(SCHEDULED):
                new = invoked.since(logged.get(name, Invoked()))
                usage.invocations[name] = new.times
                usage.milliseconds[name] = round(new.milliseconds)
                usage.log_bytes += new.log_bytes
        usage.transitions = self._transitions(self._executions() - executed)
        taken = self._use(usage)
        usage.stored_bytes = self._stored_bytes() - size
        of_workflow = sum(usage.transitions[state] for state in CHANNEL_STATES)
        paying = sum(count for name, count in usage.invocations.items() if name.startswith("pay_"))
        usage.polled = sum(usage.invocations[name] for name in FROM_A_QUEUE) + paying - of_workflow
        usage.http_requests = usage.invocations["receive_event"] + usage.invocations["receive_provider_update"]
        # One by the bus to the queue for each event, and one by the workflow for each notice.
        usage.messages += usage.events + usage.transitions["Notify"]
        return Measured(usage, taken)

    def carry_out(self, deals: Sequence[Deal]) -> None:
        """Send deals, and wait until each is paid and nothing is under way any more.

        Raises:
            NotPaid: One of them came to rest otherwise.
        """
        with ThreadPoolExecutor(SENDERS) as senders:
            events = list(senders.map(self.live.deliver, deals))
        for event_id in events:
            _wait(f"the deal of {event_id} is paid", partial(self._is_paid, event_id))
        _wait("queues, webhooks and executions come to rest", self._is_quiet)

    def by_the_clock(self, function: str) -> Usage:
        """What one run of a function takes that a schedule starts, when nothing is to be done."""
        self.taken()
        before = self._logged().get(function, Invoked())
        self.live.invoke(function)
        usage, run = Usage(), self._logged()[function].since(before)
        usage.invocations[function], usage.milliseconds[function] = run.times, round(run.milliseconds)
        usage.log_bytes = run.log_bytes
        for name, _, units in self.taken():
            if name == function:
                for one in units:
                    usage.read_halves[one.place] += one.read_halves
                    usage.written[one.place] += one.written
        return usage

    def taken(self) -> list[tuple[str, Call, list[Units]]]:
        """The calls since the last time, by whom, with what each took of DynamoDB."""
        calls = self.meter.calls
        new, self._metered = calls[self._metered :], len(calls)
        return [
            (
                self.functions.get(call.caller, call.caller),
                call,
                self.capacity.units(call.operation, call.asked, call.status, call.answer)
                if call.service == "dynamodb"
                else [],
            )
            for call in new
        ]

    def _use(self, usage: Usage) -> list[tuple[str | None, Units]]:
        taken = []
        for name, call, units in self.taken():
            if name.startswith(SCHEDULED):
                continue
            deal = self._owners.deal(call)
            for one in units:
                usage.read_halves[one.place] += one.read_halves
                usage.written[one.place] += one.written
                taken.append((deal, one))
            usage.messages += call.service == "sqs"
            usage.events += len(call.asked.get("Entries", [])) if call.service == "events" else 0
            usage.mails += call.service == "ses"
            usage.secrets_read += call.service == "secretsmanager"
        return taken

    def _is_paid(self, event_id: str) -> bool:
        if self.live.event(event_id).outcome is None:
            return False
        payout = self.live.payout(event_id)
        if payout.status is PayoutStatus.BLOCKED or (payout.ended and payout.status is not PayoutStatus.SETTLED):
            raise NotPaid(f"{payout.payout_id} of {event_id} is {payout.status}: {payout.reason}")
        return payout.ended

    def _is_quiet(self) -> bool:
        # Dead letters are not waited for: the sweep sends their events again, or a deal is not paid and that is told.
        queues = [url for name, url in self.live.queue_urls().items() if name.endswith("QueueUrl")]
        waiting = sum(self.live.depth(url) for url in queues)
        webhooks = self.live.sandbox("GET", "webhooks")["deliveries"]
        unsent = sum(webhook["state"] == "scheduled" for webhook in webhooks)
        quiet = self.meter.quiet_seconds > QUIET_SECONDS
        return quiet and not waiting and not unsent and not self._executions("RUNNING")

    def _executions(self, status: str | None = None) -> set[str]:
        asked = {"stateMachineArn": self.live.output("StateMachineArn")} | ({"statusFilter": status} if status else {})
        pages = self.live.client("stepfunctions").get_paginator("list_executions").paginate(**asked)
        return {one["executionArn"] for page in pages for one in page["executions"]}

    def _transitions(self, arns: set[str]) -> Counter[str]:
        found: Counter[str] = Counter()
        for arn in arns:
            found.update(transitions(history(self.live, arn)))
        return found

    def _logged(self) -> dict[str, Invoked]:
        """What each function's invocations came to since the beginning, by the lines that Lambda writes around each."""
        found: dict[str, Invoked] = {}
        for lines in self._streams().values():
            name = service_of(lines)
            found[name] = found.get(name, Invoked()) + invocation(lines)
        return found

    def _streams(self) -> dict[str, list[str]]:
        """The functions' log; the emulator gives each invocation a stream of its own."""
        streams: defaultdict[str, list[str]] = defaultdict(list)
        pages = self.live.client("logs").get_paginator("filter_log_events")
        for page in pages.paginate(logGroupName=self.live.output("FunctionsLog")):
            for event in page["events"]:
                streams[event["logStreamName"]].append(event["message"])
        return streams

    def metrics(self) -> int:
        """How many metrics of our own the functions wrote so far, each with each of its dimensions' values once."""
        return len({metric for lines in self._streams().values() for line in lines for metric in metrics_of(line)})

    def _stored_bytes(self) -> int:
        tables = self.capacity.tables.values()
        return sum(
            item_bytes(dict(entry)) + ITEM_BYTES
            for table in tables
            for item in table.items.values()
            for entry in (item, *(index.entry(item) for index in table.indexes))
            if entry is not None
        )


def _wait(what: str, look: Callable[[], bool]) -> None:
    """Wait until `look` says yes.

    Raises:
        NotPaid: It did not in all the time that a loaded machine may take.
    """
    deadline = time.monotonic() + AT_REST_SECONDS
    while not look():
        if time.monotonic() > deadline:
            raise NotPaid(f"not within {AT_REST_SECONDS} s: {what}")
        time.sleep(LOOK_EVERY_SECONDS)


def functions_of(live: LiveCloud) -> dict[str, str]:
    """The functions' names, without the stack's, by the access key of each: the emulator derives one from the other."""
    prefix, found = f"{live.environment['GUERDON_STACK']}-", {}
    for page in live.client("lambda").get_paginator("list_functions").paginate():
        for function in page["Functions"]:
            derived = hashlib.sha256(f"{function['FunctionArn']}:{function['Role']}".encode()).hexdigest()
            found[f"ASIA{derived[:16].upper()}"] = function["FunctionName"].removeprefix(prefix)
    return found


def tables_of(live: LiveCloud) -> dict[str, Table]:
    """The stack's tables by their real names, as the template defines them."""
    return {
        live.output(f"{logical.capitalize()}Table"): Table.defined(logical, definition)
        for logical, definition in table_definitions().items()
    }


def stored(live: LiveCloud, table: str) -> Iterator[Item]:
    """Every item of a table."""
    for page in live.client("dynamodb").get_paginator("scan").paginate(TableName=table):
        yield from page["Items"]


def transitions(events: Iterable[Mapping[str, Any]]) -> Counter[str]:
    """State transitions as they are billed: one for each state entered, and one more for each retry of its task."""
    found: Counter[str] = Counter()
    state, tries = "", 0
    for event in events:
        if event["type"].endswith("StateEntered"):
            state, tries = event["stateEnteredEventDetails"]["name"], 0
            found[state] += 1
        elif event["type"] in {"TaskScheduled", "LambdaFunctionScheduled"}:
            tries += 1
            found[state] += tries > 1
    return found


def invocation(lines: list[str]) -> Invoked:
    """One invocation by all the lines of its log."""
    took = next((found for line in lines if (found := _DURATION.search(line))), None)
    size = sum(len(line.encode()) + LOG_LINE_BYTES for line in lines)
    return Invoked(1, float(took[1]) if took else 0.0, size)


def service_of(lines: list[str]) -> str:
    """The name of the function that wrote lines of a log; empty where it said nothing itself."""
    for line in lines:
        try:
            said = json.loads(line)
        except ValueError:
            continue
        if isinstance(said, dict) and "service" in said:
            return str(said["service"])
    return ""


def metrics_of(line: str) -> Iterator[tuple[object, ...]]:
    """The metrics that a line of a log has in CloudWatch's embedded format, each as what tells it from all others."""
    try:
        said = json.loads(line)
    except ValueError:
        return
    if isinstance(said, dict) and "_aws" in said:
        for directive in said["_aws"]["CloudWatchMetrics"]:
            for dimensions in directive["Dimensions"]:
                values = tuple((name, said[name]) for name in sorted(dimensions))
                yield from ((directive["Namespace"], metric["Name"], values) for metric in directive["Metrics"])
