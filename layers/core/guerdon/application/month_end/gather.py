"""Put a month's pack together from the books, the inbox, the reconciliation and the audit trail."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from guerdon.application.audit_trail import lines_between
from guerdon.application.books import Books
from guerdon.application.month_end.pack import CutOffLine, ManualAction, OpenDifference, OutcomeCount, Pack
from guerdon.application.month_end.ports import PackCodec
from guerdon.application.month_end.records import FIRST_CLOSE, CloseState, MonthClose
from guerdon.application.ports import Clock, Store
from guerdon.application.programs import ProgramShelf
from guerdon.application.review_ports import ReviewStore
from guerdon.domain.deal import instant
from guerdon.domain.errors import PackLost
from guerdon.domain.hours import end_of
from guerdon.domain.ledger import Entry
from guerdon.domain.money import Money
from guerdon.domain.months import begin_of_month, end_of_month, month_after, month_before
from guerdon.domain.rollforward import OPEN_GROUPS, Movement, OpenPart, movements, open_parts, sums_of
from guerdon.domain.seal import GENESIS, SEALED_AFTER, text_sha256

_NAMED_MOST: Final = 5


@dataclass(frozen=True, slots=True)
class CannotClose:
    """Why a month is not prepared or closed, in words for whoever asked, each with what to do."""

    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GatherPack:
    """Reads what a pack has.

    Entries are read of the month alone: all else is balances, lists by index, and the pack of the month before.
    """

    store: Store
    reviews: ReviewStore
    clock: Clock
    codec: PackCodec

    def __call__(self, legal_entity: str, month: str, zone: ZoneInfo) -> Pack | CannotClose:
        """The pack, or why there is none yet.

        Raises:
            SealBroken: A seal, or the pack of the month before, is not what was sealed.
            UnreadableEntry: An entry of the month cannot be read.
            StoreBusy: The database is throttled or away.
        """
        begin, end = begin_of_month(month, zone), end_of_month(month, zone)
        head = self.store.seal_head()
        if head is None or end_of(head.sealed_through) < end:
            return CannotClose((_unsealed(month, end, opened=head is not None),))
        books, now = Books(self.store), self.clock.now()
        opening, closing = books.at(now, begin), books.at(now, end)
        previous = self.store.month_close(legal_entity, month_before(month))
        out_of_order = self._out_of_order(legal_entity, month)
        if out_of_order is not None:
            return CannotClose((out_of_order,))
        moved = movements(opening.totals, closing.totals, legal_entity)
        began_empty = not any(movement.opening_minor for movement in moved)
        before = self._parts_before(previous, month, began_empty=began_empty)
        if isinstance(before, CannotClose):
            return before
        entries = [entry for entry in books.entries(now, end, begin) if entry.legal_entity == legal_entity]
        parts = open_parts(before, entries)
        completeness = self._completeness(legal_entity, begin, end)
        wrong = (*_undecided(completeness), *_untied(moved, parts))
        if wrong:
            return CannotClose(wrong)
        seal = closing.seal
        return Pack(
            legal_entity=legal_entity,
            month=month,
            time_zone=zone.key,
            begin=begin,
            end=end,
            seal_number=seal.number if seal else 0,
            seal_hour=seal.hour if seal else None,
            seal_sha256=seal.sha256 if seal else GENESIS,
            previous_sha256=previous.sha256 if previous else FIRST_CLOSE,
            entries=len(entries),
            movements=moved,
            cut_off=tuple(_cut_off(entries, month)),
            completeness=completeness,
            open_parts=parts,
            differences=tuple(self._differences(legal_entity, month)),
            actions=tuple(self._actions(begin, end)),
        )

    def zones(self, legal_entity: str) -> tuple[str, ...]:
        """The time zones that the entity's programs keep its books in: one, unless they differ."""
        shelf = ProgramShelf(self.store)
        heads = ((name, self.store.program_head(name)) for name in self.reviews.program_names())
        programs = (shelf.version(name, head.current) for name, head in heads if head is not None)
        return tuple(sorted({program.zone.key for program in programs if program.legal_entity == legal_entity}))

    def _parts_before(
        self, previous: MonthClose | None, month: str, *, began_empty: bool
    ) -> tuple[OpenPart, ...] | CannotClose:
        """What was open when the month began: the pack of the month before has it."""
        if previous is None or previous.state is not CloseState.CLOSED:
            if previous is None and began_empty:
                return ()
            before = month_before(month)
            how = "prepared but not reviewed" if previous else "not prepared"
            return CannotClose((f"{before} is {how}, and {month} rests on it: close {before} first",))
        return self.pack_of(previous).open_parts

    def _out_of_order(self, legal_entity: str, month: str) -> str | None:
        """Why a close of that month would not be linked to its neighbors; None if it would be."""
        closes = (close for close in self.store.month_closes() if close.legal_entity == legal_entity)
        closed = [close.month for close in closes if close.state is CloseState.CLOSED]
        later = next((one for one in closed if one > month), None)
        if later is not None:
            return f"{later} is closed already, and no month before it can be closed any more"
        missing = month_after(closed[-1]) if closed else month
        if missing < month:
            return f"{missing} is not closed, and {month} comes after it: close {missing} first"
        return None

    def pack_of(self, close: MonthClose) -> Pack:
        """The pack that a close has the digest of.

        Raises:
            PackLost: It is not there, or was changed.
        """
        text = self.store.pack_text(close.pack_sha256)
        if text is None or text_sha256(text) != close.pack_sha256:
            raise PackLost(close.legal_entity, close.month)
        return self.codec.decode(text)

    def _completeness(self, legal_entity: str, begin: datetime, end: datetime) -> tuple[OutcomeCount, ...]:
        entity_of = self._entities()
        counted: Counter[tuple[str, str | None]] = Counter()
        for event in self.reviews.inbox_events_of_month(begin, end):
            counted[event.program, event.outcome.value if event.outcome else None] += 1
        found = []
        for program, outcome in sorted(counted, key=lambda key: (key[0], key[1] or "")):
            entities = entity_of.get(program, frozenset())
            if not entities or legal_entity in entities:
                count = counted[program, outcome]
                found.append(OutcomeCount(program, outcome, ours=bool(entities), count=count))
        return tuple(found)

    def _entities(self) -> dict[str, frozenset[str]]:
        """The legal entities that any version of each program names."""
        shelf = ProgramShelf(self.store)
        found = {}
        for name in self.reviews.program_names():
            head = self.store.program_head(name)
            numbers = range(1, head.current + 1) if head else ()
            found[name] = frozenset(shelf.version(name, number).legal_entity for number in numbers)
        return found

    def _differences(self, legal_entity: str, month: str) -> Iterator[OpenDifference]:
        """Those of this month or an earlier one; a line that no payout explains belongs to every entity."""
        found = (item for item in self.store.open_items() if item.month <= month)
        ours = (item for item in found if item.legal_entity in {None, legal_entity})
        for item in sorted(ours, key=lambda item: (item.on, item.item_id)):
            yield OpenDifference(item.item_id, item.source, item.difference.value, item.on, item.payout_id, item.detail)

    def _actions(self, begin: datetime, end: datetime) -> Iterator[ManualAction]:
        for line in sorted(lines_between(self.reviews, begin, end), key=lambda line: (line.at, line.audit_id)):
            subject = f"{line.subject_kind} {line.subject_id}"
            yield ManualAction(line.at, line.actor, line.action.value, subject, line.before, line.after, line.reason)


