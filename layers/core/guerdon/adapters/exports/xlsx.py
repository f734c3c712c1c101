"""A workbook for finance: what each account comes to, with the entries behind it, and a check that must be zero.

Every total is a formula over the entries, stored with the value that it has, so that a viewer that computes nothing
shows it too. Nothing in it is of the moment: the same export gives the same bytes.

Source: XlsxWriter's documentation; ECMA-376 for the number formats. Excel has 1,048,576 rows a sheet and 15 digits.
"""

import io
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Final

from xlsxwriter.format import Format as Look
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from guerdon.application.exports.entries import Basis
from guerdon.application.exports.journals import Export, ExportFile, Journal, Line
from guerdon.domain.currencies import MINOR_UNIT_EXPONENTS

ROWS_MOST: Final = 1_048_576
DIGITS_MOST: Final = 15
ACCOUNTS: Final = "Accounts"
ENTRIES: Final = "Entries"
CHECK_CELL: Final = "C7"

_ENTRY_COLUMNS: Final = (
    ("Date", 13),
    ("Entry", 34),
    ("Kind", 12),
    ("Legal entity", 24),
    ("Program", 20),
    ("Channel", 13),
    ("Number", 10),
    ("Account", 38),
    ("Account in Guerdon", 24),
    ("Debit", 14),
    ("Credit", 14),
    ("Currency", 11),
    ("Memo", 74),
    ("Effective", 13),
    ("Posted (UTC)", 22),
    ("Value date", 13),
    ("Event", 32),
    ("Reward", 32),
    ("Payout", 32),
    ("Line in Accounts", 17),
)
_DEBIT, _CREDIT, _CURRENCY, _KEY = "J", "K", "L", "T"
_ACCOUNT_COLUMNS: Final = (
    ("Line", 6),
    ("Legal entity", 26),
    ("Currency", 15),
    ("Number", 16),
    ("Account", 38),
    ("Type", 16),
    ("Debit", 16),
    ("Credit", 16),
    ("Balance", 16),
    ("Accounts in Guerdon", 40),
)
_HEADER_ROW: Final = 9  # Rows of the writer count from 0, and those in formulas from 1.

_AccountKey = tuple[str, str, str, str, str]
"""Legal entity, currency, number, name and type of an account of theirs."""


@dataclass(frozen=True, slots=True)
class _Totals:
    """What was put on both sides, in minor units; both are sizes."""

    debit_minor: int = 0
    credit_minor: int = 0

    def plus(self, line: Line) -> "_Totals":
        minor = line.amount.amount_minor
        return _Totals(self.debit_minor + max(minor, 0), self.credit_minor + max(-minor, 0))


@dataclass(frozen=True, slots=True)
class _Looks:
    """How cells look; amounts by the number of their currency's places."""

    title: Look
    label: Look
    head: Look
    head_right: Look
    text: Look
    line: Look
    day: Look
    moment: Look
    check: Look
    good: Look
    bad: Look
    amounts: Mapping[int, Look]
    sums: Mapping[int, Look]


def refusals(export: Export) -> tuple[str, ...]:
    """More lines than a sheet has, or amounts with more digits than Excel keeps."""
    lines = [line for journal in export.journals for line in journal.lines]
    too_many = (
        (f"{len(lines):,} lines do not fit in a sheet of {ROWS_MOST:,} rows: export fewer days or one program",)
        if len(lines) >= ROWS_MOST
        else ()
    )
    too_long = (
        f"{journal.number}: Excel keeps {DIGITS_MOST} digits of a number, fewer than {line.amount.words} has"
        for journal in export.journals
        for line in journal.lines
        if abs(line.amount.amount_minor) >= 10**DIGITS_MOST
    )
    return (*too_many, *too_long)


def write(export: Export) -> tuple[ExportFile, ...]:
    """One workbook with all legal entities and currencies: the accounts, and the entries behind them."""
    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True})
    # A workbook says when it was made; ours says the period's end, since a clock would make each export another file.
    made = datetime.combine(export.selection.last, time())
    book.set_properties({"title": "Referral rewards journal", "author": "Guerdon", "created": made})
    looks, rows = _looks(book), _account_rows(export.journals)
    accounts, entries = book.add_worksheet(ACCOUNTS), book.add_worksheet(ENTRIES)
    _write_accounts(accounts, export, rows, looks)
    _write_entries(entries, export.journals, {key: number for number, key in enumerate(rows, start=1)}, looks)
    book.close()
    return (ExportFile("", out.getvalue(), len(export.journals), _line_count(export)),)


def _line_count(export: Export) -> int:
    return sum(len(journal.lines) for journal in export.journals)


def _account_rows(journals: Sequence[Journal]) -> Mapping[_AccountKey, tuple[_Totals, frozenset[str]]]:
    """Each account of theirs with its totals and the accounts of ours that are in it, by legal entity and currency."""
    totals: defaultdict[_AccountKey, _Totals] = defaultdict(_Totals)
    ours: defaultdict[_AccountKey, set[str]] = defaultdict(set)
    for journal in journals:
        for line in journal.lines:
            key = _key(journal, line)
            totals[key] = totals[key].plus(line)
            ours[key].add(line.account)
    return {key: (totals[key], frozenset(ours[key])) for key in sorted(totals)}


