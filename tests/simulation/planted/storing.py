"""Mistakes in what is written together, and on which conditions."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from builders import counted_in
from fakes.store import key_of
from guerdon.application.evaluate_rewards import EvaluateRewards
from guerdon.application.ports import Store
from guerdon.application.receive_event import Delivery, ReceiveEvent
from guerdon.application.records import Attempt, DealCount, DealRecord, InboxEvent
from guerdon.application.settle_payout import SettlePayout
from guerdon.application.transaction import Committed, Insert, Replace, Transaction, Unchanged, Write
from guerdon.domain import identity, ledger
from guerdon.domain.payout import Payout
from guerdon.domain.reward import Reward
from guerdon.domain.tallies import Tally
from simulation.parts import Parts
from simulation.planted.bug import Bug
from simulation.ports import SimStore


@dataclass(frozen=True, slots=True)
class Rewriting:
    """A store that changes each transaction before it is written, and may write more after it."""

    inner: Any
    changed: Callable[[SimStore, Transaction], Transaction]
    afterwards: Callable[[Transaction], Transaction] = lambda _: ()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - it stands for every method of the store.
        return getattr(self.inner, name)

    def commit(self, transaction: Transaction) -> Committed:
        outcome: Committed = self.inner.commit(self.changed(self.inner, transaction))
        later = self.afterwards(transaction)
        if outcome is Committed.YES and later:
            self.inner.commit(later)
        return outcome


def rewriting(
    changed: Callable[[SimStore, Transaction], Transaction],
    afterwards: Callable[[Transaction], Transaction] = lambda _: (),
) -> Callable[[Store], Store]:
    return lambda store: Rewriting(store, changed, afterwards)


def unconditioned(*kinds: type) -> Callable[[SimStore, Transaction], Transaction]:
    """Writes of these kinds take whatever version is stored for the one that was read."""

    def changed(store: SimStore, transaction: Transaction) -> Transaction:
        return tuple(_forced(store, write) if isinstance(write.row, kinds) else write for write in transaction)

    return changed


def _forced(store: SimStore, write: Write) -> Write:
    stored = store.rows.rows.get(key_of(write.row))
    if isinstance(write, Unchanged):
        return write
    if stored is None:
        return Insert(write.row)
    return Replace(replace(write.row, version=stored.version + 1))  # type: ignore[union-attr, arg-type]


def _blind_add(store: SimStore, transaction: Transaction) -> Transaction:
    """The count goes up by itself, before the transaction that it belongs to."""
    counts = [write for write in transaction if isinstance(write.row, DealCount)]
    for write in counts:
        forced = _forced(store, write).row
        known = store.rows.rows.get(key_of(forced))
        assert isinstance(forced, DealCount)
        counted = counted_in(known) if isinstance(known, DealCount) else 0
        row = replace(forced, tallies=(Tally(counted + 1),))
        store.commit((Replace(row) if known else Insert(row),))
    return tuple(write for write in transaction if write not in counts)


def without(*kinds: type) -> Callable[[SimStore, Transaction], Transaction]:
    return lambda _, transaction: tuple(write for write in transaction if not isinstance(write.row, kinds))


def only(*kinds: type) -> Callable[[Transaction], Transaction]:
    return lambda transaction: tuple(write for write in transaction if isinstance(write.row, kinds))


class StatusFirst(SettlePayout):
    """The status is written, and then the journal entry."""

    def __call__(self, payout_id: str, run: int, error: str | None = None) -> Payout:
        split = Rewriting(self.store, without(ledger.Entry), only(ledger.Entry))
        return SettlePayout(split, self.clock)(payout_id, run, error)


class DecidedFirst(EvaluateRewards):
    """The outcome is written, and then what it caused."""

    def _commit_decision(self, inbox: InboxEvent) -> Committed:
        split = Rewriting(
            self.store,
            lambda _, writes: tuple(write for write in writes if isinstance(write.row, InboxEvent)),
            lambda writes: tuple(write for write in writes if not isinstance(write.row, InboxEvent)),
        )
        plain = EvaluateRewards(
            split,
            self.shelf,
            self.read_event,
            self.fulfillments,
            self.notices,
            self.hints,
            self.bus,
            self.clock,
        )
        return EvaluateRewards._commit_decision(plain, inbox)  # noqa: SLF001 - the bug is in there.


class AnsweredFirst(ReceiveEvent):
    """Success is answered once the id is on the bus, and the row is written if nothing comes between."""

    def __call__(self, delivery: Delivery) -> str:
        event_id = identity.event_id(delivery.source_account, delivery.delivery_id, delivery.body_sha256)
        self.bus.publish(event_id)
        try:
            return super().__call__(delivery)
        except Exception:  # noqa: BLE001 - that is the bug.
            return event_id


def _named_reward(_: SimStore, transaction: Transaction) -> Transaction:
    """A reward that keeps the name of whom it is about."""
    person = next((getattr(write.row, "name", None) for write in transaction if hasattr(write.row, "email")), None)
    if person is None:
        return transaction
    return tuple(
        Insert(replace(write.row, beneficiary=person)) if isinstance(write.row, Reward) else write
        for write in transaction
    )


BUGS: Final = {
    "status written before the transaction": Bug("the status, then its entry", Parts(settle=StatusFirst)),
    "outcome written before the reward": Bug("the outcome, then the reward", Parts(evaluate=DecidedFirst)),
    "blind ADD": Bug("the count is raised by itself and never taken back", Parts(store=rewriting(_blind_add))),
    "ordinal read outside the transaction": Bug(
        "the count is written whatever it has become", Parts(store=rewriting(unconditioned(DealCount)))
    ),
    "duplicates known by the delivery only": Bug(
        "a win leaves no row of its own", Parts(store=rewriting(without(DealRecord)))
    ),
    "last writer wins on payouts": Bug(
        "payout rows are written without their version", Parts(store=rewriting(unconditioned(Payout)))
    ),
    "last writer wins on attempts": Bug(
        "attempt rows are written without their version", Parts(store=rewriting(unconditioned(Attempt)))
    ),
    "success before it is durable": Bug("the sender hears success too early", Parts(receive=AnsweredFirst)),
    "a person named in a reward": Bug("the reward row carries a name", Parts(store=rewriting(_named_reward))),
}
