"""The journal: what each change of a payout means in the books.

Entries are immutable and every one sums to zero in each currency. A debit is positive, a credit negative.
Accounts carry the party after a colon: "float:tremendous", "in_transit:lob".
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from guerdon.domain.channel import PROVIDER_OF, Channel
from guerdon.domain.checks import Check
from guerdon.domain.errors import UnbalancedEntry
from guerdon.domain.identity import derived_id
from guerdon.domain.money import Money
from guerdon.domain.payout import Payout
from guerdon.domain.reward import Reward

REWARDS_EXPENSE: Final = "rewards_expense"
REWARDS_LIABILITY: Final = "rewards_liability"
FULFILLMENT_COST: Final = "fulfillment_cost"
EXCHANGE: Final = "exchange"
RECEIVABLE: Final = "receivable:advocate"
OPENING_BALANCES: Final = "opening_balances"
FORFEITED: Final = "income:forfeited_rewards"
"""What finance decided to keep of rewards that nobody could be paid."""
_UNCLAIMED: Final = "unclaimed_property"


class EntryKind(StrEnum):
    """What an entry records."""

    OPENED = "opened"
    EARNED = "earned"
    SUBMITTED = "submitted"
    SETTLED = "settled"
    FAILED = "failed"
    RETURNED = "returned"
    REVISED = "revised"
    REVERSED = "reversed"
    CLAWED_BACK = "clawed_back"
    CLEARED = "cleared"
    WRITTEN_OFF = "written_off"


@dataclass(frozen=True, slots=True)
class Posting:
    """One side of an entry: positive is a debit, negative a credit."""

    account: str
    amount: Money


@dataclass(frozen=True, slots=True)
class OpeningPlace:
    """Of what an opening entry tells: there is one for each legal entity, program, channel and currency."""

    legal_entity: str
    program: str
    channel: Channel
    currency: str

    @property
    def opening_id(self) -> str:
        """The id that the entry names in place of a reward and an event; the same place has the same one."""
        return derived_id("ob", self.legal_entity, self.program, self.channel.value, self.currency)


@dataclass(frozen=True, slots=True)
class Entry:
    """One immutable journal entry.

    Attributes:
        entry_id: Payout, reward or check id, "@", and the row version that it belongs to.
        effective_on: The day that the obligation arose or changed, in the legal entity's time zone.
        posted_at: When it was written.
        value_on: The provider's or bank's date, where money moved.

    Raises:
        UnbalancedEntry: The postings do not sum to zero in some currency.
    """

    entry_id: str
    kind: EntryKind
    effective_on: date
    posted_at: datetime
    legal_entity: str
    program: str
    channel: Channel
    currency: str
    postings: tuple[Posting, ...]
    event_id: str
    reward_id: str
    payout_id: str | None = None
    value_on: date | None = None

    def __post_init__(self) -> None:
        for currency, sum_minor in sums(posting.amount for posting in self.postings).items():
            if sum_minor != 0:
                raise UnbalancedEntry(self.entry_id, currency, sum_minor)


def sums(amounts: Iterable[Money]) -> dict[str, int]:
    """The sum of `amounts` in minor units, by currency."""
    totals: defaultdict[str, int] = defaultdict(int)
    for amount in amounts:
        totals[amount.currency] += amount.amount_minor
    return dict(totals)


def trial_balance(entries: Iterable[Entry]) -> dict[tuple[str, str], int]:
    """Balance in minor units by (account, currency), debits positive; sorted by account."""
    balances: defaultdict[tuple[str, str], int] = defaultdict(int)
    for entry in entries:
        for posting in entry.postings:
            balances[posting.account, posting.amount.currency] += posting.amount.amount_minor
    return dict(sorted(balances.items()))


def in_transit(channel: Channel) -> str:
    """The account of what a provider was asked to pay and has not confirmed."""
    return f"in_transit:{PROVIDER_OF[channel]}"


def settlement_account(channel: Channel) -> str:
    """The account that a settled payout is credited to.

    A check is outstanding until the bank clears it, and a bill credit is owed to the customer's next invoice;
    gift cards and merchandise leave the float held with the provider.
    """
    provider = PROVIDER_OF[channel]
    match channel:
        case Channel.CHECK:
            return f"outstanding_checks:{provider}"
        case Channel.BILL_CREDIT:
            return f"customer_credit:{provider}"
        case Channel.GIFT_CARD | Channel.MERCHANDISE:
            return f"float:{provider}"


def opened(place: OpeningPlace, balances: Iterable[Posting], on: date, at: datetime) -> Entry:
    """What a legal entity begins with, from the books that it kept before: balanced against the opening balances.

    Args:
        place: Of which program and channel.
        balances: The balances, debits positive, all in the place's currency.
        on: The day of which they are.
        at: When they are posted.
    """
    postings = tuple(balances)
    total = sum(posting.amount.amount_minor for posting in postings)
    against = (Posting(OPENING_BALANCES, Money(-total, place.currency)),) if total else ()
    return Entry(
        entry_id=f"{place.opening_id}@1",
        kind=EntryKind.OPENED,
        effective_on=on,
        posted_at=at,
        legal_entity=place.legal_entity,
        program=place.program,
        channel=place.channel,
        currency=place.currency,
        postings=postings + against,
        event_id=place.opening_id,
        reward_id=place.opening_id,
    )


def earned(reward: Reward) -> Entry:
    """The promise: an expense, and a liability towards the advocate, effective the day that the deal closed.

    What was kept back for an earlier clawback settles that much of the advocate's debt at once.
    """
    postings = _move(REWARDS_EXPENSE, REWARDS_LIABILITY, reward.amount)
    if reward.netted is not None:
        postings += _move(REWARDS_LIABILITY, RECEIVABLE, reward.netted)
    return _of_reward(reward, EntryKind.EARNED, reward.decided_at, reward.closed_at, postings)


def revised(  # noqa: PLR0913 - the three amounts are three different facts of one revision.
    reward: Reward, at: datetime, effective_at: datetime, *, promised: Money, owed: Money, netted: Money
) -> Entry:
    """A reversal or an amendment changed what a reward is worth.

    Args:
        reward: As it is afterwards.
        at: When it is posted.
        effective_at: Since when the deal is worth something else.
        promised: What is promised more, or less when negative: an expense against the liability.
        owed: What was paid and is the advocate's debt now: a receivable against the expense.
        netted: What of the new promise settles an older debt of the advocate.
    """
    postings: tuple[Posting, ...] = ()
    if promised.amount_minor:
        postings += _move(REWARDS_EXPENSE, REWARDS_LIABILITY, promised)
    if owed.amount_minor:
        postings += _move(RECEIVABLE, REWARDS_EXPENSE, owed)
    if netted.amount_minor:
        postings += _move(REWARDS_LIABILITY, RECEIVABLE, netted)
    return _of_reward(reward, EntryKind.REVISED, at, effective_at, postings)


def taken_back(payout: Payout, at: datetime, *, unpaid: Money, paid: Money) -> Entry:
    """What a reversal wanted back while the provider had it: given up if it was not paid, a debt if it was."""
    if paid.amount_minor:
        return _entry(payout, EntryKind.CLAWED_BACK, at, _move(RECEIVABLE, REWARDS_EXPENSE, paid))
    return _entry(payout, EntryKind.REVERSED, at, _move(REWARDS_LIABILITY, REWARDS_EXPENSE, unpaid))


def submitted(payout: Payout, at: datetime) -> Entry:
    """The provider was asked: the liability is in transit."""
    postings = _move(REWARDS_LIABILITY, in_transit(payout.channel), payout.value)
    return _entry(payout, EntryKind.SUBMITTED, at, postings)


def settled(payout: Payout, cost: Money, at: datetime, value_on: date) -> Entry:
    """The provider carried it out at `cost`; what differs from the promised value is fulfillment cost.

    A cost in another currency passes through the exchange account, so that each currency sums to zero.
    """
    account = settlement_account(payout.channel)
    value = payout.value
    if cost.currency != value.currency:
        postings = _move(in_transit(payout.channel), EXCHANGE, value) + _move(EXCHANGE, account, cost)
    else:
        postings = _move(in_transit(payout.channel), account, value)
        if cost != value:
            postings += _move(FULFILLMENT_COST, account, cost - value)
    return _entry(payout, EntryKind.SETTLED, at, postings, value_on)


def failed(payout: Payout, at: datetime) -> Entry:
    """Nothing moved: what was in transit is owed again."""
    postings = _move(in_transit(payout.channel), REWARDS_LIABILITY, payout.value)
    return _entry(payout, EntryKind.FAILED, at, postings)


def failure_undone(payout: Payout, at: datetime) -> Entry:
    """It had moved after all: what is owed is in transit again, until the entry that settles it."""
    postings = _move(REWARDS_LIABILITY, in_transit(payout.channel), payout.value)
    return _entry(payout, EntryKind.FAILED, at, postings)


def returned(
    payout: Payout, at: datetime, value_on: date, *, forgiven: Money | None = None, uncharged: bool = False
) -> Entry:
    """Settled money came back: the promised value is owed again.

    `forgiven` of it the advocate owed after a clawback: nobody owes what came back.

    What the provider kept (shipping, tax, fees) stays a fulfillment cost: only the value comes off the account, unless
    it is `uncharged`: what never moved cost nothing. What was charged in another currency comes back in that one, at
    the rate of the settlement.
    """
    account, cost = settlement_account(payout.channel), payout.cost
    if cost is not None and cost.currency != payout.value.currency:
        postings = _move(account, EXCHANGE, cost) + _move(EXCHANGE, REWARDS_LIABILITY, payout.value)
    else:
        postings = _move(account, REWARDS_LIABILITY, payout.value)
        if uncharged and cost is not None and cost != payout.value:
            postings += _move(account, FULFILLMENT_COST, cost - payout.value)
    if forgiven is not None and forgiven.amount_minor:
        postings += _move(REWARDS_LIABILITY, RECEIVABLE, forgiven)
    return _entry(payout, EntryKind.RETURNED, at, postings, value_on)


def bank(account: str) -> str:
    """The account of what left one of our bank accounts, by the name under which its statements are imported."""
    return f"bank:{account}"


def unclaimed_property(state: str) -> str:
    """The account of what is owed to a state's unclaimed property office, by the state's two letters."""
    return f"{_UNCLAIMED}:{state}"


def cleared(payout: Payout, check: Check, at: datetime) -> Entry:
    """The bank paid a check: it is not outstanding any more, and the money left the bank account.

    Args:
        payout: What the check was written for.
        check: As it is after clearing; the entry belongs to this version of it.
        at: When it is posted.

    Raises:
        ValueError: The check is not cleared.
    """
    if check.account is None:
        raise ValueError(f"check {check.check_id} is not cleared")
    postings = _move(settlement_account(Channel.CHECK), bank(check.account), check.amount)
    entry = _entry(payout, EntryKind.CLEARED, at, postings, check.cleared_on)
    # The payout stays as it is, so its version says nothing of this.
    return replace(entry, entry_id=f"{check.check_id}@{check.version}")


def written_off(payout: Payout, to: str, at: datetime) -> Entry:
    """What could not be paid is owed to the advocate no more: to a state from now on, or to nobody."""
    return _entry(payout, EntryKind.WRITTEN_OFF, at, _move(REWARDS_LIABILITY, to, payout.value))


def _move(debit: str, credit: str, amount: Money) -> tuple[Posting, ...]:
    return Posting(debit, amount), Posting(credit, -amount)


def _of_reward(
    reward: Reward, kind: EntryKind, at: datetime, effective_at: datetime, postings: tuple[Posting, ...]
) -> Entry:
    return Entry(
        entry_id=f"{reward.reward_id}@{reward.version}",
        kind=kind,
        effective_on=effective_at.astimezone(ZoneInfo(reward.terms.time_zone)).date(),
        posted_at=at,
        legal_entity=reward.terms.legal_entity,
        program=reward.program,
        channel=reward.terms.channel,
        currency=reward.amount.currency,
        postings=postings,
        event_id=reward.adjustments[-1].event_id if reward.adjustments else reward.event_id,
        reward_id=reward.reward_id,
    )


def _entry(
    payout: Payout,
    kind: EntryKind,
    at: datetime,
    postings: tuple[Posting, ...],
    value_on: date | None = None,
) -> Entry:
    return Entry(
        entry_id=f"{payout.payout_id}@{payout.version}",
        kind=kind,
        effective_on=at.astimezone(ZoneInfo(payout.time_zone)).date(),
        posted_at=at,
        legal_entity=payout.legal_entity,
        program=payout.program,
        channel=payout.channel,
        currency=payout.value.currency,
        postings=postings,
        event_id=payout.event_id,
        reward_id=payout.reward_id,
        payout_id=payout.payout_id,
        value_on=value_on,
    )
