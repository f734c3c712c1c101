"""What one beneficiary has of one row of history, while it is replayed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from guerdon.application.replay.people import Person
from guerdon.domain.awarding import Award, NoAward
from guerdon.domain.facts import Facts
from guerdon.domain.history import HistoryRow
from guerdon.domain.limits import Applied
from guerdon.domain.outcome import Outcome
from guerdon.domain.payout import Payout
from guerdon.domain.program import Beneficiary, Budget
from guerdon.domain.tallies import Tally
from guerdon.domain.wins import Detail

NOBODY: Final = NoAward(Outcome.NO_REWARD, "the deal names nobody who was referred")
"""What somebody earns whom the deal does not name."""

_ALL_UNSAID: Final = frozenset(Detail)
_NOTHING_UNSAID: Final[frozenset[Detail]] = frozenset()


@dataclass(slots=True)
class Promised:
    """What was promised of one reward.

    Attributes:
        payouts: The oldest first.
        late: Whether some of it was told so late that a person must approve it.
    """

    payouts: list[Payout] = field(default_factory=list)
    late: bool = False


class Side:
    """What one beneficiary has of one row. Not a dataclass: there are millions of them.

    Attributes:
        row: The row.
        at: When that was decided at last, or when a limit shaped a later rise.
        result: What was decided at last, of a first telling or of one that was judged anew.
        facts: What was known of the deal when its reward was granted.
        counts: The counts that its reward was granted by.
        ordinal: Which counted deal it was.
        by_rules: What the rules pay, before limits, in minor units.
        worth: What it is worth by the last revision, in minor units; 0 if nothing was awarded.
        beyond: Whether it is an occurrence beyond those that the program rewards, so that nothing is kept of it.
        recorded: Whether a win that earned nothing is kept, so that a revision has it judged anew.
        unclear: Why the last revision that nobody could decide was not followed; None if there was none.
        limits: The limits that shaped a later rise.
        promised: Its payouts, where they are followed; None until it is granted.
    """

    __slots__ = (
        "amended", "at", "beneficiary", "beyond", "budgets", "by_rules", "counted", "counts", "facts", "limits",
        "ordinal", "period", "person", "promised", "recorded", "result", "reversed", "row", "unclear", "worth",
    )  # fmt: skip

    row: HistoryRow
    beneficiary: Beneficiary
    at: datetime
    amended: bool
    reversed: bool
    result: Award | NoAward
    beyond: bool
    recorded: bool
    unclear: str | None
    limits: tuple[Applied, ...]
    facts: Facts | None
    person: Person | None
    promised: Promised | None
    counts: Mapping[str, int]
    counted: tuple[Tally, ...]
    budgets: tuple[Budget, ...]
    period: str

    def __init__(self, row: HistoryRow, beneficiary: Beneficiary, *, amended: bool, undone: bool) -> None:
        self.row, self.beneficiary, self.at = row, beneficiary, row.closed_at
        self.amended, self.reversed = amended, undone
        self.result = NOBODY
        self.worth = self.by_rules = self.ordinal = 0
        self.beyond, self.recorded, self.unclear = False, False, None
        self.facts = self.person = self.promised = None
        self.counts, self.counted, self.budgets, self.limits, self.period = {}, (), (), (), ""

    @property
    def total(self) -> int:
        """What the deal is worth by what was told until now."""
        return standing_total(self.row, amended=self.amended, is_reversed=self.reversed)

    @property
    def unsaid(self) -> frozenset[Detail]:
        """What is not known of the deal any more: a row tells new totals, and nothing else anew."""
        total = self.total
        return _NOTHING_UNSAID if total in {0, self.row.amount} else _ALL_UNSAID

    @property
    def undone(self) -> bool:
        """Whether a reversal left nothing of the deal."""
        return self.reversed and self.row.reversed_total == 0


def standing_total(row: HistoryRow, *, amended: bool, is_reversed: bool) -> int:
    """What a deal is worth once the given revisions of it were told; wins.Win.standing_total is the same of events."""
    total = row.amount
    if amended and row.amended_total is not None:
        total = row.amended_total
    if is_reversed and row.reversed_total is not None and row.reversed_total < total:
        return row.reversed_total
    return total
