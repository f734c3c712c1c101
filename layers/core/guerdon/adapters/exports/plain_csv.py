"""Every posting as a row, with everything that the journal knows of it: for a spreadsheet, a database or an auditor."""

from datetime import UTC
from typing import Final

from guerdon.adapters.exports.cells import Row, csv_file, decimal, text
from guerdon.application.exports.journals import Export, ExportFile, Journal, Line

HEADER: Final = (
    "date",
    "entry_id",
    "kind",
    "legal_entity",
    "program",
    "channel",
    "account_number",
    "account_name",
    "account_type",
    "account",
    "debit",
    "credit",
    "currency",
    "memo",
    "effective_on",
    "posted_at",
    "value_on",
    "event_id",
    "reward_id",
    "payout_id",
)


def refusals(export: Export) -> tuple[str, ...]:
    """None: it can carry everything."""
    del export
    return ()


def write(export: Export) -> tuple[ExportFile, ...]:
    """One file with all legal entities and currencies."""
    return (csv_file("", HEADER, export.journals, _cells),)


def _cells(journal: Journal, line: Line) -> Row:
    entry = journal.entry
    return (
        journal.on.isoformat(),
        journal.number,
        entry.kind.value,
        text(entry.legal_entity),
        text(entry.program),
        entry.channel.value,
        line.theirs.number or "",
        line.theirs.name,
        line.theirs.type.value,
        line.account,
        decimal(line.debit),
        decimal(line.credit),
        line.amount.currency,
        text(journal.memo),
        entry.effective_on.isoformat(),
        entry.posted_at.astimezone(UTC).isoformat(),
        entry.value_on.isoformat() if entry.value_on else "",
        entry.event_id,
        entry.reward_id,
        entry.payout_id or "",
    )
