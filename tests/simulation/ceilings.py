"""The ceilings of the one simulated program that has some: what its file says."""

from typing import Final

PAYOUTS_MOST: Final = 3
AMOUNT_MOST_MINOR: Final = 420_00
"""Three deals of the usual size have room, and seldom what else is told of them."""


def as_document() -> dict[str, str]:
    """The ceilings as the program's file has them."""
    return {"payouts_per_day": str(PAYOUTS_MOST), "amount_per_day": f"{AMOUNT_MOST_MINOR / 100:.2f}"}
