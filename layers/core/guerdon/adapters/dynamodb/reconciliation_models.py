"""Differences by their ids, the last run of each source, and the lines of providers' statements by their months."""

from datetime import date, datetime
from typing import Any, ClassVar, Final

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, KeysOnlyProjection

from guerdon.adapters.dynamodb import keys
from guerdon.adapters.dynamodb.attributes import ValueAttribute
from guerdon.adapters.dynamodb.row_model import Columns, RowModel
from guerdon.application.reconciliation_records import (
    ItemChange,
    ItemState,
    ReconciliationItem,
    ReconciliationRun,
    SeenLine,
)
from guerdon.domain.money import Money
from guerdon.domain.reconciliation import Difference, StatementLine


class OpenItemIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call] # PynamoDB's hook has no types
    """The differences that nobody has resolved, by when they were found; a resolved one has no shard."""

    class Meta:
        """What PynamoDB calls the index; whoever lists them shows all of each."""

        index_name = "open"
        projection = AllProjection()

    open_shard = UnicodeAttribute(hash_key=True)
    found_at = ValueAttribute(datetime, range_key=True)


class ItemMonthIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call] # as above
    """The differences by the month that they are about. They are few: what matches is no row."""

    class Meta:
        """What PynamoDB calls the index; whoever lists them shows all of each."""

        index_name = "month"
        projection = AllProjection()

    month = UnicodeAttribute(hash_key=True)
    found_at = ValueAttribute(datetime, range_key=True)


class LineReferenceIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call] # as above
    """The lines of statements by our reference of the attempt that they carry out; others are not in it."""

    class Meta:
        """What PynamoDB calls the index."""

        index_name = "reference"
        projection = KeysOnlyProjection()

    reference = UnicodeAttribute(hash_key=True)


class ReconciliationItemModel(RowModel[ReconciliationItem]):
    """A difference."""

    row_type = ReconciliationItem
    table = "reconciliation"
    still_open = OpenItemIndex()
    by_month = ItemMonthIndex()
    indexes = (still_open, by_month)
    computed: ClassVar[Columns] = {
        "reconciliation_key": lambda row: keys.reconciliation_item_key(row.item_id),
        "open_shard": lambda row: keys.shard_of(row.item_id) if row.state is ItemState.OPEN else None,
        "month": lambda row: row.month,
    }

    reconciliation_key = UnicodeAttribute(hash_key=True)
    open_shard = UnicodeAttribute(null=True)
    month = UnicodeAttribute()
    item_id = UnicodeAttribute()
    source = UnicodeAttribute()
    difference = ValueAttribute(Difference)
    on = ValueAttribute(date)
    detail = UnicodeAttribute()
    found_at = ValueAttribute(datetime)
    seen_at = ValueAttribute(datetime)
    reference = UnicodeAttribute(null=True)
    line_id = UnicodeAttribute(null=True)
    payout_id = UnicodeAttribute(null=True)
    program = UnicodeAttribute(null=True)
    legal_entity = UnicodeAttribute(null=True)
    here = ValueAttribute(Money, null=True)
    there = ValueAttribute(Money, null=True)
    state = ValueAttribute(ItemState)
    resolved_at = ValueAttribute(datetime, null=True)
    resolved_by = UnicodeAttribute(null=True)
    reason = UnicodeAttribute(null=True)
    history = ValueAttribute(tuple[ItemChange, ...])
    version = NumberAttribute()


class ReconciliationRunModel(RowModel[ReconciliationRun]):
    """The last run of a source."""

    row_type = ReconciliationRun
    table = "reconciliation"
    computed: ClassVar[Columns] = {"reconciliation_key": lambda row: keys.reconciliation_run_key(row.source)}

    reconciliation_key = UnicodeAttribute(hash_key=True)
    source = UnicodeAttribute()
    expected_since = ValueAttribute(datetime)
    finished_at = ValueAttribute(datetime, null=True)
    since = ValueAttribute(date, null=True)
    through = ValueAttribute(datetime, null=True)
    lines = NumberAttribute()
    matched = NumberAttribute()
    undecided = NumberAttribute()
    differing = NumberAttribute()
    version = NumberAttribute()


NO_ACCOUNT: Final = ""
"""A provider has one account for us, where a bank may have several."""


class SeenLineModel(RowModel[SeenLine]):
    """A line of a provider's statement."""

    row_type = SeenLine
    table = "statements"
    by_reference = LineReferenceIndex()
    indexes = (by_reference,)
    computed: ClassVar[Columns] = {
        "statement_key": lambda row: keys.statement_key(row.line.source, NO_ACCOUNT, row.line.month),
        "line_id": lambda row: row.line.line_id,
        "reference": lambda row: row.line.reference,
    }

    statement_key = UnicodeAttribute(hash_key=True)
    line_id = UnicodeAttribute(range_key=True)
    reference = UnicodeAttribute(null=True)
    line = ValueAttribute(StatementLine)
    agrees = BooleanAttribute()
    seen_at = ValueAttribute(datetime)
    version = NumberAttribute()
