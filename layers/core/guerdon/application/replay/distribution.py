"""How amounts are distributed, in bounded memory: exactly while few differ, else by logarithmic buckets.

The buckets are those of DDSketch (Masson, Rim, Lee: DDSketch, VLDB 2019): a quantile is off by at most ACCURACY of
itself, and two sketches add up to the sketch of both.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

ACCURACY: Final = 0.005
"""How far a quantile may be off, as a share of itself, once more than DISTINCT_MOST amounts differ."""

DISTINCT_MOST: Final = 4096

_GAMMA: Final = (1 + ACCURACY) / (1 - ACCURACY)
_LOG_GAMMA: Final = math.log(_GAMMA)


@dataclass(slots=True)
class Distribution:
    """Amounts above zero, and how often each came.

    Attributes:
        exact: How often each amount came, or none if too many differ.
        buckets: How often an amount of each bucket came; used instead of `exact` once too many differ.
    """

    exact: dict[int, int] = field(default_factory=dict)
    buckets: dict[int, int] = field(default_factory=dict)

    def add(self, amount: int, times: int = 1) -> None:
        """Count an amount above zero."""
        if self.buckets:
            index = _bucket(amount)
            self.buckets[index] = self.buckets.get(index, 0) + times
            return
        self.exact[amount] = self.exact.get(amount, 0) + times
        if len(self.exact) > DISTINCT_MOST:
            self._coarsen()

    def merge(self, other: "Distribution") -> None:
        """Count all that `other` counted too."""
        if other.buckets:
            self._coarsen()
            for index, times in other.buckets.items():
                self.buckets[index] = self.buckets.get(index, 0) + times
        for amount, times in other.exact.items():
            self.add(amount, times)

    @property
    def is_exact(self) -> bool:
        """Whether every amount is known exactly."""
        return not self.buckets

    def counted(self) -> Iterator[tuple[int, int]]:
        """Amounts, or the middles of buckets, in ascending order with how often each came."""
        yield from sorted(self.exact.items())
        yield from ((_middle(index), times) for index, times in sorted(self.buckets.items()))

    def quantile(self, share: float) -> int:
        """The amount that this share of all amounts is not above; 0 if there is none."""
        counted = list(self.counted())
        wanted = share * sum(times for _, times in counted)
        so_far, amount = 0, 0
        for amount, times in counted:  # noqa: B007 - the last one answers when rounding leaves `wanted` above the sum.
            so_far += times
            if so_far >= wanted:
                break
        return amount

    def _coarsen(self) -> None:
        for amount, times in self.exact.items():
            index = _bucket(amount)
            self.buckets[index] = self.buckets.get(index, 0) + times
        self.exact = {}


def _bucket(amount: int) -> int:
    return math.ceil(math.log(amount) / _LOG_GAMMA)


def _middle(index: int) -> int:
    return round(2 * _GAMMA**index / (_GAMMA + 1))
