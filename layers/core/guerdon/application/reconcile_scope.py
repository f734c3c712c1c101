"""Which entries of the journal, and which lines of a statement, one run of reconciliation compares."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from guerdon.application.reconciliation_records import ReconciliationRun
from guerdon.domain.reconciliation import Booked, StatementLine

OVERLAP: Final = timedelta(days=3)
"""What was posted so long before the last run is looked at once more: a statement may have been written late."""

LOOK_BACK: Final = timedelta(days=62)
"""How far before the entries a statement is read: merchandise takes up to 45 days from its order to its parcel."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What one run compares.

    Attributes:
        posted_from: Payouts with entries posted from then on,
        posted_before: and before this.
        since: Lines of the statement dated from that day on,
        until: and until this one, itself included.
        whole: Whether the provider can be asked about anything dated outside of the two days; a file cannot.
    """

    posted_from: datetime
    posted_before: datetime
    since: date
    until: date
    whole: bool = True

    def has(self, line: StatementLine) -> bool:
        """Whether a line is among those that are compared."""
        return self.since <= line.on <= self.until

    def expects(self, booked: Booked) -> bool:
        """Whether the statement should have a line about an attempt, by the provider's date in the books."""
        return self.whole or (booked.dated is not None and self.since <= booked.dated <= self.until)


def scope_since(last: ReconciliationRun | None, now: datetime) -> Scope:
    """What a run by the schedule compares: everything posted since the last one, and all lines that may be about it."""
    posted_from = last.through - OVERLAP if last and last.through else now - LOOK_BACK
    return Scope(posted_from, now, posted_from.date() - LOOK_BACK, now.date())


def scope_of_days(first: date, last: date, now: datetime, *, whole: bool) -> Scope:
    """What is compared for the days from `first` to `last`: a month, or what a file has."""
    begin = datetime.combine(first, time(), now.tzinfo)
    end = datetime.combine(last, time(), now.tzinfo) + timedelta(days=1)
    if whole:
        posted_before = min(end + timedelta(days=1), now)
        return Scope(begin - timedelta(days=1), posted_before, first - LOOK_BACK, min(last + LOOK_BACK, now.date()))
    # The books have a settlement on the provider's day or later, never much before it.
    return Scope(begin - timedelta(days=1), min(end + LOOK_BACK, now), first, last, whole=False)


def scope_of_month(month: str, now: datetime) -> Scope:
    """What is compared for a month such as "2026-11".

    Raises:
        ValueError: It is not written so.
    """
    first = date.fromisoformat(f"{month}-01")
    following = first.replace(day=28) + timedelta(days=4)
    return scope_of_days(first, following.replace(day=1) - timedelta(days=1), now, whole=True)
