"""The entries behind a balance, the newest first, a page at a time, and no more hours read than have such entries.

A seal keeps how many postings stand under each heading, and that number only grows. So where two seals agree on it,
nothing between them belongs to the balance that is asked about, and the hour of the next entry is found by bisection.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from guerdon.application.books import CLOCKS_DIFFER_MOST, Books
from guerdon.application.ledger_ports import LedgerStore
from guerdon.domain.balances import DIMENSIONS, Heading
from guerdon.domain.hours import begin_of, hour_after, hour_before, hour_of
from guerdon.domain.ledger import Entry, Posting, sums
from guerdon.domain.money import Money
from guerdon.domain.seal import Seal

ENTRIES_A_PAGE: Final = 50

HOURS_A_PAGE: Final = 24
"""Hours with entries that one page reads at most; a page may be shorter for it, and still go on."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Which postings are meant.

    Attributes:
        only: Values by the words of `balances.DIMENSIONS`.
        since: From when on they were posted; None for the beginning.
        before: Before when; None for now.
    """

    only: Mapping[str, str]
    since: datetime | None = None
    before: datetime | None = None

    def has(self, heading: Heading) -> bool:
        """Whether a posting under that heading is meant."""
        return all(DIMENSIONS[word](heading) == value for word, value in self.only.items())

    def spans(self, at: datetime) -> bool:
        """Whether what was posted at that moment is within its time."""
        return (self.since is None or at >= self.since) and (self.before is None or at < self.before)


@dataclass(frozen=True, slots=True)
class EntryLine:
    """An entry, and what its postings that are meant come to, by currency."""

    entry: Entry
    amounts: tuple[Money, ...]


@dataclass(frozen=True, slots=True)
class EntryPage:
    """Some entries, the newest first.

    Attributes:
        after: When the last of them was posted, and its id: where to go on; None at the end.
    """

    lines: tuple[EntryLine, ...]
    after: tuple[datetime, str] | None


@dataclass(frozen=True, slots=True)
class EntriesOf:
    """Reads the entries behind balances."""

    store: LedgerStore

    def __call__(self, cut: Cut, now: datetime, after: tuple[datetime, str] | None = None) -> EntryPage:
        """The entries of `cut` that come after `after` in the order from new to old.

        Reads at most HOURS_A_PAGE hours of the journal, and some thirty small rows to find each.

        Raises:
            SealBroken: A seal, or its balances, were changed.
            UnreadableEntry: An entry cannot be read.
        """
        before = min(filter(None, (cut.before, after[0] if after else None)), default=None)
        last = hour_of(now + CLOCKS_DIFFER_MOST)
        newest = last if before is None else min(last, hour_of(before))
        lines: list[EntryLine] = []
        for read, hour in enumerate(self._hours(cut, newest)):
            if read == HOURS_A_PAGE or len(lines) >= ENTRIES_A_PAGE:
                # Everything of the hours before was read: go on before the first moment of the hour read last.
                return _page(lines, (begin_of(hour_after(hour)), ""))
            lines += self._of_hour(hour, cut, after)
        return _page(lines, None)

    def _of_hour(self, hour: str, cut: Cut, after: tuple[datetime, str] | None) -> list[EntryLine]:
        found = []
        for entry in self.store.journal_hour(hour):
            amounts = [posting.amount for posting in entry.postings if cut.has(heading_of(entry, posting))]
            passed = after is not None and (entry.posted_at, entry.entry_id) >= after
            if amounts and cut.spans(entry.posted_at) and not passed:
                totals = tuple(Money(minor, currency) for currency, minor in sorted(sums(amounts).items()))
                found.append(EntryLine(entry, totals))
        return sorted(found, key=lambda line: (line.entry.posted_at, line.entry.entry_id), reverse=True)

    def _hours(self, cut: Cut, newest: str) -> Iterator[str]:
        """The hours that have entries of the cut, or may have, the newest first."""
        head = self.store.seal_head()
        if head is None:
            return
        oldest = max(head.opened, hour_of(cut.since)) if cut.since else head.opened
        hour = newest
        while hour > head.sealed_through and hour >= oldest:
            yield hour
            hour = hour_before(hour)
        counts = _Counts(self.store, cut, {})
        seal = self.store.last_seal(hour) if head.number else None
        while seal is not None and seal.hour >= oldest and counts.of(seal):
            before = self.store.last_seal(hour_before(seal.hour))
            if counts.of(before) == counts.of(seal):
                seal = self._first_with(counts, before, oldest)
                if seal is None or seal.hour < oldest:
                    return
                before = self.store.last_seal(hour_before(seal.hour))
            yield seal.hour
            seal = before

    def _first_with(self, counts: "_Counts", seal: Seal | None, oldest: str) -> Seal | None:
        """The first seal from the hour before `oldest` on that has as many postings of the cut as `seal`."""
        wanted, low = counts.of(seal), begin_of(hour_before(oldest))
        while seal is not None and low < begin_of(seal.hour):
            middle = hour_of(low + (begin_of(seal.hour) - low) // 2)
            found = self.store.last_seal(middle)
            if counts.of(found) == wanted:
                seal = found
            else:
                low = begin_of(hour_after(middle))
        return seal


@dataclass(frozen=True, slots=True)
class _Counts:
    """How many postings of a cut each seal knows of."""

    store: LedgerStore
    cut: Cut
    known: dict[str, int]

    def of(self, seal: Seal | None) -> int:
        if seal is None:
            return 0
        if seal.hour not in self.known:
            totals = Books(self.store).totals_in(seal)
            self.known[seal.hour] = sum(total.postings for heading, total in totals.items() if self.cut.has(heading))
        return self.known[seal.hour]


def heading_of(entry: Entry, posting: Posting) -> Heading:
    """Under what a posting of an entry is summed."""
    of = (entry.program, entry.channel, entry.legal_entity, entry.kind, entry.currency)
    return Heading(posting.account, posting.amount.currency, *of)


def _page(lines: list[EntryLine], rest: tuple[datetime, str] | None) -> EntryPage:
    """The first ENTRIES_A_PAGE lines, and where to go on."""
    if len(lines) > ENTRIES_A_PAGE:
        last = lines[ENTRIES_A_PAGE - 1].entry
        return EntryPage(tuple(lines[:ENTRIES_A_PAGE]), (last.posted_at, last.entry_id))
    return EntryPage(tuple(lines), rest)
