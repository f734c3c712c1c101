"""Compute every seal anew from the journal's entries, and name whatever is not as it was sealed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from guerdon.application.books import CLOCKS_DIFFER_MOST
from guerdon.application.ledger_ports import LedgerStore
from guerdon.application.seal_records import SealHead
from guerdon.domain.balances import Heading, Total, Totals, read_totals, totals_of
from guerdon.domain.errors import UnreadableEntry
from guerdon.domain.hours import hour_after, hour_of, hours_between
from guerdon.domain.ledger import Entry
from guerdon.domain.money import Money
from guerdon.domain.seal import GENESIS, Seal, entry_sha256, read_roster, roster_text, text_sha256

_NAMED_MOST: Final = 5
"""How many balances of one seal a finding names; all of them follow from one cause."""


class Off(StrEnum):
    """What can be off."""

    CHANGED_ENTRY = "changed entry"  # It is not the entry that was sealed.
    MISSING_ENTRY = "missing entry"  # It was sealed, and is not in the journal any more.
    EXTRA_ENTRY = "extra entry"  # It is in a sealed hour, and was not sealed.
    UNREADABLE_ENTRY = "unreadable entry"  # It cannot be an entry.
    BROKEN_LINK = "broken link"  # A seal is not whole, or not linked to the one before, or the head names another.
    WRONG_BALANCE = "wrong balance"  # The balances of a seal are not those of the seal before plus the hour's entries.
    LOST_TEXT = "lost text"  # The roster or the balances of a seal are not those that it has the digest of.
    UNKNOWN_DIGEST = "unknown digest"  # No seal has the digest that somebody kept.


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is off.

    Attributes:
        subject: The entry's id, or the digest; empty when it is about the seal itself.
    """

    off: Off
    hour: str
    subject: str
    why: str

    @property
    def words(self) -> str:
        """The finding as one line."""
        return " ".join(filter(None, (f"{self.hour}:", self.off.value, self.subject, f"— {self.why}")))


@dataclass(frozen=True, slots=True)
class Verified:
    """What a verification came to.

    Attributes:
        seals: How many seals there are.
        entries: How many entries were read of sealed hours.
        unsealed: How many were posted since, which nothing holds yet.
        head: How far the journal is sealed, and the last seal's digest; None on a new stack.
    """

    findings: tuple[Finding, ...]
    seals: int
    entries: int
    unsealed: int
    head: SealHead | None


@dataclass(slots=True)
class _Count:
    entries: int = 0


