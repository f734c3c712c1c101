"""What an evaluation comes to. Named tuples of whole numbers, since a simulation makes millions of them.

Nothing in them is words: `explaining` makes an Explanation of them for the one reward in a thousand that is looked at.
"""

from typing import NamedTuple

from guerdon.domain.explanation import PartKind


class Piece(NamedTuple):
    """One part of what a rule pays. Every number but amounts is a position in the program or in the deal's facts.

    Attributes:
        rule: Which of the program's rules.
        minor: What it adds, in minor units of the reward's currency; the pieces of a rule sum to what it pays.
        computed: What it came to before its own min and max, rounded.
        limit: "min" or "max" when one of those changed it.
        ordinal: The ordinal that was looked up for it.
        step: Which of the steps.
        tier: Which of the tiers or slices.
        line: Which of the deal's lines.
        entry: Which of the rates for lines, or which bonus; 1 for the default of an amount that sales may set.
    """

    rule: int
    kind: PartKind
    minor: int
    computed: int
    limit: str | None = None
    ordinal: int | None = None
    step: int | None = None
    tier: int | None = None
    line: int | None = None
    entry: int | None = None


Pieces = tuple[Piece, ...]


class Evaluated(NamedTuple):
    """What the rules pay, above zero.

    Attributes:
        amount_minor: In minor units of `currency`; the sum of the pieces.
        decided: The rules that decided, as a bit mask over the program's rules.
        applied: The rules that may have applied: those whose looked-up conditions hold. `explaining` asks the rest.
    """

    amount_minor: int
    currency: str
    pieces: Pieces
    decided: int
    applied: int


class NothingEarned(NamedTuple):
    """No rule pays for this deal, and why."""

    why: str


class CannotDecide(NamedTuple):
    """The deal lacks or contradicts what the deciding rule needs, so a person must look."""

    why: str


Evaluation = Evaluated | NothingEarned | CannotDecide


def positions(mask: int) -> tuple[int, ...]:
    """The positions of the bits that are set in `mask`, ascending."""
    found: list[int] = []
    while mask:
        lowest = mask & -mask
        found.append(lowest.bit_length() - 1)
        mask ^= lowest
    return tuple(found)
