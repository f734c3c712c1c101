"""The limits of the simulated programs, and what they leave of an amount.

It is a second, simple reckoning after docs/programs.md, and shares no code with the one that it judges.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from guerdon.domain import identity

CAPPED: Final = "capped-referral"
BUDGETED: Final = "budgeted-referral"

Scope = Literal["reward", "advocate", "program"]
Over = Literal["cut", "refuse", "approval"]
Period = Literal["lifetime", "calendar_year", "calendar_month"]


@dataclass(frozen=True, slots=True)
class LimitTold:
    """One limit, as the program's file says it; without a period it is of one reward."""

    scope: Scope
    most_minor: int
    over: Over
    period: Period | None = None


LIMITS: Final[Mapping[str, tuple[LimitTold, ...]]] = {
    CAPPED: (
        LimitTold("reward", 120_00, "approval"),
        LimitTold("reward", 140_00, "cut"),
        LimitTold("advocate", 220_00, "cut", "lifetime"),
        LimitTold("program", 250_00, "approval", "calendar_year"),
        LimitTold("program", 400_00, "refuse", "calendar_year"),
    ),
    BUDGETED: (
        LimitTold("reward", 180_00, "refuse"),
        LimitTold("advocate", 130_00, "approval", "calendar_month"),
        LimitTold("advocate", 260_00, "refuse", "calendar_month"),
        LimitTold("program", 300_00, "cut", "lifetime"),
    ),
}
"""The limits of each program that has some: between them every scope with every edge."""


def as_document(program: str) -> dict[str, Any]:
    """A program's limits as its file has them."""
    told = defaultdict[str, list[dict[str, str]]](list)
    for limit in LIMITS[program]:
        entry = {"max": f"{limit.most_minor // 100}.{limit.most_minor % 100:02}", "over": limit.over}
        told[limit.scope].append(entry | ({"period": limit.period} if limit.period else {}))
    return dict(told)


@dataclass(frozen=True, slots=True)
class Budget:
    """What is added up: the rewards of one program's deals that closed in one period, of one advocate's or of all."""

    program: str
    advocate_id: str | None
    period: str

    @property
    def read(self) -> str:
        """How the reads of the program's decisions name it."""
        return f"reserved {self.advocate_id} {self.period}"


def budget_of(limit: LimitTold, program: str, advocate_id: str, closed_at: datetime) -> Budget | None:
    """What is added up against a limit for one deal; None for a limit of one reward."""
    if limit.period is None:
        return None
    # The deals of a story close about the 20th, so that no time zone matters.
    period = {"lifetime": "lifetime", "calendar_year": f"{closed_at:%Y}", "calendar_month": f"{closed_at:%Y-%m}"}
    return Budget(program, advocate_id if limit.scope == "advocate" else None, period[limit.period])


def budgets_of(program: str, crm_id: str, closed_at: datetime) -> frozenset[Budget]:
    """Every budget that a deal of the advocate `crm_id` counts in."""
    advocate_id = identity.advocate_id("acme", crm_id)
    budgets = (budget_of(limit, program, advocate_id, closed_at) for limit in LIMITS.get(program, ()))
    return frozenset(budget for budget in budgets if budget is not None)


@dataclass(frozen=True, slots=True)
class Left:
    """What limits leave of an amount, and whether a person must approve it."""

    amount_minor: int
    needs_approval: bool


def left_of(asked_minor: int, rooms: Sequence[tuple[LimitTold, int]], *, divisible: bool) -> Left | None:
    """What is left of an amount by limits, each with the room that it has; None when it is refused."""
    cutting = [room for limit, room in rooms if limit.over == "cut"]
    amount = min([asked_minor, *cutting]) if divisible else asked_minor
    refusing = [room for limit, room in rooms if limit.over == "refuse"] + ([] if divisible else cutting)
    if amount <= 0 or any(amount > room for room in refusing):
        return None
    return Left(amount, any(amount > room for limit, room in rooms if limit.over == "approval"))


class Sums:
    """Sums that grow and shrink from commit to commit, and what each had come to by then."""

    def __init__(self) -> None:
        self._changes = defaultdict[Hashable, list[tuple[int, int]]](list)

    def change(self, what: Hashable, place: int, by: int) -> None:
        """The commit at `place` among all of them changes a sum."""
        self._changes[what].append((place, self.last(what) + by))

    def before(self, what: Hashable, place: int) -> int:
        """A sum by all commits before the one at `place`."""
        changes = self._changes[what]
        index = bisect_left(changes, place, key=lambda change: change[0])
        return changes[index - 1][1] if index else 0

    def last(self, what: Hashable) -> int:
        """A sum by all commits."""
        return self._changes[what][-1][1] if self._changes[what] else 0