@dataclass(frozen=True, slots=True)
class VerifyLedger:
    """One verification of the journal against its seals."""

    store: LedgerStore

    def __call__(self, now: datetime, since: str | None = None, kept: str | None = None) -> Verified:
        """Hold the journal against its seals.

        Every hour is read, also those without a seal: an entry may have come into one. What is held is the chain as
        it is stored; only a digest that was kept elsewhere shows that nobody wrote the whole chain anew.

        Args:
            now: The present moment.
            since: Read the entries from this hour on, on top of the balances of the seal before; all, if None.
            kept: A digest of a seal, that somebody wrote down; some seal must have it.
        """
        head = self.store.seal_head()
        seals = list(self.store.seals())
        if head is None:
            beheaded = [Finding(Off.BROKEN_LINK, seal.hour, "", "there is a seal, and no head") for seal in seals[:1]]
            return Verified(tuple(beheaded), len(seals), 0, 0, None)
        count, unsealed = _Count(), _Count()
        findings = [*_chain(head, seals)]
        findings.extend(self._hours(head, seals, max(since or head.opened, head.opened), count))
        for hour in hours_between(hour_after(head.sealed_through), hour_of(now + CLOCKS_DIFFER_MOST)):
            _, unreadable = self._read(hour, unsealed)
            findings.extend(unreadable)
        if kept is not None and all(seal.sha256 != kept for seal in seals):
            findings.append(
                Finding(Off.UNKNOWN_DIGEST, head.sealed_through, kept, "no seal has it: the chain is another")
            )
        return Verified(tuple(findings), len(seals), count.entries, unsealed.entries, head)

    def _hours(self, head: SealHead, seals: list[Seal], first: str, count: _Count) -> Iterator[Finding]:
        """Everything that is off in the sealed hours from `first` on."""
        by_hour = {seal.hour: seal for seal in seals}
        base = max((seal.hour for seal in seals if seal.hour < first), default=None)
        before: Totals = {}
        if base is not None:
            stored, lost = self._balances(by_hour[base])
            yield from lost
            before = stored or {}
        for hour in hours_between(first, head.sealed_through):
            entries, unreadable = self._read(hour, count)
            roster = {entry.entry_id: entry_sha256(entry) for entry in entries}
            seal = by_hour.get(hour)
            off = [*unreadable, *self._roster(hour, seal, roster, {finding.subject for finding in unreadable})]
            yield from off
            if seal is None:
                continue
            computed = totals_of(entries, before)
            stored, lost = self._balances(seal)
            yield from lost
            if stored is not None and not off and stored != computed:
                yield Finding(Off.WRONG_BALANCE, hour, "", _differences(stored, computed))
            # What follows rests on the balances that were sealed, so that one fault is told once.
            before = computed if stored is None else stored

    def _read(self, hour: str, count: _Count) -> tuple[list[Entry], list[Finding]]:
        """The entries of an hour, and those that cannot be read."""
        try:
            entries = list(self.store.journal_hour(hour))
        except UnreadableEntry:
            entries, unreadable = self._read_one_by_one(hour)
        else:
            unreadable = []
        count.entries += len(entries)
        return entries, unreadable

    def _read_one_by_one(self, hour: str) -> tuple[list[Entry], list[Finding]]:
        entries, unreadable = [], []
        for entry_id in sorted(self.store.entry_ids(hour)):
            try:
                entry = self.store.entry(hour, entry_id)
            except UnreadableEntry as error:
                unreadable.append(Finding(Off.UNREADABLE_ENTRY, hour, entry_id, error.why))
            else:
                entries += [entry] if entry else []
        return entries, unreadable

    def _roster(
        self, hour: str, seal: Seal | None, roster: Mapping[str, str], unreadable: set[str]
    ) -> Iterator[Finding]:
        """How the entries of an hour differ from those that were sealed."""
        if seal is None:
            for entry_id in sorted(roster):
                yield Finding(Off.EXTRA_ENTRY, hour, entry_id, "the hour was sealed without it, or its seal is gone")
            return
        text = self.store.sealed_text(seal.roster_sha256)
        if text is None or text_sha256(text) != seal.roster_sha256:
            differ = text_sha256(roster_text(roster)) != seal.roster_sha256
            why = "the roster is lost, and the hour's entries differ from it" if differ else "the roster is lost"
            yield Finding(Off.LOST_TEXT, hour, "", why)
            return
        was_sealed = read_roster(text)
        for entry_id in sorted(was_sealed.keys() - roster.keys() - unreadable):
            yield Finding(Off.MISSING_ENTRY, hour, entry_id, "it was sealed, and is not in the journal")
        for entry_id in sorted(roster.keys() - was_sealed.keys()):
            yield Finding(Off.EXTRA_ENTRY, hour, entry_id, "the hour was sealed without it")
        for entry_id in sorted(roster.keys() & was_sealed.keys()):
            if roster[entry_id] != was_sealed[entry_id]:
                yield Finding(Off.CHANGED_ENTRY, hour, entry_id, "it does not say what it said when it was sealed")

    def _balances(self, seal: Seal) -> tuple[Totals | None, list[Finding]]:
        """The balances that a seal has the digest of; None, and why, if they are not there."""
        text = self.store.sealed_text(seal.balances_sha256)
        if text is None or text_sha256(text) != seal.balances_sha256:
            why = "its balances are gone" if text is None else "its balances are not those that it has the digest of"
            return None, [Finding(Off.WRONG_BALANCE, seal.hour, "", why)]
        try:
            return read_totals(text), []
        except ValueError as error:
            return None, [Finding(Off.WRONG_BALANCE, seal.hour, "", f"its balances cannot be read: {error}")]


def _chain(head: SealHead, seals: list[Seal]) -> Iterator[Finding]:
    """What is off about the seals themselves, without any entry."""
    number, sha256 = 0, GENESIS
    for seal in seals:
        if not seal.is_whole:
            yield Finding(Off.BROKEN_LINK, seal.hour, "", "the seal's digest is not that of what it says")
        elif (seal.number, seal.previous_sha256) != (number + 1, sha256):
            told = f"seal {seal.number} is not linked to the seal before it, which is number {number}"
            yield Finding(Off.BROKEN_LINK, seal.hour, "", told)
        if not head.opened <= seal.hour <= head.sealed_through:
            yield Finding(Off.BROKEN_LINK, seal.hour, "", "the head does not count its hour as sealed")
        number, sha256 = seal.number, seal.sha256
    last_hour = seals[-1].hour if seals else None
    if (head.number, head.last_hour, head.last_sha256) != (number, last_hour, sha256):
        yield Finding(Off.BROKEN_LINK, head.sealed_through, "", "the last seal is not the one that the head names")


def _differences(stored: Totals, computed: Totals) -> str:
    """Which balances are off, and by how much."""
    off = sorted(heading for heading in {*stored, *computed} if stored.get(heading) != computed.get(heading))
    named = "; ".join(_difference(heading, stored, computed) for heading in off[:_NAMED_MOST])
    more = f"; and {len(off) - _NAMED_MOST} more" if len(off) > _NAMED_MOST else ""
    return named + more


def _difference(heading: Heading, stored: Totals, computed: Totals) -> str:
    nothing = Total(0, 0)
    says, comes_to = stored.get(heading, nothing), computed.get(heading, nothing)
    where = f"{heading.account} of {heading.program} by {heading.kind.value}"
    return (
        f"{where} says {Money(says.minor, heading.currency).words} in {says.postings} postings, "
        f"its entries come to {Money(comes_to.minor, heading.currency).words} in {comes_to.postings}"
    )
