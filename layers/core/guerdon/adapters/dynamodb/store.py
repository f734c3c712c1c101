"""The Store in DynamoDB."""

import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime
from heapq import merge
from operator import attrgetter
from typing import Any, Final, TypeVar

from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from guerdon.adapters.dynamodb import keys
from guerdon.adapters.dynamodb.check_reads import CheckReads
from guerdon.adapters.dynamodb.close_reads import CloseReads
from guerdon.adapters.dynamodb.connection import Tables
from guerdon.adapters.dynamodb.counter_models import (
    DayReleasedModel,
    DealCountModel,
    FundsHoldModel,
    ReceivableModel,
    ReservedModel,
)
from guerdon.adapters.dynamodb.failures import refusal, store_busy
from guerdon.adapters.dynamodb.ledger_reads import LedgerReads
from guerdon.adapters.dynamodb.models import (
    HEAD_NUMBER,
    MODELS,
    AdvocateModel,
    AttemptModel,
    ChannelSwitchModel,
    DealRecordModel,
    EventBodyModel,
    FrozenRequestModel,
    InboxModel,
    PausesModel,
    PayoutModel,
    ProgramHeadModel,
    ProgramVersionModel,
    RewardModel,
    SentNoticeModel,
)
from guerdon.adapters.dynamodb.reconciliation_reads import ReconciliationReads
from guerdon.adapters.dynamodb.row_model import RowModel
from guerdon.adapters.dynamodb.witness import Nobody, Witness
from guerdon.application.funds_records import FundsHold
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
from guerdon.application.transaction import (
    ITEMS_MOST,
    Committed,
    Insert,
    Overwrite,
    Replace,
    Row,
    Transaction,
    Unchanged,
    Write,
)
from guerdon.domain.channel import Channel
from guerdon.domain.errors import StoreBusy
from guerdon.domain.pausing import Pauses
from guerdon.domain.payout import Payout
from guerdon.domain.program import Beneficiary
from guerdon.domain.reward import Reward

_Row = TypeVar("_Row", bound=Row)
_MODEL_OF: Final = {model.row_type: model for model in MODELS}


