"""What a revision changes of a reward and its payouts, and the writes for it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from guerdon.application.decision import Decision, decided
from guerdon.application.grant import (
    awaiting_approval,
    beside_earlier,
    left_of,
    netted_from,
    new_payout,
    owing,
    stopped_with,
)
from guerdon.application.ports import Store
from guerdon.application.records import InboxEvent
from guerdon.application.reserving import Reservations
from guerdon.application.transaction import Insert, Replace, Transaction
from guerdon.domain import ledger
from guerdon.domain.limits import approval_of
from guerdon.domain.money import Money
from guerdon.domain.outcome import Outcome
from guerdon.domain.payout import Payout
from guerdon.domain.revising import Worth
from guerdon.domain.reward import Adjustment, Reward
from guerdon.domain.taking_back import TakenBack, take_back_from
from guerdon.domain.telling_late import ToldLate

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
        told_late: Present when it adds something, and was told so late that a person must approve that.
    """

    inbox: InboxEvent
    effective_at: datetime
    decided_at: datetime
    total: Money
    worth: Worth
    told_late: ToldLate | None = None

    @property
    def adjustment(self) -> Adjustment:
        """What the reward keeps of it."""
        worth = self.worth
        return Adjustment(
            self.decided_at,
            self.inbox.event_id,
            self.total,
            worth.amount,
            worth.by_rules,
            worth.limits,
            self.told_late,
        )


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
    if difference.amount_minor < 0 and _was_written_off(store, reward):
        why = f"part of the reward was written off: a person must say what becomes of {-difference}"
        return decided(inbox, Outcome.NEEDS_ATTENTION, why, now)
    change = _more if difference.amount_minor > 0 else _less
    writes = change(store, revision, reward, difference)
    why = f"the deal is worth {revision.total} now, and the reward {worth.amount} instead of {reward.standing}"
    late = (revision.told_late.words,) if revision.told_late else ()
    why = "; ".join((why, *(applied.words for applied in worth.limits), *late))
    ended = decided(inbox, Outcome.REVISED, why, now, (reward.reward_id,))
    return ended.along_with(writes, reserved.changed(difference))


def _was_written_off(store: Store, reward: Reward) -> bool:
    """Whether a payout was: what it was is neither with the advocate nor promised to them, so no rule says more."""
    return any(payout.written_off_to for payout in _given(store, reward))


def _more(store: Store, revision: Revision, reward: Reward, difference: Money) -> Transaction:
    """Pay the difference, less what the advocate owes."""
    owed = store.receivable(reward.advocate_id, difference.currency)
    netted = netted_from(owed, difference)
    payable = difference - netted
    payouts: tuple[Payout, ...] = ()
    if payable.amount_minor > 0:
        further = _further(reward, payable, revision, approval_of(revision.worth.limits, revision.told_late))
        earlier, now = _given(store, reward), revision.decided_at
        payouts = (beside_earlier(stopped_with(further, earlier, now), earlier, now),)
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
    payouts = _given(store, reward)
    taken, never_paid_out = take_back_from(payouts, -difference, revision.decided_at)
    unpaid = sum((one.unpaid for one in taken), zero)
    rest = sum((one.rest for one in taken), zero)
    # What had settled an older debt instead of being paid out is owed again.
    owed_again = sum((one.paid for one in taken), never_paid_out)
    given: tuple[Payout, ...] = ()
    if rest.amount_minor > 0:
        now = revision.decided_at
        left = left_of(_last(payouts, taken), _further(reward, rest, revision, None), now)
        given = (beside_earlier(left, payouts, now),)
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


def _given(store: Store, reward: Reward) -> list[Payout]:
    """The reward's payouts so far, the oldest first."""
    return [payout for payout in map(store.payout, reward.payout_ids) if payout is not None]


def _last(payouts: Sequence[Payout], taken: Sequence[TakenBack]) -> Payout:
    """The payout that was taken back last, as it was before: only of that one something may be left."""
    last = taken[-1].payout.payout_id
    return next(payout for payout in payouts if payout.payout_id == last)
