"""Whether a payout waits for approval for no other reason than that its deal was told late: read when it is decided.

Many of these have one cause, such as a bulk edit in the CRM, and are decided together; what is over a limit never is.
"""

from guerdon.application.ports import Store
from guerdon.application.transaction import Transaction, Unchanged
from guerdon.domain.payout import Payout


def told_late_alone(store: Store, payout: Payout) -> str | Transaction:
    """What else it waits for, as a clause; or the condition under which it waits for nothing else.

    By what is stored with the reward as data, not by the words that a person reads. A reward of which any part ever
    needed approval for a limit is decided by itself, each of its payouts.

    Raises:
        StoreBusy: The database was away.
    """
    if not payout.waits_for_approval:
        return "it does not wait for approval"
    reward = store.reward(payout.reward_id)
    if reward is None:
        return "its reward is not there"
    if reward.over_limits:
        return "its reward is over a limit, so it is approved by itself"
    if not reward.was_told_late:
        return "nothing stored says that it was told late, so it is approved by itself"
    if payout.stands_beside_doubt:
        return f"{payout.attention}: it is approved by itself"
    return (Unchanged(reward),)
