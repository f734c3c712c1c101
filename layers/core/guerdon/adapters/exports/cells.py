"""What the CSV formats have in common: cells that are only data, lines as RFC 4180 has them, and names of files."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import count
from typing import Final, TypeVar

from guerdon.application.exports.books import BookJournal, book_journals, by_books, in_parts
from guerdon.application.exports.journals import Export, ExportFile, Journal, Line
from guerdon.domain.money import Money

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What makes a spreadsheet take text for a formula (OWASP, CSV Injection)."""

Row = Sequence[str]
_Journal = TypeVar("_Journal", Journal, BookJournal)


def text(value: str) -> str:
    """Text that no spreadsheet runs: what would be a formula gets an apostrophe before it.

    Ids pass as they are, since each begins with a letter; so do numbers and names out of the mapping, whose reader
    refuses such a beginning.
    """
    return f"'{value}" if value.startswith(_FORMULA_STARTS) else value


def decimal(amount: Money | None) -> str:
    """An amount with its currency's places, a point and no grouping; an empty cell for None."""
    return "" if amount is None else amount.decimal


def csv_file(
    part: str, header: Row, journals: Sequence[_Journal], cells_of: Callable[[_Journal, Line], Row]
) -> ExportFile:
    """A CSV file in UTF-8, a row for each line of each journal."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(cells_of(journal, line) for journal in journals for line in journal.lines)
    return ExportFile(part, out.getvalue().encode(), len(journals), sum(len(journal.lines) for journal in journals))


def files_of_books(
    export: Export, lines_most: int, header: Row, cells_of: Callable[[BookJournal, Line], Row]
) -> tuple[ExportFile, ...]:
    """A file for each legal entity and currency, several where one would be too long; an empty one for no journals."""
    books = list(by_books(book_journals(export)))
    slugs = distinct((entity for entity, _, _ in books), slug)
    files: list[ExportFile] = []
    for entity, currency, journals in books:
        parts = list(in_parts(journals, lines_most))
        for number, part in enumerate(parts, start=1):
            name = f"{slugs[entity]}-{currency}" + (f"-{number}" if len(parts) > 1 else "")
            files.append(csv_file(name, header, part, cells_of))
    return tuple(files) or (csv_file("", header, (), cells_of),)


def slug(name: str) -> str:
    """A name as part of a file's name: "Harbor Payroll, Inc." is "harbor-payroll-inc"."""
    return re.sub(r"[^\w]+", "-", name.lower()).strip("-_") or "entity"


def distinct(names: Iterable[str], shorten: Callable[[str], str]) -> Mapping[str, str]:
    """Each name's short form; where two would have the same, the later ones by name get a number behind it."""
    short: dict[str, str] = {}
    for name in sorted(set(names)):
        form = shorten(name)
        free = (form if number == 1 else f"{form}-{number}" for number in count(1))
        short[name] = next(each for each in free if each not in short.values())
    return short
