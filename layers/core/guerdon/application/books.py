"""What the books say at a moment: the balances of the last seal before it, and the entries posted since."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from guerdon.application.ledger_ports import LedgerStore
from guerdon.domain.balances import Totals, read_totals, totals_of
from guerdon.domain.errors import SealBroken
from guerdon.domain.hours import begin_of, end_of, hour_after, hour_before, hour_of, hours_between
from guerdon.domain.ledger import Entry
from guerdon.domain.seal import Seal, text_sha256

CLOCKS_DIFFER_MOST: Final = timedelta(minutes=5)
"""Whoever posted an entry may have a clock that is ahead of the reader's by as much."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The books at a moment.

    Attributes:
        totals: What all entries posted before it come to.
        seal: The last seal among them; None before the first.
        since: How many entries were posted after that seal.
    """

    totals: Totals
    seal: Seal | None
    since: int


@dataclass(frozen=True, slots=True)
class Books:
    """The journal and its seals, as they are read."""

    store: LedgerStore

    def at(self, now: datetime, moment: datetime | None = None) -> Standing:
        """The books as of `moment`: everything posted before it; of `now`: everything.

        Raises:
            SealBroken: The last seal, or its balances, were changed.
            UnreadableEntry: What was posted since then cannot be read.
        """
        head = self.store.seal_head()
        if head is None:
            return Standing({}, None, 0)
        last = self._last_hour(now, moment)
        # An hour that is not over at `moment` is read entry by entry, sealed or not.
        whole = hour_before(last) if moment is not None and moment < end_of(last) else last
        through = min(whole, head.sealed_through)
        seal = self.store.last_seal(through) if head.number else None
        tail = list(self._posted(max(hour_after(through), head.opened), last, moment))
        return Standing(totals_of(tail, self.totals_in(seal)), seal, len(tail))

    def totals_in(self, seal: Seal | None) -> Totals:
        """The balances that a seal says; none before the first.

        Raises:
            SealBroken: They are not there, or were changed.
        """
        if seal is None:
            return {}
        text = self.store.sealed_text(seal.balances_sha256)
        if not seal.is_whole or text is None or text_sha256(text) != seal.balances_sha256:
            raise SealBroken(seal.hour, "it, or its balances, are not what was sealed")
        return read_totals(text)

    def entries(self, now: datetime, moment: datetime | None = None, since: datetime | None = None) -> Iterator[Entry]:
        """Every entry posted before `moment`, or until `now`, the first one first; from `since` on, if it is given.

        Of what is sealed, only hours that have entries are read.

        Raises:
            UnreadableEntry: One cannot be read.
        """
        head = self.store.seal_head()
        if head is None:
            return
        first = max(head.opened, hour_of(since)) if since else head.opened
        last = self._last_hour(now, moment)
        sealed = (seal.hour for seal in self.store.seals() if first <= seal.hour <= min(last, head.sealed_through))
        unsealed = hours_between(max(first, hour_after(head.sealed_through)), last)
        for hour in (*sealed, *unsealed):
            for entry in self._posted(hour, hour, moment):
                if since is None or entry.posted_at >= since:
                    yield entry

    def _last_hour(self, now: datetime, moment: datetime | None) -> str:
        """The last hour that may have an entry posted before `moment`, or until `now`."""
        newest = hour_of(now + CLOCKS_DIFFER_MOST)
        if moment is None:
            return newest
        asked = hour_of(moment)
        return min(newest, hour_before(asked) if begin_of(asked) == moment else asked)

    def _posted(self, first: str, last: str, before: datetime | None) -> Iterator[Entry]:
        """What was posted from the hour `first` to `last`, in the order of time."""
        for hour in hours_between(first, last):
            posted = (entry for entry in self.store.journal_hour(hour) if before is None or entry.posted_at < before)
            yield from sorted(posted, key=lambda entry: (entry.posted_at, entry.entry_id))
