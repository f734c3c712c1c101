"""A Store in memory: the meaning of a transaction, without a database.

The contract suite in tests/adapters/dynamodb holds it and the real store to the same behavior.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any, Final, TypeVar

from fakes.checks import MemoryChecks
from fakes.closes import MemoryCloses
from fakes.reconciliation import MemoryReconciliation
from fakes.review import MemoryReview
from guerdon.application.audit_records import Audit
from guerdon.application.funds_records import FundsHold
from guerdon.application.month_end.records import MonthClose, PackText
from guerdon.application.reconciliation_records import ReconciliationItem, ReconciliationRun, SeenLine
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
from guerdon.application.seal_records import SealedText, SealHead
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
from guerdon.domain.checks import BankLine, Check
from guerdon.domain.errors import StoreBusy
from guerdon.domain.hours import hour_of
from guerdon.domain.ledger import Entry
from guerdon.domain.pausing import Pauses
from guerdon.domain.payout import Payout
from guerdon.domain.program import Beneficiary
from guerdon.domain.reward import Reward
from guerdon.domain.seal import Seal

Key = tuple[str | int | None, ...]


def _alone(*field: str) -> Callable[[Any], tuple[str | int, ...]]:
    """The key of one field, or of none where there is one row of the kind."""
    return lambda row: tuple(getattr(row, name) for name in field)


_KEYS: Final[dict[type, tuple[str, ...]]] = {
    InboxEvent: ("event_id",),
    EventBody: ("event_id",),
    AdvocateDetails: ("advocate_id",),
    FrozenRequest: ("reference",),
    DealRecord: ("source_account", "program", "deal_id", "trigger", "beneficiary"),
    DealCount: ("advocate_id", "group", "period"),
    Receivable: ("advocate_id", "currency"),
    DayReleased: ("program", "day"),
    Reserved: ("program", "advocate_id", "period", "currency"),
    Reward: ("reward_id",),
    Payout: ("payout_id",),
    Attempt: ("payout_id", "number"),
    ProgramHead: ("program",),
    ProgramVersion: ("program", "number"),
    ChannelSwitch: ("channel",),
    Pauses: (),
    FundsHold: ("channel",),
    SentNotice: ("notice",),
    Entry: ("entry_id",),
    SealHead: (),
    Seal: ("hour",),
    SealedText: ("sha256", "part"),
    ReconciliationItem: ("item_id",),
    ReconciliationRun: ("source",),
    SeenLine: ("line.source", "line.month", "line.line_id"),
    MonthClose: ("legal_entity", "month"),
    PackText: ("sha256", "part"),
    Check: ("payout_id", "attempt"),
    BankLine: ("account", "month", "line_id"),
    Audit: ("audit_id",),
}

_KEY_FIELDS: Final[dict[type, Callable[[Any], tuple[str | int, ...]]]] = {
    kind: attrgetter(*fields) if len(fields) > 1 else _alone(*fields) for kind, fields in _KEYS.items()
}

_Row = TypeVar("_Row", bound=Row)


def key_of(row: Row) -> Key:
    """What there may be one of: the kind of row and its key fields; an entry's id stands once in an hour."""
    kind = type(row)
    key = (kind.__name__, *_KEY_FIELDS[kind](row))
    return (*key, hour_of(row.posted_at)) if isinstance(row, Entry) else key


