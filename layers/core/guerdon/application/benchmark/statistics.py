"""How sure a figure from a sample is: intervals that hold the true figure nineteen times of twenty."""

from collections.abc import Sequence
from math import sqrt
from typing import Final, NamedTuple

_NORMAL_95: Final = 1.959964
_STUDENT_95_OF_19: Final = 2.093024
GROUPS: Final = 20
"""Into how many groups a sample is divided for `left_out_interval`."""


class Interval(NamedTuple):
    """From where to where the true figure probably is."""

    low: float
    high: float


def wilson(hits: int, of: int) -> Interval:
    """The interval of a share, of `hits` among `of`: Wilson's, which holds for few hits and small samples too."""
    share = hits / of
    square = _NORMAL_95**2
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = _NORMAL_95 * sqrt(share * (1 - share) / of + square / (4 * of * of)) / (1 + square / of)
    # At either end the formula is exact and floating point is not.
    return Interval(0.0 if hits == 0 else max(middle - half, 0.0), 1.0 if hits == of else min(middle + half, 1.0))


def mean_interval(total: float, squares: float, of: int) -> Interval:
    """The interval of an average, from the sum and the sum of squares of `of` values; there have to be two of them."""
    mean = total / of
    variance = max(squares - total * mean, 0.0) / (of - 1)
    half = _NORMAL_95 * sqrt(variance / of)
    return Interval(mean - half, mean + half)


def left_out_interval(whole: float, without: Sequence[float]) -> Interval:
    """The interval of any figure, from what it is without each of GROUPS equal parts of its sample (the jackknife)."""
    mean = sum(without) / GROUPS
    error = sqrt((GROUPS - 1) / GROUPS * sum((each - mean) ** 2 for each in without))
    half = _STUDENT_95_OF_19 * error
    return Interval(max(whole - half, 0.0), min(whole + half, 1.0))
