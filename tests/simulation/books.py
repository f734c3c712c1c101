"""What must be true of money and of the books once a schedule is at rest."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from typing import Final

from guerdon.application.records import Receivable
from guerdon.domain import ledger
from guerdon.domain.money import Money
from guerdon.domain.payout import Payout, PayoutStatus
from guerdon.domain.reward import Reward
from simulation.world import World

_PROVIDER_ACCOUNTS: Final = ("float:", "outstanding_checks:", "customer_credit:")
_PAID: Final = frozenset({PayoutStatus.SETTLED, PayoutStatus.CLAWED_BACK})
_OVER: Final = frozenset({PayoutStatus.REVERSED, PayoutStatus.CLAWED_BACK})


def money_moves_at_most_once(world: World) -> Iterator[str]:
    """Money for one payout is out at most once at any moment: it goes out again only after it came back."""
    for payout_id, movements in _movements(world).items():
        out = 0
        for amount in movements:
            out += 1 if amount > 0 else -1
            if out > 1:
                yield f"{payout_id} was paid twice: {movements}"
                break


def the_till_is_in_the_books(world: World) -> Iterator[str]:
    """What the providers moved for a payout is, to the cent, what the journal says of their accounts."""
    booked = defaultdict[str, int](int)
    for entry in world.rows.of(ledger.Entry):
        for posting in entry.postings:
            if entry.payout_id and posting.account.startswith(_PROVIDER_ACCOUNTS):
                booked[entry.payout_id] -= posting.amount.amount_minor
    moved = {payout_id: sum(amounts) for payout_id, amounts in _movements(world).items()}
    # What was given up between a person's mistake and their correction is not booked: the reconciliation lists it.
    given_up = {payout_id for payout_id in world.people.mistaken if _is_given_up(world, payout_id)}
    for payout_id in sorted((booked.keys() | moved.keys()) - given_up):
        if booked[payout_id] != moved.get(payout_id, 0):
            yield f"{payout_id}: the till says {moved.get(payout_id, 0)}, the books say {booked[payout_id]}"


def _is_given_up(world: World, payout_id: str) -> bool:
    payout = world.rows.payout(payout_id)
    return payout is not None and payout.status is PayoutStatus.REVERSED


def the_books_say_what_the_payouts_say(world: World) -> Iterator[str]:
    """A liability is open exactly while it is owed, and nothing is in transit once a payout has ended."""
    booked = _booked(world)
    owed, in_transit = Counter[str](), Counter[str]()
    for payout in world.rows.of(Payout):
        if payout.status is PayoutStatus.SUBMITTED:
            in_transit[payout.reward_id] += payout.value.amount_minor
        elif payout.status not in _PAID and payout.status not in _OVER:
            owed[payout.reward_id] += payout.value.amount_minor
    for reward in world.rows.of(Reward):
        reward_id = reward.reward_id
        stand = -booked[reward_id, ledger.REWARDS_LIABILITY], -booked[reward_id, "in_transit"]
        if stand != (owed[reward_id], in_transit[reward_id]):
            payouts = [(payout.value.amount_minor, payout.status.value) for payout in _payouts_of(world, reward)]
            yield f"{reward_id} has payouts {payouts}: owed and in transit are {stand}"


def the_books_say_what_the_rewards_are_worth(world: World) -> Iterator[str]:
    """The expense of a reward is what the reward is worth after every reversal and amendment."""
    booked = _booked(world)
    for reward in world.rows.of(Reward):
        expense, worth = booked[reward.reward_id, ledger.REWARDS_EXPENSE], reward.standing.amount_minor
        if expense != worth:
            yield f"{reward.reward_id} is worth {worth}, and {expense} were spent on it"


def everybody_is_even(world: World) -> Iterator[str]:
    """What an advocate holds and is promised, less what they owe, is what their rewards are worth."""
    even = Counter[str]()
    for payout in world.rows.of(Payout):
        if payout.status is not PayoutStatus.REVERSED:
            even[payout.advocate_id] += payout.value.amount_minor
    for debt in world.rows.of(Receivable):
        even[debt.advocate_id] -= debt.balance.amount_minor
    for reward in world.rows.of(Reward):
        even[reward.advocate_id] -= reward.standing.amount_minor
    for advocate_id, off in even.items():
        if off:
            yield f"{advocate_id} has {off} too much"


def what_is_owed_is_in_the_books(world: World) -> Iterator[str]:
    """What an advocate owes is their receivable account in the books, and never below zero."""
    advocates = {reward.reward_id: reward.advocate_id for reward in world.rows.of(Reward)}
    owed = Counter[str]()
    for (reward_id, account), balance in _booked(world).items():
        if account == ledger.RECEIVABLE:
            owed[advocates[reward_id]] += balance
    rows = {debt.advocate_id: debt.balance.amount_minor for debt in world.rows.of(Receivable)}
    for advocate_id in sorted(owed.keys() | rows.keys()):
        if owed[advocate_id] != rows.get(advocate_id, 0):
            yield f"{advocate_id} owes {rows.get(advocate_id, 0)}, and {owed[advocate_id]} in the books"
    for _, row in world.seen.changes:
        if isinstance(row, Receivable) and row.balance.amount_minor < 0:
            yield f"{row.advocate_id} owed {row.balance}"


def debts_are_kept_back_first(world: World) -> Iterator[str]:
    """Whatever an advocate earns settles what they owe before anything is promised, whether it is held or not.

    A debt that arises while a win is being decided may find it decided: it is kept back from the next one.
    """
    worth, netted = Counter[str](), Counter[str]()
    debts = defaultdict[str, list[tuple[datetime, int]]](lambda: [(world.engine.moment(0), 0)])
    for transaction in world.rows.commits:
        rows = [write.row for write in transaction]
        for reward in rows:
            if not isinstance(reward, Reward):
                continue
            more = reward.standing.amount_minor - worth[reward.reward_id]
            kept = _minor(reward.netted) - netted[reward.reward_id]
            known_at = reward.adjustments[-1].at if reward.adjustments else reward.decided_at
            due = {min(owed, max(more, 0)) for owed in _since(known_at, debts[reward.advocate_id])}
            if kept not in due:
                yield f"{reward.reward_id}: of {more} more {kept} were kept back, and {due} were due"
            worth[reward.reward_id] += more
            netted[reward.reward_id] += kept
        for row in rows:
            if isinstance(row, Receivable):
                debts[row.advocate_id].append((world.seen.debts[row.advocate_id, row.version], _minor(row.balance)))


def _since(moment: datetime, debts: list[tuple[datetime, int]]) -> list[int]:
    """Each debt that stood at `moment` or later."""
    first = max(index for index, (at, _) in enumerate(debts) if at <= moment)
    return [owed for _, owed in debts[first:]]


def nothing_is_taken_back_twice(world: World) -> Iterator[str]:
    """No more is taken back of a payout than it was worth, and none once it is over; in the end nothing is pending."""
    for old, new in world.seen.changes:
        if not isinstance(new, Payout):
            continue
        taken = _minor(new.take_back) + _minor(new.clawed_back)
        if taken > new.value.amount_minor:
            yield f"{taken} of {new.payout_id} were taken back, which was {new.value}"
        if isinstance(old, Payout) and old.status in _OVER and taken > _minor(old.clawed_back):
            yield f"{new.payout_id} was {old.status}, and more was taken back"
    for payout in world.rows.of(Payout):
        if payout.take_back is not None:
            yield f"{payout.payout_id} rests as {payout.status}, and {payout.take_back} of it are to be taken back"


def the_journal_balances(world: World) -> Iterator[str]:
    """All postings together are zero in each currency, and no entry was posted twice."""
    entries = world.rows.of(ledger.Entry)
    for currency, total in ledger.sums(posting.amount for entry in entries for posting in entry.postings).items():
        if total:
            yield f"the journal is off by {total} {currency}"
    for entry_id, count in Counter(entry.entry_id for entry in entries).items():
        if count > 1:
            yield f"{entry_id} was posted {count} times"


def _movements(world: World) -> dict[str, list[int]]:
    """The movements of money of each payout, in order, in minor units."""
    moved = defaultdict[str, list[int]](list)
    in_order = sorted(
        (movement for provider in world.providers.values() for movement in provider.movements),
        key=lambda movement: movement.at,
    )
    for movement in in_order:
        payout_id, _, _ = movement.reference.rpartition("-")
        moved[payout_id].append(movement.amount.amount_minor)
    return dict(moved)


@lru_cache(maxsize=1)
def _booked(world: World) -> Counter[tuple[str, str]]:
    """The balance of each account by reward, all transit accounts as one; debits positive."""
    booked = Counter[tuple[str, str]]()
    for entry in world.rows.of(ledger.Entry):
        for posting in entry.postings:
            account = "in_transit" if posting.account.startswith("in_transit:") else posting.account
            booked[entry.reward_id, account] += posting.amount.amount_minor
    return booked


def _payouts_of(world: World, reward: Reward) -> list[Payout]:
    return [payout for payout in world.rows.of(Payout) if payout.reward_id == reward.reward_id]


def _minor(amount: Money | None) -> int:
    return amount.amount_minor if amount else 0
