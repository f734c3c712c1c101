"""A history as years one after the other: which cohorts are active in each, and who of them was there before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Final

from guerdon.adapters.sample_history.cohort import COHORT, Cohort, draw_cohort, referrals_each
from guerdon.adapters.sample_history.field import Model
from guerdon.adapters.sample_history.moments import MONTHS_A_YEAR, plus_months
from guerdon.adapters.sample_history.shares import apportion
from guerdon.application.benchmark import published

_ACTIVE: Final = float(published.ACTIVE)
_AVERAGE: Final = sum(referrals_each(COHORT)) / COHORT
_BACK_AFTER_SUCCESS: Final = float(published.LEADS_A_YEAR_AFTER_SUCCESS) / _AVERAGE
"""Share of those who succeeded before that are active: so many that they make the published leads a year."""


@dataclass(frozen=True, slots=True)
class Group:
    """A cohort in one year, with the people who are its advocates.

    Attributes:
        people: By position in the cohort, which of the enrolled it is.
        enrolled: How many are enrolled; most of them are not active this year.
        repeats: How many groups like this one there are, each with people of its own.
        first: Number of the first one's first enrolled person.
    """

    cohort: Cohort
    people: tuple[int, ...]
    enrolled: int
    repeats: int
    first: int


@dataclass(frozen=True, slots=True)
class Season:
    """A year of the history, or its shorter rest."""

    first: date
    end: date
    groups: tuple[Group, ...]

    @property
    def deals(self) -> int:
        """How many deals close in it."""
        return sum(len(group.cohort.deals) * group.repeats for group in self.groups)

    @property
    def others(self) -> int:
        """How many leads become none."""
        return sum(len(group.cohort.others) * group.repeats for group in self.groups)


@dataclass(frozen=True, slots=True)
class Size:
    """How large a history is: by its deals, or by the advocates who are active in a year. One of the two is None."""

    deals: int | None
    advocates: int | None


@dataclass(frozen=True, slots=True)
class _Planned:
    """A season's number of full cohorts, and advocates and deals of the last one, which is not full."""

    months: int
    full: int
    advocates: int
    deals: int


def seasons(model: Model, size: Size, first: date, months: int, random: Random) -> Iterator[Season]:
    """The years of a history, the last one shorter if the months do not make whole years."""
    planned = _plan(model, size, _lengths(months))
    most_full = max(plan.full for plan in planned)
    full_deals = _deals_of(model, COHORT)
    full_line, last_line = _Line(random), _Line(random)
    start = 0
    for plan in planned:
        groups: list[Group] = []
        if plan.full:
            cohort = draw_cohort(model, COHORT, full_deals, random)
            groups.append(full_line.group(cohort, repeats=plan.full, first=0))
        if plan.advocates:
            cohort = draw_cohort(model, plan.advocates, plan.deals, random)
            groups.append(last_line.group(cohort, repeats=1, first=most_full * _enrolled(COHORT)))
        yield Season(plus_months(first, start), plus_months(first, start + plan.months), tuple(groups))
        start += plan.months


def _lengths(months: int) -> list[int]:
    years, rest = divmod(months, MONTHS_A_YEAR)
    return [MONTHS_A_YEAR] * years + [rest] * bool(rest)


def _plan(model: Model, size: Size, lengths: Sequence[int]) -> list[_Planned]:
    if size.deals is not None:
        each = apportion(size.deals, lengths)
        return [_of_deals(model, months, deals) for months, deals in zip(lengths, each, strict=True)]
    advocates = size.advocates or 0
    planned = []
    for months in lengths:
        full, rest = divmod(round(advocates * months / max(lengths)), COHORT)
        planned.append(_Planned(months, full, rest, _deals_of(model, rest)))
    return planned


def _of_deals(model: Model, months: int, deals: int) -> _Planned:
    full, rest = divmod(deals, _deals_of(model, COHORT))
    return _Planned(months, full, max(1, round(rest / (model.conversion * _AVERAGE))) if rest else 0, rest)


def _deals_of(model: Model, advocates: int) -> int:
    return round(model.conversion * sum(referrals_each(advocates)))


def _enrolled(advocates: int) -> int:
    return round(advocates / _ACTIVE)


class _Line:
    """The same enrolled people over the years: whoever had a deal comes back more often than others."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._succeeded: set[int] = set()

    def group(self, cohort: Cohort, *, repeats: int, first: int) -> Group:
        enrolled = max(_enrolled(cohort.advocates), cohort.advocates)
        back = [
            person
            for person in sorted(self._succeeded)
            if person < enrolled and self._random.random() < _BACK_AFTER_SUCCESS
        ][: cohort.advocates]
        others = [person for person in range(enrolled) if person not in self._succeeded]
        missing = cohort.advocates - len(back)
        people = back + self._random.sample(others, min(missing, len(others)))
        # Where nearly all of a small group succeeded before, some who would have stayed away come back too.
        present = set(people)
        people += [person for person in range(enrolled) if person not in present][: cohort.advocates - len(people)]
        self._random.shuffle(people)
        self._succeeded.update(people[slot.position] for slot in cohort.deals)
        return Group(cohort, tuple(people), enrolled, repeats, first)
