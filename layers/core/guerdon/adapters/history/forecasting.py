"""What a program will cost next year, as a range: a bootstrap over advocates.

Advocates are independent of each other, their deals are not: so whole advocates are drawn, each with everything they
earned in the last year of the history (Davison and Hinkley, Bootstrap Methods and their Application, 3.8). What they
earned is taken without the program's own limits; those are applied to each draw as a whole, since they cap sums.
"""

import random
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from guerdon.application.replay.totals import Sum, Totals
from guerdon.domain.counting import CountingPeriod
from guerdon.domain.program import Limit, Over, Program, Scope

DRAWS: Final = 500
GROUPS_MOST: Final = 5000
"""More advocates than this are put into so many groups by a hash of their id: sums of random groups vary as sums of
their members do, and take as long however many members there are."""

_MONTHS: Final = 12
_COST, _REWARDED, _REVENUE, _DEALS = 0, 1, 2, 3


@dataclass(frozen=True, slots=True)
class Range:
    """What one draw in ten is below, half of them are below, and one in ten is above."""

    low: int
    middle: int
    high: int


@dataclass(frozen=True, slots=True)
class LimitOutlook:
    """How likely a limit of the program stops rewards.

    Attributes:
        share: In which share of the draws.
        month: By which of the forecast's months it is used up in half of those, from 1; None if in none.
    """

    limit: Limit
    share: Fraction
    month: int | None


@dataclass(frozen=True, slots=True)
class Forecast:
    """Next year, as the last one repeated.

    Attributes:
        months: How many months it is for: twelve, or as many as the history has.
        base: The months of history that it rests on, the first and the last.
        volume: How many times as many advocates.
        advocates: How many refer somebody.
        cost: What they earn.
        deals: How many deals they bring.
        revenue: What rewarded deals are worth.
    """

    months: int
    base: tuple[str, str]
    volume: Fraction
    advocates: int
    cost: Range
    deals: Range
    revenue: Range
    limits: tuple[LimitOutlook, ...]


def forecast(totals: Totals, program: Program, used: Mapping[str, int], volume: Fraction, seed: int) -> Forecast | None:
    """Forecast a year; None if the history has no deal.

    Args:
        totals: Of a replay without the program's own limits, with advocates' months.
        program: The program with its limits.
        used: What is reserved of the program's limits by period at the end of history.
        volume: How many times as many advocates as in the last year.
        seed: The same one gives the same draws.
    """
    months = sorted(totals.months)[-_MONTHS:]
    if not months:
        return None
    units, advocates = _units(totals, months)
    capping = [limit for limit in program.limits if limit.scope is Scope.PROGRAM and limit.over is not Over.APPROVAL]
    drawn = round(len(units) * volume)
    rng = random.Random(seed)  # noqa: S311 - draws of a forecast, not secrets.
    costs: list[int] = []
    deals: list[int] = []
    revenue: list[int] = []
    stopped: dict[int, list[int]] = {index: [] for index in range(len(capping))}
    for _ in range(DRAWS):
        picked = rng.choices(units, k=drawn) if drawn else []
        deals.append(sum(unit.deals for unit in picked))
        revenue.append(sum(unit.revenue for unit in picked))
        if not capping:
            costs.append(sum(unit.cost for unit in picked))
            continue
        monthly = [sum(unit.months[month] for unit in picked) for month in range(len(months))]
        for index, limit in enumerate(capping):
            monthly, month = _capped(monthly, limit, used.get(CountingPeriod.LIFETIME, 0))
            if month is not None:
                stopped[index].append(month)
        costs.append(sum(monthly))
    outlooks = tuple(
        LimitOutlook(limit, Fraction(len(stopped[index]), DRAWS), _middle(stopped[index]))
        for index, limit in enumerate(capping)
    )
    return Forecast(
        len(months), (months[0], months[-1]), volume, round(advocates * volume),
        _range(costs), _range(deals), _range(revenue), outlooks,
    )  # fmt: skip


@dataclass(slots=True)
class _Unit:
    """What is drawn: an advocate, or a group of them."""

    months: list[int]
    cost: int = 0
    deals: int = 0
    revenue: int = 0


def _units(totals: Totals, months: Sequence[str]) -> tuple[list[_Unit], int]:
    place = {month: index for index, month in enumerate(months)}
    units: dict[object, _Unit] = {}
    active = [(who, known) for who, known in totals.by_month.items() if not place.keys().isdisjoint(known)]
    grouped = len(active) > GROUPS_MOST
    for who, known in active:
        key = zlib.crc32(who.encode()) % GROUPS_MOST if grouped else who
        unit = units.get(key)
        if unit is None:
            unit = units[key] = _Unit([0] * len(months))
        _add(unit, known, place)
    # In an order that does not hang on how many processes there were.
    return [units[key] for key in sorted(units, key=str)], len(active)


def _add(unit: _Unit, known: Mapping[str, Sum], place: Mapping[str, int]) -> None:
    for month, amounts in known.items():
        index = place.get(month)
        if index is not None:
            unit.months[index] += amounts[_COST]
            unit.cost += amounts[_COST]
            unit.deals += amounts[_DEALS]
            unit.revenue += amounts[_REVENUE]


def _capped(monthly: Sequence[int], limit: Limit, used: int) -> tuple[list[int], int | None]:
    """What is paid in each month under a limit, and in which month, from 1, it is first used up."""
    most, by_month = limit.most.amount_minor, limit.period is CountingPeriod.CALENDAR_MONTH
    left = max(0, most - used) if limit.period is CountingPeriod.LIFETIME else most
    paid: list[int] = []
    month: int | None = None
    for number, asked in enumerate(monthly, start=1):
        if by_month:
            left = most
        if asked > left and month is None:
            month = number
        paid.append(min(asked, left))
        left -= paid[-1]
    return paid, month


def _range(values: list[int]) -> Range:
    ranked = sorted(values)
    low, middle, high = (ranked[min(len(ranked) - 1, len(ranked) * tenth // 10)] for tenth in (1, 5, 9))
    return Range(low, middle, high)


def _middle(months: list[int]) -> int | None:
    return sorted(months)[len(months) // 2] if months else None
