"""Journal entries as QuickBooks Online imports them: Settings, Import data, Journal entries.

Source: QuickBooks help, "Import journal entries" (quickbooks.intuit.com, help article L4tQBwbs7): the file has Journal
No., Journal Date, Account Name, Description, Debits and Credits; account numbers are to be turned off; a subaccount is
written with its parent, "Parent account:Subaccount"; a line of an accounts receivable or payable account needs a name.
The header is that of Intuit's sample file as others quote it; the columns are matched by hand in the import. A journal
number has at most 21 characters (Transaction Pro, "Journal Entry Import Fields"), and a file at most 1,000 rows, which
is what users of the bank import report. docs/exports.md says what of this could not be verified.
"""

from collections import Counter
from typing import Final

from guerdon.adapters.exports.cells import Row, decimal, files_of_books, text
from guerdon.application.exports.books import BookJournal, book_journals
from guerdon.application.exports.journals import Export, ExportFile, Line

HEADER: Final = (
    "*JournalNo",
    "*JournalDate",
    "*AccountName",
    "*Debits",
    "*Credits",
    "Description",
    "Name",
    "Currency",
    "Location",
    "Class",
)
NUMBER_MOST: Final = 21
LINES_MOST: Final = 999
"""With the header, a file of 1,000 rows."""


def refusals(export: Export) -> tuple[str, ...]:
    """Journals whose numbers would be the same here: it would take them for one."""
    numbers = Counter((journal.legal_entity, number_of(journal)) for journal in book_journals(export))
    return tuple(
        f"QuickBooks has room for {NUMBER_MOST} characters of a journal number, and {times} journals would be {number}"
        for (_, number), times in sorted(numbers.items())
        if times > 1
    )


def write(export: Export) -> tuple[ExportFile, ...]:
    """A file for each legal entity and currency: a company is one entity, and a journal has one currency."""
    return files_of_books(export, LINES_MOST, HEADER, _cells)


def number_of(journal: BookJournal) -> str:
    """The journal's number in 21 characters: as much of the id as fits, with the version and the currency behind it."""
    subject, at, version = journal.number.partition("@")
    tail = f"{at}{version}"
    return f"{subject[: NUMBER_MOST - len(tail)]}{tail}"


def _cells(journal: BookJournal, line: Line) -> Row:
    return (
        number_of(journal),
        f"{journal.on:%m/%d/%Y}",
        line.theirs.name,
        decimal(line.debit),
        decimal(line.credit),
        text(f"{journal.number}: {journal.memo}"),
        "",
        line.amount.currency,
        "",
        "",
    )
