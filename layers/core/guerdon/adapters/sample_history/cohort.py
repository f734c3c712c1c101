"""The referrals that one cohort of advocates makes within a year: who, by which method, and which become deals.

A cohort is drawn with exact numbers and in no order of time. A long history is the same cohorts over and over, so
that it needs no more memory than one of them, whatever its length.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from random import Random
from typing import Final, NamedTuple

from guerdon.adapters.sample_history.field import Model, Tier
from guerdon.adapters.sample_history.shares import apportion, apportion_within
from guerdon.application.benchmark import published

COHORT: Final = 10_000
"""Advocates in a full cohort: a hundred of them are the one percent that make the most referrals."""

_MADE_ONE: Final = float(published.MADE_ONE)
_MADE_MANY: Final = float(published.MADE_MANY)
_TOP: Final = 0.01
_HIGH: Final = 0.1
_LONG_TAIL_LEAST: Final = 30.0
"""Referrals of the least active among the top hundredth; the number grows with the square root of the rank's rarity."""
_FOUR: Final = 0.105
_THREE: Final = 0.12
"""Up to these ranks advocates behind the first tenth make four, and three; the others who make few make two."""


class Slot(NamedTuple):
    """One referral of a cohort, without a time.

    Attributes:
        position: Which of the cohort's advocates made it; 0 is the most active.
        method: Column of the model.
    """

    position: int
    method: int
    sales_involved: bool


@dataclass(frozen=True, slots=True)
class Cohort:
    """What the advocates of a cohort did in a year.

    Attributes:
        deals: The referrals that became deals, in random order.
        others: Those that did not.
    """

    advocates: int
    deals: tuple[Slot, ...]
    others: tuple[Slot, ...]


def referrals_of(rank: float) -> int:
    """How many referrals the advocate makes whom a share of `rank` (0 to 1) of all surpass.

    The published numbers are met: 5 % make 11 or more, 61 % one; the first 1 % make 22 % and the first 10 % 54 % of
    all, as rounded percentages in a full cohort.
    """
    if rank < _TOP:
        return round(_LONG_TAIL_LEAST * sqrt(_TOP / rank))
    if rank < _MADE_MANY:
        return 11 + round(4.0 * ((_MADE_MANY - rank) / (_MADE_MANY - _TOP)) ** 3)
    if rank < _HIGH:
        return 6 + round(3.8 * (_HIGH - rank) / (_HIGH - _MADE_MANY))
    return 4 if rank < _FOUR else 3 if rank < _THREE else 2 if rank < 1 - _MADE_ONE else 1


def referrals_each(advocates: int) -> list[int]:
    """How many referrals each advocate of a cohort makes, the most active first."""
    return [referrals_of((place + 0.5) / advocates) for place in range(advocates)]


def draw_cohort(model: Model, advocates: int, deals: int, random: Random) -> Cohort:
    """Draw a cohort of `advocates` of whose referrals exactly `deals` become deals.

    There have to be as many referrals as deals.
    """
    slots: list[list[int]] = [[] for _ in Tier]
    for position, count in enumerate(referrals_each(advocates)):
        slots[_tier(position, advocates)].extend([position] * count)
    methods = [apportion(len(of_tier), row) for of_tier, row in zip(slots, model.referrals, strict=True)]
    width = len(model.methods)
    won = apportion_within(deals, [cell for row in model.deals for cell in row], [n for row in methods for n in row])
    became: list[tuple[int, int]] = []
    others: list[tuple[int, int]] = []
    for tier, positions in enumerate(slots):
        random.shuffle(positions)
        start = 0
        for method, count in enumerate(methods[tier]):
            drawn = [(position, method) for position in positions[start : start + count]]
            of_deals = won[tier * width + method]
            became.extend(drawn[:of_deals])
            others.extend(drawn[of_deals:])
            start += count
    return Cohort(
        advocates,
        _with_sales(became, model.sales_of_deals, random),
        _with_sales(others, model.sales_of_others, random),
    )


def _tier(position: int, advocates: int) -> Tier:
    rank = (position + 0.5) / advocates
    return Tier.TOP if rank < _TOP else Tier.HIGH if rank < _HIGH else Tier.REST


def _with_sales(drawn: Sequence[tuple[int, int]], share: float, random: Random) -> tuple[Slot, ...]:
    mixed = list(drawn)
    random.shuffle(mixed)
    involved = round(share * len(mixed))
    slots = [Slot(position, method, index < involved) for index, (position, method) in enumerate(mixed)]
    random.shuffle(slots)
    return tuple(slots)
