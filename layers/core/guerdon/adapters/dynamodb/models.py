"""One model per kind of row: its table, its columns and its keys. Those of the counters are in counter_models.py.

A column has the name of the row's field. Columns beyond those are keys, `computed` from the row.
The models have no table name of their own: `connection.Tables` binds them to the tables of one deployment.
"""

from datetime import date, datetime
from typing import Any, ClassVar, Final

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from guerdon.adapters.dynamodb import keys
from guerdon.adapters.dynamodb.attributes import ValueAttribute
from guerdon.adapters.dynamodb.audit_models import AuditModel
from guerdon.adapters.dynamodb.check_models import BankLineModel, CheckModel
from guerdon.adapters.dynamodb.close_models import MonthCloseModel, PackTextModel
from guerdon.adapters.dynamodb.counter_models import (
    DayReleasedModel,
    DealCountModel,
    FundsHoldModel,
    ReceivableModel,
    ReservedModel,
)
from guerdon.adapters.dynamodb.indexes import (
    AdvocateIndex,
    DealIndex,
    EmailIndex,
    HeadIndex,
    ListedIndex,
    OpenIndex,
    ReceivedIndex,
    RecipientIndex,
    RewardIndex,
    UndecidedIndex,
    WaitingEventIndex,
    WaitingPayoutIndex,
)
from guerdon.adapters.dynamodb.reconciliation_models import (
    ReconciliationItemModel,
    ReconciliationRunModel,
    SeenLineModel,
)
from guerdon.adapters.dynamodb.row_model import Columns, RowModel
from guerdon.adapters.dynamodb.seal_models import SealedTextModel, SealHeadModel, SealModel
from guerdon.application.records import (
    AdvocateDetails,
    ArmedSpan,
    Attempt,
    ChannelSwitch,
    DealRecord,
    EventBody,
    FrozenRequest,
    InboxEvent,
    ProgramHead,
    ProgramVersion,
    ProviderAnswer,
    SentNotice,
)
from guerdon.domain.ceilings import Ceilings
from guerdon.domain.channel import Channel
from guerdon.domain.deal import Address
from guerdon.domain.explanation import Explanation
from guerdon.domain.hours import hour_of
from guerdon.domain.ledger import Entry, EntryKind, Posting
from guerdon.domain.money import Money
from guerdon.domain.outcome import Outcome
from guerdon.domain.pausing import Pause, Pauses
from guerdon.domain.payout import Change, Payout, PayoutStatus
from guerdon.domain.program import Beneficiary, Budget, Item
from guerdon.domain.reward import Adjustment, Counted, Reward, Terms
from guerdon.domain.wins import Win

HEAD_NUMBER: Final = 0
"""The sort key of a program's head; its versions are numbered from 1."""

HEAD_KIND: Final = "head"
"""What only the heads of programs carry, so that a list of all programs reads no version."""

PLACE_LENGTH: Final = 8
"""Characters of a payout's id, from its end, that tell it from others of the same microsecond in a list. The row is
written at every step and stays within one write unit, so every byte counts."""


class InboxModel(RowModel[InboxEvent]):
    """An accepted delivery."""

    row_type = InboxEvent
    table = "inbox"
    undecided = UndecidedIndex()
    waiting = WaitingEventIndex()
    by_deal = DealIndex()
    received = ReceivedIndex()
    by_recipient = RecipientIndex()
    indexes = (undecided, waiting, by_deal, received, by_recipient)
    computed: ClassVar[Columns] = {
        "undecided_shard": lambda row: keys.shard_of(row.event_id) if row.look_at else None,
        "waiting_shard": lambda row: keys.shard_of(row.event_id) if row.waiting_since else None,
        "waits_for": lambda row: row.waits_for,
        "listed": lambda row: keys.month_shard(row.received_at, row.event_id),
        "place": lambda row: keys.place_of(row.received_at, row.event_id),
    }

    event_id = UnicodeAttribute(hash_key=True)
    undecided_shard = UnicodeAttribute(null=True)
    waiting_shard = UnicodeAttribute(null=True)
    waits_for = UnicodeAttribute(null=True)
    listed = UnicodeAttribute()
    place = UnicodeAttribute()
    connection = UnicodeAttribute()
    source_account = UnicodeAttribute()
    delivery_id = UnicodeAttribute()
    type = UnicodeAttribute()
    program = UnicodeAttribute()
    deal_id = UnicodeAttribute()
    body_sha256 = UnicodeAttribute()
    received_at = ValueAttribute(datetime)
    undecided_since = ValueAttribute(datetime, null=True)
    beneficiary = ValueAttribute(Beneficiary)
    followed_by = UnicodeAttribute(null=True)
    outcome = ValueAttribute(Outcome, null=True)
    detail = UnicodeAttribute(null=True)
    reward_ids = ValueAttribute(tuple[str, ...])
    decided_at = ValueAttribute(datetime, null=True)
    look_at = ValueAttribute(datetime, null=True)
    sent_again = NumberAttribute()
    waiting_since = ValueAttribute(datetime, null=True)
    resolved_at = ValueAttribute(datetime, null=True)
    resolved_by = UnicodeAttribute(null=True)
    recipient_id = UnicodeAttribute(null=True)
    version = NumberAttribute()


