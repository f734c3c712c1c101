"""Deals that close, are amended and come undone, and what has to be true of the books once all came to rest.

The program pays a tenth of the deal, so that each total has its own reward.
"""

from collections import defaultdict
from collections.abc import Iterable

import builders
from builders import Changed
from cloud import Cloud
from fakes.provider import MemoryCancelingProvider
from guerdon.application.receive_event import Delivery
from guerdon.application.records import AnswerState, InboxEvent, Receivable, Reserved
from guerdon.domain import ledger
from guerdon.domain.channel import Channel
from guerdon.domain.judgment import Outcome
from guerdon.domain.ledger import Entry, trial_balance
from guerdon.domain.money import Money
from guerdon.domain.payout import Payout, PayoutStatus
from guerdon.domain.program import Scope
from guerdon.domain.reward import Reward
from tripwire import Tripwire
from world import World, delivery

STILL_PROMISED = frozenset(
    {
        PayoutStatus.EARNED,
        PayoutStatus.BLOCKED,
        PayoutStatus.RELEASED,
        PayoutStatus.SUBMITTED,
        PayoutStatus.FAILED,
        PayoutStatus.RETURNED,
    }
)
WITH_THE_ADVOCATE = frozenset({PayoutStatus.SETTLED, PayoutStatus.CLAWED_BACK})
SETTLED_INTO = {Channel.GIFT_CARD: "float:tremendous", Channel.CHECK: "outstanding_checks:lob"}


def day(number: int) -> str:
    """Noon of a day in November 2026, as senders write it; the tests' clock begins on the 22nd."""
    return f"2026-11-{number:02}T12:00:00Z"


def won(  # noqa: PLR0913 - each is a fact that some test varies.
    total: str = "1000.00",
    *,
    deal: str = "D-1",
    advocate: str = "A-1",
    closed: str = day(1),
    currency: str = "USD",
    program: str = "customer-referral",
) -> dict[str, Changed]:
    """The changes that make the builders' message this win."""
    return {
        "program": program,
        "deal__id": deal,
        "deal__amount": {"value": total, "currency": currency},
        "deal__closed_at": closed,
        "deal__products": [],
        "advocate__id": advocate,
        "timestamp": closed,
    }


def undone(total: str = "0.00", *, since: str = day(10), **of: str) -> dict[str, Changed]:
    """A reversal of that win: `total` is what is left of the deal."""
    return {**won(total, **of), "type": "deal.reversed", "effective_at": since, "timestamp": since}


def amended(total: str, *, since: str = day(5), **of: str) -> dict[str, Changed]:
    """An amendment of that win to `total`."""
    return {**won(total, **of), "type": "deal.amended", "effective_at": since, "timestamp": since}


class Lifecycle:
    """A world with a program that pays a tenth, and a sender."""

    def __init__(
        self,
        channel: Channel = Channel.CHECK,
        *,
        armed: bool = True,
        wire: Tripwire | None = None,
        **program: Changed,
    ) -> None:
        provider = MemoryCancelingProvider("lob") if channel is Channel.CHECK else None
        self.world = World(channel, wire, provider)
        rule = builders.rule(channel=channel.value, amount={"percentage": {"rate": "10"}})
        self.world.publish_program(**{"rules": [rule], **program})
        if armed:
            self.world.store.put(builders.armed(channel))
        self.cloud = Cloud(self.world)
        self._told = 0

    def message(self, changes: dict[str, Changed]) -> Delivery:
        """A delivery that was not sent before."""
        self._told += 1
        return delivery(f"msg_{self._told}", **changes)

    def tell(self, changes: dict[str, Changed]) -> Outcome:
        """Send it, decide it, and start what it calls for; how it ended."""
        return self.told(changes).outcome or Outcome.NEEDS_ATTENTION

    def told(self, changes: dict[str, Changed]) -> InboxEvent:
        """The same, with the reason."""
        decided = self.world.evaluate(self.world.receive(self.message(changes)))
        assert decided is not None
        assert decided.outcome is not None
        return decided

    def becomes(self, state: AnswerState) -> None:
        """What the provider made of the last thing that it took, and its webhook about it."""
        last = self.world.provider.till[-1]
        self.world.provider.become(last.provider_id, state)
        self.cloud.hint(last.provider_id)
        self.cloud.turn()

    def carry_out(self) -> None:
        """The provider carries out everything that it has and that was not canceled; no webhook tells of it."""
        net: defaultdict[str, int] = defaultdict(int)
        for movement in self.world.provider.till:
            net[movement.reference] += movement.amount.amount_minor
        for reference, minor in net.items():
            if minor:
                self.world.provider.became(reference, AnswerState.DONE)

    def paid(self, changes: dict[str, Changed]) -> Payout:
        """Tell a win, and let its newest payout be paid to the end."""
        assert self.tell(changes) in {Outcome.REWARDED, Outcome.REVISED}
        self.cloud.turn()
        payout = self.payouts()[-1]
        assert payout.status is PayoutStatus.SETTLED
        return payout

    def payouts(self) -> list[Payout]:
        """Every payout, in the order in which they were given."""
        return self.world.store.of(Payout)

    def stand(self) -> list[tuple[str, PayoutStatus]]:
        """Every payout's value and status."""
        return [(str(payout.value), payout.status) for payout in self.payouts()]

    def reward(self) -> Reward:
        """The only reward."""
        (reward,) = self.world.store.of(Reward)
        return reward

    def owed(self) -> int:
        """What all advocates owe together, in minor units."""
        return sum(row.balance.amount_minor for row in self.world.store.of(Receivable))


