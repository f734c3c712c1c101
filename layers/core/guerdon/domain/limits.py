"""What a program's limits make of an amount: cut, refused, or waiting for approval. Pure.

Cuts come first, then refusals, then approvals, whatever the order in the file: the same limits give the same answer.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from guerdon.domain.counting import CountingPeriod
from guerdon.domain.money import Money
from guerdon.domain.program import Budget, Limit, Over, Program, Scope
from guerdon.domain.telling_late import ToldLate

_RANKED: Final = "ranked_limits"

_LIMIT_WORDS: Final = {
    Scope.REWARD: "the limit of {} for one reward",
    Scope.ADVOCATE: "the advocate's limit of {}",
    Scope.PROGRAM: "the program's limit of {}",
}


def limit_words(scope: Scope, most: Money, period: str | None) -> str:
    """A limit in one of its periods: "the program's limit of 500.00 USD for 2026-11"."""
    words = _LIMIT_WORDS[scope].format(most.words)
    if period is None:
        return words
    return f"{words} in all" if period == CountingPeriod.LIFETIME else f"{words} for {period}"


@dataclass(frozen=True, slots=True)
class Applied:
    """A limit that an amount went over.

    Attributes:
        most: The limit.
        left: What it had left.
        asked: The amount that went over it.
        over: What it makes of such an amount.
        period: The period of its budget, such as "2026-11" or "lifetime"; None for a limit of one reward.
    """

    scope: Scope
    most: Money
    left: Money
    asked: Money
    over: Over
    period: str | None = None

    @property
    def why(self) -> str:
        """What went over which limit, as a clause."""
        if self.left == self.most:
            return f"{self.asked.words} is over {self._limit_words}"
        return f"{self._limit_words} has {self.left.words} left for {self.asked.words}"

    @property
    def words(self) -> str:
        """The same, with what the limit did."""
        match self.over:
            case Over.CUT:
                return f"{self.why}: cut to {self.left.words}"
            case Over.APPROVAL:
                return f"{self.why}: a person must approve it"
            case Over.REFUSE:
                return f"{self.why}: refused"

    @property
    def short(self) -> str:
        """What the limit did, in a table cell."""
        match self.over:
            case Over.CUT:
                return f"cut to {self.left.words}"
            case Over.APPROVAL:
                return "needs approval"
            case Over.REFUSE:
                return "refused"

    @property
    def _limit_words(self) -> str:
        return limit_words(self.scope, self.most, self.period)


@dataclass(frozen=True, slots=True)
class Within:
    """What the limits leave of an amount.

    Attributes:
        amount: What is given; above zero when something was asked.
        applied: The limits that shaped it: the cut, if there was one, then every limit that asks for approval.
    """

    amount: Money
    applied: tuple[Applied, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing is given, and by which limits."""

    applied: tuple[Applied, ...]

    @property
    def why(self) -> str:
        """The limits that nothing could be given under, as a clause."""
        return "; ".join(one.why for one in self.applied)


def approval_of(applied: Iterable[Applied], late: ToldLate | None = None) -> str | None:
    """Why a person must approve it, without personal data; None when nobody has to.

    Args:
        applied: The limits that shaped it.
        late: How late it was told, if it was.
    """
    whys = (*((late.why,) if late else ()), *(one.why for one in applied if one.over is Over.APPROVAL))
    return "; ".join(whys) or None


def limited(  # noqa: PLR0913 - each is a fact of the one judgment that is made here.
    program: Program,
    closed_at: datetime,
    asked: Money,
    reserved: Mapping[Budget, Money],
    *,
    standing: Money | None = None,
    divisible: bool = True,
) -> Within | Refused:
    """What the program's limits make of `asked`.

    Args:
        program: Whose limits.
        closed_at: When the deal closed: it decides on the period.
        asked: What the rules give, or give more; above zero.
        reserved: What rewards are worth that count in each budget already; nothing for a budget that is not in it.
        standing: What the reward is worth before; None for a new one.
        divisible: Whether it can be cut; of what cannot, such as an item, a limit that would cut it leaves nothing.
    """
    zero = Money(0, asked.currency)
    rooms: list[Applied] = []
    for limit in _ranked(program):
        budget = program.budget_of(limit, closed_at)
        held = (standing or zero) if budget is None else reserved.get(budget, zero)
        if asked.amount_minor <= limit.most.amount_minor - held.amount_minor and asked.currency == limit.most.currency:
            # What has room for all that is asked has room for what others leave of it.
            continue
        left = max(limit.most - held, zero, key=_minor)
        rooms.append(Applied(limit.scope, limit.most, left, asked, limit.over, budget.period if budget else None))
    if not rooms:
        return Within(asked)
    cuts, refusals, approvals = (
        [room for room in rooms if room.over is over] for over in (Over.CUT, Over.REFUSE, Over.APPROVAL)
    )
    if not divisible:
        cuts, refusals = [], [*cuts, *refusals]
    cut = _gone_over(cuts, asked)
    if cut:
        cut = (min(cut, key=lambda room: room.left.amount_minor),)
        if cut[0].left == zero:
            return Refused(cut)
    amount = cut[0].left if cut else asked
    refused = _gone_over(refusals, amount)
    return Refused(refused) if refused else Within(amount, (*cut, *_gone_over(approvals, amount)))


def _gone_over(rooms: Iterable[Applied], amount: Money) -> tuple[Applied, ...]:
    return tuple(replace(room, asked=amount) for room in rooms if room.left < amount)


def _ranked(program: Program) -> tuple[Limit, ...]:
    """The program's limits in that order, sorted once."""
    known = program.worked_out.get(_RANKED)
    if isinstance(known, tuple):
        return known
    ranked = tuple(sorted(program.limits, key=_rank))
    program.worked_out[_RANKED] = ranked
    return ranked


def _rank(limit: Limit) -> tuple[int, str, int]:
    """An order of a program's limits that is not the file's."""
    return list(Scope).index(limit.scope), limit.period or "", limit.most.amount_minor


def _minor(money: Money) -> int:
    return money.amount_minor
