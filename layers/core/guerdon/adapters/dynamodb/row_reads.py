"""Reading rows by their keys: what every part of the store shares."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from pynamodb.exceptions import DoesNotExist

from guerdon.adapters.dynamodb.connection import Tables
from guerdon.adapters.dynamodb.failures import store_busy
from guerdon.adapters.dynamodb.row_model import RowModel
from guerdon.application.transaction import Row

_Row = TypeVar("_Row", bound=Row)


class RowReads:
    """Rows by their keys.

    Attributes:
        tables: The tables that they are in.
    """

    tables: Tables

    def _get(self, model: type[RowModel[_Row]], hash_key: str, range_key: str | int | None = None) -> _Row | None:
        found = self._found(model, hash_key, range_key)
        return found.to_row() if found else None

    def _rows(self, model: type[RowModel[_Row]], ids: Sequence[str]) -> list[_Row]:
        """The rows under these keys, in their order, as they stand now; those that are gone are left out."""
        rows = dict(self._by_id(model, ids))
        return [rows[row_id] for row_id in ids if row_id in rows]

    def _by_id(self, model: type[RowModel[_Row]], ids: Sequence[str]) -> Iterator[tuple[str, _Row]]:
        if ids:
            with store_busy():
                for found in self.tables.model(model).batch_get(ids, consistent_read=True):
                    yield found.key_values()[0], found.to_row()

    def _found(self, model: type[RowModel[_Row]], hash_key: str, range_key: str | int | None) -> RowModel[Any] | None:
        with store_busy():
            try:
                return self.tables.model(model).get(hash_key, range_key, consistent_read=True)
            except DoesNotExist:
                return None
