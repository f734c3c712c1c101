"""Reading the journal and its seals: queries by key only, whatever the journal has grown to."""

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from guerdon.adapters.dynamodb import keys
from guerdon.adapters.dynamodb.failures import store_busy
from guerdon.adapters.dynamodb.models import EntryModel
from guerdon.adapters.dynamodb.row_reads import RowReads
from guerdon.adapters.dynamodb.seal_models import HEAD, SEAL, SealedTextModel, SealHeadModel, SealModel, text_key
from guerdon.application.seal_records import SealHead
from guerdon.domain.errors import InvalidMoney, UnbalancedEntry, UnreadableEntry
from guerdon.domain.ledger import Entry
from guerdon.domain.seal import Seal


class LedgerReads(RowReads):
    """What the store knows of the journal and its seals; see ledger_ports.LedgerStore for what it promises."""

    def journal_hour(self, hour: str) -> Iterator[Entry]:
        """Every entry of an hour, shard by shard."""
        model = self.tables.model(EntryModel)
        for shard in keys.hour_shards(hour):
            with store_busy(), _readable(hour):
                for found in model.query(shard, consistent_read=True):
                    yield found.to_row()

    def entry_ids(self, hour: str) -> Iterator[str]:
        """The id of every entry of an hour, shard by shard."""
        model = self.tables.model(EntryModel)
        for shard in keys.hour_shards(hour):
            with store_busy():
                for found in model.query(shard, consistent_read=True, attributes_to_get=["entry_id"]):
                    yield found.entry_id

    def entry(self, hour: str, entry_id: str) -> Entry | None:
        """One entry of an hour."""
        with _readable(hour, entry_id):
            return self._get(EntryModel, keys.hour_shard(hour, entry_id), entry_id)

    def entries_of_reward(self, reward_id: str) -> Iterator[Entry]:
        """The entries about a reward and its payouts, the first one first."""
        with store_busy():
            for place in self.tables.model(EntryModel).by_reward.query(reward_id):
                hour, _, _ = place.hour_shard.partition("#")
                entry = self.entry(hour, place.entry_id)
                if entry is not None:
                    yield entry

    def seal_head(self) -> SealHead | None:
        """How far the journal is sealed."""
        return self._get(SealHeadModel, HEAD, HEAD)

    def seal(self, hour: str) -> Seal | None:
        """The seal of an hour."""
        return self._get(SealModel, SEAL, hour)

    def last_seal(self, through: str) -> Seal | None:
        """The newest seal up to an hour: one row is read."""
        model = self.tables.model(SealModel)
        with store_busy():
            newest = model.query(SEAL, model.hour <= through, scan_index_forward=False, limit=1, consistent_read=True)
            return next((found.to_row() for found in newest), None)

    def seals(self) -> Iterator[Seal]:
        """Every seal: one page of the answer has some thousands."""
        model = self.tables.model(SealModel)
        with store_busy():
            for found in model.query(SEAL, consistent_read=True):
                yield found.to_row()

    def sealed_text(self, sha256: str) -> str | None:
        """A sealed text, its parts in order."""
        with store_busy():
            parts = [
                found.text for found in self.tables.model(SealedTextModel).query(text_key(sha256), consistent_read=True)
            ]
        return "".join(parts) if parts else None


_UNREADABLE = (UnbalancedEntry, InvalidMoney, msgspec.ValidationError, TypeError, ValueError)
"""What a stored item that cannot be an entry is met with: a lacking field, another type, an unknown currency."""


@contextmanager
def _readable(hour: str, entry_id: str | None = None) -> Iterator[None]:
    try:
        yield
    except _UNREADABLE as error:
        raise UnreadableEntry(hour, entry_id, str(error)) from error
