"""The wins of one deal, and what was told about each of them later.

A reversal or an amendment carries the deal's new total, never a difference, so telling it twice changes nothing. Of
several reversals of one win the largest counts, of several amendments the newest; one that comes before its win is
remembered.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from guerdon.domain.deal import DEAL_REVERSED, DealEvent, instant
from guerdon.domain.money import Money


@dataclass(frozen=True, slots=True)
class Revision:
    """A later word about a win.

    Attributes:
        total: The deal's new total; zero undoes the deal.
        effective_at: When it became so, by the CRM.
        event_id: The inbox event that told it.
    """

    total: Money
    effective_at: datetime
    event_id: str


@dataclass(frozen=True, slots=True)
class Win:
    """One win of a deal.

    Attributes:
        occurrence: The win's closing instant.
        event_id: The event that told it; None while only a revision of it was told.
        fingerprint: Digest of the facts that were told with it.
        reward_id: What it earned; None if it earned nothing.
        total: The deal's total as the win told it.
        reversal: The largest reversal.
        amendment: The newest amendment.
    """

    occurrence: str
    event_id: str | None = None
    fingerprint: str | None = None
    reward_id: str | None = None
    total: Money | None = None
    reversal: Revision | None = None
    amendment: Revision | None = None

    @property
    def told(self) -> bool:
        """Whether the win itself was told, and not only a revision of it."""
        return self.event_id is not None

    @property
    def undone(self) -> bool:
        """Whether a reversal left nothing of the deal."""
        return self.reversal is not None and self.reversal.total.amount_minor == 0

    def standing_total(self, told: Money) -> Money:
        """What the deal is worth by all that was told, given the total that the win itself tells."""
        total = self.amendment.total if self.amendment else told
        if self.reversal is not None and self.reversal.total < total:
            return self.reversal.total
        return total

    def currencies(self) -> frozenset[str]:
        """The currencies in which totals of this win were told."""
        totals = (self.total, self.reversal and self.reversal.total, self.amendment and self.amendment.total)
        return frozenset(total.currency for total in totals if total)

    def revised(self, event: DealEvent, effective_at: datetime, event_id: str) -> "Win":
        """The win after `event`; the same one when the event says nothing that counts."""
        revision = Revision(event.deal.amount, effective_at, event_id)
        if event.type == DEAL_REVERSED:
            larger = self.reversal is None or _reversal_rank(revision) < _reversal_rank(self.reversal)
            return replace(self, reversal=revision) if larger else self
        newer = self.amendment is None or _amendment_rank(self.amendment) < _amendment_rank(revision)
        return replace(self, amendment=revision) if newer else self


def _reversal_rank(revision: Revision) -> tuple[int, datetime]:
    """The least one counts: of two that leave the same, the one since when it was so."""
    return revision.total.amount_minor, revision.effective_at


def _amendment_rank(revision: Revision) -> tuple[datetime, int]:
    """The greatest one counts: of two since the same moment, the smaller, since too little is easily put right.

    Which of them is told first must not matter.
    """
    return revision.effective_at, -revision.total.amount_minor


def in_the_way(wins: tuple[Win, ...], closed_at: datetime) -> Win | None:
    """The win that forbids another one at `closed_at`: it was told, and not undone before that moment.

    A win that earned nothing forbids none; should an amendment make it earn later, the other win is in its way.
    """
    occurrence = instant(closed_at)
    return next((win for win in wins if win.occurrence != occurrence and _stands_at(win, closed_at)), None)


def _stands_at(win: Win, moment: datetime) -> bool:
    if win.reversal is not None and win.undone:
        return win.told and moment <= win.reversal.effective_at
    return win.reward_id is not None


def win_of(wins: tuple[Win, ...], occurrence: str) -> Win | None:
    """The win of that closing instant, if anything was told about it."""
    return next((win for win in wins if win.occurrence == occurrence), None)


def with_win(wins: tuple[Win, ...], win: Win) -> tuple[Win, ...]:
    """`wins` with `win` in the place of the one of its closing instant, or after them."""
    if win_of(wins, win.occurrence) is None:
        return (*wins, win)
    return tuple(win if other.occurrence == win.occurrence else other for other in wins)
