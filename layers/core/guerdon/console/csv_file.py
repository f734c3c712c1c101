"""A table as a CSV file: the rows that the page shows, for a spreadsheet or a program."""

import csv
import io
from collections.abc import Iterable

from guerdon.adapters.exports.cells import text
from guerdon.console.tables import Cell, Column, Kind, Row


def csv_of(columns: Iterable[Column], rows: Iterable[Row]) -> bytes:
    """The rows under a heading, in UTF-8 and as RFC 4180 has it; money has its currency in a column of its own."""
    columns = tuple(columns)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([name for column in columns for name in _names(column)])
    for row in rows:
        writer.writerow([value for column, cell in zip(columns, row, strict=True) for value in _values(column, cell)])
    return out.getvalue().encode()


def _names(column: Column) -> tuple[str, ...]:
    return (column.name, f"{column.name}_currency") if column.kind is Kind.MONEY else (column.name,)


def _values(column: Column, cell: Cell) -> tuple[str, ...]:
    if column.kind is Kind.MONEY:
        return cell.plain, cell.currency
    return (cell.plain,) if column.kind is Kind.NUMBER else (text(cell.plain),)