class EventBodyModel(RowModel[EventBody]):
    """The body of an inbox event."""

    row_type = EventBody
    table = "people"
    computed: ClassVar[Columns] = {"person_key": lambda row: keys.event_key(row.event_id)}

    person_key = UnicodeAttribute(hash_key=True)
    event_id = UnicodeAttribute()
    body = UnicodeAttribute()
    expires_at = NumberAttribute(null=True)


class AdvocateModel(RowModel[AdvocateDetails]):
    """Who an advocate is."""

    row_type = AdvocateDetails
    table = "people"
    by_email = EmailIndex()
    indexes = (by_email,)
    computed: ClassVar[Columns] = {
        "person_key": lambda row: keys.advocate_key(row.advocate_id),
        "email_key": lambda row: keys.email_key(row.email),
    }

    person_key = UnicodeAttribute(hash_key=True)
    email_key = UnicodeAttribute(null=True)
    advocate_id = UnicodeAttribute()
    source_account = UnicodeAttribute()
    crm_id = UnicodeAttribute()
    name = UnicodeAttribute(null=True)
    email = UnicodeAttribute(null=True)
    country = UnicodeAttribute(null=True)
    address = ValueAttribute(Address, null=True)
    stripe_customer = UnicodeAttribute(null=True)
    preferred_channel = UnicodeAttribute(null=True)
    erased_at = ValueAttribute(datetime, null=True)
    as_of = ValueAttribute(datetime)
    version = NumberAttribute()


class FrozenRequestModel(RowModel[FrozenRequest]):
    """The exact request of one attempt."""

    row_type = FrozenRequest
    table = "people"
    computed: ClassVar[Columns] = {"person_key": lambda row: keys.request_key(row.reference)}

    person_key = UnicodeAttribute(hash_key=True)
    reference = UnicodeAttribute()
    method = UnicodeAttribute()
    path = UnicodeAttribute()
    content_type = UnicodeAttribute()
    body = UnicodeAttribute()
    expires_at = NumberAttribute(null=True)


class ProgramHeadModel(RowModel[ProgramHead]):
    """Which version of a program is current; it stands before the versions, as number 0."""

    row_type = ProgramHead
    table = "programs"
    heads = HeadIndex()
    indexes = (heads,)
    computed: ClassVar[Columns] = {"number": lambda _: HEAD_NUMBER, "row_kind": lambda _: HEAD_KIND}

    row_kind = UnicodeAttribute()
    program = UnicodeAttribute(hash_key=True)
    number = NumberAttribute(range_key=True, attr_name="version")
    current = NumberAttribute()
    ceilings = ValueAttribute(Ceilings, null=True)
    version = NumberAttribute(attr_name="row_version")


class ProgramVersionModel(RowModel[ProgramVersion]):
    """A published version of a program."""

    row_type = ProgramVersion
    table = "programs"

    program = UnicodeAttribute(hash_key=True)
    number = NumberAttribute(range_key=True, attr_name="version")
    document = UnicodeAttribute()
    sha256 = UnicodeAttribute()
    published_at = ValueAttribute(datetime)
    published_by = UnicodeAttribute()


