"""What a planted bug is."""

from dataclasses import dataclass

from simulation.parts import Parts


@dataclass(frozen=True, slots=True)
class Bug:
    """A mistake that somebody could make, as the parts that have it.

    Attributes:
        what: The mistake, in a few words.
        parts: The production code with this one part replaced.
        first: The first seed that is played with it. Where an earlier one shows only that the schedule never comes to
            rest, that takes minutes to see.
        met: A seed that meets it, where that takes many. `make test` begins there, `make planted` looks for the first.
    """

    what: str
    parts: Parts
    first: int = 0
    met: int = 0
