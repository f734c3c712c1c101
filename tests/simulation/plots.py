"""What becomes of a deal after it was won: reversals, amendments, further wins, in the order in which they are true.

The order in which they are told is another matter; `story.py` shuffles it.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from guerdon.domain.deal import DEAL_AMENDED, DEAL_REVERSED
from guerdon.domain.triggers import DEAL_CLOSED
from simulation.telling import DealTold, Telling

WON_AGAIN_AFTER: Final = timedelta(hours=24)
"""When a deal is won for the second time."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that becomes true of a deal.

    Attributes:
        total_minor: What the deal is worth from then on.
        hours: Since when, after the win.
        win: Which win it is about, from 0.
    """

    type: str
    total_minor: int
    hours: int
    win: int = 0


def _reversed(total: int, hours: int, win: int = 0) -> Step:
    return Step(DEAL_REVERSED, total * 100, hours, win)


def _amended(total: int, hours: int, win: int = 0) -> Step:
    return Step(DEAL_AMENDED, total * 100, hours, win)


_WON_AGAIN: Final = Step(DEAL_CLOSED, 10_000_00, 24, 1)

REVERSING: Final[dict[str, tuple[Step, ...]]] = {
    "it comes undone": (_reversed(0, 2),),
    "it is refunded in part": (_reversed(4_000, 2),),
    "it is refunded bit by bit": (_reversed(8_000, 1), _reversed(5_000, 2)),
    "it is refunded to the end": (_reversed(8_000, 1), _reversed(5_000, 2), _reversed(0, 3)),
    "it comes undone twice": (_reversed(0, 1), _reversed(0, 30)),
}
"""Plots with reversals only."""

WINNING_AGAIN: Final[dict[str, tuple[Step, ...]]] = {
    "it is won again": (_reversed(0, 2), _WON_AGAIN),
    "it is won again, which is told twice": (_reversed(0, 2), _WON_AGAIN, _WON_AGAIN),
    "it is won again and comes undone again": (_reversed(0, 2), _WON_AGAIN, _reversed(0, 40, 1)),
    "it is won again and refunded in part": (_reversed(0, 2), _WON_AGAIN, _reversed(6_000, 40, 1)),
    "it comes undone after it was won again": (_WON_AGAIN, _reversed(0, 30)),
}
"""Plots with a second win."""

AMENDING: Final[dict[str, tuple[Step, ...]]] = {
    "it grows": (_amended(15_000, 1),),
    "it shrinks": (_amended(4_000, 1),),
    "it grows twice": (_amended(12_000, 1), _amended(20_000, 2)),
    "it grows and shrinks": (_amended(15_000, 1), _amended(7_000, 2)),
    "it shrinks and grows": (_amended(4_000, 1), _amended(13_000, 2)),
    "it is amended to nothing and back": (_amended(0, 1), _amended(10_000, 2)),
    "two amendments of one moment": (_amended(15_000, 1), _amended(6_000, 1)),
}
"""Plots with amendments only."""

BOTH: Final[dict[str, tuple[Step, ...]]] = {
    "it grows, then comes undone": (_amended(15_000, 1), _reversed(0, 2)),
    "it grows, and is refunded in part": (_amended(15_000, 1), _reversed(8_000, 2)),
    "it grows after it came undone": (_reversed(0, 1), _amended(15_000, 2)),
    "it is refunded in part, and shrinks": (_reversed(8_000, 1), _amended(3_000, 2)),
    "it is won again, and grows": (_reversed(0, 2), _WON_AGAIN, _amended(15_000, 40, 1)),
}
"""Plots with reversals and amendments."""


def tellings(deal: DealTold, steps: tuple[Step, ...]) -> list[Telling]:
    """What a CRM says of these steps."""
    return [
        Telling(
            deal,
            step.type,
            step.total_minor,
            deal.closed_at + step.win * WON_AGAIN_AFTER,
            deal.closed_at + timedelta(hours=step.hours),
        )
        for step in steps
    ]
