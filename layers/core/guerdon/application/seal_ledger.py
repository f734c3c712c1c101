"""Seal the hours of the journal that are over. Runs every quarter of an hour; any number of them may run at once."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from guerdon.application.books import Books
from guerdon.application.ports import Clock, Store
from guerdon.application.seal_records import SealedText, SealHead
from guerdon.application.transaction import Committed, Insert, Replace
from guerdon.domain.balances import Running, Totals, totals_text
from guerdon.domain.errors import SealBroken, StoreBusy, UnreadableEntry
from guerdon.domain.hours import hour_after, hours_between
from guerdon.domain.seal import GENESIS, Seal, entry_sha256, last_due, roster_text, sealed, text_sha256

HOURS_MOST: Final = 200
"""How many hours one pass takes on; the next one takes the rest."""

PART_CHARACTERS: Final = 300_000
"""How much of a sealed text, which is ASCII, one row holds: DynamoDB takes 400 KB."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """What one pass did, by count."""

    hours: int = 0
    seals: int = 0
    entries: int = 0


@dataclass(frozen=True, slots=True)
class SealLedger:
    """One pass over the hours that are over."""

    store: Store
    clock: Clock

    def __call__(self) -> Sealed:
        """Seal every hour that is due, the oldest first; doing it again at once does no harm.

        What is sealed was read and computed from stored rows alone, so whoever does it gets the same. Texts stand
        under their digests and the head is moved by its version: a sealer that dies anywhere, or is overtaken, leaves
        nothing that another one minds.

        Raises:
            StoreBusy: The database was away; the next pass goes on.
            SealBroken: The last seal was changed, and nothing is built on it; or an entry came into the hour that was
                sealed last, and all that was due is sealed nevertheless.
            UnreadableEntry: An hour has an entry that cannot be one; a person must look.
        """
        head = self.store.seal_head()
        due = last_due(self.clock.now())
        if head is None or head.sealed_through >= due:
            return Sealed()
        last = self._last(head)
        kept = self._kept(head, last)
        done = self._seal_through(due, head, Books(self.store).totals_in(last))
        if not kept:
            raise SealBroken(head.sealed_through, "the entries of that hour are not those that were sealed")
        return done

    def _last(self, head: SealHead) -> Seal | None:
        """The seal that the next one is linked to."""
        if head.last_hour is None:
            return None
        last = self.store.seal(head.last_hour)
        if last is None or last.sha256 != head.last_sha256:
            raise SealBroken(head.last_hour, "it is not the one that the head names")
        return last

    def _kept(self, head: SealHead, last: Seal | None) -> bool:
        """Whether the hour that was sealed last still has the entries that it had: a second look, an hour later."""
        try:
            roster, _ = self._read(head.sealed_through, {})
        except UnreadableEntry:
            return False
        of_last = last.roster_sha256 if last and last.hour == head.sealed_through else text_sha256("")
        return text_sha256(roster_text(roster)) == of_last

    def _seal_through(self, due: str, head: SealHead, totals: Totals) -> Sealed:
        done = Sealed()
        for _, hour in zip(range(HOURS_MOST), hours_between(hour_after(head.sealed_through), due), strict=False):
            roster, after = self._read(hour, totals)
            moved = replace(head, sealed_through=hour)
            if roster:
                seal = self._written(hour, head, roster, after)
                moved = replace(moved, number=seal.number, last_hour=hour, last_sha256=seal.sha256)
                moved = replace(moved, version=head.version + 1)
                if self.store.commit((Insert(seal), Replace(moved))) is not Committed.YES:
                    # Somebody else sealed it, with the same seal.
                    return done
                totals = after
                done = replace(done, seals=done.seals + 1, entries=done.entries + seal.entries)
            done = replace(done, hours=done.hours + 1)
            head = moved
        if done.hours and head.last_hour != head.sealed_through:
            # Hours without entries at the end: the head is all that tells of them.
            self.store.commit((Replace(replace(head, version=head.version + 1)),))
        return done

    def _read(self, hour: str, before: Totals) -> tuple[dict[str, str], Totals]:
        """The roster of an hour, and the totals at its end."""
        roster: dict[str, str] = {}
        running = Running(before)
        for entry in self.store.journal_hour(hour):
            roster[entry.entry_id] = entry_sha256(entry)
            running.add(entry)
        return roster, running.totals

    def _written(self, hour: str, head: SealHead, roster: Mapping[str, str], totals: Totals) -> Seal:
        """The hour's seal, once its texts are stored."""
        balances = totals_text(totals)
        seal = sealed(hour, (head.number, head.last_sha256 or GENESIS), roster, balances, self.clock.now())
        for sha256, text in ((seal.roster_sha256, roster_text(roster)), (seal.balances_sha256, balances)):
            for part, begin in enumerate(range(0, len(text), PART_CHARACTERS), start=1):
                self._write(SealedText(sha256, part, text[begin : begin + PART_CHARACTERS]))
        return seal

    def _write(self, text: SealedText) -> None:
        """Store a part of a text; one that is there already was written by somebody who read the same."""
        if self.store.commit((Insert(text),)) is Committed.NO_CONFLICT:
            raise StoreBusy(f"the text {text.sha256} is being written by somebody else")