def _unsealed(month: str, end: datetime, *, opened: bool) -> str:
    if not opened:
        return "no program was ever published, so there is nothing to close: publish one first"
    return (
        f"{month} ends at {instant(end)}, and its hours are not all sealed yet: try again "
        f"{int(SEALED_AFTER.total_seconds()) // 60} minutes after its end; if that is over, see why seal_ledger "
        "does not seal (for an engineer: guerdon ledger verify)"
    )


def _undecided(completeness: Iterable[OutcomeCount]) -> Iterator[str]:
    for counted in completeness:
        if counted.outcome is None:
            yield (
                f"{counted.count} events of {counted.program or 'no program'} that came in the month are undecided: "
                "the console's Inbox lists them under Not decided yet, and Send again on the page "
                "of each has it evaluated once more (on the command line: guerdon status --waiting, guerdon resend)"
            )


def _untied(moved: Iterable[Movement], parts: Iterable[OpenPart]) -> Iterator[str]:
    """Where what is open one by one does not come to the balance: then one of the two was changed."""
    sums = sums_of(parts)
    balances = {
        movement.place: movement.closing_minor
        for movement in moved
        if movement.group in OPEN_GROUPS and movement.closing_minor
    }
    off = sorted(place for place in {*sums, *balances} if sums.get(place, 0) != balances.get(place, 0))
    for place in off[:_NAMED_MOST]:
        group, party, program, channel, currency = place
        account = ":".join(filter(None, (group, party)))
        balance, open_ = (Money(found.get(place, 0), currency).words for found in (balances, sums))
        yield (
            f"{account} of {program} by {channel} is {balance} in the balances and {open_} reward by reward: "
            "have an engineer run guerdon ledger verify"
        )


def _cut_off(entries: Iterable[Entry], month: str) -> Iterator[CutOffLine]:
    for entry in entries:
        if f"{entry.effective_on:%Y-%m}" == month:
            continue
        for posting in entry.postings:
            yield CutOffLine(
                entry.entry_id,
                entry.kind.value,
                entry.effective_on,
                entry.posted_at,
                entry.program,
                entry.channel.value,
                entry.reward_id,
                entry.payout_id,
                posting.account,
                posting.amount.currency,
                posting.amount.amount_minor,
            )
