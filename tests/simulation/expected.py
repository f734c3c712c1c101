"""What must have come of everything that was told: a second, simple reckoning.

It follows docs/events.md and docs/programs.md, knows of no payout, no version and no fault, only of what was told and
in which order it was decided, and shares no code with the decisions that it judges.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from guerdon.application.records import DealRecord, InboxEvent
from guerdon.application.transaction import Transaction
from guerdon.domain import identity
from guerdon.domain.deal import DEAL_AMENDED
from guerdon.domain.judgment import Outcome
from guerdon.domain.program import Beneficiary
from simulation.limits import LIMITS, Left, LimitTold, Sums, budget_of, budgets_of, left_of
from simulation.telling import INVOICES_MOST, DealTold, Telling, worth_minor

Occurrence = tuple[str, str, str, str, Beneficiary]
"""A program, a deal, what happened to it, which time, and who is rewarded for that."""

_GAVE_NOTHING: Final = frozenset({Outcome.OVER_LIMIT, Outcome.NO_CHANGE})
"""What says that a limit left nothing: no sum is written with it, so it is as good if it was right when it was read."""


@dataclass(slots=True)
class Standing:
    """One win as it stands by all that was told.

    Attributes:
        ordinal: Under which it was rewarded; None as long as it earned nothing.
        by_rules_minor: What the rules give for its total, whatever the limits leave of that.
        limited_minor: What the limits left of it, as one decision came after the other.
    """

    deal: DealTold
    closed_at: datetime
    beneficiary: Beneficiary = Beneficiary.ADVOCATE
    invoice: str | None = None
    told_minor: int | None = None
    reversals: list[tuple[int, datetime]] = field(default_factory=list)
    amendments: list[tuple[datetime, int]] = field(default_factory=list)
    ordinal: int | None = None
    by_rules_minor: int = 0
    limited_minor: int = 0

    @property
    def undone(self) -> bool:
        return any(total == 0 for total, _ in self.reversals)

    @property
    def total_minor(self) -> int:
        """The newest amendment, of two of one moment the smaller; but no more than any reversal left."""
        told = self.told_minor or 0
        if self.amendments:
            newest = max(moment for moment, _ in self.amendments)
            told = min(total for moment, total in self.amendments if moment == newest)
        return min([told, *(total for total, _ in self.reversals)])

    @property
    def worth_minor(self) -> int:
        """What its reward is worth: where nothing is limited, whatever the order in which it was told."""
        if self.deal.program in LIMITS:
            return self.limited_minor
        return self.by_rules(self.ordinal) if self.ordinal else 0

    def by_rules(self, ordinal: int) -> int:
        """What its program's rules pay for it."""
        return worth_minor(self.deal.program, ordinal, self.total_minor, self.beneficiary)

    def with_word_of(self, other: "Standing | None") -> "Standing":
        """It with what was told later of the same win to another beneficiary."""
        reversals, amendments = list(self.reversals), list(self.amendments)
        if other is not None:
            reversals += [told for told in other.reversals if told not in reversals]
            amendments += [told for told in other.amendments if told not in amendments]
        return replace(self, reversals=reversals, amendments=amendments)

    def is_revised(self, said: Telling) -> bool:
        """Take a reversal or an amendment in; whether it says anything that counts beside those before."""
        if said.type == DEAL_AMENDED:
            newest = max(((moment, -total) for moment, total in self.amendments), default=None)
            self.amendments.append((said.effective_at, said.total_minor))
            return newest is None or (said.effective_at, -said.total_minor) > newest
        largest = min(self.reversals, default=None)
        self.reversals.append((said.total_minor, said.effective_at))
        return largest is None or self.reversals[-1] < largest

    def contradicts(self, total_minor: int) -> bool:
        """Whether a win of that total is another one than what was told and is settled."""
        settled = self.told_minor is not None and (self.ordinal is not None or self.undone)
        return settled and self.told_minor != total_minor

    def forbids(self, closed_at: datetime) -> bool:
        """Whether another win at `closed_at` needs a person."""
        if self.undone:
            undone_at = min(moment for total, moment in self.reversals if total == 0)
            return self.told_minor is not None and closed_at <= undone_at
        return self.ordinal is not None