class DynamoStore(LedgerReads, ReconciliationReads, CloseReads, CheckReads):
    """Rows in DynamoDB; see ports.Store for what it promises.

    Args:
        tables: The tables that the function uses, and how they are reached.
        witness: Who hears of each row that is read by its key, and of what became of each transaction.
    """

    def __init__(self, tables: Tables, witness: Witness | None = None) -> None:
        self.tables = tables
        self._witness = witness or Nobody()

    def commit(self, transaction: Transaction) -> Committed:
        """Write all of `transaction` in one TransactWriteItems, or nothing.

        A single write goes the same way, though a plain conditional put is half the price: when the answer to
        a put is lost, the SDK's own retry fails on the condition that the first one made false. Under a
        transaction's token the retry gets the first one's answer, for ten minutes.

        Raises:
            ValueError: There are no writes, too many, or two of the same row; nothing was sent.
            StoreBusy: It is unknown whether it was written; read again.
        """
        if not 1 <= len(transaction) <= ITEMS_MOST:
            raise ValueError(f"a transaction is 1 to {ITEMS_MOST} writes, not {len(transaction)}")
        models = [self.tables.model(_MODEL_OF[type(write.row)]).from_row(write.row) for write in transaction]
        if len({_key(model) for model in models}) != len(models):
            raise ValueError("a transaction writes every row once")
        try:
            with store_busy():
                outcome = self._write_all(transaction, models)
        except StoreBusy:
            self._witness.busy()
            raise
        self._witness.heard(transaction, outcome)
        return outcome

    def inbox_event(self, event_id: str) -> InboxEvent | None:
        """The accepted delivery of that id."""
        return self._get(InboxModel, event_id)

    def event_body(self, event_id: str) -> EventBody | None:
        """The body of an inbox event."""
        return self._get(EventBodyModel, keys.event_key(event_id))

    def advocate(self, advocate_id: str) -> AdvocateDetails | None:
        """Who an advocate is."""
        return self._get(AdvocateModel, keys.advocate_key(advocate_id))

    def frozen_request(self, reference: str) -> FrozenRequest | None:
        """The exact request of an attempt."""
        return self._get(FrozenRequestModel, keys.request_key(reference))

    def deal_record(
        self, source_account: str, program: str, deal_id: str, trigger: str, beneficiary: Beneficiary
    ) -> DealRecord | None:
        """What was told about a deal under one trigger, with what it earned one beneficiary."""
        deal_key = keys.deal_key(source_account, program, deal_id)
        return self._get(DealRecordModel, deal_key, keys.trigger_key(trigger, beneficiary))

    def deal_count(self, advocate_id: str, group: str, period: str) -> DealCount | None:
        """How many deals were counted."""
        return self._get(DealCountModel, keys.ordinal_key(advocate_id, group, period))

    def receivable(self, advocate_id: str, currency: str) -> Receivable | None:
        """What an advocate owes in one currency."""
        return self._get(ReceivableModel, keys.receivable_key(advocate_id, currency))

    def reserved(self, program: str, advocate_id: str | None, period: str, currency: str) -> Reserved | None:
        """What is reserved in a budget."""
        return self._get(ReservedModel, keys.reserved_key(program, advocate_id, period, currency))

    def day_released(self, program: str, day: str) -> DayReleased | None:
        """What a program with ceilings released in one day."""
        return self._get(DayReleasedModel, keys.released_key(program, day))

    def reward(self, reward_id: str) -> Reward | None:
        """The reward of that id."""
        return self._get(RewardModel, reward_id)

    def payout(self, payout_id: str) -> Payout | None:
        """The payout of that id."""
        return self._get(PayoutModel, payout_id)

    def payouts_of(self, payout_ids: Sequence[str]) -> Iterator[Payout]:
        """Several payouts, read together."""
        yield from self._rows(PayoutModel, payout_ids)

    def attempt(self, payout_id: str, number: int) -> Attempt | None:
        """One attempt of a payout, numbered from 1."""
        return self._get(AttemptModel, payout_id, number)

    def program_head(self, program: str) -> ProgramHead | None:
        """Which version of a program is current."""
        return self._get(ProgramHeadModel, program, HEAD_NUMBER)

    def program_version(self, program: str, number: int) -> ProgramVersion | None:
        """One version of a program, numbered from 1."""
        return self._get(ProgramVersionModel, program, number) if number > HEAD_NUMBER else None

    def channel_switch(self, channel: Channel) -> ChannelSwitch | None:
        """Whether a channel may move money."""
        return self._get(ChannelSwitchModel, keys.channel_key(channel))

    def pauses(self) -> Pauses | None:
        """What is paused."""
        return self._get(PausesModel, keys.PAUSES_KEY)

    def funds_hold(self, channel: Channel) -> FundsHold | None:
        """Whether a channel's payouts are held back for want of money."""
        return self._get(FundsHoldModel, keys.funds_key(channel))

    def sent_notice(self, notice: str) -> SentNotice | None:
        """What became of a mail."""
        return self._get(SentNoticeModel, notice)

    def undecided_events(self, due_before: datetime) -> Iterator[str]:
        """Ids of inbox events without an outcome whose time has come, the longest due first."""
        model = self.tables.model(InboxModel)
        due = model.look_at < due_before
        with store_busy():
            shards = (model.undecided.query(str(shard), due) for shard in range(keys.SHARDS))
            for event in merge(*shards, key=attrgetter("look_at")):
                yield event.event_id

    def events_of_deal(self, deal_id: str) -> Iterator[str]:
        """Ids of the inbox events about deals of that id, in the order in which they came."""
        model = self.tables.model(InboxModel)
        with store_busy():
            for event in model.by_deal.query(deal_id):
                yield event.event_id

    def payouts_to_look_at(self, due_before: datetime) -> Iterator[str]:
        """Ids of payouts whose time has come, the longest due first."""
        model = self.tables.model(PayoutModel)
        due = model.look_at < due_before
        with store_busy():
            shards = (model.due.query(str(shard), due) for shard in range(keys.SHARDS))
            for payout in merge(*shards, key=attrgetter("look_at")):
                yield payout.payout_id

    def waiting_events(self) -> Iterator[Waiting]:
        """The inbox events that wait for a person, shard by shard, the oldest of each first."""
        model = self.tables.model(InboxModel)
        for shard in range(keys.SHARDS):
            with store_busy():
                for event in model.waiting.query(str(shard)):
                    yield Waiting(event.event_id, event.waiting_since, event.waits_for)

    def waiting_payouts(self) -> Iterator[Waiting]:
        """The payouts that wait for a person, shard by shard, the oldest of each first."""
        model = self.tables.model(PayoutModel)
        for shard in range(keys.SHARDS):
            with store_busy():
                for payout in model.waiting.query(str(shard)):
                    yield Waiting(payout.payout_id, payout.waiting_since, payout.waits_for)

    def _get(self, model: type[RowModel[_Row]], hash_key: str, range_key: str | int | None = None) -> _Row | None:
        row = super()._get(model, hash_key, range_key)
        if row is not None:
            self._witness.saw(row)
        return row

    def _write_all(self, transaction: Transaction, models: list[RowModel[Any]]) -> Committed:
        try:
            with TransactWrite(connection=self.tables.connection, client_request_token=str(uuid.uuid4())) as together:
                for write, model in zip(transaction, models, strict=True):
                    _add(together, write, model)
        except TransactWriteError as failure:
            refused = refusal(failure)
            if refused is None:
                raise
            return refused
        return Committed.YES


def _add(together: TransactWrite, write: Write, model: RowModel[Any]) -> None:
    condition = _condition(write, type(model))
    if isinstance(write, Unchanged):
        hash_key, range_key = model.key_values()
        together.condition_check(type(model), hash_key, range_key, condition)
    else:
        together.save(model, condition=condition)


def _condition(write: Write, model: type[RowModel[Any]]) -> Condition:
    match write:
        case Insert():
            return model.hash_column().does_not_exist()
        case Overwrite():
            return model.hash_column().exists()
        case Replace() | Unchanged():
            return model.version_column() == write.expected_version


def _key(model: RowModel[Any]) -> tuple[str, ...]:
    key_columns = [name for name, column in model.get_attributes().items() if column.is_hash_key or column.is_range_key]
    return (model.table, *(str(getattr(model, name)) for name in sorted(key_columns)))
