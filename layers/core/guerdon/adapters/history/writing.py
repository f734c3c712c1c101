"""Write a history file, as the reader takes it."""

import csv
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TextIO

from guerdon.adapters.history.columns import NAMES
from guerdon.domain.history import HistoryRow
from guerdon.domain.money import Money


def write_rows(out: TextIO, rows: Iterable[HistoryRow], columns: Sequence[str] = NAMES) -> None:
    """Write a header and `rows`, in their order.

    Args:
        out: Opened with newline="".
        rows: The rows, sorted by `closed_at`.
        columns: Which columns are written; the required ones have to be among them.
    """
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    if tuple(columns) == NAMES:
        writer.writerows(map(record_of, rows))
        return
    places = [NAMES.index(name) for name in columns]
    for row in rows:
        record = record_of(row)
        writer.writerow([record[place] for place in places])


def record_of(row: HistoryRow) -> tuple[str, ...]:
    """A row's values as text, in the order of NAMES."""
    code = row.currency
    return (
        row.deal,
        _moment(row.closed_at),
        _decimal(row.amount, code),
        code,
        row.advocate,
        row.trigger,
        row.occurrence_id or "",
        row.segment or "",
        row.advocate_type or "",
        row.country or "",
        row.method or "",
        row.region or "",
        _flag(known=row.sales_involved),
        _flag(known=row.first_purchase),
        row.referred or "",
        _moment(row.referred_at),
        row.referred_country or "",
        row.preferred_channel or "",
        row.referred_preferred_channel or "",
        "|".join(f"{line.sku}:{line.quantity}:{_decimal(line.amount, code)}" for line in row.lines),
        "|".join(f"{name}:{_decimal(amount, code)}" for name, amount in row.amounts.items()),
        row.set_by_sales.decimal if row.set_by_sales else "",
        _moment(row.reversed_at),
        _decimal(row.reversed_total, code),
        _moment(row.amended_at),
        _decimal(row.amended_total, code),
        _moment(row.told_at),
        row.status,
    )


def _moment(moment: datetime | None) -> str:
    """A moment in UTC, without parts of a second that are zero: "2026-11-20T16:04:05Z"."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z" if moment else ""


def _decimal(minor: object, code: str) -> str:
    return Money(minor, code).decimal if isinstance(minor, int) else ""


def _flag(*, known: bool | None) -> str:
    return "" if known is None else str(known).lower()