def assert_budgets_agree(world: World) -> None:
    """What each budget's row holds is what the rewards that name it are worth, and there is no other row."""
    named: defaultdict[tuple[str, str | None, str, str], int] = defaultdict(int)
    for reward in world.store.of(Reward):
        for budget in reward.budgets:
            whose = reward.advocate_id if budget.scope is Scope.ADVOCATE else None
            key = (reward.program, whose, budget.period, reward.amount.currency)
            named[key] += reward.standing.amount_minor
    rows = world.store.of(Reserved)
    assert {(row.program, row.advocate_id, row.period, row.currency): row.amount.amount_minor for row in rows} == named


def assert_books_agree(world: World) -> None:
    """What holds whenever nothing is in flight between two commits of one event.

    Expense is what the rewards are worth; the liability is what is still promised; the receivable is what the
    advocates owe; what was settled is what left the till; and for each advocate, what they hold and are promised less
    what they owe is what they earned.
    """
    assert_budgets_agree(world)
    entries, payouts = world.store.of(Entry), world.store.of(Payout)
    assert len({entry.entry_id for entry in entries}) == len(entries)
    balances: defaultdict[tuple[str, str], int] = defaultdict(int, trial_balance(entries))
    for currency in {entry.currency for entry in entries}:
        promised = _sum((payout.value for payout in payouts if payout.status in STILL_PROMISED), currency=currency)
        in_transit = balances[ledger.in_transit(world.channel), currency]
        assert balances["rewards_expense", currency] - _pending(payouts, currency) == _sum(
            (reward.standing for reward in world.store.of(Reward)), currency=currency
        )
        assert -balances["rewards_liability", currency] - in_transit == promised
        owed = _sum((row.balance for row in world.store.of(Receivable)), currency=currency)
        assert balances["receivable:advocate", currency] == owed
        settled = balances[SETTLED_INTO[world.channel], currency]
        in_flight = _sum(
            (payout.value for payout in payouts if payout.status is PayoutStatus.SUBMITTED), currency=currency
        )
        till = _sum((movement.amount for movement in world.provider.till), currency=currency)
        assert -settled <= till <= -settled + in_flight
    _assert_every_advocate_is_even(world)
    _assert_each_payout_is_paid_once(world)


def assert_at_rest(world: World) -> None:
    """The books agree, and nothing is under way or will be taken back any more."""
    payouts = world.store.of(Payout)
    assert [payout for payout in payouts if payout.status in {PayoutStatus.SUBMITTED, PayoutStatus.RELEASED}] == []
    assert [payout for payout in payouts if payout.take_back is not None] == []
    assert [event for event in world.store.of(InboxEvent) if event.outcome is None] == []
    assert_books_agree(world)


def _assert_every_advocate_is_even(world: World) -> None:
    for advocate in {(reward.advocate_id, reward.amount.currency) for reward in world.store.of(Reward)}:
        mine = [payout for payout in world.store.of(Payout) if (payout.advocate_id, payout.value.currency) == advocate]
        rewards = [
            reward for reward in world.store.of(Reward) if (reward.advocate_id, reward.amount.currency) == advocate
        ]
        debts = [row.balance for row in world.store.of(Receivable) if (row.advocate_id, row.currency) == advocate]
        currency = advocate[1]
        held = _sum((payout.value for payout in mine if payout.status in WITH_THE_ADVOCATE), currency=currency)
        promised = _sum((payout.value for payout in mine if payout.status in STILL_PROMISED), currency=currency)
        worth = _sum((reward.standing for reward in rewards), currency=currency)
        owed = _sum(debts, currency=currency)
        assert owed >= 0
        assert held + promised - owed - _pending(mine, currency) == worth


def _assert_each_payout_is_paid_once(world: World) -> None:
    net: defaultdict[str, int] = defaultdict(int)
    for movement in world.provider.till:
        payout_id = movement.reference.rpartition("-")[0]
        net[payout_id] += movement.amount.amount_minor
        paid = world.store.payout(payout_id)
        assert paid is not None
        assert 0 <= net[payout_id] <= paid.value.amount_minor


def _pending(payouts: list[Payout], currency: str) -> int:
    return _sum((payout.take_back for payout in payouts if payout.take_back), currency=currency)


def _sum(amounts: Iterable[Money], *, currency: str) -> int:
    return sum(amount.amount_minor for amount in amounts if amount.currency == currency)
