"""Statements as files: what each provider exports is read, and what cannot be read is named and applies nothing."""

from datetime import date
from pathlib import Path

import pytest

from guerdon.adapters.statements.columns import COLUMNS
from guerdon.adapters.statements.reading import WRONG_MOST, BadLine, read_statement
from guerdon.domain.channel import PROVIDER_OF
from guerdon.domain.money import Money
from guerdon.domain.reconciliation import LineState, StatementLine

ONE = "po_aaaaaaaaaaaaaaaaaaaaaaaa-1"


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "statement.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def read(folder: Path, provider: str, text: str | bytes) -> list[StatementLine]:
    lines = read_statement(provider, written(folder, text))
    assert not any(isinstance(line, BadLine) for line in lines), lines
    return [line for line in lines if isinstance(line, StatementLine)]


def wrong(folder: Path, provider: str, text: str | bytes) -> list[str]:
    found = read_statement(provider, written(folder, text))
    return [line.words.removeprefix(f"{folder}/") for line in found if isinstance(line, BadLine)]


SAMPLES = {
    "tremendous": (
        "ID,External ID,Status,Created at,Total,Currency\n"
        f"ORDER1,{ONE},EXECUTED,2026-11-20T16:04:05Z,126.00,USD\n"
        "ORDER2,,PENDING APPROVAL,2026-11-21,$50.00,USD\n"
    ),
    "lob": (
        "id,guerdon_attempt,amount,date_created,status,to_name\n"
        f'chk_1,{ONE},"1,250.00",2026-11-20,In Transit,Ada Byron\n'
        "chk_2,,10.00,2026-11-21,processed,Ada Byron\n"
    ),
    "stripe": (
        "id,Amount,Currency,Created (UTC),guerdon_attempt (metadata)\n"
        f"cbtxn_1,-506.24,eur,2026-11-20 16:04:05,{ONE}\n"
        "cbtxn_2,-10000,jpy,2026-11-21 16:04:05,\n"
    ),
    "printful": (
        "Order,External ID,Status,Date,Total\n"
        f"100000001,{ONE},fulfilled,2026-11-20,42.43\n"
        "100000002,,draft,2026-11-20,42.43\n"
        "100000003,,on hold,2026-11-21,42.43\n"
    ),
}
READ = {
    "tremendous": [
        ("ORDER1", ONE, Money(12_600, "USD"), LineState.DONE),
        ("ORDER2", None, Money(5_000, "USD"), LineState.UNDER_WAY),
    ],
    "lob": [
        ("chk_1", ONE, Money(125_000, "USD"), LineState.DONE),
        ("chk_2", None, Money(1_000, "USD"), LineState.UNDER_WAY),
    ],
    "stripe": [
        ("cbtxn_1", ONE, Money(50_624, "EUR"), LineState.DONE),
        ("cbtxn_2", None, Money(10_000, "JPY"), LineState.DONE),
    ],
    "printful": [
        ("100000001", ONE, Money(4_243, "USD"), LineState.DONE),
        ("100000003", None, Money(4_243, "USD"), LineState.UNDER_WAY),
    ],
}


@pytest.mark.parametrize("provider", PROVIDER_OF.values())
def test_what_each_provider_exports_is_read(tmp_path: Path, provider: str) -> None:
    lines = read(tmp_path, provider, SAMPLES[provider])

    assert [(line.line_id, line.reference, line.amount, line.state) for line in lines] == READ[provider]
    assert [line.on for line in lines] == [date(2026, 11, 20), date(2026, 11, 21)]
    assert {line.source for line in lines} == {provider}


def test_every_provider_has_columns() -> None:
    assert set(COLUMNS) == set(PROVIDER_OF.values())


def test_a_name_in_the_file_gets_into_no_line(tmp_path: Path) -> None:
    assert "Ada" not in repr(read(tmp_path, "lob", SAMPLES["lob"]))


HEADER = "id,external_id,status,created_at,total,currency\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ["statement.csv:1: has no column that is called id or order_id or order"]),
        (
            HEADER + "A,,EXECUTED,2026-11-20,1.005,USD\n",
            ["statement.csv:2:total: '1.005' has more than the 2 decimal places of USD"],
        ),
        (
            HEADER + "A,,EXECUTED,2026-11-20,1.00,XXX\n",
            ["statement.csv:2:currency: 'XXX' is not an ISO 4217 currency in use"],
        ),
        (
            HEADER + "A,,EXECUTED,yesterday,1.00,USD\n",
            ["statement.csv:2:created_at: 'yesterday' does not begin with a day such as 2026-11-30"],
        ),
        (HEADER + "A,,LOST,2026-11-20,1.00,USD\n", ["statement.csv:2:status: 'LOST' is none of "]),
        (
            HEADER + "=A,,EXECUTED,2026-11-20,1.00,USD\n",
            ["statement.csv:2:id: is no id: letters, digits and . : # _ - up to 80"],
        ),
        (HEADER + "A,,EXECUTED,2026-11-20,1.00\n", ["statement.csv:2: has 5 values, and the header has 6"]),
        (
            HEADER + "A,,EXECUTED,2026-11-20,1,USD\nA,,EXECUTED,2026-11-20,2,USD\n",
            ["statement.csv:3:id: stands in the file twice"],
        ),
        (HEADER + 'A,"x', ["statement.csv:2: is not CSV: unexpected end of data"]),
        (b"id,\xff", ["statement.csv: is not UTF-8: save the file as CSV in UTF-8"]),
    ],
)
def test_what_cannot_be_read_is_named_with_its_place(tmp_path: Path, text: str | bytes, words: list[str]) -> None:
    found = wrong(tmp_path, "tremendous", text)

    assert len(found) >= len(words)
    assert all(one.startswith(word) for one, word in zip(found, words, strict=False))


def test_a_reference_that_is_none_of_ours_is_left_out_since_it_may_name_people(tmp_path: Path) -> None:
    (line,) = read(tmp_path, "tremendous", HEADER + "A,ada@example.com,EXECUTED,2026-11-20,1.00,USD\n")

    assert line.reference is None


def test_one_bad_line_keeps_the_good_ones_from_counting(tmp_path: Path) -> None:
    text = HEADER + "A,,EXECUTED,2026-11-20,1.00,USD\nB,,EXECUTED,2026-11-20,x,USD\n"

    assert all(isinstance(line, BadLine) for line in read_statement("tremendous", written(tmp_path, text)))


def test_the_same_line_twice_is_one_line(tmp_path: Path) -> None:
    assert len(read(tmp_path, "tremendous", HEADER + "A,,EXECUTED,2026-11-20,1.00,USD\n" * 2)) == 1


def test_a_file_that_is_wrong_throughout_is_given_up(tmp_path: Path) -> None:
    text = HEADER + "A,,EXECUTED,2026-11-20,x,USD\n" * 1000

    assert len(wrong(tmp_path, "tremendous", text)) == WRONG_MOST


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    (found,) = read_statement("lob", tmp_path / "none.csv")

    assert isinstance(found, BadLine)
    assert found.words == f"{tmp_path}/none.csv: cannot be read: No such file or directory"
