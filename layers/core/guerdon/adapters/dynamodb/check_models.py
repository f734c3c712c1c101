"""Checks by the attempt that they carry out, and the lines of banks' statements by their account and month."""

from datetime import date
from typing import Any, ClassVar

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, KeysOnlyProjection

from guerdon.adapters.dynamodb import keys
from guerdon.adapters.dynamodb.attributes import ValueAttribute
from guerdon.adapters.dynamodb.row_model import Columns, RowModel
from guerdon.domain.checks import BankLine, Check, CheckState
from guerdon.domain.money import Money
from guerdon.domain.reconciliation import BANK


class CheckNumberIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call] # PynamoDB's hook has no types
    """Checks by the number printed on them."""

    class Meta:
        """What PynamoDB calls the index."""

        index_name = "number"
        projection = KeysOnlyProjection()

    number = UnicodeAttribute(hash_key=True)


class OutstandingIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call] # as above
    """The checks that nobody has cashed or voided, by when they were mailed; another one has no shard."""

    class Meta:
        """What PynamoDB calls the index; whoever lists them shows all of each."""

        index_name = "outstanding"
        projection = AllProjection()

    outstanding_shard = UnicodeAttribute(hash_key=True)
    mailed_on = ValueAttribute(date, range_key=True)


class UnmatchedLineIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call] # as above
    """The bank's lines that cleared no check, by when they were booked; another one has no shard."""

    class Meta:
        """What PynamoDB calls the index; whoever lists them shows all of each."""

        index_name = "unmatched"
        projection = AllProjection()

    unmatched_shard = UnicodeAttribute(hash_key=True)
    booked_on = ValueAttribute(date, range_key=True)


class CheckModel(RowModel[Check]):
    """A check."""

    row_type = Check
    table = "checks"
    by_number = CheckNumberIndex()
    outstanding = OutstandingIndex()
    indexes = (by_number, outstanding)
    computed: ClassVar[Columns] = {
        "outstanding_shard": lambda row: keys.shard_of(row.payout_id) if row.state is CheckState.OUTSTANDING else None
    }

    payout_id = UnicodeAttribute(hash_key=True)
    attempt = NumberAttribute(range_key=True)
    outstanding_shard = UnicodeAttribute(null=True)
    number = UnicodeAttribute(null=True)
    amount = ValueAttribute(Money)
    mailed_on = ValueAttribute(date)
    program = UnicodeAttribute()
    legal_entity = UnicodeAttribute()
    state = ValueAttribute(CheckState)
    account = UnicodeAttribute(null=True)
    cleared_on = ValueAttribute(date, null=True)
    bank_line = UnicodeAttribute(null=True)
    voided_on = ValueAttribute(date, null=True)
    reason = UnicodeAttribute(null=True)
    version = NumberAttribute()


class BankLineModel(RowModel[BankLine]):
    """A line of a bank's statement."""

    row_type = BankLine
    table = "statements"
    unmatched = UnmatchedLineIndex()
    indexes = (unmatched,)
    computed: ClassVar[Columns] = {
        "statement_key": lambda row: keys.statement_key(BANK, row.account, row.month),
        "unmatched_shard": lambda row: None if row.cleared else keys.shard_of(row.line_id),
    }

    statement_key = UnicodeAttribute(hash_key=True)
    line_id = UnicodeAttribute(range_key=True)
    unmatched_shard = UnicodeAttribute(null=True)
    account = UnicodeAttribute()
    booked_on = ValueAttribute(date)
    amount = ValueAttribute(Money)
    check_number = UnicodeAttribute(null=True)
    cleared = UnicodeAttribute(null=True)
    why = UnicodeAttribute(null=True)
    version = NumberAttribute()
