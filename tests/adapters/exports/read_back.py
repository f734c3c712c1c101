"""Reads each format back as the program would that imports it, and says what every account comes to."""

import csv
import io
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Final

from adapters.exports.workbook import ReadBack
from guerdon.adapters.exports import xlsx
from guerdon.adapters.exports.formats import Format
from guerdon.application.exports.journals import Export, ExportFile

Balances = Mapping[tuple[str, str], Decimal]
"""Balance by (their account, currency), debits positive; without the accounts that come to nothing."""


def balances(changes: Iterable[tuple[str, str, Decimal]]) -> Balances:
    sums: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for account, currency, amount in changes:
        sums[account, currency] += amount
    return {key: amount for key, amount in sums.items() if amount}


def expected(export: Export, name: Callable[[str | None, str], str]) -> Balances:
    """What the journals themselves come to, under the name that a format gives an account."""
    return balances(
        (name(line.theirs.number, line.theirs.name), line.amount.currency, Decimal(line.amount.decimal))
        for journal in export.journals
        for line in journal.lines
    )


def rows_of(file: ExportFile) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.content.decode(), newline="")))


def _sides(row: Mapping[str, str], debit: str, credit: str) -> Decimal:
    assert (row[debit] == "") is not (row[credit] == ""), row
    return Decimal(row[debit] or 0) - Decimal(row[credit] or 0)


def _plain(files: Iterable[ExportFile]) -> Balances:
    rows = [row for file in files for row in rows_of(file)]
    return balances((row["account_number"], row["currency"], _sides(row, "debit", "credit")) for row in rows)


def _workbook(files: Iterable[ExportFile]) -> Balances:
    """Out of the accounts' formulas, worked out from the entries; the check must be zero."""
    (file,) = files
    book = ReadBack(file.content)
    assert book.value(xlsx.ACCOUNTS, xlsx.CHECK_CELL) == 0
    changes = []
    row = 11
    while book.book[xlsx.ACCOUNTS][f"D{row}"].value:
        number, currency = (str(book.value(xlsx.ACCOUNTS, f"{column}{row}")) for column in "DC")
        changes.append((number, currency, book.number(xlsx.ACCOUNTS, f"I{row}")))
        row += 1
    return balances(changes)


def _ledger(files: Iterable[ExportFile]) -> Balances:
    (file,) = files
    postings = re.findall(r"^  \w+:[^:\s]+:(\d+)-\S*  (-?[\d.]+) ([A-Z]{3})$", file.content.decode(), re.MULTILINE)
    return balances((number, currency, Decimal(amount)) for number, amount, currency in postings)


def _quickbooks(files: Iterable[ExportFile]) -> Balances:
    """Every file has one currency, and every journal in it balances."""
    changes = []
    for file in files:
        by_journal: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for row in rows_of(file):
            amount = _sides(row, "*Debits", "*Credits")
            assert amount, row
            by_journal[row["*JournalNo"], row["*JournalDate"]] += amount
            changes.append((row["*AccountName"], row["Currency"], amount))
        assert set(by_journal.values()) <= {Decimal(0)}
        assert len({number for number, _ in by_journal}) == file.journals
        assert len({row["Currency"] for row in rows_of(file)}) <= 1
    return balances(changes)


def _xero(files: Iterable[ExportFile]) -> Balances:
    """What a file's rows of one narration and date are is one journal; the currency is in the file's name alone."""
    changes = []
    for file in files:
        by_journal: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for row in rows_of(file):
            amount = Decimal(row["*Amount"])
            by_journal[row["*Narration"], row["*Date"]] += amount
            currency = re.findall(r"-([A-Z]{3})(?:-\d+)?$", file.part)[0]
            changes.append((row["*AccountCode"], currency, amount))
        assert set(by_journal.values()) <= {Decimal(0)}
        assert len(by_journal) == file.journals
    return balances(changes)


def _netsuite(files: Iterable[ExportFile]) -> Balances:
    changes = []
    by_journal: defaultdict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    for row in (row for file in files for row in rows_of(file)):
        amount = _sides(row, "Debit", "Credit")
        by_journal[row["External ID"], row["Date"], row["Currency"]] += amount
        changes.append((row["Account"], row["Currency"], amount))
    assert set(by_journal.values()) <= {Decimal(0)}
    assert len({external_id for external_id, *_ in by_journal}) == len(by_journal)
    return balances(changes)


READERS: Final[Mapping[Format, Callable[[Iterable[ExportFile]], Balances]]] = {
    Format.CSV: _plain,
    Format.XLSX: _workbook,
    Format.BEANCOUNT: _ledger,
    Format.QUICKBOOKS: _quickbooks,
    Format.XERO: _xero,
    Format.NETSUITE: _netsuite,
}


def _number(number: str | None, _: str) -> str:
    return number or ""


def _name(_: str | None, name: str) -> str:
    return name


NAMES: Final[Mapping[Format, Callable[[str | None, str], str]]] = {
    Format.CSV: _number,
    Format.XLSX: _number,
    Format.BEANCOUNT: _number,
    Format.QUICKBOOKS: _name,
    Format.XERO: _number,
    Format.NETSUITE: lambda number, name: f"{number} {name}",
}
