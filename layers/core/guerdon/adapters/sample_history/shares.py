"""Whole numbers in given proportions."""

from collections.abc import Sequence
from typing import Final

_ROUNDS: Final = 60
"""Far more than the few by which the tables used here are within a millionth of their margins."""


def apportion(count: int, weights: Sequence[float]) -> list[int]:
    """Share `count` by `weights`, whole and summing to it: the method of largest remainder, ties to the earlier."""
    total = sum(weights)
    quotas = [count * weight / total for weight in weights]
    shares = [int(quota) for quota in quotas]
    by_remainder = sorted(range(len(weights)), key=lambda index: (shares[index] - quotas[index], index))
    for index in by_remainder[: count - sum(shares)]:
        shares[index] += 1
    return shares


def apportion_within(count: int, weights: Sequence[float], most: Sequence[int]) -> list[int]:
    """The same with no share above its `most`; what a full one cannot take goes to those with the most room.

    `count` may not be above the sum of `most`.
    """
    shares = [min(share, limit) for share, limit in zip(apportion(count, weights), most, strict=True)]
    for _ in range(count - sum(shares)):
        roomiest = max(range(len(shares)), key=lambda index: (most[index] - shares[index], -index))
        shares[roomiest] += 1
    return shares


def fitted(first: Sequence[Sequence[float]], rows: Sequence[float], columns: Sequence[float]) -> list[list[float]]:
    """The table nearest to `first` whose rows and columns sum to these (iterative proportional fitting).

    `rows` and `columns` have to have the same sum.
    """
    table = [list(row) for row in first]
    for _ in range(_ROUNDS):
        for row, wanted in zip(table, rows, strict=True):
            factor = wanted / sum(row)
            row[:] = [cell * factor for cell in row]
        for index, wanted in enumerate(columns):
            factor = wanted / (sum(row[index] for row in table) or 1.0)
            for row in table:
                row[index] *= factor
    return table
