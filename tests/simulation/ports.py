"""The ports of the use cases, each call of which goes through the engine; behind them is the world."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeVar

from fakes.checks import MemoryChecks
from fakes.closes import MemoryCloses
from fakes.ledger import MemoryLedger
from fakes.reconciliation import MemoryReconciliation
from fakes.store import MemoryStore, key_of
from guerdon.application.funds_records import FundsHold
from guerdon.application.ports import Declined, Mail, Notice, ProviderHint
from guerdon.application.records import (
    AdvocateDetails,
    Attempt,
    ChannelSwitch,
    DayReleased,
    DealCount,
    DealRecord,
    EventBody,
    FrozenRequest,
    InboxEvent,
    ProgramHead,
    ProgramVersion,
    Receivable,
    Reserved,
    SentNotice,
    Waiting,
)
from guerdon.application.transaction import Committed, Row, Transaction, Unchanged
from guerdon.domain.channel import Channel
from guerdon.domain.errors import BusUnavailable, StoreBusy
from guerdon.domain.pausing import Pauses
from guerdon.domain.payout import Payout
from guerdon.domain.program import Beneficiary
from guerdon.domain.reward import Reward
from simulation.engine import MINUTE, Engine
from simulation.faults import Fault

TOKENS_LAST: Final = 10 * MINUTE
"""How long DynamoDB answers a repeated transaction of the same token with the first one's answer."""

_Row = TypeVar("_Row", bound=Row)

Watching = Callable[[Row | None, Row], None]
"""Is told of every row that is written, with the row that was there before."""


class _Conflict(Exception):
    pass


class _Stale(Exception):
    pass


def _busy(fault: Fault) -> Exception:
    if fault is Fault.CONFLICT:
        return _Conflict()
    return _Stale() if fault is Fault.STALE else StoreBusy(fault.value)


def _away(fault: Fault) -> Exception:
    return BusUnavailable(fault.value)


@dataclass(frozen=True, slots=True)
class SimClock:
    """The virtual time."""

    engine: Engine

    def now(self) -> datetime:
        return self.engine.moment()

    def pause(self, attempt: int) -> None:
        self.engine.pass_time(self.engine.between(0, min(1000, 50 * 2**attempt)))


