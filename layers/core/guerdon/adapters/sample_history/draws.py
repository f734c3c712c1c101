"""Quick draws of what is needed for millions of rows."""

from collections.abc import Mapping
from itertools import accumulate
from math import exp
from statistics import NormalDist
from typing import Final, TypeVar

T = TypeVar("T")

_STEPS: Final = 1000
_MASK: Final = (1 << 64) - 1
_GOLDEN: Final = 0x9E3779B97F4A7C15


def wheel(weights: Mapping[T, float]) -> tuple[T, ...]:
    """A thousand values in the proportions of `weights`: one at a random place is a draw."""
    total = sum(weights.values())
    ends = [round(_STEPS * reached / total) for reached in accumulate(weights.values())]
    starts = [0, *ends[:-1]]
    return tuple(value for value, start, end in zip(weights, starts, ends, strict=True) for _ in range(end - start))


def lognormal(median: float, sigma: float, least: int, most: int) -> tuple[int, ...]:
    """The thousand quantiles of a lognormal distribution, as whole numbers from `least` to `most`."""
    normal = NormalDist()
    drawn = (median * exp(sigma * normal.inv_cdf((step + 0.5) / _STEPS)) for step in range(_STEPS))
    return tuple(min(max(round(value), least), most) for value in drawn)


def pick(values: tuple[T, ...], at: float) -> T:
    """The value at a place from 0 to below 1."""
    return values[int(at * len(values))]


def scattered(seed: int, number: int) -> int:
    """64 bits that look random and depend on both numbers alone (the finalizer of SplitMix64)."""
    mixed = (seed + number * _GOLDEN) & _MASK
    mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
    return mixed ^ (mixed >> 31)
