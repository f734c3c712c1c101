"""The rows of the counters table: what is counted, owed, reserved or released, each under the key of whose it is.

What holds a channel back while its provider is out of money is here too: whoever pays writes that, and no switch.
"""

from datetime import datetime
from typing import ClassVar

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from guerdon.adapters.dynamodb import keys
from guerdon.adapters.dynamodb.attributes import ValueAttribute
from guerdon.adapters.dynamodb.row_model import Columns, RowModel
from guerdon.application.funds_records import FundsHold, FundsState
from guerdon.application.records import DayReleased, DealCount, Receivable, Reserved
from guerdon.domain.channel import Channel
from guerdon.domain.money import Money
from guerdon.domain.tallies import Tally


class DealCountModel(RowModel[DealCount]):
    """How many deals were counted for an advocate."""

    row_type = DealCount
    table = "counters"
    computed: ClassVar[Columns] = {"counter_key": lambda row: keys.ordinal_key(row.advocate_id, row.group, row.period)}

    counter_key = UnicodeAttribute(hash_key=True)
    advocate_id = UnicodeAttribute()
    group = UnicodeAttribute()
    period = UnicodeAttribute()
    tallies = ValueAttribute(tuple[Tally, ...])
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


class DayReleasedModel(RowModel[DayReleased]):
    """What a program released in a day."""

    row_type = DayReleased
    table = "counters"
    computed: ClassVar[Columns] = {"counter_key": lambda row: keys.released_key(row.program, row.day)}

    counter_key = UnicodeAttribute(hash_key=True)
    program = UnicodeAttribute()
    day = UnicodeAttribute()
    payouts = NumberAttribute()
    amounts = ValueAttribute(tuple[Money, ...])
    version = NumberAttribute()


class FundsHoldModel(RowModel[FundsHold]):
    """Whether a channel's payouts are held back for want of money."""

    row_type = FundsHold
    table = "counters"
    computed: ClassVar[Columns] = {"counter_key": lambda row: keys.funds_key(row.channel)}

    counter_key = UnicodeAttribute(hash_key=True)
    channel = ValueAttribute(Channel)
    state = ValueAttribute(FundsState)
    since = ValueAttribute(datetime)
    try_at = ValueAttribute(datetime)
    tries = NumberAttribute()
    trying = UnicodeAttribute(null=True)
    trying_run = NumberAttribute()
    version = NumberAttribute()
