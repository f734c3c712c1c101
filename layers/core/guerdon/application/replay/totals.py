"""What a replay comes to: sums that add up across parts of a history, and do not grow with its deals."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple, TypeVar

from guerdon.application.replay.distribution import Distribution
from guerdon.application.replay.releasing import Stopped
from guerdon.application.replay.sides import Side, standing_total
from guerdon.domain.awarding import Award
from guerdon.domain.counting import CountingPeriod
from guerdon.domain.evaluation import Piece
from guerdon.domain.evaluation.exact import half_even, shared_out
from guerdon.domain.evaluation.exchanging import exchanging
from guerdon.domain.explanation import PartKind
from guerdon.domain.history import HistoryRow
from guerdon.domain.limits import Applied
from guerdon.domain.outcome import Outcome
from guerdon.domain.program import Beneficiary, Over, Program, Scope
from guerdon.domain.triggers import DEAL_CLOSED, DEAL_RENEWED, INVOICE_PAID

_Key = TypeVar("_Key")

REASONS_MOST: Final = 20
"""How many different reasons why something needs attention are kept."""

_PAYING: Final = frozenset({DEAL_CLOSED, INVOICE_PAID, DEAL_RENEWED})
"""The triggers that revenue comes in with."""

OTHER_REASONS: Final = "other reasons"


class Cell(NamedTuple):
    """What a part of a reward is paid by: positions in the program; None where nothing was looked up."""

    rule: int
    kind: PartKind
    step: int | None
    tier: int | None
    entry: int | None


class LimitKey(NamedTuple):
    """One limit in one of its periods; its period is empty for a limit of one reward."""

    scope: Scope
    period: str
    over: Over
    most: int


@dataclass(slots=True)
class LimitUse:
    """How often a limit was gone over.

    Attributes:
        first_at: When the first reward went over it: when its deal closed, or when it was amended later.
        first_deal: Of which deal that was.
        times: How often.
        withheld: What it cut or refused, in minor units; of an approval, what waits for one.
    """

    first_at: datetime
    first_deal: str
    times: int = 0
    withheld: int = 0


Sum = list[int]
"""How many, and how much in minor units."""


@dataclass(slots=True)
class Totals:
    """Sums of one replay, in minor units of the program's currency.

    Attributes:
        program: The program.
        deals: The rows that were won.
        revenue: What they are worth by all that was told of them.
        rewarded: How many of them are rewarded: some beneficiary's reward is worth something after all.
        rewarded_revenue: What those are worth.
        acquired: Those of them that are closings of deals.
        earned: What rewards were worth when they were granted.
        cost: What they are worth by all that was told.
        unconverted: Deals whose currency the program has no rate for, by currency: not in revenue.
        outcomes: How judging ended, by beneficiary.
        attention: Why something needs attention, and how often.
        cells: Cost by what it is paid by.
        rule_rewards: How many rewards each rule has a part in.
        channels: Cost by channel.
        months: By the month of closing: deals, rewards, cost, revenue, and revenue of rewarded deals.
        advocates: By advocate: deals, rewards, cost, revenue of rewarded deals.
        by_month: By advocate and month, cost, rewarded deals and their revenue; filled where it is asked for.
        first: When the first row closed.
        last: When the last one did.
        budgets: What is reserved of the program's limits in the end, by period.
        stopped: What would have waited for a person; None of a program that has nothing wait.
    """

    program: Program
    keeps_months: bool = False
    deals: int = 0
    revenue: int = 0
    rewarded: int = 0
    rewarded_revenue: int = 0
    acquired: int = 0
    rewards: int = 0
    earned: int = 0
    cost: int = 0
    reversed: int = 0
    amended: int = 0
    unconverted: dict[str, int] = field(default_factory=dict)
    outcomes: dict[tuple[Beneficiary, Outcome], int] = field(default_factory=dict)
    attention: dict[str, int] = field(default_factory=dict)
    cells: dict[Cell, Sum] = field(default_factory=dict)
    rule_rewards: dict[str, int] = field(default_factory=dict)
    channels: dict[str, Sum] = field(default_factory=dict)
    sides: dict[Beneficiary, Sum] = field(default_factory=dict)
    months: dict[str, Sum] = field(default_factory=dict)
    advocates: dict[str, Sum] = field(default_factory=dict)
    by_month: dict[str, dict[str, Sum]] = field(default_factory=dict)
    limits: dict[LimitKey, LimitUse] = field(default_factory=dict)
    amounts: Distribution = field(default_factory=Distribution)
    budgets: dict[str, int] = field(default_factory=dict)
    stopped: Stopped | None = None
    first: datetime | None = None
    last: datetime | None = None

    def settled(self, row: HistoryRow, sides: tuple[Side, ...]) -> None:
        """Add a row that is decided."""
        converted = self._converted(standing_total(row, amended=True, is_reversed=True), row.currency)
        if converted is None:
            self.unconverted[row.currency] = self.unconverted.get(row.currency, 0) + 1
        # What a lead or a demo is about comes in with the deal, if it closes.
        revenue = converted or 0 if row.trigger in _PAYING else 0
        self.deals += 1
        self.revenue += revenue
        self.reversed += row.reversed_at is not None
        self.amended += row.amended_at is not None
        if self.first is None or row.closed_at < self.first:
            self.first = row.closed_at
        if self.last is None or self.last < row.closed_at:
            self.last = row.closed_at
        count = cost = own = own_cost = 0
        for side in sides:
            worth = self._side(side)
            if worth:
                count += 1
                cost += worth
                if side.beneficiary is Beneficiary.ADVOCATE:
                    own, own_cost = own + 1, own_cost + worth
        rewarded_revenue = revenue if count else 0
        if count:
            self.rewarded += 1
            self.rewarded_revenue += revenue
            self.acquired += row.trigger == DEAL_CLOSED
        month = self.program.period_of(row.closed_at, CountingPeriod.CALENDAR_MONTH)
        _add(self.months, month, 1, count, cost, revenue, rewarded_revenue)
        _add(self.advocates, row.advocate, 1, own, own_cost, rewarded_revenue)
        if self.keeps_months:
            _add(self.by_month.setdefault(row.advocate, {}), month, cost, 1 if count else 0, rewarded_revenue, 1)

    def merge(self, other: "Totals") -> None:
        """Add what another part of the history comes to."""
        for name in ("deals", "revenue", "rewarded", "rewarded_revenue", "acquired", "rewards", "earned", "cost"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.reversed += other.reversed
        self.amended += other.amended
        _merge_counts(self.unconverted, other.unconverted)
        _merge_counts(self.outcomes, other.outcomes)
        _merge_counts(self.attention, other.attention)
        _merge_counts(self.budgets, other.budgets)
        _merge_counts(self.rule_rewards, other.rule_rewards)
        _merge_sums(self.cells, other.cells)
        _merge_sums(self.channels, other.channels)
        _merge_sums(self.sides, other.sides)
        _merge_sums(self.months, other.months)
        _merge_sums(self.advocates, other.advocates)
        for advocate, months in other.by_month.items():
            _merge_sums(self.by_month.setdefault(advocate, {}), months)
        for key, use in other.limits.items():
            self._limit(key, use)
        self.amounts.merge(other.amounts)
        if other.stopped is not None:
            self.stopped = self.stopped or Stopped()
            self.stopped.merge(other.stopped)
        moments = [moment for moment in (self.first, other.first) if moment is not None]
        self.first = min(moments, default=None)
        moments = [moment for moment in (self.last, other.last) if moment is not None]
        self.last = max(moments, default=None)

    def _side(self, side: Side) -> int:
        """Add one beneficiary's part; what it is worth in the program's currency."""
        result = side.result
        key = side.beneficiary, Outcome.REWARDED if isinstance(result, Award) else result.outcome
        self.outcomes[key] = self.outcomes.get(key, 0) + 1
        if side.unclear is not None:
            self._attention(side.unclear)
        if not isinstance(result, Award):
            if result.outcome is Outcome.NEEDS_ATTENTION:
                self._attention(result.why)
            if result.outcome is Outcome.OVER_LIMIT:
                self._limits_met(side, result.limits, refused=True)
            return 0
        self.earned += self._converted(result.amount_minor, result.currency) or 0
        if result.limits or side.limits:
            self._limits_met(side, (*result.limits, *side.limits), refused=False)
        if side.worth == 0:
            return 0
        worth = self._converted(side.worth, result.currency) or 0
        self.rewards += 1
        self.cost += worth
        self.amounts.add(worth or 1)
        for rule in result.rules:
            self.rule_rewards[rule.name] = self.rule_rewards.get(rule.name, 0) + 1
        _add(self.channels, result.channel.value, 1, worth)
        _add(self.sides, side.beneficiary, 1, worth)
        self._add_cells(result.evaluated.pieces, result.evaluated.amount_minor, worth)
        return worth

    def _add_cells(self, pieces: tuple[Piece, ...], by_rules: int, worth: int) -> None:
        if len(pieces) == 1:
            _add(self.cells, _cell(pieces[0]), 1, worth)
            return
        # What limits cut, or a revision took, is shared out among the parts: they sum to what the reward is worth.
        shares = shared_out([piece.minor * worth for piece in pieces], by_rules)
        for piece, share in zip(pieces, shares, strict=True):
            _add(self.cells, _cell(piece), 1, share)

    def _limits_met(self, side: Side, limits: tuple[Applied, ...], *, refused: bool) -> None:
        for one in limits:
            key = LimitKey(one.scope, one.period or "", one.over, one.most.amount_minor)
            asked = one.asked.amount_minor
            withheld = asked if refused or one.over is not Over.CUT else asked - one.left.amount_minor
            self._limit(key, LimitUse(side.at, side.row.deal, 1, withheld))

    def _limit(self, key: LimitKey, use: LimitUse) -> None:
        known = self.limits.get(key)
        if known is None:
            self.limits[key] = LimitUse(use.first_at, use.first_deal, use.times, use.withheld)
            return
        known.times += use.times
        known.withheld += use.withheld
        if use.first_at < known.first_at:
            known.first_at, known.first_deal = use.first_at, use.first_deal

    def _attention(self, why: str) -> None:
        known = why in self.attention or len(self.attention) < REASONS_MOST
        key = why if known else OTHER_REASONS
        self.attention[key] = self.attention.get(key, 0) + 1

    def _converted(self, minor: int, currency: str) -> int | None:
        """An amount in the program's currency; None if there is no rate."""
        program = self.program
        if currency == program.currency:
            return minor
        rate = exchanging(program, program.currency).rates.get(currency)
        return None if rate is None else half_even(minor * rate.numerator, rate.denominator)


def _cell(piece: Piece) -> Cell:
    # Which line's rate it is matters as little as which line; which of several bonuses does.
    entry = piece.entry if piece.kind is PartKind.BONUS else None
    return Cell(piece.rule, piece.kind, piece.step, piece.tier, entry)


def _add(sums: dict[_Key, Sum], key: _Key, *amounts: int) -> None:
    known = sums.get(key)
    if known is None:
        sums[key] = list(amounts)
        return
    for index, amount in enumerate(amounts):
        known[index] += amount


def _merge_counts(mine: dict[_Key, int], theirs: dict[_Key, int]) -> None:
    for key, count in theirs.items():
        mine[key] = mine.get(key, 0) + count


def _merge_sums(mine: dict[_Key, Sum], theirs: dict[_Key, Sum]) -> None:
    for key, amounts in theirs.items():
        _add(mine, key, *amounts)
