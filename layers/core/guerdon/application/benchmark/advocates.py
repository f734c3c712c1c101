"""How many referrals advocates make in a year, from rows in the order of time."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final
from zlib import crc32

from guerdon.application.benchmark.statistics import GROUPS, Interval, left_out_interval

MONTHS_A_YEAR: Final = 12


@dataclass(slots=True)
class Group:
    """Advocates of one of GROUPS equal parts, by how many referrals they made in a year: a year of one counts once.

    Attributes:
        advocates: How many advocates made so many referrals.
        deals: How many deals came from those who made so many.
    """

    advocates: Counter[int] = field(default_factory=Counter)
    deals: Counter[int] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Concentration:
    """What the most active share of advocates makes of all.

    Attributes:
        advocates: How many advocates the figure is from, and `top` how many of them are the most active.
    """

    referrals: float
    deals: float | None
    referrals_interval: Interval
    deals_interval: Interval | None
    advocates: int
    top: float


class Years:
    """What advocates did in each whole year of a history.

    Years are counted from the month of the first row; an unfinished last one is left out. Beside what advocates add up
    to, it remembers the advocates of the year that is read, and everybody who ever had a deal.

    Attributes:
        whole: How many years were finished.
        months: How many months the history has, the first and the last one counted as whole.
        after_success: Of those who had a deal in an earlier year: how many there were in the years since, their leads,
            and the sum of the squares of their numbers of leads.
    """

    def __init__(self) -> None:
        self.whole = 0
        self.months = 0
        self.after_success = (0, 0, 0)
        self.groups = [Group() for _ in range(GROUPS)]
        self._first_month: int | None = None
        self._year = 0
        self._made: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
        self._succeeded: set[str] = set()

    def add(self, advocate: str, month: int, *, won: bool) -> None:
        """Count one referral; `month` numbers the months of all years, and never falls."""
        if self._first_month is None:
            self._first_month = month
        self.months = month - self._first_month + 1
        year = (self.months - 1) // MONTHS_A_YEAR
        while self._year < year:
            self._finish()
        made = self._made[advocate]
        made[0] += 1
        made[1] += won

    def end(self) -> None:
        """Say that there are no more rows."""
        if self.months and self.months % MONTHS_A_YEAR == 0:
            self._finish()

    def advocates(self, least: int = 1, most: int | None = None) -> int:
        """How many made at least and at most so many referrals in a year."""
        return sum(
            number
            for group in self.groups
            for count, number in group.advocates.items()
            if count >= least and (most is None or count <= most)
        )

    @property
    def referrals(self) -> int:
        """How many referrals were made in the whole years."""
        return sum(count * number for group in self.groups for count, number in group.advocates.items())

    @property
    def squares(self) -> int:
        """The sum of the squares of the advocates' numbers of referrals."""
        return sum(count * count * number for group in self.groups for count, number in group.advocates.items())

    def concentration(self, share: float) -> Concentration:
        """What the `share` of advocates who made the most referrals made of all."""
        referrals, deals = _top(self.groups, share)
        without = [_top(self.groups[:left] + self.groups[left + 1 :], share) for left in range(GROUPS)]
        advocates = self.advocates()
        return Concentration(
            referrals or 0.0,
            deals,
            left_out_interval(referrals or 0.0, [made or 0.0 for made, _ in without]),
            None if deals is None else left_out_interval(deals, [won or 0.0 for _, won in without]),
            advocates,
            advocates * share,
        )

    def _finish(self) -> None:
        number, total, squares = self.after_success
        number += len(self._succeeded)
        for advocate, (referrals, deals) in self._made.items():
            group = self.groups[crc32(advocate.encode()) % GROUPS]
            group.advocates[referrals] += 1
            group.deals[referrals] += deals
            if advocate in self._succeeded:
                total += referrals
                squares += referrals * referrals
        self.after_success = (number, total, squares)
        self._succeeded.update(advocate for advocate, (_, deals) in self._made.items() if deals)
        self._made.clear()
        self._year += 1
        self.whole += 1


def _top(groups: Iterable[Group], share: float) -> tuple[float | None, float | None]:
    """Shares of referrals and of deals; of advocates with equal numbers as many as are needed, as an average one."""
    advocates: Counter[int] = Counter()
    deals: Counter[int] = Counter()
    for group in groups:
        advocates.update(group.advocates)
        deals.update(group.deals)
    left = advocates.total() * share
    made = won = 0.0
    for count in sorted(advocates, reverse=True):
        taken = min(left, advocates[count])
        made += count * taken
        won += deals[count] * taken / advocates[count]
        left -= taken
        if left <= 0:
            break
    all_made, all_won = sum(count * number for count, number in advocates.items()), deals.total()
    return made / all_made if all_made else None, won / all_won if all_won else None
