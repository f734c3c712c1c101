"""A month's pack as a workbook: the closing balances and all totals are formulas, and the check must be zero.

Nothing in it is of the moment: the same pack gives the same bytes.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from xlsxwriter.format import Format as Look
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from guerdon.application.month_end.pack import Pack
from guerdon.application.month_end.records import MonthClose
from guerdon.domain.currencies import MINOR_UNIT_EXPONENTS
from guerdon.domain.deal import instant
from guerdon.domain.rollforward import Movement

ROLLFORWARD: Final = "Roll-forward"
CHECK_CELL: Final = "C7"
_FIRST: Final = 9
"""The first row of the roll-forward's lines, counted from 0."""


@dataclass(frozen=True, slots=True)
class _Looks:
    title: Look
    head: Look
    text: Look
    amounts: dict[int, Look]
    sums: dict[int, Look]


def as_workbook(pack: Pack, close: MonthClose) -> bytes:
    """The pack as an XLSX file."""
    file = io.BytesIO()
    with Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"created": datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)})
        looks = _looks(book)
        _write_rollforward(book.add_worksheet(ROLLFORWARD), pack, close, looks)
        for name, heads, rows in _sheets(pack):
            _write_rows(book.add_worksheet(name), heads, rows, looks)
    return file.getvalue()


def _write_rollforward(sheet: Worksheet, pack: Pack, close: MonthClose, looks: _Looks) -> None:
    sheet.write_string(0, 0, f"{pack.legal_entity}, {pack.month}", looks.title)
    reviewed = f"{close.reviewed_by}, {instant(close.reviewed_at)}" if close.reviewed_at else "not yet"
    facts = (
        ("State", close.state.value),
        ("Prepared", f"{close.prepared_by}, {instant(close.prepared_at)}"),
        ("Reviewed", reviewed),
        ("Last seal", pack.seal_sha256 or "none"),
        ("Close before", pack.previous_sha256 or "none"),
    )
    for row, (label, fact) in enumerate(facts, start=1):
        sheet.write_string(row, 0, label, looks.head)
        sheet.write_string(row, 2, fact, looks.text)
    sheet.write_string(6, 0, "Check (must be zero)", looks.head)
    heads = ("Account", "Whose", "Program", "Channel", "Currency", "Opening", "Earned", "Paid", "Reversed", "Other")
    for column, head in enumerate((*heads, "Closing", "In the books", "Difference")):
        sheet.write_string(_FIRST - 1, column, head, looks.head)
    for row, movement in enumerate(pack.movements, start=_FIRST):
        _write_movement(sheet, row, movement, looks)
    last = _FIRST + len(pack.movements)
    check = f"=SUMPRODUCT(ABS(M{_FIRST + 1}:M{last}))" if pack.movements else "=0"
    sheet.write_formula(CHECK_CELL, check, looks.head, 0)
    _write_sums(sheet, last, pack, looks)
    sheet.set_column(0, 4, 20)
    sheet.set_column(5, 12, 15)
    sheet.freeze_panes(_FIRST, 0)
    _for_print(sheet)


def _write_movement(sheet: Worksheet, row: int, movement: Movement, looks: _Looks) -> None:
    places = MINOR_UNIT_EXPONENTS[movement.currency]
    look = looks.amounts[places]
    texts = (movement.group, movement.party, movement.program, movement.channel, movement.currency)
    for column, text in enumerate(texts):
        sheet.write_string(row, column, text, looks.text)
    minors = (
        movement.opening_minor,
        movement.earned_minor,
        -movement.paid_minor,
        -movement.reversed_minor,
        movement.other_minor,
    )
    for column, minor in enumerate(minors, start=5):
        sheet.write_number(row, column, _number(minor, places), look)
    cell = row + 1
    closing = _number(movement.closing_minor, places)
    sheet.write_formula(row, 10, f"=ROUND(SUM(F{cell}:J{cell}),{places})", look, closing)
    sheet.write_number(row, 11, closing, look)
    sheet.write_formula(row, 12, f"=ROUND(K{cell}-L{cell},{places})", look, 0)


def _write_sums(sheet: Worksheet, last: int, pack: Pack, looks: _Looks) -> None:
    """A sum of each group and currency below the lines."""
    pairs = sorted({(movement.group, movement.currency) for movement in pack.movements})
    for row, (group, currency) in enumerate(pairs, start=last + 1):
        places = MINOR_UNIT_EXPONENTS[currency]
        sheet.write_string(row, 0, group, looks.head)
        sheet.write_string(row, 3, "Sum", looks.head)
        sheet.write_string(row, 4, currency, looks.head)
        summed = [one for one in pack.movements if (one.group, one.currency) == (group, currency)]
        sums = _columns(summed)
        for column, (letter, minor) in enumerate(zip("FGHIJKL", sums, strict=True), start=5):
            span = f"{letter}${_FIRST + 1}:{letter}${last}"
            formula = f"=SUMIFS({span},$A${_FIRST + 1}:$A${last},$A{row + 1},$E${_FIRST + 1}:$E${last},$E{row + 1})"
            sheet.write_formula(row, column, formula, looks.sums[places], _number(minor, places))


