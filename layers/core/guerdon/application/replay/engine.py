"""Replay deals of the past through a program, row by row in the order of time.

Everything that decides about money is the pipeline's own: `award` for a win, `worth_of` for what is told later.
What is kept here is what the pipeline keeps in its store: counts, and what is reserved of limits. What is told later
than a win waits in a heap until time comes to it, so memory grows with how long that lags, not with the deals.
"""

from datetime import datetime
from heapq import heappop, heappush
from typing import Final, Protocol

from guerdon.application.replay.people import Budgets, Person
from guerdon.application.replay.releasing import Releasing, asks_for_people
from guerdon.application.replay.sides import NOBODY, Side
from guerdon.application.replay.splitting import past_matters
from guerdon.domain.awarding import Award, NoAward, award, out_of_program
from guerdon.domain.counting import WHOLE
from guerdon.domain.evaluation import CannotDecide
from guerdon.domain.facts import Facts
from guerdon.domain.history import HistoryRow, Status, facts_of_row
from guerdon.domain.money import Money
from guerdon.domain.outcome import Outcome
from guerdon.domain.program import Beneficiary, Budget, Program, Scope
from guerdon.domain.reading import lacking
from guerdon.domain.revising import Granted, worth_of
from guerdon.domain.tallies import counts_at, tallied, tallies_of, untallied
from guerdon.domain.triggers import REPEATING

_KEPT: Final = frozenset({Outcome.NO_REWARD, Outcome.OVER_LIMIT, Outcome.NEEDS_ATTENTION})
"""How a win that earned nothing ends so that a later revision has it judged anew."""

_UNDONE: Final = NoAward(Outcome.REVERSED, "its reversal came before it")
_AMENDED_TO_NOTHING: Final = NoAward(Outcome.NO_REWARD, "it was amended to a total of zero")

_AMENDED, _REVERSED = 0, 1
_ADVOCATE: Final = Beneficiary.ADVOCATE


class Listener(Protocol):
    """Who adds up what comes of a replay."""

    def settled(self, row: HistoryRow, sides: tuple[Side, ...]) -> None:
        """A row was decided, with all that was told about it later."""


