"""Mistakes in what reversals, amendments and further wins do."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from builders import counted_in
from fakes.store import key_of
from guerdon.application.decision import decided
from guerdon.application.evaluate_rewards import EvaluateRewards
from guerdon.application.grant import new_payout
from guerdon.application.look_again import LookAgain, Sight
from guerdon.application.ports import CancelingProvider, ProviderHint
from guerdon.application.records import AnswerState, DealCount, DealRecord, InboxEvent, ProviderAnswer, Receivable
from guerdon.application.settle_payout import SettlePayout
from guerdon.application.transaction import Committed, Insert, Replace, Transaction, Write
from guerdon.domain import identity, ledger
from guerdon.domain.deal import DEAL_REVERSED, REVISIONS, DealEvent, from_instant
from guerdon.domain.judgment import Outcome
from guerdon.domain.money import Money
from guerdon.domain.payout import Payout, PayoutStatus
from guerdon.domain.reward import Reward
from guerdon.domain.triggers import DEAL_CLOSED
from guerdon.domain.wins import Win, win_of
from simulation.parts import Parts
from simulation.planted.bug import Bug
from simulation.planted.storing import only, rewriting, unconditioned, without
from simulation.ports import SimStore
from simulation.telling import HELD


@dataclass(frozen=True, slots=True)
class Misreading:
    """A store that makes something else of what some of its reads find."""

    inner: Any
    changed: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - it stands for every method of the store.
        found, change = getattr(self.inner, name), self.changed.get(name)
        return found if change is None else lambda *key: change(found(*key))


class Misjudging(EvaluateRewards):
    """The base of mistakes in what an event is taken for: each decides as if something else were read."""

    def _commit_decision(self, inbox: InboxEvent) -> Committed:
        body = self.store.event_body(identity.delivery_of(inbox.event_id))
        assert body is not None
        event = self.read_event(body.body)
        record = self.store.deal_record(
            inbox.source_account, event.program, event.deal.id, event.trigger, inbox.beneficiary
        )
        taken_for, reads = self.misjudged(event, record)

        told = body.body

        def read_event(body: str) -> DealEvent:
            return taken_for if body == told else self.read_event(body)

        misled = replace(self, store=Misreading(self.store, reads), read_event=read_event)
        return EvaluateRewards._commit_decision(misled, inbox)  # noqa: SLF001 - the bug is in there.

    def misjudged(self, event: DealEvent, record: DealRecord | None) -> tuple[DealEvent, Mapping[str, Any]]:
        """What the event is taken for, and what is made of some reads."""
        raise NotImplementedError


class ToldTwiceCountsTwice(Misjudging):
    """Nothing is remembered of what was told about a win before."""

    def misjudged(self, event: DealEvent, record: DealRecord | None) -> tuple[DealEvent, Mapping[str, Any]]:
        del record
        forget = {
            "deal_record": _without_revisions,
            "reward": lambda reward: reward and replace(reward, adjustments=()),
        }
        return event, forget if event.type in REVISIONS else {}


class TakenAsDelta(Misjudging):
    """What a reversal says is left is taken for what was refunded."""

    def misjudged(self, event: DealEvent, record: DealRecord | None) -> tuple[DealEvent, Mapping[str, Any]]:
        win = win_of(record.wins, event.occurrence) if record else None
        if event.type != DEAL_REVERSED or win is None or win.total is None:
            return event, {}
        left = win.standing_total(win.total) - event.deal.amount
        return replace(event, deal=replace(event.deal, amount=max(left, left - left, key=_minor))), {}


class LastToldCounts(Misjudging):
    """Of several reversals or amendments the one that is told last counts."""

    def misjudged(self, event: DealEvent, record: DealRecord | None) -> tuple[DealEvent, Mapping[str, Any]]:
        del record
        return event, {"deal_record": _without_revisions if event.type in REVISIONS else lambda record: record}


class NewestWinIsMeant(Misjudging):
    """A reversal is applied to the newest win of its deal, whichever it names."""

    def misjudged(self, event: DealEvent, record: DealRecord | None) -> tuple[DealEvent, Mapping[str, Any]]:
        told = [win.occurrence for win in record.wins if win.told] if record else []
        if event.type != DEAL_REVERSED or not told:
            return event, {}
        return replace(event, deal=replace(event.deal, closed_at=from_instant(max(told)))), {}


class AgainIsAnother(Misjudging):
    """A win after a reversal is another win, each time that it is told."""

    def misjudged(self, event: DealEvent, record: DealRecord | None) -> tuple[DealEvent, Mapping[str, Any]]:
        wins = record.wins if record else ()
        same = win_of(wins, event.occurrence)
        if event.type != DEAL_CLOSED or same is None or same.reward_id is None or len(wins) < 2 or record is None:
            return event, {}
        moved = event.deal.closed_at + timedelta(microseconds=record.version)
        undone = replace(record, wins=tuple(win for win in wins if win.undone))
        return replace(event, deal=replace(event.deal, closed_at=moved)), {"deal_record": lambda _: undone}


class HoldDelaysDebts(Misjudging):
    """What is held is not kept back for a debt."""

    def misjudged(self, event: DealEvent, record: DealRecord | None) -> tuple[DealEvent, Mapping[str, Any]]:
        del record
        held = event.type == DEAL_CLOSED and event.program == HELD
        return event, {"receivable": lambda _: None} if held else {}


class OneWinADeal(EvaluateRewards):
    """A deal that was won once is a duplicate whenever it is won again."""

    def _commit_decision(self, inbox: InboxEvent) -> Committed:
        record = self.store.deal_record(
            inbox.source_account, inbox.program, inbox.deal_id, DEAL_CLOSED, inbox.beneficiary
        )
        if inbox.type == DEAL_CLOSED and record and any(win.told for win in record.wins):
            again = decided(inbox, Outcome.DUPLICATE, "the deal was won before", self.clock.now())
            return self.store.commit(again.transaction)
        return super()._commit_decision(inbox)


class PromisedOnEachDelivery(EvaluateRewards):
    """A redelivered amendment promises its difference anew."""

    def __call__(self, event_id: str) -> InboxEvent | None:
        before = self.store.inbox_event(event_id)
        after = super().__call__(event_id)
        if before is not None and before.outcome is Outcome.REVISED:
            for reward_id in before.reward_ids:
                self._promise_again(reward_id, event_id, self.clock.now())
        return after

    def _promise_again(self, reward_id: str, event_id: str, now: datetime) -> None:
        reward = self.store.reward(reward_id)
        if reward is None or reward.adjustments[-1].event_id != event_id:
            return
        more = reward.standing - replace(reward, adjustments=reward.adjustments[:-1]).standing
        if more.amount_minor > 0:
            payout = new_payout(reward, len(reward.payout_ids), more, event_id, now)
            given, zero = reward.given(payout.payout_id), more - more
            entry = ledger.revised(given, now, now, promised=more, owed=zero, netted=zero)
            self.store.commit((Insert(payout), Replace(given), Insert(entry)))


class TakeBackForgotten(SettlePayout):
    """What was wanted back while the provider had it is forgotten once it is paid."""

    def _taken_back(self, payout: Payout, now: datetime) -> Transaction:
        if payout.take_back is None or payout.status is not PayoutStatus.SETTLED:
            return super()._taken_back(payout, now)
        return (Replace(replace(payout, take_back=None, version=payout.version + 1)),)


class CanceledIsPaid(SettlePayout):
    """What was wanted back is clawed back, though the provider canceled it in time."""

    def _answer(self, payout: Payout, number: int) -> ProviderAnswer | None:
        answer = super()._answer(payout, number)
        if answer is None or answer.state is not AnswerState.CANCELED or payout.take_back is None:
            return answer
        return replace(answer, state=AnswerState.DONE)


class ClawbackStands(SettlePayout):
    """What was clawed back goes on being owed when the money itself comes back."""

    def _came_back(self, payout: Payout, answer: ProviderAnswer | None, now: datetime) -> Transaction:
        del payout, answer, now
        return ()


@dataclass(frozen=True, slots=True)
class _Uncancelable:
    """A provider whose port has no `cancel`."""

    inner: Any

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - it stands for every method of the provider.
        if name == "cancel":
            raise AttributeError(name)
        return getattr(self.inner, name)


class NeverCancels(LookAgain):
    """The provider is never asked to cancel what is to be taken back."""

    def __call__(self, hint: ProviderHint) -> Sight:
        if not isinstance(self.provider, CancelingProvider):
            return super().__call__(hint)
        return LookAgain(self.store, self.clock, _Uncancelable(self.provider), self.conclude)(hint)


class LastDebtWins(Misreading):
    """A debt that somebody else changed meanwhile is overwritten."""

    def commit(self, transaction: Transaction) -> Committed:
        outcome: Committed = self.inner.commit(transaction)
        if outcome is Committed.NO_CONDITION_FAILED and any(isinstance(write.row, Receivable) for write in transaction):
            outcome = self.inner.commit(unconditioned(Receivable)(self.inner, transaction))
        return outcome


def _minor(amount: Money) -> int:
    return amount.amount_minor


def _without_revisions(record: DealRecord | None) -> DealRecord | None:
    def forgotten(win: Win) -> Win:
        return replace(win, reversal=None, amendment=None)

    return replace(record, wins=tuple(map(forgotten, record.wins))) if record else None


def _only_told(_: SimStore, transaction: Transaction) -> Transaction:
    """A deal's record is kept only once its win was told."""
    return tuple(
        write
        for write in transaction
        if not isinstance(write.row, DealRecord) or any(win.told for win in write.row.wins)
    )


