"""Mistakes in a day's ceilings, and in what waits for a provider's money."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final, TypeGuard

from builders import NOW
from guerdon.application.funds_records import FundsHold
from guerdon.application.records import ChannelSwitch, DayReleased, Waiting
from guerdon.application.sweep import Found, Sweep, Swept
from guerdon.application.transaction import Committed, Replace, Row, Transaction
from guerdon.domain.channel import Channel
from guerdon.domain.payout import Payout, PayoutStatus
from simulation.parts import Parts
from simulation.planted.bug import Bug
from simulation.planted.storing import rewriting, unconditioned, without
from simulation.ports import SimStore

Hear = Callable[[Found], None]


def _unheard(found: Found) -> None:
    del found


def _has_time() -> bool:
    return True


class Blind:
    """A store that lacks something that is asked of it."""

    def __init__(self, inner: Any, **blind: Any) -> None:  # noqa: ANN401 - it stands for any store, and any answer.
        self._inner, self._blind = inner, blind

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - it stands for every method of the store.
        return self._blind[name] if name in self._blind else getattr(self._inner, name)


class ReadsTheDayFirst:
    """A store that answers with the day as it was at the first check, and writes it whatever it has become."""

    def __init__(self, inner: Any) -> None:  # noqa: ANN401 - it stands for any store.
        self._inner = inner
        self._known: dict[object, tuple[DayReleased, ...]] = {}

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - it stands for every method of the store.
        return getattr(self._inner, name)

    def channel_switch(self, channel: Channel) -> ChannelSwitch | None:
        self._known[self._worker] = tuple(self._inner.rows.of(DayReleased))
        switch: ChannelSwitch | None = self._inner.channel_switch(channel)
        return switch

    def day_released(self, program: str, day: str) -> DayReleased | None:
        known = self._known.get(self._worker, ())
        return next((row for row in known if (row.program, row.day) == (program, day)), None)

    def commit(self, transaction: Transaction) -> Committed:
        outcome: Committed = self._inner.commit(unconditioned(DayReleased)(self._inner, transaction))
        return outcome

    @property
    def _worker(self) -> object:
        return self._inner._engine.running  # noqa: SLF001 - the bug knows which function it is in.


class NeverTries(Sweep):
    """The sweep waits for a person to say that there is money."""

    def __call__(self, hear: Hear = _unheard, has_time: Callable[[], bool] = _has_time) -> Swept:
        return Sweep.__call__(replace(self, store=Blind(self.store, funds_hold=_none_holds)), hear, has_time)


class InTheListsOrder(Sweep):
    """What waits is set going in the order in which the index gives it."""

    def __call__(self, hear: Hear = _unheard, has_time: Callable[[], bool] = _has_time) -> Swept:
        return Sweep.__call__(replace(self, store=Blind(self.store, waiting_payouts=self._unsorted)), hear, has_time)

    def _unsorted(self) -> Iterator[Waiting]:
        return (replace(one, since=NOW) for one in self.store.waiting_payouts())


def _none_holds(channel: Channel) -> None:
    del channel


def _released_before(store: SimStore, transaction: Transaction) -> Transaction:
    """The day is counted by a transaction of its own, before the release."""
    counted = tuple(write for write in transaction if isinstance(write.row, DayReleased))
    if counted:
        store.commit(counted)
    return without(DayReleased)(store, transaction)


def _counted_again(store: SimStore, transaction: Transaction) -> Transaction:
    """What is released again takes of the day again."""
    released = next((write.row for write in transaction if _is_release(write.row)), None)
    days = [row for row in store.rows.of(DayReleased) if released is not None and row.program == released.program]
    if released is None or not days or any(isinstance(write.row, DayReleased) for write in transaction):
        return transaction
    return (*transaction, Replace(days[-1].and_one_of(released.value)))


def _is_release(row: Row) -> TypeGuard[Payout]:
    return isinstance(row, Payout) and row.status is PayoutStatus.RELEASED


BUGS: Final = {
    "ceiling read outside the transaction": Bug(
        "the day's row is read first, and written whatever it has become", Parts(store=ReadsTheDayFirst)
    ),
    "ceiling counted before the release": Bug("in a transaction of its own", Parts(store=rewriting(_released_before))),
    "ceiling taken by each release": Bug(
        "a payout that is released again counts again", Parts(store=rewriting(_counted_again))
    ),
    "refused, and nothing held": Bug(
        "a payout waits for money, and no hold begins", Parts(store=rewriting(without(FundsHold)))
    ),
    "nobody tries": Bug("what waits for money waits for a person", Parts(sweep=NeverTries)),
    "set going in the list's order": Bug("not in that of the stops", Parts(sweep=InTheListsOrder)),
}
