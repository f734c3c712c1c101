"""Manual journals as Xero imports them: Accounting, Manual journals, Import; they arrive as drafts.

Source: Xero help, "Enter multiple manual journals using an import template" (help.xero.com, ManualJournalsImport): rows
with the same narration and date are one journal; the date is dd/mm/yyyy; the account is its code, "200"; the tax rate
is its full name in the organization's settings; a positive amount is a debit, a negative one a credit; narration, date,
account code, tax rate and amount are mandatory; 300 lines a file. The header is that of the template as others quote
it. docs/exports.md says what could not be verified.
"""

from typing import Final

from guerdon.adapters.exports.cells import Row, decimal, files_of_books, text
from guerdon.application.exports.books import BookJournal
from guerdon.application.exports.chart import Chart
from guerdon.application.exports.journals import Export, ExportFile, Line

HEADER: Final = (
    "*Narration",
    "*Date",
    "Description",
    "*AccountCode",
    "*TaxRate",
    "*Amount",
    "TrackingName1",
    "TrackingOption1",
    "TrackingName2",
    "TrackingOption2",
)
LINES_MOST: Final = 300


def refusals(export: Export) -> tuple[str, ...]:
    """Accounts without a number, and legal entities without the name of a tax rate: Xero asks for both."""
    nameless = {
        f"{line.account} of {journal.entry.legal_entity}: Xero knows accounts by code; add a number to the mapping"
        for journal in export.journals
        for line in journal.lines
        if line.theirs.number is None
    }
    rateless = {
        f"{entity}: Xero wants a tax rate in every line; add tax_rate to the mapping, named as in Xero's settings"
        for entity in {journal.entry.legal_entity for journal in export.journals}
        if export.chart.tax_rate_of(entity) is None
    }
    return (*sorted(nameless), *sorted(rateless))


def write(export: Export) -> tuple[ExportFile, ...]:
    """A file for each legal entity and currency: the template has no column for either."""
    chart = export.chart
    return files_of_books(export, LINES_MOST, HEADER, lambda journal, line: _cells(chart, journal, line))


def _cells(chart: Chart, journal: BookJournal, line: Line) -> Row:
    return (
        # Lines with the same narration are one journal, so it must be no other's.
        text(f"{journal.number}: {journal.memo}"),
        f"{journal.on:%d/%m/%Y}",
        line.account,
        line.theirs.number or "",
        chart.tax_rate_of(journal.legal_entity) or "",
        decimal(line.amount),
        "",
        "",
        "",
        "",
    )
