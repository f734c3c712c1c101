"""Exact arithmetic on whole numbers: numerators over a common denominator, and one rounding at the end."""

from collections.abc import Sequence


def half_even(numerator: int, denominator: int, beside: int = 0) -> int:
    """`numerator / denominator` as a whole number, so that with `beside` added it is the sum rounded half-even.

    Args:
        numerator: Of any sign.
        denominator: Above zero.
        beside: Whole units that the same rounding also covers: of two as near sums, the even one is taken.
    """
    whole, rest = divmod(numerator, denominator)
    twice = rest + rest
    if twice > denominator or (twice == denominator and (whole + beside) & 1):
        return whole + 1
    return whole


def shared_out(numerators: Sequence[int], denominator: int, beside: int = 0) -> list[int]:
    """Whole numbers that sum to the rounded sum of `numerators` over `denominator`, each within one of its own.

    Method of largest remainder; among equal remainders the earlier one gets the unit.

    Args:
        numerators: Of any sign, at least one.
        denominator: Above zero.
        beside: As for `half_even`.
    """
    shares = [numerator // denominator for numerator in numerators]
    left = half_even(sum(numerators), denominator, beside) - sum(shares)
    if left:
        first_served = sorted(range(len(shares)), key=lambda index: (-(numerators[index] % denominator), index))
        for index in first_served[:left]:
            shares[index] += 1
    return shares