def _key(journal: Journal, line: Line) -> _AccountKey:
    theirs = line.theirs
    return journal.entry.legal_entity, line.amount.currency, theirs.number or "", theirs.name, theirs.type.value


def _write_accounts(
    sheet: Worksheet, export: Export, rows: Mapping[_AccountKey, tuple[_Totals, frozenset[str]]], looks: _Looks
) -> None:
    for column, (_, width) in enumerate(_ACCOUNT_COLUMNS):
        sheet.set_column(column, column, width)
    _write_head(sheet, export, looks)
    _write_header(sheet, _HEADER_ROW, [name for name, _ in _ACCOUNT_COLUMNS], looks, right=range(6, 9))
    entries_last = _line_count(export) + 1
    for number, ((entity, currency, code, name, kind), (totals, ours)) in enumerate(rows.items(), start=1):
        row = _HEADER_ROW + number
        sheet.write_number(row, 0, number, looks.line)
        for column, text in enumerate((entity, currency, code, name, kind), start=1):
            sheet.write_string(row, column, text, looks.text)
        places = MINOR_UNIT_EXPONENTS[currency]
        look = looks.amounts[places]
        for column, source, minor in ((6, _DEBIT, totals.debit_minor), (7, _CREDIT, totals.credit_minor)):
            formula = _sum_if(ENTRIES, source, _KEY, entries_last, f"$A{row + 1}")
            sheet.write_formula(row, column, f"=ROUND({formula},{places})", look, _number(minor, currency))
        balance_minor = totals.debit_minor - totals.credit_minor
        balance = f"=ROUND(G{row + 1}-H{row + 1},{places})"
        sheet.write_formula(row, 8, balance, look, _number(balance_minor, currency))
        sheet.write_string(row, 9, ", ".join(sorted(ours)), looks.text)
    last_row = _write_currencies(sheet, rows, entries_last, looks)
    sheet.freeze_panes(_HEADER_ROW + 1, 0)
    _for_print(sheet, _HEADER_ROW, last_row, len(_ACCOUNT_COLUMNS) - 1)


def _write_head(sheet: Worksheet, export: Export, looks: _Looks) -> None:
    selection = export.selection
    basis = "the posting date" if selection.basis is Basis.POSTED else "the effective date"
    sheet.write_string(0, 0, "Referral rewards journal", looks.title)
    facts = (
        ("Period", f"{selection.first} to {selection.last}, both included, by {basis}"),
        ("Legal entity", selection.entity or "all"),
        ("Program", selection.program or "all"),
        ("Entries", f"{len(export.journals):,} with {_line_count(export):,} lines"),
    )
    for row, (label, fact) in enumerate(facts, start=1):
        sheet.write_string(row, 0, label, looks.label)
        sheet.write_string(row, 2, fact)
    sheet.write_string(6, 0, "Check (must be zero)", looks.label)


def _write_currencies(
    sheet: Worksheet, rows: Mapping[_AccountKey, tuple[_Totals, frozenset[str]]], entries_last: int, looks: _Looks
) -> int:
    """A block below the accounts with a sum for each currency, and the check over all at the top; the last row."""
    first, last = _HEADER_ROW + 2, _HEADER_ROW + 1 + len(rows)
    by_currency: defaultdict[str, list[_Totals]] = defaultdict(list)
    for (_, currency, *_), (totals, _) in rows.items():
        by_currency[currency].append(totals)
    start = _HEADER_ROW + len(rows) + 2
    names = ("", "", "Currency", "", "Sum of the accounts", "", "Debit", "Credit", "Difference", "Entries not above")
    _write_header(sheet, start, names, looks, right=range(6, 10))
    for number, (currency, all_totals) in enumerate(sorted(by_currency.items()), start=1):
        row, places = start + number, MINOR_UNIT_EXPONENTS[currency]
        look = looks.sums[places]
        sheet.write_string(row, 2, currency, looks.label)
        for column, letter, minor in (
            (6, "G", sum(totals.debit_minor for totals in all_totals)),
            (7, "H", sum(totals.credit_minor for totals in all_totals)),
        ):
            formula = _sum_if(None, letter, "C", last, f"$C{row + 1}", first)
            sheet.write_formula(row, column, f"=ROUND({formula},{places})", look, _number(minor, currency))
        sheet.write_formula(row, 8, f"=ROUND(G{row + 1}-H{row + 1},{places})", look, 0)
        debits, credits_ = (
            _sum_if(ENTRIES, source, _CURRENCY, entries_last, f"$C{row + 1}") for source in (_DEBIT, _CREDIT)
        )
        not_above = f"=ROUND(ABS({debits}-G{row + 1})+ABS({credits_}-H{row + 1}),{places})"
        sheet.write_formula(row, 9, not_above, look, 0)
    checked = f"I{start + 2}:J{start + 1 + len(by_currency)}"
    check = f"=SUMPRODUCT(ABS({checked}))" if by_currency else "=0"
    sheet.write_formula(CHECK_CELL, check, looks.check, 0)
    sheet.conditional_format(CHECK_CELL, {"type": "cell", "criteria": "==", "value": 0, "format": looks.good})
    sheet.conditional_format(CHECK_CELL, {"type": "cell", "criteria": "!=", "value": 0, "format": looks.bad})
    return start + len(by_currency)


