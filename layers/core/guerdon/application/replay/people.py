"""What a replay keeps of each person: what the pipeline keeps of them in its store."""

from datetime import datetime

from guerdon.domain.money import Money
from guerdon.domain.program import Budget
from guerdon.domain.tallies import Tally

Budgets = dict[Budget, Money]


class Person:
    """The counts and reservations of one beneficiary. Not a dataclass: there may be millions of them.

    Attributes:
        tallies: By counting period.
        reserved: What rewards are worth that count in each of their own budgets.
        choice: The channel that they chose last.
        as_of: When they earned what that was told with; None if they earned nothing yet.
    """

    __slots__ = ("as_of", "choice", "reserved", "tallies")

    tallies: dict[str, tuple[Tally, ...]]
    reserved: Budgets
    choice: str | None
    as_of: datetime | None

    def __init__(self) -> None:
        self.tallies = {}
        self.reserved = {}
        self.choice = self.as_of = None

    def rewarded(self, closed_at: datetime, choice: str | None) -> None:
        """Keep what was chosen; what is told again later must not bring an old choice back."""
        if self.as_of is None or self.as_of < closed_at:
            self.as_of, self.choice = closed_at, choice or self.choice
