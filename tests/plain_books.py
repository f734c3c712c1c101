"""A second, plain reckoning of every account: from what the rows say, and from no entry of the journal.

It knows nothing of when or in which order anything was posted. A payout is somewhere, a reward is worth something, an
advocate owes something: so each account has to be this.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from guerdon.application.records import Attempt, Receivable
from guerdon.domain.channel import PROVIDER_OF, Channel
from guerdon.domain.checks import Check, CheckState
from guerdon.domain.ledger import settlement_account
from guerdon.domain.payout import Payout, PayoutStatus
from guerdon.domain.reward import Reward
from world import World

S = PayoutStatus
PROMISED = frozenset({S.EARNED, S.BLOCKED, S.RELEASED, S.FAILED, S.RETURNED})

Balances = Mapping[tuple[str, str], int]


def reckoned(world: World) -> Balances:
    """Each account that is not even, by its currency, debits positive."""
    balances: defaultdict[tuple[str, str], int] = defaultdict(int)
    for reward in world.store.of(Reward):
        balances["rewards_expense", reward.amount.currency] += reward.standing.amount_minor
    for debt in world.store.of(Receivable):
        balances["receivable:advocate", debt.currency] += debt.balance.amount_minor
    for payout in world.store.of(Payout):
        for account, minor in (*_where_it_is(payout), *_what_it_took(world, payout)):
            balances[account, payout.value.currency] += minor
    for check in world.store.of(Check):
        if check.state is CheckState.CLEARED:
            balances[settlement_account(Channel.CHECK), check.amount.currency] += check.amount.amount_minor
            balances[f"bank:{check.account}", check.amount.currency] -= check.amount.amount_minor
    return even_left_out(balances)


def _where_it_is(payout: Payout) -> Iterator[tuple[str, int]]:
    if payout.take_back is not None:
        # It is wanted back and not taken back yet: the reward is worth less already, the books still have it.
        yield "rewards_expense", payout.take_back.amount_minor
    if payout.status in PROMISED:
        yield "rewards_liability", -payout.value.amount_minor
    if payout.status is S.SUBMITTED:
        yield f"in_transit:{PROVIDER_OF[payout.channel]}", -payout.value.amount_minor
    if payout.written_off_to is not None:
        yield payout.written_off_to, -payout.value.amount_minor


def _what_it_took(world: World, payout: Payout) -> Iterator[tuple[str, int]]:
    account, value = settlement_account(payout.channel), payout.value.amount_minor
    for change in payout.history:
        if change.status is S.SETTLED:
            cost = _cost(world, payout, change.run)
            yield account, -cost
            yield "fulfillment_cost", cost - value
        if change.status is S.RETURNED:
            # What the provider kept beyond the value stays with it.
            yield account, value


def _cost(world: World, payout: Payout, run: int) -> int:
    """What the provider charged for that run, by its own answer; what it says nothing of cost what was promised."""
    attempts = [one for one in world.store.of(Attempt) if (one.payout_id, one.run) == (payout.payout_id, run)]
    answer = attempts[-1].answer
    return answer.cost.amount_minor if answer and answer.cost else payout.value.amount_minor


def even_left_out(balances: Balances) -> Balances:
    return {account: minor for account, minor in balances.items() if minor}