@dataclass(frozen=True, slots=True)
class Decided:
    """When one delivery's event was decided.

    Attributes:
        place: Which commit it was.
        order: Its place among the decisions.
        reads: How many commits there had been when each thing was read that it need only be true for by then.
    """

    delivery_id: str
    place: int
    order: float
    reads: Mapping[str, int]
    beneficiary: Beneficiary = Beneficiary.ADVOCATE

    def judged_at(self, read: str) -> int:
        """By how many commits it must be true, as far as it rests on what was read."""
        return self.reads.get(read, self.place)


class Expected:
    """The reckoning of one schedule.

    Attributes:
        budgets: What the rewards of each budget are worth together.
        gave: For each commit that made a reward worth more, whether a person must approve that.
    """

    def __init__(
        self,
        tellings: Mapping[str, Telling],
        commits: list[Transaction],
        judged_at: Mapping[int, Mapping[str, int]],
    ) -> None:
        self.budgets = Sums()
        self.gave: dict[int, bool] = {}
        self._counted = Sums()
        self._wins: dict[Occurrence, Standing] = {}
        for decided in _in_order(commits, judged_at):
            self._hear(tellings[decided.delivery_id], decided)

    @property
    def rewarded(self) -> dict[Occurrence, Standing]:
        """Every win that must have a reward, undone ones included: rewards are never deleted."""
        return {occurrence: win for occurrence, win in self._wins.items() if win.ordinal is not None}

    def _hear(self, said: Telling, decided: Decided) -> None:
        occurrence = (said.deal.program, said.deal.deal_id, *said.occurrence, decided.beneficiary)
        known = self._wins.get(occurrence)
        win = known or Standing(said.deal, said.closed_at, decided.beneficiary, said.invoice)
        if said.wins:
            if win.told_minor is not None and (win.ordinal is not None or win.undone):
                return
            advocates = self._wins.get((*occurrence[:4], Beneficiary.ADVOCATE))
            if decided.beneficiary is Beneficiary.REFERRED and advocates is not None:
                win = win.with_word_of(advocates)
            contradicted = bool(advocates and win.told_minor is None and advocates.contradicts(said.total_minor))
            if self._leaves_no_trace(win, new=known is None, contradicted=contradicted):
                return
            win.told_minor = said.total_minor
        elif known is None and self._in_the_way(win) and not self._advocate_knows(occurrence):
            return
        self._wins[occurrence] = win
        was_undone = win.undone
        if not said.wins and not win.is_revised(said):
            return
        if win.ordinal is not None:
            if win.undone and not was_undone:
                self._counted.change(_who(win), decided.place, -1)
            self._revise(win, decided)
        elif win.told_minor is not None and win.total_minor and not self._in_the_way(win) and not self._enough(win):
            self._reward(win, decided)

    def _leaves_no_trace(self, win: Standing, *, new: bool, contradicted: bool) -> bool:
        """Whether a win needs a person, or is one of more than the program rewards, of which nothing is known."""
        if contradicted or (not win.undone and self._in_the_way(win)):
            return True
        return new and not win.reversals and not win.amendments and self._enough(win)

    def _reward(self, win: Standing, decided: Decided) -> None:
        """Give a win its reward, unless a limit leaves nothing: then it is not counted either."""
        ordinal = 1 + self._counted.before(_who(win), decided.judged_at("deal_count"))
        asked = win.by_rules(ordinal)
        left = self._left_of(asked, win, decided)
        if left is None:
            return
        win.ordinal, win.by_rules_minor = ordinal, asked
        self._counted.change(_who(win), decided.place, 1)
        self._give(left, win, decided)

    def _revise(self, win: Standing, decided: Decided) -> None:
        """A reward rises by what its deal gained, as far as limits leave that; what was cut before stays cut."""
        assert win.ordinal is not None
        before, after = win.by_rules_minor, win.by_rules(win.ordinal)
        win.by_rules_minor = after
        rise = min(after - before, after - win.limited_minor)
        if rise <= 0:
            self._be_worth(min(after, win.limited_minor), win, decided)
            return
        left = self._left_of(rise, win, decided)
        if left is not None:
            self._give(left, win, decided)

    def _left_of(self, asked: int, win: Standing, decided: Decided) -> Left | None:
        deal = win.deal

        def room(limit: LimitTold) -> int:
            budget = budget_of(limit, deal.program, identity.advocate_id("acme", deal.advocate), win.closed_at)
            if budget is None:
                return limit.most_minor - win.limited_minor
            return limit.most_minor - self.budgets.before(budget, decided.judged_at(budget.read))

        rooms = [(limit, max(0, room(limit))) for limit in LIMITS.get(deal.program, ())]
        return left_of(asked, rooms, divisible=deal.channel.divisible)

    def _give(self, left: Left, win: Standing, decided: Decided) -> None:
        self.gave[decided.place] = left.needs_approval
        self._be_worth(win.limited_minor + left.amount_minor, win, decided)

    def _be_worth(self, amount_minor: int, win: Standing, decided: Decided) -> None:
        for budget in budgets_of(win.deal.program, win.deal.advocate, win.closed_at):
            self.budgets.change(budget, decided.place, amount_minor - win.limited_minor)
        win.limited_minor = amount_minor

    def _in_the_way(self, win: Standing) -> bool:
        if win.invoice is not None:
            return False
        others = [other for other in self._alike(win) if other.closed_at != win.closed_at]
        if win.beneficiary is Beneficiary.REFERRED:
            # The advocate was judged in order: what that knows of a win beside the customer's own history counts too.
            own = {other.closed_at: other for other in others}
            alike = self._alike(replace(win, beneficiary=Beneficiary.ADVOCATE))
            for theirs in (other for other in alike if other.closed_at != win.closed_at):
                mine = own.get(theirs.closed_at)
                others.append(theirs if mine is None or mine.told_minor is None else mine.with_word_of(theirs))
                if mine is not None and mine.told_minor is not None:
                    others.remove(mine)
        return any(other.forbids(win.closed_at) for other in others)

    def _advocate_knows(self, occurrence: Occurrence) -> bool:
        """Whether something was recorded of the advocate's win that a customer's is the other side of."""
        return occurrence[4] is Beneficiary.REFERRED and (*occurrence[:4], Beneficiary.ADVOCATE) in self._wins

    def _enough(self, win: Standing) -> bool:
        """Whether as many other invoices of the deal stand rewarded as the program rewards."""
        others = [other for other in self._alike(win) if other.invoice != win.invoice]
        if win.beneficiary is Beneficiary.REFERRED:
            # A reversal that the advocate's side heard first frees a place on the customer's side too.
            alike = self._alike(replace(win, beneficiary=Beneficiary.ADVOCATE))
            theirs = {other.invoice: other for other in alike}
            others = [other.with_word_of(theirs.get(other.invoice)) for other in others]
        standing = sum(1 for other in others if other.ordinal is not None and not other.undone)
        return win.invoice is not None and standing >= INVOICES_MOST

    def _alike(self, win: Standing) -> list[Standing]:
        """What else happened to the deal of the same kind, for the same beneficiary."""
        return [
            other
            for other in self._wins.values()
            if other.deal == win.deal
            and other.beneficiary is win.beneficiary
            and (other.invoice is None) is (win.invoice is None)
        ]


