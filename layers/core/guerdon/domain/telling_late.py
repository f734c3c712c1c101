"""How late something was told of a deal, against what its program pays by itself. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from guerdon.domain.program import Program

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ToldLate:
    """It was told longer after its deal closed than the program pays by itself, in whole days.

    Attributes:
        after_days: How long after.
        within_days: How long after at most it pays by itself.
    """

    after_days: int
    within_days: int

    @property
    def why(self) -> str:
        """What was late, as a clause."""
        return (
            f"it was told {self.after_days:,} days after the deal closed, and the program pays by itself what is told "
            f"within {self.within_days:,} days"
        )

    @property
    def words(self) -> str:
        """The same, with what comes of it."""
        return f"{self.why}: a person must approve it"


def told_late(program: Program, closed_at: datetime, told_at: datetime) -> ToldLate | None:
    """Whether what was told at `told_at` of a deal that closed at `closed_at` needs approval; None if it does not.

    By the message's own timestamp, so that a replay of it says the same; told exactly in time is not late.
    """
    within = program.told_within_days
    if within is None or told_at - closed_at <= timedelta(days=within):
        return None
    return ToldLate((told_at - closed_at) // _DAY, within)
