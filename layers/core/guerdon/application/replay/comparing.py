"""What another version of the rules changes, deal by deal and advocate by advocate."""

from dataclasses import dataclass, field
from typing import NamedTuple

from guerdon.application.replay.sides import Side
from guerdon.application.replay.totals import Totals
from guerdon.domain.awarding import Award
from guerdon.domain.program import Beneficiary

NOTHING = "no reward"


class Change(NamedTuple):
    """The rules that decide about a deal under one version, and under the other; NOTHING where none pays."""

    one: str
    other: str


@dataclass(slots=True)
class Changes:
    """How many deals are decided by which rules under both versions, by what the advocate earns when they close.

    Attributes:
        deals: By the rules under both.
    """

    deals: dict[Change, int] = field(default_factory=dict)

    def add(self, one: tuple[Side, ...], other: tuple[Side, ...]) -> None:
        """Count a deal."""
        key = Change(_rules(one), _rules(other))
        self.deals[key] = self.deals.get(key, 0) + 1

    def merge(self, other: "Changes") -> None:
        """Count the deals of another part of the history too."""
        for key, count in other.deals.items():
            self.deals[key] = self.deals.get(key, 0) + count

    @property
    def changed(self) -> int:
        """How many deals another rule decides about."""
        return sum(count for key, count in self.deals.items() if key.one != key.other)

    def ranked(self) -> list[tuple[Change, int]]:
        """The changes, the most frequent first."""
        changed = [(key, count) for key, count in self.deals.items() if key.one != key.other]
        return sorted(changed, key=lambda one: (-one[1], one[0]))


def _rules(sides: tuple[Side, ...]) -> str:
    for side in sides:
        if side.beneficiary is Beneficiary.ADVOCATE and isinstance(side.result, Award):
            return " + ".join([rule.name for rule in side.result.rules])
    return NOTHING


class Difference(NamedTuple):
    """What one advocate earns under both versions, in minor units."""

    advocate: str
    one: int
    other: int

    @property
    def by(self) -> int:
        """How much more the first version pays."""
        return self.one - self.other


@dataclass(slots=True)
class Differences:
    """Who gains and who loses by the first version.

    Attributes:
        gain: How many advocates earn more by it.
        lose: How many earn less.
        same: How many earn the same.
        most_gained: Those who gain most, the most first.
        most_lost: Those who lose most, the most first.
    """

    gain: int = 0
    lose: int = 0
    same: int = 0
    gained_minor: int = 0
    lost_minor: int = 0
    most_gained: list[Difference] = field(default_factory=list)
    most_lost: list[Difference] = field(default_factory=list)


def differences(one: Totals, other: Totals, top: int = 10) -> Differences:
    """Compare what each advocate earns in two replays of the same history."""
    found = Differences()
    moved: list[Difference] = []
    for advocate, (_, _, cost, _) in one.advocates.items():
        difference = Difference(advocate, cost, other.advocates[advocate][2])
        if difference.by > 0:
            found.gain += 1
            found.gained_minor += difference.by
        elif difference.by < 0:
            found.lose += 1
            found.lost_minor -= difference.by
        else:
            found.same += 1
            continue
        moved.append(difference)
    moved.sort(key=lambda difference: (-difference.by, difference.advocate))
    found.most_gained = [difference for difference in moved[:top] if difference.by > 0]
    lost = [difference for difference in moved if difference.by < 0]
    found.most_lost = sorted(lost, key=lambda difference: (difference.by, difference.advocate))[:top]
    return found