class SimStore(MemoryLedger, MemoryReconciliation, MemoryCloses, MemoryChecks):
    """The Store over rows in memory, whose meaning the contract suite of the real one holds.

    Attributes:
        rows: What is stored.
        judged_at: For each commit, by its place among all of them, how many there had been when its writer last read
            "deal_record advocate", "deal_count", "channel_switch", "pauses", and each budget, such as
            "reserved None 2026-11".
    """

    def __init__(self, engine: Engine, rows: MemoryStore, watch: Watching) -> None:
        self.rows = rows
        self.judged_at: dict[int, dict[str, int]] = {}
        self._read_at = defaultdict[str, dict[str, int]](dict)
        self._engine, self._watch = engine, watch

    def commit(self, transaction: Transaction) -> Committed:
        written_at: list[int] = []
        judged_at = self._read_at[self._engine.running].copy()

        def effect() -> Committed:
            if written_at and self._engine.now - written_at[0] < TOKENS_LAST:
                return Committed.YES
            outcome = self.apply(transaction)
            if outcome is Committed.YES:
                written_at.append(self._engine.now)
                self.judged_at[len(self.rows.commits) - 1] = judged_at
            return outcome

        try:
            return self._engine.call("store.commit", effect, _busy)
        except _Conflict:
            return Committed.NO_CONFLICT

    def apply(self, transaction: Transaction) -> Committed:
        """What the database does, at this moment."""
        before = [self.rows.rows.get(key_of(write.row)) for write in transaction]
        outcome = self.rows.commit(transaction)
        if outcome is Committed.YES:
            for old, write in zip(before, transaction, strict=True):
                if not isinstance(write, Unchanged):
                    self._watch(old, write.row)
        return outcome

    def inbox_event(self, event_id: str) -> InboxEvent | None:
        return self._engine.call("store.inbox_event", lambda: self.rows.inbox_event(event_id), _busy)

    def event_body(self, event_id: str) -> EventBody | None:
        return self._engine.call("store.event_body", lambda: self.rows.event_body(event_id), _busy)

    def advocate(self, advocate_id: str) -> AdvocateDetails | None:
        return self._engine.call("store.advocate", lambda: self.rows.advocate(advocate_id), _busy)

    def frozen_request(self, reference: str) -> FrozenRequest | None:
        return self._engine.call("store.frozen_request", lambda: self.rows.frozen_request(reference), _busy)

    def deal_record(
        self, source_account: str, program: str, deal_id: str, trigger: str, beneficiary: Beneficiary
    ) -> DealRecord | None:
        def effect() -> DealRecord | None:
            self._judges_by(f"deal_record {beneficiary}")
            return self.rows.deal_record(source_account, program, deal_id, trigger, beneficiary)

        return self._engine.call("store.deal_record", effect, _busy)

    def receivable(self, advocate_id: str, currency: str) -> Receivable | None:
        return self._engine.call("store.receivable", lambda: self.rows.receivable(advocate_id, currency), _busy)

    def reserved(self, program: str, advocate_id: str | None, period: str, currency: str) -> Reserved | None:
        def effect() -> Reserved | None:
            self._judges_by(f"reserved {advocate_id} {period}")
            return self.rows.reserved(program, advocate_id, period, currency)

        return self._engine.call("store.reserved", effect, _busy)

    def day_released(self, program: str, day: str) -> DayReleased | None:
        return self._engine.call("store.day_released", lambda: self.rows.day_released(program, day), _busy)

    def deal_count(self, advocate_id: str, group: str, period: str) -> DealCount | None:
        def effect() -> DealCount | None:
            self._judges_by("deal_count")
            return self.rows.deal_count(advocate_id, group, period)

        return self._engine.call("store.deal_count", effect, _busy)

    def reward(self, reward_id: str) -> Reward | None:
        return self._engine.call("store.reward", lambda: self.rows.reward(reward_id), _busy)

    def payout(self, payout_id: str) -> Payout | None:
        return self._engine.call("store.payout", lambda: self.rows.payout(payout_id), _busy)

    def payouts_of(self, payout_ids: Sequence[str]) -> Iterator[Payout]:
        return self._engine.call("store.payouts_of", lambda: self.rows.payouts_of(payout_ids), _busy)

    def attempt(self, payout_id: str, number: int) -> Attempt | None:
        return self._engine.call("store.attempt", lambda: self.rows.attempt(payout_id, number), _busy)

    def program_head(self, program: str) -> ProgramHead | None:
        return self._engine.call("store.program_head", lambda: self.rows.program_head(program), _busy)

    def program_version(self, program: str, number: int) -> ProgramVersion | None:
        return self.rows.program_version(program, number)

    def channel_switch(self, channel: Channel) -> ChannelSwitch | None:
        def effect() -> ChannelSwitch | None:
            self._judges_by("channel_switch")
            return self.rows.channel_switch(channel)

        return self._engine.call("store.channel_switch", effect, _busy)

    def pauses(self) -> Pauses | None:
        def effect() -> Pauses | None:
            self._judges_by("pauses")
            return self.rows.pauses()

        return self._engine.call("store.pauses", effect, _busy)

    def funds_hold(self, channel: Channel) -> FundsHold | None:
        return self._engine.call("store.funds_hold", lambda: self.rows.funds_hold(channel), _busy)

    def sent_notice(self, notice: str) -> SentNotice | None:
        return self._engine.call("store.sent_notice", lambda: self.rows.sent_notice(notice), _busy)

    def undecided_events(self, due_before: datetime) -> Iterator[str]:
        try:
            return self._engine.call("store.undecided_events", lambda: self.rows.undecided_events(due_before), _busy)
        except _Stale:
            return self._of_some_time_ago([event.event_id for event in self.rows.of(InboxEvent)])

    def events_of_deal(self, deal_id: str) -> Iterator[str]:
        return self.rows.events_of_deal(deal_id)

    def payouts_to_look_at(self, due_before: datetime) -> Iterator[str]:
        try:
            return self._engine.call(
                "store.payouts_to_look_at", lambda: self.rows.payouts_to_look_at(due_before), _busy
            )
        except _Stale:
            return self._of_some_time_ago([payout.payout_id for payout in self.rows.of(Payout)])

    def waiting_events(self) -> Iterator[Waiting]:
        return self.rows.waiting_events()

    def waiting_payouts(self) -> Iterator[Waiting]:
        try:
            return self._engine.call("store.waiting_payouts", self.rows.waiting_payouts, _busy)
        except _Stale:
            # What came within this minute is not in the index yet.
            before = self._engine.moment() - timedelta(minutes=1)
            return (waiting for waiting in self.rows.waiting_payouts() if waiting.since < before)

    def of(self, kind: type[_Row]) -> list[_Row]:
        return self.rows.of(kind)

    def _answer(self) -> None:
        """What the ledger's reads ask first: nothing fails there, since nothing that plays here reads the books."""

    def _judges_by(self, read: str) -> None:
        """Remember that the running worker read this now."""
        self._read_at[self._engine.running][read] = len(self.rows.commits)

    def _of_some_time_ago(self, ids: list[str]) -> Iterator[str]:
        """An index that lags: it still has what left it, or does not have yet what came."""
        return iter(ids if self._engine.between(0, 2) else [])


@dataclass(frozen=True, slots=True)
class SimBus:
    engine: Engine
    put: Callable[[str], None]
    site: str = "bus.publish"

    def publish(self, event_id: str) -> None:
        self.engine.call(self.site, lambda: self.put(event_id), _away)


@dataclass(frozen=True, slots=True)
class SimNotices:
    engine: Engine
    put: Callable[[Notice], None]

    def enqueue(self, notice: Notice, delay_seconds: int = 0) -> None:
        del delay_seconds  # The world's queues are late on their own; reading it sooner only makes it harsher.
        self.engine.call("notices.enqueue", lambda: self.put(notice), _away)


@dataclass(frozen=True, slots=True)
class SimHintQueues:
    engine: Engine
    put: Callable[[ProviderHint], None]
    site: str = "hints.enqueue"

    def enqueue(self, hint: ProviderHint) -> None:
        self.engine.call(self.site, lambda: self.put(hint), _away)


@dataclass(frozen=True, slots=True)
class SimFulfillments:
    engine: Engine
    begin: Callable[[str, int], None]
    wake: Callable[[str], bool]

    def start(self, payout_id: str, run: int) -> None:
        self.engine.call("workflow.start", lambda: self.begin(payout_id, run), _away)

    def ring(self, task_token: str, payout_id: str, run: int) -> bool:
        del payout_id, run
        return self.engine.call("workflow.ring", lambda: self.wake(task_token), _away)


@dataclass(frozen=True, slots=True)
class SimMailer:
    engine: Engine
    deliver: Callable[[Mail], None]

    def send(self, mail: Mail) -> str | Declined:
        self.engine.call("mail.send", lambda: self.deliver(mail), _away)
        return "message"