class MemoryStore(MemoryReview, MemoryReconciliation, MemoryCloses, MemoryChecks):
    """Rows in a dictionary.

    Attributes:
        rows: Everything that is stored, by key.
        commits: The transactions that were written, in order.
    """

    def __init__(self) -> None:
        self.rows: dict[Key, Row] = {}
        self.commits: list[Transaction] = []
        self._answers_to_lose = 0
        self._conflicts = 0
        self._busy = 0
        self._meanwhile: Callable[[], object] | None = None

    def lose_answer(self, times: int = 1) -> None:
        """Write the next `times` transactions, and raise StoreBusy instead of saying so."""
        self._answers_to_lose = times

    def conflict(self, times: int = 1) -> None:
        """Answer the next `times` commits with NO_CONFLICT, and write nothing."""
        self._conflicts = times

    def be_busy(self, times: int = 1) -> None:
        """Answer the next `times` calls of any kind with StoreBusy, and do nothing."""
        self._busy = times

    def meanwhile(self, deed: Callable[[], object]) -> None:
        """Do `deed` once, right before the next commit is judged: somebody else was faster."""
        self._meanwhile = deed

    def put(self, *rows: Row) -> None:
        """Store `rows` as they are: the state that a test starts from."""
        self.rows.update((key_of(row), row) for row in rows)

    def of(self, kind: type[_Row]) -> list[_Row]:
        """Every stored row of one kind, in the order that they were first written."""
        return [row for row in self.rows.values() if isinstance(row, kind)]

    def commit(self, transaction: Transaction) -> Committed:
        self._answer()
        keys = {key_of(write.row) for write in transaction}
        if not 1 <= len(transaction) <= ITEMS_MOST or len(keys) != len(transaction):
            raise ValueError(f"a transaction is 1 to {ITEMS_MOST} writes to different rows, not {len(transaction)}")
        deed, self._meanwhile = self._meanwhile, None
        if deed is not None:
            deed()
        if self._conflicts:
            self._conflicts -= 1
            return Committed.NO_CONFLICT
        if not all(self._may(write) for write in transaction):
            return Committed.NO_CONDITION_FAILED
        self.put(*(write.row for write in transaction if not isinstance(write, Unchanged)))
        self.commits.append(transaction)
        if self._answers_to_lose:
            self._answers_to_lose -= 1
            raise StoreBusy("the answer was lost after the commit")
        return Committed.YES

    def inbox_event(self, event_id: str) -> InboxEvent | None:
        return self._get(InboxEvent, event_id)

    def event_body(self, event_id: str) -> EventBody | None:
        return self._get(EventBody, event_id)

    def advocate(self, advocate_id: str) -> AdvocateDetails | None:
        return self._get(AdvocateDetails, advocate_id)

    def frozen_request(self, reference: str) -> FrozenRequest | None:
        return self._get(FrozenRequest, reference)

    def deal_record(
        self, source_account: str, program: str, deal_id: str, trigger: str, beneficiary: Beneficiary
    ) -> DealRecord | None:
        return self._get(DealRecord, source_account, program, deal_id, trigger, beneficiary)

    def receivable(self, advocate_id: str, currency: str) -> Receivable | None:
        return self._get(Receivable, advocate_id, currency)

    def reserved(self, program: str, advocate_id: str | None, period: str, currency: str) -> Reserved | None:
        return self._get(Reserved, program, advocate_id, period, currency)

    def day_released(self, program: str, day: str) -> DayReleased | None:
        return self._get(DayReleased, program, day)

    def deal_count(self, advocate_id: str, group: str, period: str) -> DealCount | None:
        return self._get(DealCount, advocate_id, group, period)

    def reward(self, reward_id: str) -> Reward | None:
        return self._get(Reward, reward_id)

    def payout(self, payout_id: str) -> Payout | None:
        return self._get(Payout, payout_id)

    def payouts_of(self, payout_ids: Sequence[str]) -> Iterator[Payout]:
        self._answer()
        found = (self.rows.get(("Payout", payout_id)) for payout_id in payout_ids)
        return iter([payout for payout in found if isinstance(payout, Payout)])

    def attempt(self, payout_id: str, number: int) -> Attempt | None:
        return self._get(Attempt, payout_id, number)

    def program_head(self, program: str) -> ProgramHead | None:
        return self._get(ProgramHead, program)

    def program_version(self, program: str, number: int) -> ProgramVersion | None:
        return self._get(ProgramVersion, program, number)

    def channel_switch(self, channel: Channel) -> ChannelSwitch | None:
        return self._get(ChannelSwitch, channel)

    def pauses(self) -> Pauses | None:
        return self._get(Pauses)

    def funds_hold(self, channel: Channel) -> FundsHold | None:
        return self._get(FundsHold, channel)

    def sent_notice(self, notice: str) -> SentNotice | None:
        return self._get(SentNotice, notice)

    def undecided_events(self, due_before: datetime) -> Iterator[str]:
        self._answer()
        due = [(event.look_at, event.event_id) for event in self.of(InboxEvent) if event.look_at]
        return _longest_first(due, due_before)

    def waiting_events(self) -> Iterator[Waiting]:
        self._answer()
        waiting = [(event.event_id, event.waiting_since, event.waits_for) for event in self.of(InboxEvent)]
        return iter([Waiting(subject_id, since, why) for subject_id, since, why in waiting if since and why])

    def waiting_payouts(self) -> Iterator[Waiting]:
        self._answer()
        waiting = [(payout.payout_id, payout.waiting_since, payout.waits_for) for payout in self.of(Payout)]
        return iter([Waiting(subject_id, since, why) for subject_id, since, why in waiting if since and why])

    def events_of_deal(self, deal_id: str) -> Iterator[str]:
        self._answer()
        about = [event for event in self.of(InboxEvent) if event.deal_id == deal_id]
        return iter([event.event_id for event in sorted(about, key=lambda event: event.received_at)])

    def payouts_to_look_at(self, due_before: datetime) -> Iterator[str]:
        self._answer()
        due = [(payout.look_at, payout.payout_id) for payout in self.of(Payout) if payout.look_at]
        return _longest_first(due, due_before)

    def _answer(self) -> None:
        if self._busy:
            self._busy -= 1
            raise StoreBusy("the store was told to be busy")

    def _get(self, kind: type[_Row], *key: str | int | None) -> _Row | None:
        self._answer()
        row = self.rows.get((kind.__name__, *key))
        return row if isinstance(row, kind) else None

    def _may(self, write: Write) -> bool:
        stored = self.rows.get(key_of(write.row))
        match write:
            case Insert():
                return stored is None
            case Overwrite():
                return stored is not None
            case Replace() | Unchanged():
                return isinstance(stored, type(write.row)) and stored.version == write.expected_version


def _longest_first(looks: list[tuple[datetime, str]], due_before: datetime) -> Iterator[str]:
    due = sorted((look for look in looks if look[0] < due_before), key=lambda look: look[0])
    return iter([subject_id for _, subject_id in due])
