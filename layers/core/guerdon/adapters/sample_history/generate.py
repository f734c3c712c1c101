"""Rows of invented history, in the order of time and without end if need be: none of them is kept."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from heapq import merge
from math import gcd
from operator import attrgetter
from random import Random
from typing import Final

from guerdon.adapters.sample_history.cohort import Slot
from guerdon.adapters.sample_history.deals import Deals
from guerdon.adapters.sample_history.draws import pick, wheel
from guerdon.adapters.sample_history.field import Model, model_of
from guerdon.adapters.sample_history.moments import ordered_moments
from guerdon.adapters.sample_history.people import CHANNELS, People, Person
from guerdon.adapters.sample_history.seasons import Group, Season, Size, seasons
from guerdon.application.benchmark.published import Kind
from guerdon.domain.history import NO_AMOUNTS, HistoryRow, Status
from guerdon.domain.triggers import DEAL_CLOSED

_GOLDEN_RATIO: Final = 0.6180339887498949
_FIRST_PURCHASE: Final = 0.9
_OTHER_COUNTRY: Final = 0.04
_COUNTRIES: Final = ("US", "CA", "GB", "DE", "FR", "JP")
_STILL_OPEN: Final = wheel({Status.LOST.value: 70, Status.LEAD.value: 30})


@dataclass(frozen=True, slots=True)
class Wish:
    """What history is wanted.

    Attributes:
        first: Its first day, in UTC.
        with_leads: Whether referrals that became no deal are rows too.
    """

    kind: Kind
    size: Size
    first: date
    months: int
    currency: str
    seed: int
    with_leads: bool


class History:
    """A history, to be read once: the same rows for the same wish, and the same deals with leads and without them.

    Attributes:
        deals: How many deals it told so far.
        leads: How many other leads.
        enrolled: How many advocates are enrolled, active or not, in its largest year so far.
    """

    def __init__(self, wish: Wish) -> None:
        self._wish = wish
        self._model: Model = model_of(wish.kind)
        self._methods = [method.value for method in self._model.methods]
        self._people = People(wish.seed, wish.kind, wish.currency)
        self._worths = Deals(wish.kind, wish.currency)
        self._plan, self._of_deals, self._of_others = (
            Random(f"{wish.seed} {purpose}")  # noqa: S311 - sample data, and the same for the same seed.
            for purpose in ("cohorts", "deals", "leads")
        )
        self.deals = 0
        self.leads = 0
        self.enrolled = 0

    def rows(self) -> Iterator[HistoryRow]:
        """All rows, sorted by `closed_at`."""
        wish = self._wish
        for season in seasons(self._model, wish.size, wish.first, wish.months, self._plan):
            self.enrolled = max(self.enrolled, sum(group.enrolled * group.repeats for group in season.groups))
            deals = self._won(season)
            yield from merge(deals, self._others(season), key=attrgetter("closed_at")) if wish.with_leads else deals

    def _won(self, season: Season) -> Iterator[HistoryRow]:
        random, worths = self._of_deals, self._worths
        draw = random.random
        slots = _mixed([(group, group.cohort.deals) for group in season.groups], season.deals)
        for closed_at, (number, slot) in zip(
            ordered_moments(season.first, season.end, season.deals, random), slots, strict=True
        ):
            self.deals += 1
            worth = worths.worth(random)
            person = self._people.person(number)
            revised = worths.revised(closed_at, worth.amount, random)
            yield HistoryRow(
                0,
                f"D-{self.deals:06d}",
                closed_at,
                worth.amount,
                self._wish.currency,
                _advocate(number),
                DEAL_CLOSED,
                None,
                *self._referral(person, slot),
                draw() < _FIRST_PURCHASE,
                f"C-{self.deals:06d}",
                worths.referred_at(closed_at, random),
                _country_near(person.country, draw()),
                person.preferred_channel,
                pick(CHANNELS, draw()),
                worth.lines,
                {"first_year": worth.first_year},
                worths.set_by_sales(random, won=True),
                *revised,
                Status.WON.value,
            )

    def _referral(self, person: Person, slot: Slot) -> tuple[str, str, str | None, str, str | None, bool]:
        """The columns from `segment` to `sales_involved`."""
        method = self._methods[slot.method]
        return person.segment, person.type, person.country, method, person.region, slot.sales_involved

    def _others(self, season: Season) -> Iterator[HistoryRow]:
        random, worths = self._of_others, self._worths
        slots = _mixed([(group, group.cohort.others) for group in season.groups], season.others)
        moments: Iterator[datetime] = ordered_moments(season.first, season.end, season.others, random)
        for closed_at, (number, slot) in zip(moments, slots, strict=True):
            self.leads += 1
            person = self._people.person(number)
            yield HistoryRow(
                0,
                f"L-{self.leads:06d}",
                closed_at,
                worths.worth(random).amount,
                self._wish.currency,
                _advocate(number),
                DEAL_CLOSED,
                None,
                *self._referral(person, slot),
                None,
                None,
                worths.referred_at(closed_at, random),
                None,
                person.preferred_channel,
                None,
                (),
                NO_AMOUNTS,
                worths.set_by_sales(random, won=False),
                status=pick(_STILL_OPEN, random.random()),
            )


def _mixed(groups: list[tuple[Group, tuple[Slot, ...]]], count: int) -> Iterator[tuple[int, Slot]]:
    """Each slot of each group once with its advocate's number, far from where it stands.

    Steps of the golden ratio around the circle of all slots: neighbors of a cohort are as far apart in time as they
    can be, and nothing has to be kept to meet each one once.
    """
    step = max(1, round(count * _GOLDEN_RATIO))
    while gcd(step, count) > 1:
        step += 1
    place = 0
    for _ in range(count):
        rest = place
        for group, slots in groups:
            if rest < len(slots) * group.repeats:
                repeat, at = divmod(rest, len(slots))
                slot = slots[at]
                yield group.first + repeat * group.enrolled + group.people[slot.position], slot
                break
            rest -= len(slots) * group.repeats
        place = (place + step) % count


def _advocate(number: int) -> str:
    return f"A-{number + 1:06d}"


def _country_near(country: str | None, at: float) -> str | None:
    """A new customer is mostly of the advocate's country."""
    if country is None or at >= _OTHER_COUNTRY:
        return country
    return pick(_COUNTRIES, at / _OTHER_COUNTRY)
