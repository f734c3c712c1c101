"""What the store in memory knows of reconciliation."""

from collections.abc import Iterator
from typing import TypeVar

from guerdon.application.reconciliation_records import ItemState, ReconciliationItem, ReconciliationRun, SeenLine
from guerdon.application.transaction import Row

_Row = TypeVar("_Row", bound=Row)


class MemoryReconciliation:
    """The reads of reconciliation, over the rows of the store that it is a part of."""

    def of(self, kind: type[_Row]) -> list[_Row]:
        raise NotImplementedError

    def _answer(self) -> None:
        raise NotImplementedError

    def reconciliation_item(self, item_id: str) -> ReconciliationItem | None:
        self._answer()
        return next((item for item in self.of(ReconciliationItem) if item.item_id == item_id), None)

    def open_items(self) -> Iterator[ReconciliationItem]:
        self._answer()
        return iter([item for item in self.of(ReconciliationItem) if item.state is ItemState.OPEN])

    def items_of_month(self, month: str) -> Iterator[ReconciliationItem]:
        self._answer()
        about = [item for item in self.of(ReconciliationItem) if item.month == month]
        return iter(sorted(about, key=lambda item: item.found_at))

    def reconciliation_run(self, source: str) -> ReconciliationRun | None:
        self._answer()
        return next((run for run in self.of(ReconciliationRun) if run.source == source), None)

    def statement_lines(self, source: str, month: str) -> Iterator[SeenLine]:
        self._answer()
        seen = [row for row in self.of(SeenLine) if (row.line.source, row.line.month) == (source, month)]
        return iter(sorted(seen, key=lambda row: row.line.line_id))

    def lines_of_reference(self, reference: str) -> Iterator[SeenLine]:
        self._answer()
        return iter([row for row in self.of(SeenLine) if row.line.reference == reference])
