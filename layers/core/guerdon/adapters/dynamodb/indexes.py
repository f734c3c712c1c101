"""The secondary indexes. Each is sparse: a row without the index's partition key is not in it."""

from datetime import datetime
from typing import Any

from pynamodb.attributes import UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection, KeysOnlyProjection

from guerdon.adapters.dynamodb.attributes import ValueAttribute


class UndecidedIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call] # PynamoDB's hook has no types
    """Inbox events without an outcome, by when to send them again: a decided one has no shard and so is not in it."""

    class Meta:
        """What PynamoDB calls the index."""

        index_name = "undecided"
        projection = KeysOnlyProjection()

    undecided_shard = UnicodeAttribute(hash_key=True)
    look_at = ValueAttribute(datetime, range_key=True)


class WaitingEventIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call] # as above
    """Inbox events that wait for a person, by since when; every other one has no shard and so is not in it."""

    class Meta:
        """What PynamoDB calls the index, and what it carries so that counting by reason reads no rows."""

        index_name = "waiting"
        projection = IncludeProjection(["waits_for"])

    waiting_shard = UnicodeAttribute(hash_key=True)
    waiting_since = ValueAttribute(datetime, range_key=True)
    waits_for = UnicodeAttribute()


class DealIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call] # as above
    """Inbox events by the deal that they are about, in the order in which they came."""

    class Meta:
        """What PynamoDB calls the index."""

        index_name = "deal"
        projection = KeysOnlyProjection()

    deal_id = UnicodeAttribute(hash_key=True)
    received_at = ValueAttribute(datetime, range_key=True)


class OpenIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call] # PynamoDB's hook has no types
    """Payouts that the sweep should look at, by when; one that waits for nothing is not in it."""

    class Meta:
        """What PynamoDB calls the index."""

        index_name = "open"
        projection = KeysOnlyProjection()

    open_shard = UnicodeAttribute(hash_key=True)
    look_at = ValueAttribute(datetime, range_key=True)


class WaitingPayoutIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call] # as above
    """Payouts that wait for a person, by since when; every other one has no shard and so is not in it."""

    class Meta:
        """What PynamoDB calls the index, and what it carries so that counting by reason reads no rows."""

        index_name = "waiting"
        projection = IncludeProjection(["waits_for"])

    waiting_shard = UnicodeAttribute(hash_key=True)
    waiting_since = ValueAttribute(datetime, range_key=True)
    waits_for = UnicodeAttribute()
