"""What must have come of everything that was told: a second, simple reckoning after docs/events.md.

It knows of no payout, no version and no fault, only of what was told and in which order it was decided, and shares no
code with the decisions that it judges.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from guerdon.application.records import DealRecord, InboxEvent
from guerdon.application.transaction import Transaction
from guerdon.domain.deal import DEAL_AMENDED, DEAL_CLOSED, instant
from simulation.telling import DealTold, Telling, worth_minor

Occurrence = tuple[str, str, str]
"""A program, a deal, and the closing instant of a win of it."""


@dataclass(slots=True)
class Standing:
    """One win as it stands by all that was told.

    Attributes:
        ordinal: Under which it was rewarded; None as long as it earned nothing.
    """

    deal: DealTold
    closed_at: datetime
    told_minor: int | None = None
    reversals: list[tuple[int, datetime]] = field(default_factory=list)
    amendments: list[tuple[datetime, int]] = field(default_factory=list)
    ordinal: int | None = None

    @property
    def undone(self) -> bool:
        return any(total == 0 for total, _ in self.reversals)

    @property
    def total_minor(self) -> int:
        """The newest amendment, of two of one moment the smaller; but no more than any reversal left."""
        told = self.told_minor or 0
        if self.amendments:
            newest = max(moment for moment, _ in self.amendments)
            told = min(total for moment, total in self.amendments if moment == newest)
        return min([told, *(total for total, _ in self.reversals)])

    @property
    def worth_minor(self) -> int:
        """What its reward is worth."""
        return worth_minor(self.deal.program, self.ordinal, self.total_minor) if self.ordinal else 0

    def forbids(self, closed_at: datetime) -> bool:
        """Whether another win at `closed_at` needs a person."""
        if self.undone:
            undone_at = min(moment for total, moment in self.reversals if total == 0)
            return self.told_minor is not None and closed_at <= undone_at
        return self.ordinal is not None


class Expected:
    """The reckoning of one schedule.

    Attributes:
        counted: How many deals each advocate has in each program, by (program, advocate).
    """

    def __init__(
        self, tellings: Mapping[str, Telling], commits: list[Transaction], judged_at: Mapping[int, int]
    ) -> None:
        self.counted: Counter[tuple[str, str]] = Counter()
        self._wins: dict[Occurrence, Standing] = {}
        for delivery_id in _in_order(commits, judged_at):
            self._hear(tellings[delivery_id])

    @property
    def rewarded(self) -> dict[Occurrence, Standing]:
        """Every win that must have a reward, undone ones included: rewards are never deleted."""
        return {occurrence: win for occurrence, win in self._wins.items() if win.ordinal is not None}

    def _hear(self, said: Telling) -> None:
        occurrence = (said.deal.program, said.deal.deal_id, instant(said.closed_at))
        known = self._wins.get(occurrence)
        win = known or Standing(said.deal, said.closed_at)
        if said.type == DEAL_CLOSED:
            if win.told_minor is not None and (win.ordinal is not None or win.undone):
                return
            if not win.undone and self._in_the_way(win):
                return
            win.told_minor = said.total_minor
        elif known is None and self._in_the_way(win):
            return
        self._wins[occurrence] = win
        was_undone = win.undone
        if said.type == DEAL_AMENDED:
            win.amendments.append((said.effective_at, said.total_minor))
        elif said.type != DEAL_CLOSED:
            win.reversals.append((said.total_minor, said.effective_at))
        who = said.deal.program, said.deal.advocate
        if win.ordinal is not None:
            self.counted[who] -= win.undone and not was_undone
        elif win.told_minor is not None and win.total_minor and not self._in_the_way(win):
            self.counted[who] += 1
            win.ordinal = self.counted[who]

    def _in_the_way(self, win: Standing) -> bool:
        return any(
            other.forbids(win.closed_at)
            for other in self._wins.values()
            if other.deal == win.deal and other.closed_at != win.closed_at
        )


def _in_order(commits: list[Transaction], judged_at: Mapping[int, int]) -> Iterator[str]:
    """The deliveries whose events were decided, in the order of the decisions.

    A decision that writes into the deal's record was true when it was committed. One that writes nothing else, such
    as that a person is needed, is as good if it was true when the record was read.
    """
    decided: dict[str, float] = {}
    for place, transaction in enumerate(commits):
        rows = [write.row for write in transaction]
        recorded = any(isinstance(row, DealRecord) for row in rows)
        for row in rows:
            if isinstance(row, InboxEvent) and row.outcome is not None:
                decided.setdefault(row.delivery_id, place if recorded else judged_at.get(place, place) - 0.5)
    return iter(sorted(decided, key=lambda delivery_id: decided[delivery_id]))
