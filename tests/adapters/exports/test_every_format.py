"""What holds of all formats: what is read back comes to the same, byte for byte the same again, and names nobody."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st

import builders
import exports_journal
from adapters.exports.read_back import NAMES, READERS, expected
from adapters.exports.workbook import ReadBack
from exports_journal import KK, NOVEMBER, default_chart, export
from guerdon.adapters.exports import beancount, netsuite, plain_csv, quickbooks, xero, xlsx
from guerdon.adapters.exports.formats import IMPORTS, SUFFIXES, Format, Writer, writer_of
from guerdon.application.exports.entries import DatedEntry
from guerdon.application.exports.journals import Export, Per, mapped
from guerdon.domain import ledger
from guerdon.domain.identity import derived_id
from guerdon.domain.ledger import Entry, Posting
from guerdon.domain.money import Money

MODULES: dict[Format, Writer] = {
    Format.CSV: plain_csv,
    Format.XLSX: xlsx,
    Format.BEANCOUNT: beancount,
    Format.QUICKBOOKS: quickbooks,
    Format.XERO: xero,
    Format.NETSUITE: netsuite,
}
EXPECTED = Path(__file__).parent / "expected"
ACCOUNTS = (
    "rewards_expense",
    "rewards_liability",
    "in_transit:lob",
    "float:printful",
    "exchange",
    "receivable:advocate",
)


def whole_cents(of: Export) -> Export:
    """Without the legal entity whose amounts have three places: NetSuite has room for two."""
    return replace(of, journals=tuple(each for each in of.journals if each.entry.legal_entity != exports_journal.GULF))


def test_every_format_has_a_module_of_the_same_shape() -> None:
    assert {each: writer_of(each) for each in Format} == MODULES
    assert set(SUFFIXES) == set(Format)


@pytest.mark.parametrize("wanted", Format)
def test_what_is_read_back_comes_to_the_same(wanted: Format) -> None:
    whole = whole_cents(export())
    assert MODULES[wanted].refusals(whole) == ()
    files = MODULES[wanted].write(whole)
    assert READERS[wanted](files) == expected(whole, NAMES[wanted])
    assert sum(file.lines for file in files) == 18


@pytest.mark.parametrize("wanted", Format)
def test_the_same_journal_gives_the_same_bytes_in_whatever_order_it_is_read(
    wanted: Format,
) -> None:
    with time_machine.travel("2026-12-01T08:00:00Z"):
        first = MODULES[wanted].write(export())
    backwards = exports_journal.store_with(*reversed(exports_journal.entries()))
    with time_machine.travel("2027-06-30T23:59:59Z"):
        assert MODULES[wanted].write(exports_journal.export_of(backwards)) == first


@pytest.mark.parametrize("wanted", Format)
def test_the_small_journal_is_written_as_it_always_was(wanted: Format) -> None:
    whole = export() if wanted is not Format.NETSUITE else whole_cents(export())
    files = MODULES[wanted].write(whole)
    written = {
        f"{wanted.value}{f'-{file.part}' if file.part else ''}{SUFFIXES[wanted]}": file.content for file in files
    }
    if wanted is Format.XLSX:
        # Compression differs from machine to machine, so it is the cells that are compared.
        written = {"xlsx.txt": ReadBack(written["xlsx.xlsx"]).text.encode()}
    expected_files = {path.name: path.read_bytes() for path in EXPECTED.glob(f"{wanted.value}[.-]*")}
    assert written == expected_files


@pytest.mark.parametrize("wanted", Format)
def test_an_empty_period_is_one_valid_file_without_lines(wanted: Format) -> None:
    empty = export(replace(NOVEMBER, entity="nobody"))
    assert MODULES[wanted].refusals(empty) == ()
    (file,) = MODULES[wanted].write(empty)
    assert (file.part, file.journals, file.lines) == ("", 0, 0)
    assert READERS[wanted]([file]) == {}
    assert file.content != b""


@pytest.mark.parametrize("wanted", [Format.CSV, Format.QUICKBOOKS, Format.XERO, Format.NETSUITE])
def test_no_text_cell_of_a_csv_begins_as_a_formula_does(wanted: Format) -> None:
    # The legal entity is called =Gulf "Rewards" W.L.L.
    for file in MODULES[wanted].write(export()):
        cells = [cell.strip('"') for line in file.content.decode().splitlines() for cell in line.split(",")]
        assert [cell for cell in cells if cell[:1] in tuple("=+@\t")] == []
        assert [cell for cell in cells if cell.startswith("-") and not cell[1:].replace(".", "").isdigit()] == []


@pytest.mark.parametrize("wanted", [each for each in Format if each is not Format.XLSX])
def test_ids_are_written_as_they_are(wanted: Format) -> None:
    content = b"".join(file.content for file in MODULES[wanted].write(export(replace(NOVEMBER, entity="Acme Inc."))))
    ids = {f"{builders.PAYOUT_ID}@4", f"{builders.REWARD_ID}@2"}
    assert {each for each in ids if each.encode() not in content} == set()


# Whatever the journal is.

CURRENCIES = st.sampled_from(["USD", "JPY", "KWD", "EUR"])


@st.composite
def entries(draw: st.DrawFn, currencies: st.SearchStrategy[str] = CURRENCIES) -> Entry:
    """A random entry that balances in each of one or two currencies."""
    postings: list[Posting] = []
    own = draw(currencies)
    for currency in dict.fromkeys([own, draw(currencies)]):
        amounts = draw(st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=4))
        postings += [
            Posting(draw(st.sampled_from(ACCOUNTS)), Money(minor, currency)) for minor in (*amounts, -sum(amounts))
        ]
    number, day = draw(st.integers(1, 10**9)), draw(st.integers(0, 29))
    return replace(
        ledger.submitted(builders.payout(), builders.NOW),
        entry_id=f"{derived_id('po', str(number))}@{draw(st.integers(1, 99))}",
        legal_entity=draw(st.sampled_from(["Acme Inc.", "acme, inc", KK, "=1+1", "株式会社"])),
        currency=own,
        effective_on=date(2026, 11, 1) + timedelta(days=day),
        posted_at=datetime.combine(date(2026, 11, 1), datetime.min.time(), builders.NOW.tzinfo) + timedelta(days=day),
        postings=tuple(postings),
    )


def export_of(journal: Sequence[Entry]) -> Export:
    unique = {entry.entry_id: entry for entry in journal}
    dated = [DatedEntry(entry, entry.effective_on) for entry in unique.values()]
    ordered = sorted(dated, key=lambda each: (each.on, each.entry.entry_id))
    journals, missing = mapped(ordered, NOVEMBER, default_chart())
    assert missing == ()
    return Export(NOVEMBER, default_chart(), journals)


def reads_back(wanted: Format, journal: Sequence[Entry]) -> None:
    whole = export_of(journal)
    assert MODULES[wanted].refusals(whole) == ()
    for per in Per if wanted in IMPORTS else [Per.ENTRY]:
        assert READERS[wanted](MODULES[wanted].write(replace(whole, per=per))) == expected(whole, NAMES[wanted])


@settings(deadline=None, max_examples=30)
@given(st.lists(entries(), max_size=8))
@pytest.mark.parametrize("wanted", [Format.CSV, Format.BEANCOUNT, Format.QUICKBOOKS, Format.XERO])
def test_whatever_balances_is_read_back_to_the_same(wanted: Format, journal: list[Entry]) -> None:
    reads_back(wanted, journal)


@settings(deadline=None, max_examples=8)
@given(st.lists(entries(), max_size=4))
def test_whatever_balances_is_what_the_formulas_of_a_workbook_come_to(journal: list[Entry]) -> None:
    reads_back(Format.XLSX, journal)


@settings(deadline=None, max_examples=30)
@given(st.lists(entries(), max_size=8))
def test_netsuite_refuses_what_it_would_round_and_reads_back_the_rest(journal: list[Entry]) -> None:
    whole = export_of(journal)
    fine = [
        line.amount
        for each in whole.journals
        for line in each.lines
        if line.amount.currency == "KWD" and line.amount.amount_minor % 10
    ]
    refused = netsuite.refusals(whole)
    assert len(refused) == len(fine)
    if not refused:
        for per in Per:
            files = netsuite.write(replace(whole, per=per))
            assert READERS[Format.NETSUITE](files) == expected(whole, NAMES[Format.NETSUITE])