def _who(win: Standing) -> tuple[str, str]:
    return win.deal.program, win.deal.recipient_id(win.beneficiary)


def _in_order(commits: list[Transaction], judged_at: Mapping[int, Mapping[str, int]]) -> Iterable[Decided]:
    """The deliveries whose events were decided, in the order of the decisions.

    A decision that writes into the deal's record was true when it was committed. One that writes nothing else, such
    as that a person is needed, is as good if it was true when the record was read.
    """
    decided: dict[tuple[str, Beneficiary], Decided] = {}
    for place, transaction in enumerate(commits):
        rows = [write.row for write in transaction]
        recorded = any(isinstance(row, DealRecord) for row in rows)
        for row in rows:
            if not isinstance(row, InboxEvent) or row.outcome is None:
                continue
            event = row.delivery_id, row.beneficiary
            if event not in decided:
                reads = judged_at.get(place, {})
                order = place if recorded else _read_at(reads, row.beneficiary, place) - 0.5
                rests_on = reads if row.outcome in _GAVE_NOTHING else {}
                decided[event] = Decided(row.delivery_id, place, order, rests_on, row.beneficiary)
    return sorted(decided.values(), key=lambda one: one.order)


def _read_at(reads: Mapping[str, int], beneficiary: Beneficiary, place: int) -> int:
    """By how many commits the rows were read that it rests on: the customer is judged by the advocate's too."""
    whose = (beneficiary,) if beneficiary is Beneficiary.ADVOCATE else tuple(Beneficiary)
    return max((reads[row] for one in whose if (row := f"deal_record {one}") in reads), default=place)
