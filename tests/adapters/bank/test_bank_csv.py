"""The CSV files that banks export: what left the account, and every place that cannot be read."""

from datetime import date
from pathlib import Path

import pytest

from guerdon.adapters.bank.bank_csv import read_bank_csv
from guerdon.adapters.bank.reading import BadPlace, Statement
from guerdon.domain.checks import BankLine
from guerdon.domain.money import Money

Told = tuple[str, str, str | None]


def read(tmp_path: Path, *lines: str, name: str = "november.csv") -> Statement | tuple[BadPlace, ...]:
    path = tmp_path / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read_bank_csv(path, "operating", "USD")


def lines_of(tmp_path: Path, *lines: str) -> tuple[BankLine, ...]:
    found = read(tmp_path, *lines)
    assert isinstance(found, Statement), found
    return found.lines


def told(tmp_path: Path, *lines: str) -> list[Told]:
    return [(one.booked_on.isoformat(), one.amount.words, one.check_number) for one in lines_of(tmp_path, *lines)]


def wrong(tmp_path: Path, *lines: str) -> list[str]:
    found = read(tmp_path, *lines)
    assert not isinstance(found, Statement)
    return [bad.words.removeprefix(f"{tmp_path}/") for bad in found]


def test_a_signed_amount_below_zero_left_the_account(tmp_path: Path) -> None:
    assert told(
        tmp_path,
        "Details,Posting Date,Description,Amount,Type,Balance,Check or Slip #",
        "CHECK,11/30/2026,CHECK 10001,-100.00,CHECK_PAID,900.00,10001",
        "CREDIT,11/30/2026,DEPOSIT,2500.00,ACH_CREDIT,3400.00,",
    ) == [("2026-11-30", "100.00 USD", "10001")]


@pytest.mark.parametrize(
    "header", ["Date,Check Number,Description,Debit,Credit", "Date,Cheque No.,Memo,Paid Out,Paid In"]
)
def test_a_column_of_its_own_for_what_left(tmp_path: Path, header: str) -> None:
    assert told(
        tmp_path, header, '2026-11-30,0010001,Check,"1,250.00",', "2026-11-30,,Deposit,,7.00", "2026-11-30,,Zero,0.00,"
    ) == [("2026-11-30", "1,250.00 USD", "10001")]


@pytest.mark.parametrize("word", ["Debit", "DR", "dbit"])
def test_a_word_for_the_direction(tmp_path: Path, word: str) -> None:
    found = told(
        tmp_path, "date,amount,debit/credit,check,currency", f"20261130,5.25,{word},7,CAD", "20261130,5,CR,,CAD"
    )
    assert found == [("2026-11-30", "5.25 CAD", "7")]


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("CHECK 10001", "10001"),
        ("Check Paid #0010001", "10001"),
        ("CHK NO. 10001 REF 99", "10001"),
        ("cheque number 10001", "10001"),
        ("CHECKCARD 1234 COFFEE", None),
        ("PAYCHECK 12", None),
        ("WIRE 10001", None),
    ],
)
def test_a_number_is_read_from_the_banks_words_where_it_has_no_column(
    tmp_path: Path, said: str, number: str | None
) -> None:
    assert told(tmp_path, "date,description,amount", f"2026-11-30,{said},-1.00") == [("2026-11-30", "1.00 USD", number)]


@pytest.mark.parametrize("written", ["-1250.00", "(1250.00)", "-$1250.00", "1250.00-", '"-1,250.00"'])
def test_amounts_as_banks_write_them(tmp_path: Path, written: str) -> None:
    assert told(tmp_path, "date,amount", f"2026-11-30,{written}") == [("2026-11-30", "1,250.00 USD", None)]


def test_what_came_in_or_is_pending_is_counted_and_not_kept(tmp_path: Path) -> None:
    found = read(
        tmp_path, "date,amount,status", "2026-11-30,5.00,posted", "2026-11-30,-5.00,pending", "", "2026-11-30,-5,"
    )
    assert isinstance(found, Statement)
    assert (len(found.lines), found.passed_over) == (1, 2)


