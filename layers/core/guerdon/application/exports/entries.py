"""Which entries a period takes, and the day on which each of them counts.

A day is one of the legal entity's: `effective_on` is, and `posted_at` becomes one in the time zone that the entry was
written under.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from guerdon.application.books import Books
from guerdon.application.ports import Store
from guerdon.domain.errors import GuerdonError
from guerdon.domain.judgment import CLOSES_AHEAD_MOST
from guerdon.domain.ledger import Entry

_ZONES_DIFFER_MOST: Final = timedelta(hours=14)
"""The time zone in use that is furthest from UTC."""


class Basis(StrEnum):
    """The day by which an entry falls into a period."""

    POSTED = "posted"
    EFFECTIVE = "effective"


@dataclass(frozen=True, slots=True)
class Selection:
    """What is asked of the journal.

    Attributes:
        first: The first day of the period.
        last: Its last day, which belongs to it.
        entity: The legal entity whose books are meant; all if None.
        program: The program whose entries are meant; all if None.
    """

    first: date
    last: date
    basis: Basis = Basis.POSTED
    entity: str | None = None
    program: str | None = None

    def covers(self, day: date) -> bool:
        """Whether `day` lies in the period."""
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class DatedEntry:
    """An entry, and the day on which it counts."""

    entry: Entry
    on: date


class RewardOfEntryMissing(GuerdonError):
    """A journal entry belongs to a reward that is not stored; both are written together, so a row was lost."""

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        super().__init__(f"journal entry {entry.entry_id} belongs to reward {entry.reward_id}, which is not there")


def entries_between(store: Store, selection: Selection, now: datetime) -> list[DatedEntry]:
    """The entries that `selection` asks for: by day, then as they were posted.

    It reads only the hours in which such an entry can have been posted, and on the posted basis one reward for each
    entry that a reward wrote.

    Raises:
        StoreBusy: The database is throttled or away.
        UnreadableEntry: An entry cannot be read.
        RewardOfEntryMissing: An entry's day cannot be known.
    """
    return sorted(
        _taken(store, selection, now), key=lambda dated: (dated.on, dated.entry.posted_at, dated.entry.entry_id)
    )


def _taken(store: Store, selection: Selection, now: datetime) -> Iterator[DatedEntry]:
    days = _PostedDays(store)
    effective = selection.basis is Basis.EFFECTIVE
    # What takes effect on a day is posted then or later, but for a deal that is told before the day that it closes.
    since = _midnight(selection.first) - _ZONES_DIFFER_MOST - (CLOSES_AHEAD_MOST if effective else timedelta())
    before = None if effective else _midnight(selection.last + timedelta(days=1)) + _ZONES_DIFFER_MOST
    for entry in Books(store).entries(now, before, since):
        if selection.entity not in {None, entry.legal_entity} or selection.program not in {None, entry.program}:
            continue
        on = entry.effective_on if effective else days.of(entry)
        if selection.covers(on):
            yield DatedEntry(entry, on)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


@dataclass(frozen=True, slots=True)
class _PostedDays:
    """On which day of its legal entity each entry was posted."""

    store: Store
    zones: dict[str, ZoneInfo] = field(default_factory=dict)

    def of(self, entry: Entry) -> date:
        # An entry of a payout is effective when it is posted, so its day is known; one of a reward may be effective
        # months before, when the deal closed.
        if entry.payout_id is not None:
            return entry.effective_on
        zone = self.zones.get(entry.reward_id)
        if zone is None:
            reward = self.store.reward(entry.reward_id)
            if reward is None:
                raise RewardOfEntryMissing(entry)
            zone = self.zones[entry.reward_id] = ZoneInfo(reward.terms.time_zone)
        return entry.posted_at.astimezone(zone).date()
