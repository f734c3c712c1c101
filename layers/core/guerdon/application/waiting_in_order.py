"""What waits for one reason, in the order in which it came to wait."""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from guerdon.application.ports import Store
from guerdon.domain.payout import BlockReason, Payout

READ_TOGETHER: Final = 100
"""Rows that one read of several brings, at most: DynamoDB's own ceiling."""


def waiting_in_order(store: Store, reason: BlockReason) -> Iterator[Payout]:
    """The payouts that wait for `reason`, the longest waiting first, each as it stands when it is come to.

    The list that they are found in may lag behind their rows by seconds: it lacks what came just now.
    """
    waiting = sorted((one.since, one.subject_id) for one in store.waiting_payouts() if one.why == reason)
    ids = iter([payout_id for _, payout_id in waiting])
    while together := tuple(islice(ids, READ_TOGETHER)):
        yield from (payout for payout in store.payouts_of(together) if payout.waits_for == reason)