def _never_less(store: SimStore, transaction: Transaction) -> Transaction:
    """A count goes up only."""

    def less(write: Write) -> bool:
        known = store.rows.rows.get(key_of(write.row))
        return (
            isinstance(write.row, DealCount)
            and isinstance(known, DealCount)
            and counted_in(write.row) < counted_in(known)
        )

    return tuple(write for write in transaction if not less(write))


def rest_of(transaction: Transaction) -> tuple[Payout, Payout] | None:
    """The payout that a reversal gives up in part and the one for its rest, if a transaction has such."""
    payouts = [write for write in transaction if isinstance(write.row, Payout)]
    rest = next((write.row for write in payouts if isinstance(write, Insert)), None)
    over = next((write.row for write in payouts if isinstance(write, Replace)), None)
    if not isinstance(over, Payout) or not isinstance(rest, Payout) or over.status is not PayoutStatus.REVERSED:
        return None
    return over, rest


def _edited(store: SimStore, transaction: Transaction) -> Transaction:
    """A payout that is given up in part is made smaller, and gets no other for its rest."""
    found = rest_of(transaction)
    if found is None:
        return transaction
    over, rest = found
    before = store.rows.rows[key_of(over)]
    assert isinstance(before, Payout)
    smaller = replace(before, value=rest.value, version=over.version)

    def edited(write: Write) -> Write:
        row = write.row
        if row is over:
            return Replace(smaller)
        if isinstance(row, Reward):
            return Replace(replace(row, payout_ids=row.payout_ids[:-1]))
        return write

    return tuple(edited(write) for write in transaction if write.row is not rest)


