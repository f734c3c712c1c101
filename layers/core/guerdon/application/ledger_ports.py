"""What the ledger's use cases need of the store beside single rows; every one is read by key."""

from collections.abc import Iterator
from typing import Protocol

from guerdon.application.seal_records import SealHead
from guerdon.domain.ledger import Entry
from guerdon.domain.seal import Seal


class LedgerStore(Protocol):
    """The journal by its hours, and the seals.

    Reads are consistent unless they say otherwise. A read that meets an entry that cannot be one raises
    UnreadableEntry. All methods raise StoreBusy when the database is throttled or away.
    """

    def journal_hour(self, hour: str) -> Iterator[Entry]:
        """Every entry that was posted in an hour, in no order."""

    def entry_ids(self, hour: str) -> Iterator[str]:
        """The id of every entry of an hour, readable or not, in no order."""

    def entry(self, hour: str, entry_id: str) -> Entry | None:
        """One entry of an hour."""

    def entries_of_reward(self, reward_id: str) -> Iterator[Entry]:
        """Every entry about a reward and its payouts, in the order of time; eventually consistent."""

    def seal_head(self) -> SealHead | None:
        """How far the journal is sealed; None until a program is published, before which nothing is posted."""

    def seal(self, hour: str) -> Seal | None:
        """The seal of an hour; None if it is not sealed, or has no entries."""

    def last_seal(self, through: str) -> Seal | None:
        """The newest seal of the hours up to `through`, that one included."""

    def seals(self) -> Iterator[Seal]:
        """Every seal, in the order of their hours."""

    def sealed_text(self, sha256: str) -> str | None:
        """The text under a digest, put together from its parts; None if there is none of it."""