def _write_entries(
    sheet: Worksheet, journals: Sequence[Journal], numbers: Mapping[_AccountKey, int], looks: _Looks
) -> None:
    for column, (_, width) in enumerate(_ENTRY_COLUMNS):
        sheet.set_column(column, column, width)
    _write_header(sheet, 0, [name for name, _ in _ENTRY_COLUMNS], looks, right=(9, 10))
    row = 0
    for journal in journals:
        for line in journal.lines:
            row += 1
            _write_entry(sheet, row, journal, line, looks)
            sheet.write_number(row, 19, numbers[_key(journal, line)], looks.line)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, row, len(_ENTRY_COLUMNS) - 1)
    _for_print(sheet, 0, row, 12)


def _write_entry(sheet: Worksheet, row: int, journal: Journal, line: Line, looks: _Looks) -> None:
    entry, theirs = journal.entry, line.theirs
    amount = looks.amounts[MINOR_UNIT_EXPONENTS[line.amount.currency]]
    sheet.write_datetime(row, 0, datetime.combine(journal.on, time()), looks.day)
    texts = {
        1: journal.number,
        2: entry.kind.value,
        3: entry.legal_entity,
        4: entry.program,
        5: entry.channel.value,
        6: theirs.number or "",
        7: theirs.name,
        8: line.account,
        11: line.amount.currency,
        12: journal.memo,
        16: entry.event_id,
        17: entry.reward_id,
        18: entry.payout_id or "",
    }
    # Always as text: nothing that is written here can become a formula.
    for column, text in texts.items():
        sheet.write_string(row, column, text, looks.text)
    for column, side in ((9, line.debit), (10, line.credit)):
        if side is not None:
            sheet.write_number(row, column, _number(side.amount_minor, side.currency), amount)
    sheet.write_datetime(row, 13, datetime.combine(entry.effective_on, time()), looks.day)
    sheet.write_datetime(row, 14, entry.posted_at.astimezone(UTC).replace(tzinfo=None), looks.moment)
    if entry.value_on:
        sheet.write_datetime(row, 15, datetime.combine(entry.value_on, time()), looks.day)


def _write_header(sheet: Worksheet, row: int, names: Sequence[str], looks: _Looks, right: Sequence[int]) -> None:
    for column, name in enumerate(names):
        sheet.write_string(row, column, name, looks.head_right if column in right else looks.head)


def _sum_if(sheet: str | None, summed: str, matched: str, last: int, criterion: str, first: int = 2) -> str:  # noqa: PLR0913, PLR0917 - the parts of one formula.
    """The sum of a column where another has a value; an empty range is one row that matches nothing."""
    place, last = f"{sheet}!" if sheet else "", max(first, last)
    return f"SUMIFS({place}${summed}${first}:${summed}${last},{place}${matched}${first}:${matched}${last},{criterion})"


def _for_print(sheet: Worksheet, header_row: int, last_row: int, last_column: int) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)  # A4.
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(header_row)
    sheet.set_margins(left=0.4, right=0.4)
    sheet.set_footer("&L&A&RPage &P of &N")
    sheet.print_area(0, 0, last_row, last_column)


def _number(minor: int, currency: str) -> float:
    return float(Decimal(minor).scaleb(-MINOR_UNIT_EXPONENTS[currency]))


def _looks(book: Workbook) -> _Looks:
    def amount(places: int, **more: object) -> Look:
        number = "#,##0" + ("." + "0" * places if places else "")
        return book.add_format({"num_format": f"{number};[Red]-{number};{number}", **more})

    places = sorted(set(MINOR_UNIT_EXPONENTS.values()))
    head = {"bold": True, "bg_color": "#1F3A4D", "font_color": "#FFFFFF"}
    return _Looks(
        title=book.add_format({"bold": True, "font_size": 14}),
        label=book.add_format({"bold": True}),
        head=book.add_format({**head, "indent": 1}),
        head_right=book.add_format({**head, "align": "right"}),
        text=book.add_format({"indent": 1}),
        line=book.add_format({"align": "left"}),
        day=book.add_format({"num_format": "yyyy-mm-dd", "align": "left", "indent": 1}),
        moment=book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss", "align": "left", "indent": 1}),
        check=book.add_format({"bold": True, "num_format": "0.00", "align": "left", "border": 1}),
        good=book.add_format({"bg_color": "#C6EFCE", "font_color": "#006100"}),
        bad=book.add_format({"bg_color": "#FFC7CE", "font_color": "#9C0006"}),
        amounts={count: amount(count) for count in places},
        sums={count: amount(count, bold=True, top=1) for count in places},
    )