class DealRecordModel(RowModel[DealRecord]):
    """What was told about a deal."""

    row_type = DealRecord
    table = "deals"
    computed: ClassVar[Columns] = {
        "deal_key": lambda row: keys.deal_key(row.source_account, row.program, row.deal_id),
        "trigger_key": lambda row: keys.trigger_key(row.trigger, row.beneficiary),
    }

    deal_key = UnicodeAttribute(hash_key=True)
    trigger_key = UnicodeAttribute(range_key=True)
    trigger = UnicodeAttribute()
    beneficiary = ValueAttribute(Beneficiary)
    source_account = UnicodeAttribute()
    program = UnicodeAttribute()
    deal_id = UnicodeAttribute()
    wins = ValueAttribute(tuple[Win, ...])
    version = NumberAttribute()


class RewardModel(RowModel[Reward]):
    """What was earned."""

    row_type = Reward
    table = "rewards"

    reward_id = UnicodeAttribute(hash_key=True)
    event_id = UnicodeAttribute()
    source_account = UnicodeAttribute()
    program = UnicodeAttribute()
    program_version = NumberAttribute()
    deal_id = UnicodeAttribute()
    trigger = UnicodeAttribute()
    occurrence = UnicodeAttribute()
    beneficiary = ValueAttribute(Beneficiary)
    advocate_id = UnicodeAttribute()
    amount = ValueAttribute(Money)
    explanation = ValueAttribute(Explanation)
    terms = ValueAttribute(Terms)
    closed_at = ValueAttribute(datetime)
    decided_at = ValueAttribute(datetime)
    payout_ids = ValueAttribute(tuple[str, ...])
    netted = ValueAttribute(Money, null=True)
    adjustments = ValueAttribute(tuple[Adjustment, ...])
    budgets = ValueAttribute(tuple[Budget, ...])
    counted = ValueAttribute(Counted, null=True)
    version = NumberAttribute()


class PayoutModel(RowModel[Payout]):
    """One transfer of a reward."""

    row_type = Payout
    table = "payouts"
    due = OpenIndex()
    waiting = WaitingPayoutIndex()
    by_time = ListedIndex()
    by_advocate = AdvocateIndex()
    indexes = (due, waiting, by_time, by_advocate)
    computed: ClassVar[Columns] = {
        "open_shard": lambda row: keys.shard_of(row.payout_id) if row.look_at else None,
        "waiting_shard": lambda row: keys.shard_of(row.payout_id) if row.waiting_since else None,
        "waits_for": lambda row: row.waits_for if row.waiting_since else None,
        "listed": lambda row: keys.month_shard(row.earned_at, row.payout_id) if row.earned_at else None,
        "place": lambda row: keys.place_of(row.earned_at, row.payout_id[-PLACE_LENGTH:]) if row.earned_at else None,
    }

    payout_id = UnicodeAttribute(hash_key=True)
    open_shard = UnicodeAttribute(null=True)
    waiting_shard = UnicodeAttribute(null=True)
    waits_for = UnicodeAttribute(null=True)
    listed = UnicodeAttribute(null=True)
    place = UnicodeAttribute(null=True)
    reward_id = UnicodeAttribute()
    event_id = UnicodeAttribute()
    program = UnicodeAttribute()
    program_title = UnicodeAttribute()
    legal_entity = UnicodeAttribute()
    time_zone = UnicodeAttribute()
    advocate_id = UnicodeAttribute()
    channel = ValueAttribute(Channel)
    value = ValueAttribute(Money)
    hold_until = ValueAttribute(datetime)
    look_at = ValueAttribute(datetime, null=True)
    item = ValueAttribute(Item, null=True)
    status = ValueAttribute(PayoutStatus)
    reason = UnicodeAttribute(null=True)
    attention = UnicodeAttribute(null=True)
    cost = ValueAttribute(Money, null=True)
    provider_id = UnicodeAttribute(null=True)
    take_back = ValueAttribute(Money, null=True)
    clawed_back = ValueAttribute(Money, null=True)
    written_off_to = UnicodeAttribute(null=True)
    waiting_since = ValueAttribute(datetime, null=True)
    run = NumberAttribute()
    attempts = NumberAttribute()
    version = NumberAttribute()
    history = ValueAttribute(tuple[Change, ...])


