"""What a revision changes of a reward and its payouts, and the writes for it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from guerdon.application.decision import Decision, decided
from guerdon.application.grant import awaiting_approval, netted_from, new_payout, owing, rest_of
from guerdon.application.ports import Store
from guerdon.application.records import InboxEvent
from guerdon.application.reserving import Reservations
from guerdon.application.revised_worth import Worth
from guerdon.application.transaction import Insert, Replace, Transaction
from guerdon.domain import ledger
from guerdon.domain.judgment import Outcome
from guerdon.domain.limits import approval_of
from guerdon.domain.money import Money
from guerdon.domain.payout import CONTRADICTED, Payout
from guerdon.domain.reward import Adjustment, Reward
from guerdon.domain.taking_back import TakenBack, take_back_from

PAYOUTS_MOST: Final = 8
"""How many payouts amendments may give a reward.

One transaction must be able to take all of them back, and to give back what the reward reserved in four budgets.
"""


@dataclass(frozen=True, slots=True)
class Revision:
    """What a reversal or an amendment comes to.

    Attributes:
        inbox: The event that tells it.
        effective_at: Since when.
        decided_at: When it is decided.
        total: The deal's total from then on.
        worth: What the reward is worth by it.
    """

    inbox: InboxEvent
    effective_at: datetime
    decided_at: datetime
    total: Money
    worth: Worth

    @property
    def adjustment(self) -> Adjustment:
        """What the reward keeps of it."""
        return Adjustment(self.decided_at, self.inbox.event_id, self.total, self.worth.amount, self.worth.limits)


def adjusted(store: Store, revision: Revision, reward: Reward, reserved: Reservations) -> Decision:
    """The decision that makes the reward worth what the revision says, with everything that is written for it."""
    inbox, worth, now = revision.inbox, revision.worth, revision.decided_at
    difference = worth.amount - reward.standing
    if difference.amount_minor == 0:
        why = f"the reward stays at {reward.standing}{f': {worth.refused}' if worth.refused else ''}"
        unchanged = decided(inbox, Outcome.NO_CHANGE, why, now, (reward.reward_id,))
        return unchanged.along_with((Replace(reward.adjusted(revision.adjustment)),))
    if difference.amount_minor > 0 and len(reward.payout_ids) >= PAYOUTS_MOST:
        why = f"the reward was given {PAYOUTS_MOST} payouts already: a person must say how {difference} more is paid"
        return decided(inbox, Outcome.NEEDS_ATTENTION, why, now)
    change = _more if difference.amount_minor > 0 else _less
    writes = change(store, revision, reward, difference)
    why = f"the deal is worth {revision.total} now, and the reward {worth.amount} instead of {reward.standing}"
    why = "; ".join((why, *(applied.words for applied in worth.limits)))
    ended = decided(inbox, Outcome.REVISED, why, now, (reward.reward_id,))
    return ended.along_with(writes, reserved.changed(difference))


def _more(store: Store, revision: Revision, reward: Reward, difference: Money) -> Transaction:
    """Pay the difference, less what the advocate owes."""
    owed = store.receivable(reward.advocate_id, difference.currency)
    netted = netted_from(owed, difference)
    payable = difference - netted
    payouts: tuple[Payout, ...] = ()
    if payable.amount_minor > 0:
        payouts = (_further(reward, payable, revision, approval_of(revision.worth.limits)),)
    zero = Money(0, difference.currency)
    after = reward.adjusted(revision.adjustment, tuple(payout.payout_id for payout in payouts))
    if netted.amount_minor > 0:
        after = replace(after, netted=(after.netted or zero) + netted)
    entry = ledger.revised(
        after, revision.decided_at, revision.effective_at, promised=difference, owed=zero, netted=netted
    )
    return (
        Replace(after),
        Insert(entry),
        *(Insert(payout) for payout in payouts),
        *owing(owed, reward.advocate_id, -netted),
    )


def _less(store: Store, revision: Revision, reward: Reward, difference: Money) -> Transaction:
    """Give up what was not sent, claw back what was paid, and mark what the provider has."""
    zero = Money(0, difference.currency)
    payouts = [payout for payout in map(store.payout, reward.payout_ids) if payout is not None]
    taken, never_paid_out = take_back_from(payouts, -difference, revision.decided_at)
    unpaid = sum((one.unpaid for one in taken), zero)
    rest = sum((one.rest for one in taken), zero)
    # What had settled an older debt instead of being paid out is owed again.
    owed_again = sum((one.paid for one in taken), never_paid_out)
    given: tuple[Payout, ...] = ()
    if rest.amount_minor > 0:
        given = (_rest(reward, rest, revision, _last(payouts, taken)),)
    after = reward.adjusted(revision.adjustment, tuple(payout.payout_id for payout in given))
    writes: Transaction = (
        Replace(after),
        *(Replace(one.payout) for one in taken),
        *(Insert(payout) for payout in given),
    )
    if unpaid.amount_minor or owed_again.amount_minor:
        entry = ledger.revised(
            after, revision.decided_at, revision.effective_at, promised=-unpaid, owed=owed_again, netted=zero
        )
        writes += (Insert(entry),)
    owed = store.receivable(reward.advocate_id, difference.currency)
    return writes + owing(owed, reward.advocate_id, owed_again)


def _further(reward: Reward, value: Money, revision: Revision, approval: str | None) -> Payout:
    """The reward's next payout; it waits for a person when it needs `approval`."""
    payout = new_payout(reward, len(reward.payout_ids), value, revision.inbox.event_id, revision.decided_at)
    return payout if approval is None else awaiting_approval(payout, approval, revision.decided_at)


def _rest(reward: Reward, value: Money, revision: Revision, before: Payout) -> Payout:
    """The payout of what is left of one that was given up: it waits for whatever that one waited for."""
    if before.attention == CONTRADICTED:
        return rest_of(_further(reward, value, revision, None), before, revision.decided_at)
    return _further(reward, value, revision, before.attention if before.waits_for_approval else None)


def _last(payouts: Sequence[Payout], taken: Sequence[TakenBack]) -> Payout:
    """The payout that was taken back last, as it was before: only of that one something may be left."""
    last = taken[-1].payout.payout_id
    return next(payout for payout in payouts if payout.payout_id == last)
