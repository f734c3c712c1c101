"""Whoever sees to payouts that nobody could find out about: mostly they read the provider's list rightly."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from fakes.store import MemoryStore
from guerdon.application.records import AnswerState
from guerdon.application.resolve_payout import CannotSay, ResolvePayout
from guerdon.application.said_of_payout import CarriedOut, NothingMoved, Said
from guerdon.domain import identity
from guerdon.domain.channel import PROVIDER_OF
from guerdon.domain.payout import CONTRADICTED, Payout, PayoutStatus
from simulation.engine import DAY, HOUR, MINUTE, SECOND, Engine
from simulation.providers import Order, Outage, Provider

PERSON: Final = "person@example.com"
_COMES_BY_EVERY: Final = 90 * MINUTE
_TAKES: Final = 30 * SECOND
_TRIES_MOST: Final = 60
_CARRIED_OUT: Final = frozenset({AnswerState.DONE, AnswerState.RETURNED})


@dataclass(frozen=True, slots=True)
class Resolve:
    """A person looks at what is unknown, compares it with the provider's list, and says what became of it.

    Attributes:
        comes_by: How often, an hour and a half apart.
        errs: Whether they read the list wrongly. They notice it later.
    """

    at: int
    comes_by: int
    errs: bool


def seen_to(provider: str, chance: random.Random) -> tuple[Outage, Resolve]:
    """A provider that answers nobody for hours or days, and a person who sees to what is unknown; half of them err."""
    begins = chance.randrange(chance.choice((1, SECOND, MINUTE)))
    lasts = chance.choice((8 * HOUR, 30 * HOUR, 4 * DAY))
    outage = Outage(provider, begins, begins + lasts, deaf=chance.random() < 0.5)
    at = chance.choice((2 * HOUR, 5 * HOUR, 20 * HOUR))
    return outage, Resolve(at + chance.randrange(HOUR), chance.choice((2, 5, 20)), chance.random() < 0.5)


class Works(Protocol):
    """Runs what a person does as a worker of the schedule, which may be killed anywhere."""

    def __call__(self, name: str, deed: Callable[[], object], timeout: int) -> None:
        """Begin with it."""


@dataclass(slots=True)
class People:
    """The person, and what they got wrong.

    Attributes:
        said: Every payout that they said something of.
        mistaken: Those of which they said something that was not so; they correct it, until that is taken.
    """

    engine: Engine
    rows: MemoryStore
    providers: Mapping[str, Provider]
    resolve: ResolvePayout
    works: Works
    said: set[str] = field(default_factory=set)
    mistaken: set[str] = field(default_factory=set)

    def comes_by(self, times: int, *, errs: bool) -> None:
        """Look at what is unknown, and once more later."""
        for payout in self.rows.of(Payout):
            if payout.is_unknown(self.engine.moment()):
                self._looks_at(payout, errs=errs)
        if times > 1:
            self.engine.after(_COMES_BY_EVERY, lambda: self.comes_by(times - 1, errs=errs))

    def _looks_at(self, payout: Payout, *, errs: bool) -> None:
        attempt = self.rows.attempt(payout.payout_id, payout.attempts)
        order = self._order(payout, payout.attempts)
        if attempt is None or (order is not None and order.answer.state not in _CARRIED_OUT):
            return  # It is under way there, or canceled: the provider says so itself.
        wrongly = errs and self.engine.between(0, 2) == 0
        number, run = payout.attempts, attempt.run

        def deed() -> None:
            found = self._order(payout, number)
            if (found is None) is not (order is None):
                return  # It changed there before they said anything.
            outcome = self.resolve(payout.payout_id, self._said(found, wrongly=wrongly), PERSON, "by their list", run)
            if not isinstance(outcome, CannotSay) and outcome.answer.said_by == PERSON:
                self.said.add(payout.payout_id)

        if wrongly:
            # They may die once it is written, so it counts as said from the moment that they try.
            self.mistaken.add(payout.payout_id)
            later = self.engine.between(MINUTE, 20 * HOUR)
            self.engine.after(later, lambda: self._corrects(payout, number, run))
        self.works("resolve", deed, _TAKES)

    def _corrects(self, payout: Payout, number: int, run: int, tries: int = 0) -> None:
        """They noticed that they erred, and say so until it is taken, or the provider has said it itself."""
        if tries == _TRIES_MOST or self._is_right(payout.payout_id, number):
            return

        def deed() -> None:
            known, order = self.rows.attempt(payout.payout_id, number), self._order(payout, number)
            came_back = known is not None and known.answer is not None and known.answer.state is AnswerState.RETURNED
            said: Said = NothingMoved() if came_back else self._said(order, wrongly=False)
            self.resolve(payout.payout_id, said, PERSON, "it was misread", run, corrects=True)

        self.works("correct", deed, _TAKES)
        self.engine.after(HOUR, lambda: self._corrects(payout, number, run, tries + 1))

    def _is_right(self, payout_id: str, number: int) -> bool:
        known, stands = self.rows.attempt(payout_id, number), self.rows.payout(payout_id)
        if known is None or stands is None or known.answer is None:
            return False
        order = self._order(stands, number)
        if known.answer.said_by is not None:
            return (known.answer.state is AnswerState.DONE) is (order is not None)
        return stands.attention != CONTRADICTED or stands.status is PayoutStatus.REVERSED

    def _said(self, order: Order | None, *, wrongly: bool) -> Said:
        if order is None:
            return CarriedOut("misread") if wrongly else NothingMoved()
        if wrongly:
            return NothingMoved()
        return CarriedOut(order.answer.provider_id, order.price, order.answer.value_on)

    def _order(self, payout: Payout, number: int) -> Order | None:
        reference = identity.attempt_reference(payout.payout_id, number)
        orders = self.providers[PROVIDER_OF[payout.channel]].orders.values()
        ours = [order for order in orders if order.answer.reference == reference]
        return max(ours, key=lambda order: order.paid, default=None)