class Engine:
    """The replay of one program.

    Attributes:
        beneficiaries: Whose rewards are judged, in this order for each row.
        reserved: What rewards are worth that count in each budget of the whole program.
        people: What is kept of each beneficiary.
        releasing: The payouts, of a program that has some of them wait for a person; None for any other.
    """

    def __init__(self, program: Program, listener: Listener) -> None:
        self.program, self._listener = program, listener
        self.beneficiaries = program.beneficiaries()
        self.reserved: Budgets = {}
        self.people: dict[tuple[Beneficiary, str], Person] = {}
        # Nearly every deal has another new customer: of those, nothing is kept that decides about nothing.
        self._kept = {one for one in self.beneficiaries if one is _ADVOCATE or past_matters(program, one)}
        self.releasing = Releasing(program) if asks_for_people(program) else None
        self._rewarded: dict[tuple[str, str, Beneficiary], int] = {}
        self._later: list[tuple[datetime, int, int, tuple[Side, ...], bool]] = []
        self._taken = 0
        self._per_deal = {one.event: one.per_deal for one in program.triggers if one.event in REPEATING}

    @property
    def waiting(self) -> int:
        """How many revisions wait for their moment."""
        return len(self._later)

    def keeps(self, beneficiary: Beneficiary) -> bool:
        """Whether anything is kept of such beneficiaries."""
        return beneficiary in self._kept

    def take(self, row: HistoryRow) -> tuple[Side, ...]:
        """Judge a row that is not before the last one; what each beneficiary has of it for now."""
        later = self._later
        while later and later[0][0] <= row.closed_at:
            self._revise(heappop(later))
        if self.releasing is not None:
            self.releasing.advance(row.closed_at)
        if row.status != Status.WON:
            return ()
        amended = row.amended_at is not None and row.amended_at <= row.closed_at
        is_reversed = row.reversed_at is not None and row.reversed_at <= row.closed_at
        sides = tuple([Side(row, one, amended=amended, undone=is_reversed) for one in self.beneficiaries])
        for side in sides:
            self._judge(side)
        told_later = [
            (at, kind)
            for at, known, kind in (
                (row.amended_at, amended, _AMENDED),
                (row.reversed_at, is_reversed, _REVERSED),
            )
            if at is not None and not known
        ]
        if not told_later:
            self._listener.settled(row, sides)
            return sides
        self._taken += 1
        last = max(told_later)
        for at, kind in told_later:
            heappush(later, (at, self._taken, kind, sides, (at, kind) == last))
        return sides

    def finish(self) -> None:
        """Let all be told that was told after the last row."""
        while self._later:
            self._revise(heappop(self._later))
        if self.releasing is not None:
            self.releasing.finish()

    def _revise(self, told: tuple[datetime, int, int, tuple[Side, ...], bool]) -> None:
        at, _, kind, sides, last = told
        if self.releasing is not None:
            self.releasing.advance(at)
        for side in sides:
            self._revise_side(side, kind, at)
        if last:
            self._listener.settled(sides[0].row, sides)

    def _revise_side(self, side: Side, kind: int, at: datetime) -> None:
        before = side.amended, side.reversed, side.undone
        if kind == _AMENDED:
            side.amended = True
        else:
            side.reversed = True
        if isinstance(side.result, Award):
            if self._revalue(side, at):
                if side.undone and not before[2]:
                    self._uncount(side)
            else:
                # What nobody could decide is not recorded: what is told next is judged as if it had not been told.
                side.amended, side.reversed = before[:2]
        elif side.recorded and not side.undone:
            side.at = at
            self._judge(side)

    def _judge(self, side: Side) -> None:
        """Judge a win by what is known now."""
        side.result = self._judged(side)
        if isinstance(side.result, NoAward):
            side.recorded = side.recorded or (side.result.outcome in _KEPT and not side.beyond)
        elif self.releasing is not None:
            self.releasing.granted(side)

    def _judged(self, side: Side) -> Award | NoAward:
        row, beneficiary = side.row, side.beneficiary
        who = row.advocate if beneficiary is Beneficiary.ADVOCATE else row.referred
        if who is None:
            return NOBODY
        facts = facts_of_row(row, beneficiary)
        if side.amended or side.reversed:
            facts = facts._replace(amount=side.total)
        return self._before_the_rules(side, facts) or self._by_the_rules(side, facts, who)

    def _before_the_rules(self, side: Side, facts: Facts) -> NoAward | None:
        """What the deal's own history alone decides; None when nothing does."""
        if side.amended or side.reversed:
            settled = self._settled_before(side, facts)
            if settled is not None:
                return settled
        if side.row.trigger not in self._per_deal:
            return None
        enough = self._rewarded_enough(side, facts)
        if enough is not None:
            side.beyond = not (side.amended or side.reversed)
        return enough

    def _by_the_rules(self, side: Side, facts: Facts, who: str) -> Award | NoAward:
        row, beneficiary, program = side.row, side.beneficiary, self.program
        person = self._person(beneficiary, who)
        if person.choice is not None and facts.preferred_channel is None:
            facts = facts._replace(preferred_channel=person.choice)
        period = program.period_of(row.closed_at)
        tallies = person.tallies.get(period, ())
        counts = counts_at(program, tallies, row.closed_at)
        budgets = program.budgets_at(row.closed_at) if program.limits else ()
        reserved = self._reserved(person, budgets)
        result = award(program, facts, counts, reserved, beneficiary)
        if isinstance(result, NoAward):
            return result
        if side.amended or side.reversed:
            why = lacking(result.rules, side.unsaid)
            if why is not None:
                return NoAward(Outcome.NEEDS_ATTENTION, why)
        side.facts, side.counts, side.person, side.period = facts, counts, person, period
        side.by_rules, side.worth = result.evaluated.amount_minor, result.amount_minor
        side.ordinal = 1 + counts.get(WHOLE, 0)
        side.budgets = budgets
        person.tallies[period] = tallied(program, tallies, facts)
        person.rewarded(row.closed_at, facts.preferred_channel)
        side.counted = tallies_of(program, facts) if row.reversed_at is not None else ()
        self._reserve(side, side.worth, result.currency)
        if row.trigger in self._per_deal:
            self._count_of_deal(side, 1)
        return result

    def _settled_before(self, side: Side, facts: Facts) -> NoAward | None:
        """What was told before the win alone decides; None when nothing does."""
        if side.undone:
            return out_of_program(self.program, facts) or _UNDONE
        if side.amended and facts.amount == 0:
            return out_of_program(self.program, facts) or _AMENDED_TO_NOTHING
        return None

    def _rewarded_enough(self, side: Side, facts: Facts) -> NoAward | None:
        per_deal = self._per_deal[side.row.trigger]
        if self._rewarded.get((side.row.deal, side.row.trigger, side.beneficiary), 0) < per_deal:
            return None
        outside = out_of_program(self.program, facts)
        times = "once" if per_deal == 1 else f"{per_deal} times"
        why = f"{side.row.trigger} is rewarded {times} for one deal, and was"
        return outside or NoAward(Outcome.NO_REWARD, why)

    def _count_of_deal(self, side: Side, sign: int) -> None:
        key = side.row.deal, side.row.trigger, side.beneficiary
        self._rewarded[key] = self._rewarded.get(key, 0) + sign

    def _revalue(self, side: Side, at: datetime) -> bool:
        """Let a reward be worth what the new total says; whether that could be decided."""
        award_, facts = side.result, side.facts
        if not isinstance(award_, Award) or facts is None or side.person is None:
            return False
        currency = award_.currency
        granted = Granted(
            side.beneficiary,
            award_.rules,
            side.counts,
            Money(side.by_rules, currency),
            Money(side.worth, currency),
            award_.channel.divisible,
        )
        revised = facts._replace(amount=side.total)
        reserved = self._reserved(side.person, side.budgets)
        worth = worth_of(self.program, granted, revised, side.unsaid, reserved)
        if isinstance(worth, CannotDecide):
            side.unclear = worth.why
            return False
        difference = worth.amount.amount_minor - side.worth
        side.by_rules, side.worth = worth.by_rules.amount_minor, worth.amount.amount_minor
        if worth.limits:
            side.limits, side.at = (*side.limits, *worth.limits), at
        if difference:
            self._reserve(side, difference, currency)
            if self.releasing is not None:
                self.releasing.revised(side, Money(difference, currency), worth.limits, at)
        return True

    def _uncount(self, side: Side) -> None:
        """A deal that came undone is not counted any more; rewards granted since keep their ordinals."""
        if side.person is not None:
            tallies = side.person.tallies
            tallies[side.period] = untallied(tallies.get(side.period, ()), side.counted)
        if side.row.trigger in self._per_deal:
            self._count_of_deal(side, -1)

    def _person(self, beneficiary: Beneficiary, who: str) -> Person:
        if beneficiary not in self._kept:
            return Person()
        key = beneficiary, who
        person = self.people.get(key)
        if person is None:
            person = self.people[key] = Person()
        return person

    def _reserved(self, person: Person, budgets: tuple[Budget, ...]) -> Budgets:
        return {
            budget: held
            for budget in budgets
            if (held := (person.reserved if budget.scope is Scope.ADVOCATE else self.reserved).get(budget)) is not None
        }

    def _reserve(self, side: Side, difference: int, currency: str) -> None:
        if not side.budgets or side.person is None:
            return
        change = Money(difference, currency)
        for budget in side.budgets:
            held = side.person.reserved if budget.scope is Scope.ADVOCATE else self.reserved
            before = held.get(budget)
            held[budget] = change if before is None else before + change
