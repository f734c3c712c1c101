"""Reading the closes of months and their packs: by key."""

from collections.abc import Iterator

from guerdon.adapters.dynamodb.close_models import CLOSE, MonthCloseModel, PackTextModel, close_place, pack_key
from guerdon.adapters.dynamodb.failures import store_busy
from guerdon.adapters.dynamodb.row_reads import RowReads
from guerdon.application.month_end.records import MonthClose


class CloseReads(RowReads):
    """What the store knows of closes; see month_end.ports.CloseStore for what it promises."""

    def month_close(self, legal_entity: str, month: str) -> MonthClose | None:
        """One close."""
        return self._get(MonthCloseModel, CLOSE, close_place(legal_entity, month))

    def month_closes(self) -> Iterator[MonthClose]:
        """Every close, by legal entity and month."""
        with store_busy():
            for found in self.tables.model(MonthCloseModel).query(CLOSE, consistent_read=True):
                yield found.to_row()

    def pack_text(self, sha256: str) -> str | None:
        """A pack's text, its parts in order."""
        with store_busy():
            parts = self.tables.model(PackTextModel).query(pack_key(sha256), consistent_read=True)
            return "".join(found.text for found in parts) or None
