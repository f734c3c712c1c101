"""What stands beside a payout that turned out paid after all, in the same reward, must not be paid as well."""

from datetime import datetime
from typing import Final

from guerdon.application.ports import Store
from guerdon.application.transaction import Replace, Transaction
from guerdon.domain.payout import CONTRADICTED, BlockReason, Payout, PayoutStatus

NOT_SENT: Final = frozenset({PayoutStatus.EARNED, PayoutStatus.RELEASED})
"""Statuses from which a payout is sent without anybody's decision."""

_WAITING: Final = frozenset({PayoutStatus.BLOCKED, PayoutStatus.FAILED, PayoutStatus.RETURNED})


def contradicted(store: Store, payout: Payout, now: datetime) -> Transaction:
    """The writes that keep a payout from being paid, which is known to have been paid besides what its row says."""
    if payout.attention == CONTRADICTED:
        writes: Transaction = ()
    elif payout.status in NOT_SENT:
        writes = (Replace(payout.blocked(BlockReason.WORKFLOW, now, CONTRADICTED)),)
    else:
        writes = (Replace(payout.noticed(CONTRADICTED, now, payout.look_at)),)
    # What was still owed of one that was given up became a payout of its own.
    return writes + (siblings_stopped(store, payout, now) if payout.status is PayoutStatus.REVERSED else ())


def siblings_stopped(store: Store, payout: Payout, now: datetime) -> Transaction:
    """The writes that keep a payout's reward from being paid beside it, by itself or by a person's decision.

    Args:
        store: Where the reward is.
        payout: What was given up, and was paid all the same.
        now: When that is known.
    """
    writes: Transaction = ()
    reward = store.reward(payout.reward_id)
    ids = [one for one in reward.payout_ids if one != payout.payout_id] if reward else []
    for sibling in filter(None, map(store.payout, ids)):
        if sibling.status in NOT_SENT:
            writes += (Replace(sibling.blocked(BlockReason.WORKFLOW, now, CONTRADICTED)),)
        elif sibling.status in _WAITING:
            # One that stands still for another's sake may be let go at this very moment.
            look_at = sibling.look_at if sibling.attention == CONTRADICTED else None
            writes += (Replace(sibling.noticed(CONTRADICTED, now, look_at)),)
    return writes
