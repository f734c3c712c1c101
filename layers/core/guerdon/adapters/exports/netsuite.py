"""Journal entries as NetSuite's Import Assistant takes them: Setup, Import/Export, Transactions, Journal Entry.

Source: NetSuite online help (docs.oracle.com): "Journal Entry and Intercompany Journal Entry Line-Level Fields Table"
(account as number and name where account numbers are used, else as the name; debit and credit with at most 10 digits
before the point and 2 behind it; at least two lines that balance), "Import Format and Mapping Considerations" (the
external id stands in every row, the rows of a journal together), "General CSV File Conventions" (25,000 records or
50 MB a job), "Journal Entry" in the Records Browser (a journal has one currency). docs/exports.md says what could not
be verified.
"""

from typing import Final

from guerdon.adapters.exports.cells import Row, csv_file, distinct, slug, text
from guerdon.application.exports.books import BookJournal, book_journals, in_parts
from guerdon.application.exports.chart import Chart
from guerdon.application.exports.journals import Export, ExportFile, Line
from guerdon.domain.money import Money

_BEFORE: Final = ("External ID", "Date")
_AFTER: Final = ("Currency", "Memo", "Account", "Debit", "Credit", "Line Memo")
_SUBSIDIARY: Final = ("Subsidiary",)
LINES_MOST: Final = 25_000
"""An import takes as many records; counting lines stays below it however NetSuite counts."""
DIGITS_MOST: Final = 10
PLACES_MOST: Final = 2


def refusals(export: Export) -> tuple[str, ...]:
    """Amounts that its fields cannot hold, and legal entities without a subsidiary where others have one."""
    amounts = [
        f"{journal.number}: NetSuite takes at most {DIGITS_MOST} digits before the point and {PLACES_MOST} behind it, "
        f"not {line.amount.words}"
        for journal in book_journals(export)
        for line in journal.lines
        if not _fits(line.amount)
    ]
    entities = sorted({journal.entry.legal_entity for journal in export.journals})
    without = [entity for entity in entities if export.chart.of(entity).subsidiary is None]
    if len(without) == len(entities):
        return tuple(amounts)
    return (*amounts, *(f"{entity}: others have a subsidiary; add one to the mapping" for entity in without))


def write(export: Export) -> tuple[ExportFile, ...]:
    """One file with all legal entities and currencies, or several where it would be too long for an import.

    There is a column for the subsidiary only where the mapping names some: an account without OneWorld has none.
    """
    chart, journals = export.chart, book_journals(export)
    with_subsidiary = any(chart.of(journal.legal_entity).subsidiary for journal in journals)
    header = (*_BEFORE, *(_SUBSIDIARY if with_subsidiary else ()), *_AFTER)
    parts = list(in_parts(journals, LINES_MOST)) or [[]]

    slugs = distinct((journal.legal_entity for journal in journals), slug)

    def cells(journal: BookJournal, line: Line) -> Row:
        # The number of a sum is unique in one legal entity only, and an external id is so for all.
        number = f"{journal.number}-{slugs[journal.legal_entity]}" if journal.is_sum else journal.number
        return (number, *_cells(chart, journal, line, with_subsidiary=with_subsidiary))

    return tuple(
        csv_file(str(number) if len(parts) > 1 else "", header, part, cells)
        for number, part in enumerate(parts, start=1)
    )


def _cells(chart: Chart, journal: BookJournal, line: Line, *, with_subsidiary: bool) -> Row:
    subsidiary = chart.of(journal.legal_entity).subsidiary or ""
    return (
        f"{journal.on:%m/%d/%Y}",
        *((subsidiary,) if with_subsidiary else ()),
        line.amount.currency,
        text(journal.memo),
        line.theirs.words,
        _in_places(line.debit),
        _in_places(line.credit),
        line.account,
    )


def _fits(amount: Money) -> bool:
    too_fine = amount.decimal.partition(".")[2][PLACES_MOST:].strip("0")
    return not too_fine and len(amount.decimal.lstrip("-").partition(".")[0]) <= DIGITS_MOST


def _in_places(amount: Money | None) -> str:
    """The amount in at most two places; what is cut off is zeros, or it was refused."""
    if amount is None:
        return ""
    whole, point, places = amount.decimal.partition(".")
    return f"{whole}{point}{places[:PLACES_MOST]}"
