"""Mistakes in what limits and budgets hold, and in what waits for approval."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from fakes.store import key_of
from guerdon.application.came_back import reward_of
from guerdon.application.evaluate_rewards import EvaluateRewards
from guerdon.application.records import DealRecord, InboxEvent, Reserved
from guerdon.application.reserving import reservations
from guerdon.application.settle_payout import SettlePayout
from guerdon.application.transaction import Committed, Insert, Replace, Transaction, Write
from guerdon.domain import identity
from guerdon.domain.deal import REVISIONS, DealEvent
from guerdon.domain.judgment import Known, Outcome, judge
from guerdon.domain.payout import Payout, PayoutStatus
from guerdon.domain.reward import Reward
from simulation.parts import Parts
from simulation.planted.bug import Bug
from simulation.planted.revising import Misjudging, rest_of
from simulation.planted.storing import Rewriting, only, rewriting, unconditioned, without
from simulation.ports import SimStore


class GivenBackAgain(SettlePayout):
    """What the provider had is given back to the budgets once more when it is taken back."""

    def _taken_back(self, payout: Payout, now: datetime) -> Transaction:
        writes = super()._taken_back(payout, now)
        if not writes or payout.take_back is None:
            return writes
        reward = reward_of(self.store, payout)
        held = reservations(self.store, reward.program, reward.advocate_id, payout.value.currency, reward.budgets)
        return writes + held.changed(-payout.take_back)


class WholeIsAskedAgain(Misjudging):
    """An amendment asks for all that the rules give, so that what was cut comes back where there is room."""

    def misjudged(self, event: DealEvent, record: DealRecord | None) -> tuple[DealEvent, Mapping[str, Any]]:
        del record
        return event, {"reward": _never_cut} if event.type in REVISIONS else {}


class RefusedIsReserved(EvaluateRewards):
    """The budgets are taken before it is known whether anything is given."""

    def _commit_decision(self, inbox: InboxEvent) -> Committed:
        split = Rewriting(self.store, lambda _, writes: (*writes, *self._asked_for(inbox, writes)))
        plain = replace(self, store=split)
        return EvaluateRewards._commit_decision(plain, inbox)  # noqa: SLF001 - the bug is in there.

    def _asked_for(self, inbox: InboxEvent, writes: Transaction) -> Transaction:
        """What a refused win would have reserved."""
        body = self.store.event_body(inbox.event_id)
        refused = any(getattr(write.row, "outcome", None) is Outcome.OVER_LIMIT for write in writes)
        event = self.read_event(body.body) if body else None
        found = self.shelf.in_force(event) if event else None
        if not refused or not isinstance(found, tuple) or event is None or event.advocate is None:
            return ()
        program, version = found
        asked = judge(event, Known(replace(program, limits=()), version))
        if asked.earned is None:
            return ()
        advocate_id = identity.advocate_id(inbox.source_account, event.advocate.id)
        budgets = program.budgets_at(event.deal.closed_at)
        held = reservations(self.store, program.name, advocate_id, program.currency, budgets)
        return held.changed(asked.earned.amount)


class RedeliveryApproves(EvaluateRewards):
    """An event that comes again sets all going that it gave, also what waits for approval."""

    def __call__(self, event_id: str) -> InboxEvent | None:
        before = self.store.inbox_event(event_id)
        after = super().__call__(event_id)
        rewards = map(self.store.reward, before.reward_ids if before else ())
        for payout_id in (payout_id for reward in rewards if reward for payout_id in reward.payout_ids):
            payout = self.store.payout(payout_id)
            if payout is not None and payout.waits_for_approval:
                going = payout.decided_again(self.clock.now(), "the CRM")
                self.store.commit((Replace(going),))
                self.fulfillments.start(payout_id, going.run)
        return after


class AsksNobody(EvaluateRewards):
    """What waits for approval is set going by whoever approves it, so nothing is done about it."""

    def _set_going(self, payout_id: str) -> None:
        payout = self.store.payout(payout_id)
        if payout is None or not payout.waits_for_approval:
            super()._set_going(payout_id)


def _never_looked_at(_: SimStore, transaction: Transaction) -> Transaction:
    """The sweep is not to look at what waits for approval."""
    return tuple(
        Insert(replace(write.row, look_at=None))
        if isinstance(write, Insert) and isinstance(write.row, Payout) and write.row.waits_for_approval
        else write
        for write in transaction
    )


def _never_cut(reward: Reward | None) -> Reward | None:
    """A reward of which nothing is known but what it is worth."""
    if reward is None or reward.adjustments:
        return reward
    return replace(reward, explanation=replace(reward.explanation, limits=()))


def _never_given_back(store: SimStore, transaction: Transaction) -> Transaction:
    """A budget is written only when more is taken of it."""

    def is_less(write: Write) -> bool:
        known = store.rows.rows.get(key_of(write.row))
        return isinstance(write.row, Reserved) and isinstance(known, Reserved) and write.row.amount < known.amount

    return tuple(write for write in transaction if not is_less(write))


def _reserved_before(store: SimStore, transaction: Transaction) -> Transaction:
    """Budgets are taken by a transaction of their own, before the one of the reward."""
    reserved = only(Reserved)(transaction)
    if reserved:
        store.commit(reserved)
    return without(Reserved)(store, transaction)


def _rest_is_free(_: SimStore, transaction: Transaction) -> Transaction:
    """The rest of a payout that waits for approval is given as any other payout."""
    found = rest_of(transaction)
    if found is None or not found[1].waits_for_approval:
        return transaction
    rest = found[1]
    free = replace(
        rest,
        status=PayoutStatus.EARNED,
        reason=None,
        attention=None,
        waiting_since=None,
        history=rest.history[:1],
    )
    return tuple(Insert(free) if write.row is rest else write for write in transaction)


BUGS: Final = {
    "budget released twice": Bug("taking back from a provider gives back once more", Parts(settle=GivenBackAgain)),
    "budget not given back": Bug("a reversal leaves it as it is", Parts(store=rewriting(_never_given_back))),
    "budget read outside the transaction": Bug(
        "it is written whatever it has become", Parts(store=rewriting(unconditioned(Reserved)))
    ),
    "reserved before the reward": Bug(
        "the budget is taken in a transaction of its own", Parts(store=rewriting(_reserved_before))
    ),
    "refused win reserved all the same": Bug("what is over a limit counts in it", Parts(evaluate=RefusedIsReserved)),
    "cut forgotten by an amendment": Bug("the whole is asked for again", Parts(evaluate=WholeIsAskedAgain), met=305),
    "approval forgotten on the rest": Bug("the rest is paid at once", Parts(store=rewriting(_rest_is_free))),
    "approval asked of nobody": Bug(
        "neither the evaluation nor the sweep tells finance",
        Parts(evaluate=AsksNobody, store=rewriting(_never_looked_at)),
    ),
    "approval by a redelivery": Bug("what comes again is taken for approved", Parts(evaluate=RedeliveryApproves)),
}
