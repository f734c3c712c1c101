"""The workbook: its formulas, its check, and how it looks to whoever signs it."""

import io
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from adapters.exports.workbook import ReadBack
from exports_journal import KK, NOVEMBER, export
from guerdon.adapters.exports import xlsx
from guerdon.domain.money import Money


@pytest.fixture(scope="module")
def book() -> ReadBack:
    (file,) = xlsx.write(export())
    return ReadBack(file.content)


def test_the_value_beside_each_formula_is_what_it_comes_to(book: ReadBack) -> None:
    stored = book.formulas(xlsx.ACCOUNTS)
    assert len(stored) == 1 + 14 * 3 + 3 * 4
    assert {cell: book.number(xlsx.ACCOUNTS, cell) for cell in stored} == {
        cell: Decimal(str(value)) for cell, value in stored.items()
    }


def test_every_total_is_a_formula_and_nothing_else_is(book: ReadBack) -> None:
    totals = {f"{column}{row}" for column in "GHI" for row in range(11, 25)}
    sums = {f"{column}{row}" for column in "GHIJ" for row in range(27, 30)}
    assert set(book.formulas(xlsx.ACCOUNTS)) == {xlsx.CHECK_CELL, *totals, *sums}
    assert book.formulas(xlsx.ENTRIES) == {}


@pytest.mark.parametrize(("cell", "value"), [("J2", 1), ("K3", None), ("L2", "EUR"), ("T2", 99)])
def test_the_check_is_not_zero_once_an_entry_was_changed(book: ReadBack, cell: str, value: int | str | None) -> None:
    assert book.number(xlsx.ACCOUNTS, xlsx.CHECK_CELL) == 0
    changed = load_workbook(io.BytesIO(book.content))
    changed[xlsx.ENTRIES][cell] = value
    out = io.BytesIO()
    changed.save(out)
    assert ReadBack(out.getvalue()).number(xlsx.ACCOUNTS, xlsx.CHECK_CELL) > 0


def test_a_name_that_looks_like_a_formula_is_text(book: ReadBack) -> None:
    cell = book.book[xlsx.ACCOUNTS]["B11"]
    assert (cell.value, cell.data_type) == ('=Gulf "Rewards" W.L.L.', "s")


def test_amounts_have_their_currencys_places(book: ReadBack) -> None:
    formats = {
        (row[11].value, amount.number_format)
        for row in book.book[xlsx.ENTRIES].iter_rows(min_row=2)
        for amount in row[9:11]
        if amount.value is not None
    }
    assert formats == {
        ("JPY", "#,##0;[Red]-#,##0;#,##0"),
        ("USD", "#,##0.00;[Red]-#,##0.00;#,##0.00"),
        ("KWD", "#,##0.000;[Red]-#,##0.000;#,##0.000"),
    }


def test_headers_stay_in_sight_and_entries_can_be_filtered(book: ReadBack) -> None:
    accounts, entries = book.book[xlsx.ACCOUNTS], book.book[xlsx.ENTRIES]
    assert (accounts.freeze_panes, entries.freeze_panes) == ("A11", "C2")
    assert entries.auto_filter.ref == "A1:T21"
    assert (accounts.print_title_rows, entries.print_title_rows) == ("$10:$10", "$1:$1")
    assert {sheet.page_setup.orientation for sheet in book.book} == {"landscape"}


def test_it_says_what_it_is_about() -> None:
    (file,) = xlsx.write(export(replace(NOVEMBER, entity=KK)))
    sheet = ReadBack(file.content).book[xlsx.ACCOUNTS]
    assert [sheet[f"C{row}"].value for row in range(2, 6)] == [
        "2026-11-01 to 2026-11-30, both included, by the posting date",
        "Harbor Payroll KK",
        "all",
        "3 with 8 lines",
    ]


def test_an_empty_workbook_has_its_headers_and_a_check_of_zero() -> None:
    (file,) = xlsx.write(export(replace(NOVEMBER, program="another")))
    book = ReadBack(file.content)
    assert book.number(xlsx.ACCOUNTS, xlsx.CHECK_CELL) == 0
    assert book.book[xlsx.ACCOUNTS]["B10"].value == "Legal entity"
    assert book.book[xlsx.ENTRIES]["A1"].value == "Date"


def test_it_was_made_at_the_end_of_the_period_whenever_that_was(book: ReadBack) -> None:
    assert book.book.properties.created == datetime(2026, 11, 30)  # noqa: DTZ001 - a workbook's times have no zone.


def test_what_excel_would_round_is_refused() -> None:
    whole = export(replace(NOVEMBER, entity=KK))
    journal = whole.journals[0]
    lines = tuple(
        replace(line, amount=Money(minor, "JPY"))
        for line, minor in zip(journal.lines, (10**15, -(10**15)), strict=True)
    )
    long = replace(whole, journals=(replace(journal, lines=lines),))
    assert xlsx.refusals(long) == (
        "rw_b@1: Excel keeps 15 digits of a number, fewer than 1,000,000,000,000,000 JPY has",
        "rw_b@1: Excel keeps 15 digits of a number, fewer than -1,000,000,000,000,000 JPY has",
    )


def test_what_does_not_fit_in_a_sheet_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "ROWS_MOST", 20)
    assert xlsx.refusals(export()) == ("20 lines do not fit in a sheet of 20 rows: export fewer days or one program",)
