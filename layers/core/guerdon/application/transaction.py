"""A transaction as data: what a use case wants to be true all at once, or not at all.

The store adapter translates it; the simulator applies it; one contract suite proves that they mean the same.
"""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

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
)
from guerdon.application.seal_records import SealedText, SealHead
from guerdon.domain.checks import BankLine, Check
from guerdon.domain.ledger import Entry
from guerdon.domain.pausing import Pauses
from guerdon.domain.payout import Payout
from guerdon.domain.reward import Reward
from guerdon.domain.seal import Seal

ITEMS_MOST: Final = 20
"""Our own ceiling on one transaction; DynamoDB's is 100."""

VersionedRow = (
    InboxEvent
    | AdvocateDetails
    | DealRecord
    | DealCount
    | Receivable
    | Reserved
    | DayReleased
    | Payout
    | Reward
    | Attempt
    | ProgramHead
    | ChannelSwitch
    | Pauses
    | FundsHold
    | SealHead
    | ReconciliationItem
    | ReconciliationRun
    | SeenLine
    | MonthClose
    | Check
    | BankLine
)
"""A row that may be replaced, by whoever names the version that they read."""

OverwrittenRow = EventBody | FrozenRequest
"""A row without a version, which only an erasure ever writes anew."""

Row = (
    VersionedRow
    | EventBody
    | FrozenRequest
    | Entry
    | ProgramVersion
    | SentNotice
    | Seal
    | SealedText
    | PackText
    | Audit
)
"""Anything that the store holds."""


@dataclass(frozen=True, slots=True)
class Insert:
    """Write `row`, on condition that there is none under its key."""

    row: Row


@dataclass(frozen=True, slots=True)
class Replace:
    """Write `row`, whose version is one above what was read, on condition that it is still what was read."""

    row: VersionedRow

    @property
    def expected_version(self) -> int:
        """The version that must still be stored."""
        return self.row.version - 1


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Write nothing to `row`, and let the rest be written only if it is still what was read."""

    row: VersionedRow

    @property
    def expected_version(self) -> int:
        """The version that must still be stored."""
        return self.row.version


@dataclass(frozen=True, slots=True)
class Overwrite:
    """Write `row` over the one that is there, on condition that one is; doing it twice is doing it once."""

    row: OverwrittenRow


Write = Insert | Replace | Unchanged | Overwrite
Transaction = tuple[Write, ...]


class Committed(Enum):
    """What became of a transaction."""

    YES = auto()
    NO_CONDITION_FAILED = auto()  # Nothing was written: a row was there, or had changed. Read again.
    NO_CONFLICT = auto()  # Nothing was written: another transaction was at the same rows. Try again.
