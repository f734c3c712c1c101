"""The rows of the counters table: what is counted, owed, or reserved, each under the key of whose it is."""

from collections.abc import Mapping
from typing import ClassVar

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from guerdon.adapters.dynamodb import keys
from guerdon.adapters.dynamodb.attributes import ValueAttribute
from guerdon.adapters.dynamodb.row_model import Columns, RowModel
from guerdon.application.records import DealCount, Receivable, Reserved
from guerdon.domain.money import Money


class DealCountModel(RowModel[DealCount]):
    """How many deals were counted for an advocate."""

    row_type = DealCount
    table = "counters"
    column_of: ClassVar[Mapping[str, str]] = {"count": "counted"}
    computed: ClassVar[Columns] = {"counter_key": lambda row: keys.ordinal_key(row.advocate_id, row.group, row.period)}

    counter_key = UnicodeAttribute(hash_key=True)
    advocate_id = UnicodeAttribute()
    group = UnicodeAttribute()
    period = UnicodeAttribute()
    counted = NumberAttribute()
    version = NumberAttribute()


class ReceivableModel(RowModel[Receivable]):
    """What an advocate owes."""

    row_type = Receivable
    table = "counters"
    computed: ClassVar[Columns] = {"counter_key": lambda row: keys.receivable_key(row.advocate_id, row.currency)}

    counter_key = UnicodeAttribute(hash_key=True)
    advocate_id = UnicodeAttribute()
    currency = UnicodeAttribute()
    balance = ValueAttribute(Money)
    version = NumberAttribute()


class ReservedModel(RowModel[Reserved]):
    """What is taken of the limits of a budget."""

    row_type = Reserved
    table = "counters"
    computed: ClassVar[Columns] = {
        "counter_key": lambda row: keys.reserved_key(row.program, row.advocate_id, row.period, row.currency)
    }

    counter_key = UnicodeAttribute(hash_key=True)
    program = UnicodeAttribute()
    advocate_id = UnicodeAttribute(null=True)
    period = UnicodeAttribute()
    currency = UnicodeAttribute()
    amount = ValueAttribute(Money)
    version = NumberAttribute()
