"""A transaction as data: what a use case wants to be true all at once, or not at all.

The store adapter translates it; the simulator applies it; one contract suite proves that they mean the same.
"""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from guerdon.application.records import (
    AdvocateDetails,
    Attempt,
    ChannelSwitch,
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
from guerdon.domain.ledger import Entry
from guerdon.domain.payout import Payout
from guerdon.domain.reward import Reward

ITEMS_MOST: Final = 20
"""Our own ceiling on one transaction; DynamoDB's is 100."""

VersionedRow = (
    InboxEvent
    | AdvocateDetails
    | DealRecord
    | DealCount
    | Receivable
    | Reserved
    | Payout
    | Reward
    | Attempt
    | ProgramHead
    | ChannelSwitch
)
"""A row that may be replaced, by whoever names the version that they read."""

Row = VersionedRow | EventBody | FrozenRequest | Entry | ProgramVersion | SentNotice
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


Write = Insert | Replace | Unchanged
Transaction = tuple[Write, ...]


class Committed(Enum):
    """What became of a transaction."""

    YES = auto()
    NO_CONDITION_FAILED = auto()  # Nothing was written: a row was there, or had changed. Read again.
    NO_CONFLICT = auto()  # Nothing was written: another transaction was at the same rows. Try again.
