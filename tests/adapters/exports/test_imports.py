"""What each accounting program's import asks for, and what is refused because it would be taken wrongly."""

from dataclasses import replace
from datetime import date

import pytest

import builders
import exports_journal
from adapters.exports.read_back import rows_of
from exports_journal import GULF, KK, NOVEMBER, chart_of, default_chart, export, export_of, store_with
from guerdon.adapters.exports import netsuite, quickbooks, xero
from guerdon.adapters.exports.cells import decimal, distinct, slug, text
from guerdon.application.exports.books import BookJournal, book_journals
from guerdon.application.exports.chart import EntityChart
from guerdon.application.exports.journals import Export, Per
from guerdon.domain import ledger
from guerdon.domain.money import Money

KK_ONLY = replace(NOVEMBER, entity=KK)


def many(count: int) -> Export:
    """As many submissions of two lines each, on one day."""
    entries = [
        ledger.submitted(builders.payout(payout_id=f"po_{number}", version=3), exports_journal.at(3))
        for number in range(count)
    ]
    return export_of(store_with(*entries))


def amounting_to(minor: int, currency: str) -> Export:
    whole = export(KK_ONLY)
    journal = whole.journals[0]
    lines = tuple(
        replace(line, amount=Money(sign * minor, currency)) for line, sign in zip(journal.lines, (1, -1), strict=True)
    )
    return replace(whole, journals=(replace(journal, lines=lines, entry=replace(journal.entry, currency=currency)),))


# QuickBooks Online.


def numbered(number: str) -> BookJournal:
    return replace(book_journals(export(KK_ONLY))[0], number=number)


@pytest.mark.parametrize(
    ("number", "short"),
    [
        ("po_b@4", "po_b@4"),
        (f"po_{'a' * 24}@4", f"po_{'a' * 16}@4"),
        (f"po_{'a' * 24}@104", f"po_{'a' * 14}@104"),
        (f"po_{'a' * 24}@4-USD", f"po_{'a' * 12}@4-USD"),
    ],
)
def test_a_journal_number_has_at_most_21_characters_and_keeps_version_and_currency(number: str, short: str) -> None:
    assert quickbooks.number_of(numbered(number)) == short
    assert len(short) <= 21


def test_journals_that_quickbooks_would_take_for_one_are_refused() -> None:
    first = export(KK_ONLY).journals[0]
    journals = tuple(replace(first, number=f"po_{'a' * 23}{end}@4") for end in "bc")
    assert quickbooks.refusals(replace(export(KK_ONLY), journals=journals)) == (
        "QuickBooks has room for 21 characters of a journal number, and 2 journals would be po_aaaaaaaaaaaaaaaa@4",
    )


def test_quickbooks_gets_files_of_at_most_a_thousand_rows() -> None:
    files = quickbooks.write(many(1000))
    assert [(file.part, file.lines) for file in files] == [
        ("acme-inc-USD-1", 998),
        ("acme-inc-USD-2", 998),
        ("acme-inc-USD-3", 4),
    ]


# Xero.


def test_xero_gets_files_of_at_most_300_lines() -> None:
    files = xero.write(many(301))
    assert [(file.part, file.lines) for file in files] == [
        ("acme-inc-USD-1", 300),
        ("acme-inc-USD-2", 300),
        ("acme-inc-USD-3", 2),
    ]


def test_xero_is_refused_accounts_without_codes_and_entities_without_a_tax_rate() -> None:
    chart = chart_of(
        "accounts: {rewards_expense: {name: E, type: expense}, rewards_liability: {name: L, type: liability}}"
    )
    whole = export(replace(NOVEMBER, entity=GULF), chart)
    assert xero.refusals(whole) == (
        f"rewards_expense of {GULF}: Xero knows accounts by code; add a number to the mapping",
        f"rewards_liability of {GULF}: Xero knows accounts by code; add a number to the mapping",
        f"{GULF}: Xero wants a tax rate in every line; add tax_rate to the mapping, named as in Xero's settings",
    )


def test_xero_gets_each_entitys_own_tax_rate() -> None:
    chart = replace(default_chart(), entities={KK: EntityChart(tax_rate="対象外")})
    rates = {(file.part, row["*TaxRate"]) for file in xero.write(export(chart=chart)) for row in rows_of(file)}
    assert rates == {
        ("gulf-rewards-w-l-l-KWD", "Tax Exempt"),
        ("acme-inc-USD", "Tax Exempt"),
        ("harbor-payroll-kk-JPY", "対象外"),
        ("harbor-payroll-kk-USD", "対象外"),
    }


# NetSuite.


