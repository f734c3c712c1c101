"""What waits for a provider's money, and what a refusal for want of it writes."""

from collections.abc import Iterator
from datetime import datetime

from guerdon.application.funds_records import new_hold
from guerdon.application.ports import Store
from guerdon.application.transaction import Insert, Replace, Transaction, Unchanged
from guerdon.application.waiting_in_order import waiting_in_order
from guerdon.domain.channel import Channel
from guerdon.domain.payout import BlockReason, Payout


def waiting_for_funds(store: Store, channel: Channel) -> Iterator[Payout]:
    """The payouts of a channel that wait for money, the longest waiting first; the list may lag behind the rows."""
    return (payout for payout in waiting_in_order(store, BlockReason.FUNDS) if payout.channel is channel)


def with_funds_hold(store: Store, writes: Transaction, now: datetime) -> Transaction:
    """`writes`, with the hold that begins or goes on when they say that a payout was refused for want of money.

    No payout comes to wait for money without a hold that stands: whoever lifts it then starts what waits.
    """
    rows = (write.row for write in writes)
    refused = next((row for row in rows if isinstance(row, Payout) and row.waits_for == BlockReason.FUNDS), None)
    if refused is None:
        return writes
    hold = store.funds_hold(refused.channel)
    if hold is None:
        return (*writes, Insert(new_hold(refused.channel, now)))
    if not hold.holds:
        return (*writes, Replace(hold.begun(now)))
    return (*writes, Replace(hold.refused(now)) if hold.is_trial(refused) else Unchanged(hold))
