"""What is written when money that had moved comes back: the provider says so, or a person voids a check."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from guerdon.application.attempts import NOTHING_MOVED
from guerdon.application.grant import beside_earlier, netted_from, new_payout, owing
from guerdon.application.ports import Store
from guerdon.application.records import AnswerState, ProviderAnswer
from guerdon.application.transaction import Insert, Replace, Transaction
from guerdon.domain import ledger
from guerdon.domain.errors import StoreBusy
from guerdon.domain.payout import BlockReason, Payout, PayoutStatus
from guerdon.domain.reward import Reward

PAID_OUT: Final = frozenset({PayoutStatus.SETTLED, PayoutStatus.CLAWED_BACK})
"""Statuses in which the advocate has it, as far as anybody knows."""


def never_moved(answer: ProviderAnswer) -> bool:
    """Whether a person, who had said that it was carried out, takes that back: then nothing of it was charged."""
    return answer.said_by is not None and answer.state in NOTHING_MOVED


def is_to_come_back(payout: Payout, answer: ProviderAnswer | None) -> bool:
    """Whether the books have a payout as paid out, and what is known of its newest attempt by now says otherwise."""
    paid_out = payout.status is PayoutStatus.SETTLED or payout.clawed_back is not None
    if answer is None or payout.status not in PAID_OUT or not paid_out:
        return False
    return answer.state is AnswerState.RETURNED or never_moved(answer)


def came_back(store: Store, payout: Payout, answer: ProviderAnswer, now: datetime) -> Transaction:
    """The writes that return a payout that was paid out.

    If some of it was clawed back, the advocate doesn't owe what they didn't keep. What they owed of it and was settled
    by other rewards meanwhile is promised to them again, with what was never clawed back; as all that came back, it
    waits for a person.
    """
    clawed, value_on = payout.clawed_back, answer.value_on or now.date()
    uncharged = never_moved(answer)
    if clawed is None:
        returned = payout.returned(now, answer.detail)
        return Replace(returned), Insert(ledger.returned(returned, now, value_on, uncharged=uncharged))
    owed = store.receivable(payout.advocate_id, payout.value.currency)
    forgiven = netted_from(owed, clawed)
    promised = payout.value - forgiven
    if forgiven.amount_minor == 0:
        returned = replace(payout.returned(now, answer.detail), clawed_back=None)
        return Replace(returned), Insert(ledger.returned(returned, now, value_on, uncharged=uncharged))
    over = payout.returned_after_clawback(now, answer.detail)
    entry = ledger.returned(over, now, value_on, forgiven=forgiven, uncharged=uncharged)
    writes: Transaction = (Replace(over), Insert(entry))
    if promised.amount_minor > 0:
        reward = reward_of(store, payout)
        rest = new_payout(reward, len(reward.payout_ids), promised, payout.event_id, now)
        waiting = rest.blocked(BlockReason.DETAILS, now, f"{payout.payout_id} came back: {answer.detail}")
        # Another attempt at it, or another payout of the reward, may have been paid as well.
        others = [store.payout(one) for one in reward.payout_ids if one != payout.payout_id]
        waiting = beside_earlier(waiting, [over, *(one for one in others if one is not None)], now)
        writes += (Insert(replace(waiting, version=rest.version)), Replace(reward.given(rest.payout_id)))
    return writes + owing(owed, payout.advocate_id, -forgiven)


def reward_of(store: Store, payout: Payout) -> Reward:
    """The reward that a payout is a part of.

    Raises:
        StoreBusy: It cannot be found; a reward is never deleted.
    """
    reward = store.reward(payout.reward_id)
    if reward is None:
        raise StoreBusy(f"reward {payout.reward_id} is not there")
    return reward