@pytest.mark.parametrize(
    ("header", "record", "place"),
    [
        ("date,check number,amount", "2026-11-30,10001,100.00", "amount"),
        ("date,check number,amount,transaction type", "2026-11-30,10001,100.00,Check Paid", "amount"),
    ],
)
def test_a_paid_check_is_not_taken_for_money_that_came_in_where_nothing_says_so(
    tmp_path: Path, header: str, record: str, place: str
) -> None:
    (bad,) = wrong(tmp_path, header, record)
    assert bad.startswith(f"november.csv:2:{place}: does not say which way the money of this check went")


@pytest.mark.parametrize(
    ("header", "records"),
    [
        ("date,check number,amount", ("2026-11-30,77,100.00", "2026-11-30,10001,-9.00")),
        ("date,check number,amount,details", ("2026-11-30,77,100.00,DSLIP", "2026-11-30,10001,9.00,CHECK")),
    ],
)
def test_a_deposit_with_a_number_is_passed_over_where_it_is_clear_that_it_came_in(
    tmp_path: Path, header: str, records: tuple[str, ...]
) -> None:
    assert told(tmp_path, header, *records) == [("2026-11-30", "9.00 USD", "10001")]


def test_every_bad_place_is_named_and_nothing_is_taken(tmp_path: Path) -> None:
    assert wrong(
        tmp_path,
        "Posting Date,Check Number,Amount",
        "11/30/2026,10001,-100.00",
        "31/11/2026,10002,-100.00",
        "11/30/2026,A7,-100.00",
        '11/30/2026,10003,"1.250,00"',
        "11/30/2026,10004,-100.001",
        "11/30/2026,10005",
    ) == [
        "november.csv:3:Posting Date: '31/11/2026' is no day such as 2026-11-30 or 11/30/2026 (month first)",
        "november.csv:4:Check Number: 'A7' is no check number: up to 12 digits",
        "november.csv:5:Amount: '1.250,00' is no amount such as 1,250.00",
        "november.csv:6:Amount: '100.001' has more than the 2 decimal places of USD",
        "november.csv:7: has 2 values, and the header has 3",
    ]


def test_a_file_that_is_no_statement_says_what_it_lacks(tmp_path: Path) -> None:
    assert wrong(tmp_path, "day,sum", "1,2")[0].startswith(
        "november.csv:1: has no column that is called posting_date or"
    )
    assert wrong(tmp_path, "date,sum", "1,2")[0].startswith("november.csv:1: has no column that is called amount or")
    assert wrong(tmp_path, "")[0].startswith("november.csv:1: has no column")
    (tmp_path / "other.csv").write_bytes(b"date,amount\n\xff\xfe")
    found = read_bank_csv(tmp_path / "other.csv", "operating", "USD")
    assert isinstance(found, tuple)
    assert found[0].why == "is not UTF-8: save it as CSV in UTF-8"
    missing = read_bank_csv(tmp_path / "none.csv", "operating", "USD")
    assert isinstance(missing, tuple)
    assert missing[0].why == "cannot be read: No such file or directory"


def test_only_the_first_twenty_bad_places_are_named(tmp_path: Path) -> None:
    assert len(wrong(tmp_path, "date,amount", *["x,y"] * 50)) == 20


def test_a_line_has_the_same_id_in_every_file_that_has_it(tmp_path: Path) -> None:
    header, check, fee = "date,check,amount,description", "2026-11-30,10001,-100.00,CHECK", "2026-11-30,,-3.00,FEE"
    first = lines_of(tmp_path, header, check, fee, fee)
    second = lines_of(tmp_path, header, "2026-11-29,,-9.00,OTHER", fee, fee, "2026-11-30,10001,-100.00,in other words")
    assert len({line.line_id for line in first}) == 3
    assert {line.line_id for line in first} < {line.line_id for line in second}
    assert first[0] == BankLine("operating", first[0].line_id, date(2026, 11, 30), Money(100_00, "USD"), "10001")


def test_the_banks_words_are_not_kept(tmp_path: Path) -> None:
    (line,) = lines_of(tmp_path, "date,amount,description", "2026-11-30,-100.00,TO ADA BYRON")
    assert "ADA" not in repr(line)
