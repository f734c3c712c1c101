"""The rows of reconciliation: what differs from a statement, how a run went, and the lines that were seen."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from guerdon.domain.money import Money
from guerdon.domain.reconciliation import Difference, Finding, StatementLine, month_of

MATCHED_LATER: Final = "matched later: a run did not find it any more"
FOUND: Final = "a run found it"
FOUND_AGAIN: Final = "a run found it again"


class ItemState(StrEnum):
    """Whether somebody still has to look at an item."""

    OPEN = "open"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class ItemChange:
    """One line of an item's history.

    Attributes:
        by: Who, such as "aws:arn:…" or "console:…"; None when nobody did: a run found it, or found it gone.
        reason: In words: a person's, or what the run saw.
    """

    at: datetime
    state: ItemState
    by: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class ReconciliationItem:
    """One difference between a statement and the books. The same difference found again is the same item.

    Attributes:
        item_id: Derived from what differs, amounts included: an item that was resolved hides no other difference.
        source: A provider's name, or "bank".
        on: The day that it is about.
        detail: What differs, in words, without personal data.
        here: What left by the books, if they say so.
        there: What left by the statement, if it says so.
        found_at: When it was found first.
        seen_at: When a run saw it last.
        resolved_by: The person who resolved it; None while it is open, and when it went away by itself.
        reason: Why it is resolved.
    """

    item_id: str
    source: str
    difference: Difference
    on: date
    detail: str
    found_at: datetime
    seen_at: datetime
    reference: str | None = None
    line_id: str | None = None
    payout_id: str | None = None
    program: str | None = None
    legal_entity: str | None = None
    here: Money | None = None
    there: Money | None = None
    state: ItemState = ItemState.OPEN
    resolved_at: datetime | None = None
    resolved_by: str | None = None
    reason: str | None = None
    history: tuple[ItemChange, ...] = ()
    version: int = 1

    @property
    def month(self) -> str:
        """The month that it is about, such as "2026-11"."""
        return month_of(self.on)

    def seen_again(self, at: datetime, detail: str) -> "ReconciliationItem":
        """It is still so, in these words."""
        return replace(self, detail=detail, seen_at=at, version=self.version + 1)

    def resolved(self, at: datetime, by: str, reason: str) -> "ReconciliationItem":
        """A person looked at it and says why nothing remains to be done."""
        return self._closed(at, by, reason)

    def gone(self, at: datetime) -> "ReconciliationItem":
        """A run looked and did not find it any more."""
        return self._closed(at, None, MATCHED_LATER)

    def reopened(self, at: datetime, detail: str) -> "ReconciliationItem":
        """It had gone away by itself and is there again, or is not what was resolved any more."""
        line = ItemChange(at, ItemState.OPEN, None, FOUND_AGAIN)
        return replace(
            self,
            detail=detail,
            state=ItemState.OPEN,
            seen_at=at,
            resolved_at=None,
            resolved_by=None,
            reason=None,
            history=(*self.history, line),
            version=self.version + 1,
        )

    def _closed(self, at: datetime, by: str | None, reason: str) -> "ReconciliationItem":
        return replace(
            self,
            state=ItemState.RESOLVED,
            resolved_at=at,
            resolved_by=by,
            reason=reason,
            history=(*self.history, ItemChange(at, ItemState.RESOLVED, by, reason)),
            version=self.version + 1,
        )


def item_of(finding: Finding, at: datetime) -> ReconciliationItem:
    """The item that a finding becomes when it is met for the first time."""
    return ReconciliationItem(
        item_id=finding.item_id,
        source=finding.source,
        difference=finding.difference,
        on=finding.on,
        detail=finding.detail,
        found_at=at,
        seen_at=at,
        reference=finding.reference,
        line_id=finding.line_id,
        payout_id=finding.payout_id,
        program=finding.program,
        legal_entity=finding.legal_entity,
        here=finding.here,
        there=finding.there,
        history=(ItemChange(at, ItemState.OPEN, None, FOUND),),
    )


@dataclass(frozen=True, slots=True)
class ReconciliationRun:
    """How the last run of a source went. There is one row a source.

    Attributes:
        source: A provider's name, or "bank".
        expected_since: Since when somebody has expected runs: from then its age counts while there was none.
        finished_at: When it ended; None until the first one has.
        since: The first day of the statement that it read.
        through: Everything posted before this moment was compared.
        lines: How many lines of the statement it read.
        matched: How many attempts and lines agree, those included that agreed before and did not change.
        undecided: How many it is too early to judge.
        differing: How many differences it found, resolved ones included.
    """

    source: str
    expected_since: datetime
    finished_at: datetime | None = None
    since: date | None = None
    through: datetime | None = None
    lines: int = 0
    matched: int = 0
    undecided: int = 0
    differing: int = 0
    version: int = 1


@dataclass(frozen=True, slots=True)
class SeenLine:
    """A line of a provider's statement as a run saw it.

    Attributes:
        agrees: Whether the books agreed with it; such a line is judged again only once it, or the books, change.
    """

    line: StatementLine
    agrees: bool
    seen_at: datetime
    version: int = 1