def test_netsuite_gets_a_subsidiary_where_the_mapping_names_them() -> None:
    chart = replace(default_chart(), entities={KK: EntityChart(subsidiary="Harbor : Japan")})
    (file,) = netsuite.write(export(KK_ONLY, chart))
    assert {row["Subsidiary"] for row in rows_of(file)} == {"Harbor : Japan"}
    (file,) = netsuite.write(export(KK_ONLY))
    assert "Subsidiary" not in rows_of(file)[0]


def test_netsuite_is_refused_subsidiaries_for_some_entities_only() -> None:
    chart = replace(default_chart(), entities={KK: EntityChart(subsidiary="Harbor : Japan")})
    whole = export(chart=chart)
    assert netsuite.refusals(whole)[2:] == (
        f"{GULF}: others have a subsidiary; add one to the mapping",
        "Acme Inc.: others have a subsidiary; add one to the mapping",
    )


@pytest.mark.parametrize(
    ("minor", "currency", "written"),
    [(12_340, "KWD", "12.34"), (12_000, "KWD", "12.00"), (5, "USD", "0.05"), (9_999_999_999, "JPY", "9999999999")],
)
def test_netsuite_gets_at_most_two_places(minor: int, currency: str, written: str) -> None:
    whole = amounting_to(minor, currency)
    assert netsuite.refusals(whole) == ()
    (file,) = netsuite.write(whole)
    assert [(row["Debit"], row["Credit"]) for row in rows_of(file)] == [(written, ""), ("", written)]


@pytest.mark.parametrize(("minor", "currency"), [(12_345, "KWD"), (10**10, "JPY"), (10**12, "USD")])
def test_netsuite_is_refused_what_its_fields_cannot_hold(minor: int, currency: str) -> None:
    amount = Money(minor, currency)
    assert netsuite.refusals(amounting_to(minor, currency)) == tuple(
        f"rw_b@1: NetSuite takes at most 10 digits before the point and 2 behind it, not {each.words}"
        for each in (amount, -amount)
    )


def test_netsuite_gets_files_that_one_import_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(netsuite, "LINES_MOST", 5)
    assert [(file.part, file.lines) for file in netsuite.write(many(5))] == [("1", 4), ("2", 4), ("3", 2)]


def test_external_ids_of_sums_are_unique_for_all_legal_entities() -> None:
    whole = replace(export(replace(NOVEMBER, program="customer-referral")), per=Per.MONTH)
    (file,) = netsuite.write(whole)
    assert sorted({row["External ID"] for row in rows_of(file)}) == [
        "2026-11-30-JPY-harbor-payroll-kk",
        "2026-11-30-USD-acme-inc",
        "2026-11-30-USD-harbor-payroll-kk",
        f"{builders.REWARD_ID}@2",
        "rw_c@1",
    ]


def test_dates_are_as_each_program_asks_for_them() -> None:
    whole = export(KK_ONLY)
    assert whole.journals[0].on == date(2026, 11, 1)
    dates = [
        rows_of(module.write(whole)[0])[0][column]
        for module, column in ((quickbooks, "*JournalDate"), (xero, "*Date"), (netsuite, "Date"))
    ]
    assert dates == ["11/01/2026", "01/11/2026", "11/01/2026"]


# Cells and names.


@pytest.mark.parametrize("value", ["=1", "+1", "-1", "@SUM", "\t=1", "\r=1", "\n=1"])
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(value: str) -> None:
    assert text(value) == f"'{value}"


@pytest.mark.parametrize("value", ["", "Acme = 1", builders.PAYOUT_ID, "6150", "株式会社"])
def test_other_text_stays_as_it_is(value: str) -> None:
    assert text(value) == value


def test_an_amount_has_a_point_and_its_currencys_places() -> None:
    amounts = [Money(123_456_789, currency) for currency in ("USD", "JPY", "KWD")]
    assert [decimal(amount) for amount in (*amounts, None)] == ["1234567.89", "123456789", "123456.789", ""]


def test_names_that_would_be_the_same_are_numbered() -> None:
    assert distinct(["Acme, Inc.", "ACME Inc", "acme inc 2", "Other"], slug) == {
        "ACME Inc": "acme-inc",
        "Acme, Inc.": "acme-inc-2",
        "Other": "other",
        "acme inc 2": "acme-inc-2-2",
    }


@pytest.mark.parametrize(
    ("name", "short"), [("../../etc/passwd", "etc-passwd"), ("…", "entity"), ("株式会社", "株式会社")]
)
def test_a_files_name_never_leads_elsewhere(name: str, short: str) -> None:
    assert slug(name) == short
