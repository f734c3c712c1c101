"""What a planted bug is."""

from dataclasses import dataclass

from simulation.parts import Parts


@dataclass(frozen=True, slots=True)
class Bug:
    """A mistake that somebody could make, as the parts that have it.

    Attributes:
        what: The mistake, in a few words.
        parts: The production code with this one part replaced.
    """

    what: str
    parts: Parts
