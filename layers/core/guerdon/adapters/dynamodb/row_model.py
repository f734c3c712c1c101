"""What all models share: the way from a row to its stored form and back."""

import time
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, ClassVar, Final, Generic, TypeVar

from pynamodb.attributes import Attribute
from pynamodb.indexes import GlobalSecondaryIndex
from pynamodb.models import Model

from guerdon.application.transaction import Row

EXPIRES_AT: Final = "expires_at"
"""The column by which DynamoDB deletes an item: seconds since 1970. Only models that have it can be told to expire."""

_SECONDS_A_DAY: Final = 24 * 60 * 60

_Row = TypeVar("_Row", bound=Row)

Columns = Mapping[str, Callable[[Any], Any]]
"""Columns that are computed from a row, by name."""


class RowModel(Model, Generic[_Row]):
    """A stored row.

    Attributes:
        row_type: The row that it holds.
        table: The logical name of its table, under which a deployment gives the real one.
        column_of: The columns whose name differs from the row's field, because PynamoDB uses that name itself.
        computed: The columns that are no field of the row, and how each comes from it.
        indexes: Its secondary indexes.
        kept_days: How many days a row is kept after it was written last; 0 for ever.
    """

    row_type: ClassVar[type[Any]]
    table: ClassVar[str]
    column_of: ClassVar[Mapping[str, str]] = {}
    computed: ClassVar[Columns] = {}
    indexes: ClassVar[tuple[GlobalSecondaryIndex[Any], ...]] = ()
    kept_days: ClassVar[int] = 0

    @classmethod
    def from_row(cls, row: _Row) -> "RowModel[_Row]":
        """The stored form of `row`."""
        columns = {cls.column_of.get(field.name, field.name): getattr(row, field.name) for field in fields(row)}
        if cls.kept_days:
            columns[EXPIRES_AT] = int(time.time()) + cls.kept_days * _SECONDS_A_DAY
        return cls(**columns, **{column: compute(row) for column, compute in cls.computed.items()})

    def to_row(self) -> _Row:
        """The row; a column that an older function did not write takes the field's default."""
        columns = self.get_attributes()
        values: dict[str, Any] = {}
        for field in fields(self.row_type):
            column = self.column_of.get(field.name, field.name)
            value = getattr(self, column)
            if value is not None or columns[column].null:
                values[field.name] = value
        row: _Row = self.row_type(**values)
        return row

    def key_values(self) -> tuple[Any, Any | None]:
        """The value of the partition key, and that of the sort key if the table has one."""
        columns = self.get_attributes().items()
        hash_key = next(getattr(self, name) for name, column in columns if column.is_hash_key)
        return hash_key, next((getattr(self, name) for name, column in columns if column.is_range_key), None)

    @classmethod
    def hash_column(cls) -> Attribute[Any]:
        """The partition key."""
        return next(column for column in cls.get_attributes().values() if column.is_hash_key)

    @classmethod
    def version_column(cls) -> Attribute[Any]:
        """The row's version, by which a replacement is conditioned."""
        return cls.get_attributes()["version"]
