"""Journals for books that take one currency each: an entry's parts by currency, or their sums of a day or a month."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from guerdon.application.exports.journals import Export, Journal, Line, Per, must_balance
from guerdon.domain.money import Money


@dataclass(frozen=True, slots=True)
class BookJournal:
    """A journal in one currency, without lines of nothing.

    Attributes:
        number: The entry's id, with the currency behind it if that is not the entry's own; or the day and the currency
            of a sum, which is unique in one legal entity.
        is_sum: Whether it is the sum of entries, and not a part of one.

    Raises:
        UnbalancedEntry: The lines do not sum to zero.
    """

    number: str
    legal_entity: str
    currency: str
    on: date
    memo: str
    lines: tuple[Line, ...]
    is_sum: bool = False

    def __post_init__(self) -> None:
        must_balance(self.number, self.lines)


def book_journals(export: Export) -> list[BookJournal]:
    """The journals of an import, in the order of their days.

    Sums are of a legal entity, a currency and a day or a month, debits and credits of an account apart. A late entry
    is never summed: its memo says when it was effective.
    """
    parts = [(journal.late, part) for journal in export.journals for part in _by_currency(journal)]
    if export.per is Per.ENTRY:
        return [part for _, part in parts]
    groups: defaultdict[tuple[date, str, str], list[BookJournal]] = defaultdict(list)
    for late, part in parts:
        if not late:
            groups[_last_day(export, part.on), part.legal_entity, part.currency].append(part)
    sums = [_summed(day, group) for (day, _, _), group in groups.items()]
    alone = [part for late, part in parts if late]
    return sorted((*sums, *alone), key=lambda journal: (journal.on, journal.legal_entity, journal.number))


def by_books(journals: Iterable[BookJournal]) -> Iterator[tuple[str, str, list[BookJournal]]]:
    """Legal entity, currency, and the journals that belong to them; by name."""

    def books(journal: BookJournal) -> tuple[str, str]:
        return journal.legal_entity, journal.currency

    # Sorting is stable, so journals stay in the order of their days.
    for (entity, currency), group in groupby(sorted(journals, key=books), key=books):
        yield entity, currency, list(group)


def in_parts(journals: Sequence[BookJournal], lines_most: int) -> Iterator[list[BookJournal]]:
    """The journals in files of at most `lines_most` lines; a journal is never torn, however long it is."""
    part: list[BookJournal] = []
    lines = 0
    for journal in journals:
        if part and lines + len(journal.lines) > lines_most:
            yield part
            part, lines = [], 0
        part.append(journal)
        lines += len(journal.lines)
    if part:
        yield part


def _by_currency(journal: Journal) -> Iterator[BookJournal]:
    entry = journal.entry
    for currency in sorted({line.amount.currency for line in journal.lines}):
        lines = tuple(line for line in journal.lines if line.amount.currency == currency and line.amount.amount_minor)
        if lines:
            number = journal.number if currency == entry.currency else f"{journal.number}-{currency}"
            yield BookJournal(number, entry.legal_entity, currency, journal.on, journal.memo, lines)


def _last_day(export: Export, day: date) -> date:
    """The day of a sum: the day itself, or the last one of its month that is asked for."""
    if export.per is Per.DAY:
        return day
    return min(day.replace(day=monthrange(day.year, day.month)[1]), export.selection.last)


def _summed(day: date, group: Sequence[BookJournal]) -> BookJournal:
    first, last = group[0], group[-1]
    days = first.on.isoformat() if first.on == last.on else f"{first.on.isoformat()} to {last.on.isoformat()}"
    sums: defaultdict[tuple[str, bool], int] = defaultdict(int)
    lines = {line.account: line for journal in group for line in journal.lines}
    for line in (line for journal in group for line in journal.lines):
        sums[line.account, line.credit is not None] += line.amount.amount_minor
    return BookJournal(
        number=f"{day.isoformat()}-{first.currency}",
        legal_entity=first.legal_entity,
        currency=first.currency,
        on=day,
        memo=f"{len(group)} referral reward {'entry' if len(group) == 1 else 'entries'}, {days}",
        lines=tuple(
            Line(account, lines[account].theirs, Money(minor, first.currency))
            for (account, _), minor in sorted(sums.items())
        ),
        is_sum=True,
    )
