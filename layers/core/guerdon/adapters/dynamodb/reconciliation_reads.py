"""Reading differences and runs: by key, and by two sparse indexes."""

from collections.abc import Iterator

from guerdon.adapters.dynamodb import keys
from guerdon.adapters.dynamodb.failures import store_busy
from guerdon.adapters.dynamodb.reconciliation_models import (
    NO_ACCOUNT,
    ReconciliationItemModel,
    ReconciliationRunModel,
    SeenLineModel,
)
from guerdon.adapters.dynamodb.row_reads import RowReads
from guerdon.application.reconciliation_records import ReconciliationItem, ReconciliationRun, SeenLine


class ReconciliationReads(RowReads):
    """What the store knows of reconciliation; see reconciliation_ports for what it promises."""

    def reconciliation_item(self, item_id: str) -> ReconciliationItem | None:
        """One difference."""
        return self._get(ReconciliationItemModel, keys.reconciliation_item_key(item_id))

    def open_items(self) -> Iterator[ReconciliationItem]:
        """The open differences, shard by shard, the oldest of each first."""
        model = self.tables.model(ReconciliationItemModel)
        for shard in range(keys.SHARDS):
            with store_busy():
                for found in model.still_open.query(str(shard)):
                    yield found.to_row()

    def items_of_month(self, month: str) -> Iterator[ReconciliationItem]:
        """The differences about a month, the first found first."""
        with store_busy():
            for found in self.tables.model(ReconciliationItemModel).by_month.query(month):
                yield found.to_row()

    def reconciliation_run(self, source: str) -> ReconciliationRun | None:
        """The last run of a source."""
        return self._get(ReconciliationRunModel, keys.reconciliation_run_key(source))

    def statement_lines(self, source: str, month: str) -> Iterator[SeenLine]:
        """The lines of a month, in the order of their ids."""
        model = self.tables.model(SeenLineModel)
        with store_busy():
            for found in model.query(keys.statement_key(source, NO_ACCOUNT, month), consistent_read=True):
                yield found.to_row()

    def lines_of_reference(self, reference: str) -> Iterator[SeenLine]:
        """The lines that carry a reference."""
        with store_busy():
            for place in self.tables.model(SeenLineModel).by_reference.query(reference):
                found = self._get(SeenLineModel, place.statement_key, place.line_id)
                if found is not None:
                    yield found