def _beside(_: SimStore, transaction: Transaction) -> Transaction:
    """The rest of a payout is promised, and the payout goes on as well."""
    found = rest_of(transaction)
    return tuple(write for write in transaction if not found or write.row is not found[0])


BUGS: Final = {
    "reversal applied twice": Bug("what is told again counts again", Parts(evaluate=ToldTwiceCountsTwice)),
    "new total taken as a delta": Bug("what is left is taken for what was refunded", Parts(evaluate=TakenAsDelta)),
    "the last word counts": Bug("by arrival, not by `effective_at` or size", Parts(evaluate=LastToldCounts)),
    "reversal before its win forgotten": Bug("it leaves no row", Parts(store=rewriting(_only_told))),
    "reversal of whichever win": Bug("the newest win is meant", Parts(evaluate=NewestWinIsMeant)),
    "re-win taken for a duplicate": Bug("a deal is won once", Parts(evaluate=OneWinADeal)),
    "re-win paid twice": Bug("told again, it is another win", Parts(evaluate=AgainIsAnother)),
    "undone deals go on being counted": Bug("a count only goes up", Parts(store=rewriting(_never_less))),
    "amendment paid on each delivery": Bug("the difference is promised anew", Parts(evaluate=PromisedOnEachDelivery)),
    "take-back forgotten": Bug("what is settled is never clawed back", Parts(settle=TakeBackForgotten)),
    "canceled and clawed back": Bug("a cancel in time is taken for a payment", Parts(settle=CanceledIsPaid)),
    "never canceled": Bug("the provider is not asked to cancel", Parts(look_again=NeverCancels)),
    "clawback of what came back": Bug("returned money is owed all the same", Parts(settle=ClawbackStands)),
    "debt outside the transaction": Bug(
        "what is owed is written apart", Parts(store=rewriting(without(Receivable), only(Receivable)))
    ),
    "debt netted twice": Bug("a debt is written whatever it has become", Parts(store=LastDebtWins), met=635),
    "holds delay debts": Bug("what is held is not kept back", Parts(evaluate=HoldDelaysDebts), met=305),
    "payout edited": Bug("a payout is made smaller", Parts(store=rewriting(_edited))),
    "rest beside the payout": Bug("the rest is promised, and the whole is paid", Parts(store=rewriting(_beside))),
}