def _columns(movements: Sequence[Movement]) -> tuple[int, ...]:
    closing = sum(movement.closing_minor for movement in movements)
    return (
        sum(movement.opening_minor for movement in movements),
        sum(movement.earned_minor for movement in movements),
        -sum(movement.paid_minor for movement in movements),
        -sum(movement.reversed_minor for movement in movements),
        sum(movement.other_minor for movement in movements),
        closing,
        closing,
    )


def _sheets(pack: Pack) -> tuple[tuple[str, Sequence[str], list[tuple[object, ...]]], ...]:
    return (
        (
            "Ageing",
            ("What", "Channel", "Open for", "Count", "Amount", "Currency"),
            [
                (line.group, line.channel, line.bucket, line.parts, _decimal(line.minor, line.currency), line.currency)
                for line in pack.ageing
            ],
        ),
        (
            "Open",
            ("What", "Whose", "Program", "Channel", "Reward or payout", "Since", "Amount", "Currency"),
            [
                (
                    part.group,
                    part.party,
                    part.program,
                    part.channel,
                    part.subject,
                    part.since.isoformat(),
                    _decimal(part.minor, part.currency),
                    part.currency,
                )
                for part in pack.open_parts
            ],
        ),
        (
            "Cut-off",
            ("Entry", "Kind", "Effective", "Posted", "Program", "Channel", "Account", "Amount", "Currency"),
            [
                (
                    line.entry_id,
                    line.kind,
                    line.effective_on.isoformat(),
                    instant(line.posted_at),
                    line.program,
                    line.channel,
                    line.account,
                    _decimal(line.minor, line.currency),
                    line.currency,
                )
                for line in pack.cut_off
            ],
        ),
        (
            "Completeness",
            ("Program", "Outcome", "Events"),
            [(line.program, line.outcome or "undecided", line.count) for line in pack.completeness],
        ),
        (
            "Reconciliation",
            ("Item", "Statement", "Difference", "Day", "Payout", "What differs"),
            [
                (line.item_id, line.source, line.difference, line.on.isoformat(), line.payout_id or "", line.detail)
                for line in pack.differences
            ],
        ),
        (
            "By hand",
            ("When", "Who", "What", "To", "Before", "After", "Why"),
            [
                (
                    instant(line.at),
                    line.actor,
                    line.action,
                    line.subject,
                    line.before or "",
                    line.after or "",
                    line.reason or "",
                )
                for line in pack.actions
            ],
        ),
    )


def _write_rows(sheet: Worksheet, heads: Sequence[str], rows: Sequence[tuple[object, ...]], looks: _Looks) -> None:
    for column, head in enumerate(heads):
        sheet.write_string(0, column, head, looks.head)
    for number, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            # Always as text or number: nothing that is written here can become a formula.
            if isinstance(cell, int):
                sheet.write_number(number, column, cell)
            elif isinstance(cell, Decimal):
                places = -int(cell.as_tuple().exponent)
                sheet.write_number(number, column, float(cell), looks.amounts[places])
            else:
                sheet.write_string(number, column, str(cell), looks.text)
    sheet.set_column(0, len(heads) - 1, 22)
    sheet.freeze_panes(1, 0)
    _for_print(sheet)


def _for_print(sheet: Worksheet) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)  # A4.
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L&A&RPage &P of &N")


def _decimal(minor: int, currency: str) -> Decimal:
    return Decimal(minor).scaleb(-MINOR_UNIT_EXPONENTS[currency])


def _number(minor: int, places: int) -> float:
    return float(Decimal(minor).scaleb(-places))


def _looks(book: Workbook) -> _Looks:
    def amount(places: int, **more: object) -> Look:
        return book.add_format({"num_format": "#,##0" + ("." + "0" * places if places else ""), **more})

    places = sorted(set(MINOR_UNIT_EXPONENTS.values()))
    return _Looks(
        title=book.add_format({"bold": True, "font_size": 14}),
        head=book.add_format({"bold": True}),
        text=book.add_format({}),
        amounts={count: amount(count) for count in places},
        sums={count: amount(count, bold=True, top=1) for count in places},
    )