class AttemptModel(RowModel[Attempt]):
    """One request to a provider under one key."""

    row_type = Attempt
    table = "attempts"

    payout_id = UnicodeAttribute(hash_key=True)
    number = NumberAttribute(range_key=True)
    run = NumberAttribute()
    provider = UnicodeAttribute()
    reference = UnicodeAttribute()
    request_sha256 = UnicodeAttribute()
    value = ValueAttribute(Money)
    first_sent_at = ValueAttribute(datetime)
    last_sent_at = ValueAttribute(datetime)
    task_token = UnicodeAttribute(null=True)
    provider_id = UnicodeAttribute(null=True)
    answer = ValueAttribute(ProviderAnswer, null=True)
    absent_since = ValueAttribute(datetime, null=True)
    version = NumberAttribute()


class EntryModel(RowModel[Entry]):
    """A journal entry."""

    row_type = Entry
    table = "journal"
    by_reward = RewardIndex()
    indexes = (by_reward,)
    computed: ClassVar[Columns] = {"hour_shard": lambda row: keys.hour_shard(hour_of(row.posted_at), row.entry_id)}

    hour_shard = UnicodeAttribute(hash_key=True)
    entry_id = UnicodeAttribute(range_key=True)
    kind = ValueAttribute(EntryKind)
    effective_on = ValueAttribute(date)
    posted_at = ValueAttribute(datetime)
    legal_entity = UnicodeAttribute()
    program = UnicodeAttribute()
    channel = ValueAttribute(Channel)
    currency = UnicodeAttribute()
    postings = ValueAttribute(tuple[Posting, ...])
    event_id = UnicodeAttribute()
    reward_id = UnicodeAttribute()
    payout_id = UnicodeAttribute(null=True)
    value_on = ValueAttribute(date, null=True)


class ChannelSwitchModel(RowModel[ChannelSwitch]):
    """Whether a channel may move money."""

    row_type = ChannelSwitch
    table = "settings"
    computed: ClassVar[Columns] = {"setting": lambda row: keys.channel_key(row.channel)}

    setting = UnicodeAttribute(hash_key=True)
    channel = UnicodeAttribute()
    armed = BooleanAttribute()
    changed_at = ValueAttribute(datetime)
    changed_by = UnicodeAttribute()
    version = NumberAttribute()
    spans = ValueAttribute(tuple[ArmedSpan, ...])


class PausesModel(RowModel[Pauses]):
    """What is paused."""

    row_type = Pauses
    table = "settings"
    computed: ClassVar[Columns] = {"setting": lambda _: keys.PAUSES_KEY}

    setting = UnicodeAttribute(hash_key=True)
    paused = ValueAttribute(tuple[Pause, ...])
    freed_at = ValueAttribute(datetime, null=True)
    freed_by = UnicodeAttribute(null=True)
    version = NumberAttribute()
    ended_in = NumberAttribute()


class SentNoticeModel(RowModel[SentNotice]):
    """A mail that went out, or was declined."""

    row_type = SentNotice
    table = "notices"

    notice = UnicodeAttribute(hash_key=True, attr_name="notice_id")
    result = UnicodeAttribute()
    at = ValueAttribute(datetime)
    expires_at = NumberAttribute(null=True)


MODELS: Final[tuple[type[RowModel[Any]], ...]] = (
    InboxModel,
    EventBodyModel,
    AdvocateModel,
    FrozenRequestModel,
    ProgramHeadModel,
    ProgramVersionModel,
    DealRecordModel,
    DealCountModel,
    ReceivableModel,
    ReservedModel,
    DayReleasedModel,
    RewardModel,
    PayoutModel,
    AttemptModel,
    EntryModel,
    SealHeadModel,
    SealModel,
    SealedTextModel,
    ReconciliationItemModel,
    ReconciliationRunModel,
    SeenLineModel,
    MonthCloseModel,
    PackTextModel,
    CheckModel,
    BankLineModel,
    ChannelSwitchModel,
    PausesModel,
    FundsHoldModel,
    SentNoticeModel,
    AuditModel,
)
"""Every model."""
