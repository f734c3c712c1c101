"""The secondary indexes. Each is sparse: a row without the index's partition key is not in it."""

from datetime import datetime
from typing import Any

from pynamodb.attributes import UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, IncludeProjection, KeysOnlyProjection

from guerdon.adapters.dynamodb.attributes import ValueAttribute
from guerdon.domain.channel import Channel
from guerdon.domain.outcome import Outcome
from guerdon.domain.payout import PayoutStatus


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


class ReceivedIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call] # as above
    """Inbox events by when they came, each month of it over eight shards."""

    class Meta:
        """What PynamoDB calls the index, and what it carries so that the list is filtered without reading rows."""

        index_name = "received"
        projection = IncludeProjection(["outcome", "program"])

    listed = UnicodeAttribute(hash_key=True)
    place = UnicodeAttribute(range_key=True)
    outcome = ValueAttribute(Outcome)
    program = UnicodeAttribute()


class RecipientIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call] # as above
    """Inbox events by whom they are judged for, in the order in which they came."""

    class Meta:
        """What PynamoDB calls the index."""

        index_name = "recipient"
        projection = KeysOnlyProjection()

    recipient_id = UnicodeAttribute(hash_key=True)
    place = UnicodeAttribute(range_key=True)


class EmailIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call] # as above
    """Advocates and referred customers by their email address, in lower case."""

    class Meta:
        """What PynamoDB calls the index."""

        index_name = "email"
        projection = KeysOnlyProjection()

    email_key = UnicodeAttribute(hash_key=True)


class HeadIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call] # as above
    """The heads of all programs under one key, which is written only when a person publishes."""

    class Meta:
        """What PynamoDB calls the index."""

        index_name = "heads"
        projection = KeysOnlyProjection()

    row_kind = UnicodeAttribute(hash_key=True)
    program = UnicodeAttribute(range_key=True)


class ListedIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call] # as above
    """Payouts by when they were earned, each month of it over eight shards."""

    class Meta:
        """What PynamoDB calls the index, and what it carries so that the list is filtered without reading rows."""

        index_name = "listed"
        projection = IncludeProjection(["channel", "program", "status"])

    listed = UnicodeAttribute(hash_key=True)
    place = UnicodeAttribute(range_key=True)
    channel = ValueAttribute(Channel)
    program = UnicodeAttribute()
    status = ValueAttribute(PayoutStatus)


class AdvocateIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call] # as above
    """Payouts by whom they are for, in the order in which they were earned."""

    class Meta:
        """What PynamoDB calls the index."""

        index_name = "advocate"
        projection = KeysOnlyProjection()

    advocate_id = UnicodeAttribute(hash_key=True)
    place = UnicodeAttribute(range_key=True)


class SubjectIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call] # as above
    """Lines of the audit trail by what they are about. They are few and small, and read whole."""

    class Meta:
        """What PynamoDB calls the index."""

        index_name = "subject"
        projection = AllProjection()

    subject_id = UnicodeAttribute(hash_key=True)
    place = UnicodeAttribute(range_key=True)


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


class RewardIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call] # as above
    """Journal entries by the reward that they are about, in the order of time."""

    class Meta:
        """What PynamoDB calls the index."""

        index_name = "reward"
        projection = KeysOnlyProjection()

    reward_id = UnicodeAttribute(hash_key=True)
    posted_at = ValueAttribute(datetime, range_key=True)
