"""History files: what is read, what is written, and what is said about a row that is wrong."""

import io
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guerdon.adapters.history.columns import NAMES
from guerdon.adapters.history.reading import PROBLEMS_MOST, HistoryReader, Problem
from guerdon.adapters.history.writing import write_rows
from guerdon.domain.currencies import MINOR_UNIT_EXPONENTS
from guerdon.domain.facts import LineFacts
from guerdon.domain.history import HistoryRow, facts_of_row
from guerdon.domain.money import Money
from guerdon.domain.program import Beneficiary
from guerdon.domain.triggers import ONCE, REPEATING

HEADER = "deal,closed_at,amount,currency,advocate"
RIGHT = "D-1,2026-03-01T09:00:00Z,1250.00,USD,A-1"
NINE = datetime(2026, 3, 1, 9, tzinfo=UTC)


def read(path: Path, text: str) -> tuple[list[HistoryRow], list[Problem]]:
    path.write_text(text, encoding="utf-8", newline="")
    reader = HistoryReader(path)
    return list(reader.rows()), reader.problems


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deals.csv"


def test_five_columns_are_enough(path: Path) -> None:
    assert read(path, f"{HEADER}\n{RIGHT}\n") == ([HistoryRow(2, "D-1", NINE, 125000, "USD", "A-1")], [])


def test_every_column_is_read_wherever_it_stands(path: Path) -> None:
    values = {
        "deal": "D-1",
        "closed_at": "2026-03-01T04:00:00-05:00",
        "amount": "1250",
        "currency": "USD",
        "advocate": "A-1",
        "trigger": "invoice.paid",
        "occurrence_id": "in_1",
        "segment": "gold",
        "advocate_type": "partner",
        "country": "US",
        "method": "verbal",
        "region": "West",
        "sales_involved": "true",
        "first_purchase": "false",
        "referred": "C-1",
        "referred_at": "2026-02-01T09:00:00Z",
        "referred_country": "CA",
        "preferred_channel": "check",
        "referred_preferred_channel": "gift_card",
        "products": "payroll:2:9000.00|a:b::|hr",
        "amounts": "first_year:900.50",
        "reward": "75.00",
        "reversed_at": "2026-04-01T00:00:00Z",
        "reversed_total": "",
        "amended_at": "2026-03-15T00:00:00Z",
        "amended_total": "1100.00",
        "told_at": "2026-03-11T08:30:00Z",
        "status": "won",
    }
    names = sorted(NAMES)
    rows, problems = read(path, f"{','.join(names)}\n{','.join(values[name] for name in names)}\n")
    assert problems == []
    assert rows == [
        HistoryRow(
            line=2,
            deal="D-1",
            closed_at=NINE,
            amount=125000,
            currency="USD",
            advocate="A-1",
            trigger="invoice.paid",
            occurrence_id="in_1",
            segment="gold",
            advocate_type="partner",
            country="US",
            method="verbal",
            region="West",
            sales_involved=True,
            first_purchase=False,
            referred="C-1",
            referred_at=datetime(2026, 2, 1, 9, tzinfo=UTC),
            referred_country="CA",
            preferred_channel="check",
            referred_preferred_channel="gift_card",
            lines=(LineFacts("payroll", 2, 900000), LineFacts("a:b", 1, None), LineFacts("hr", 1, None)),
            amounts={"first_year": 90050},
            set_by_sales=Money(7500, "USD"),
            reversed_at=datetime(2026, 4, 1, tzinfo=UTC),
            reversed_total=0,
            amended_at=datetime(2026, 3, 15, tzinfo=UTC),
            amended_total=110000,
            told_at=datetime(2026, 3, 11, 8, 30, tzinfo=UTC),
        )
    ]


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("amount", "12,5", "'12,5' is not a decimal amount such as \"1250.00\""),
        (
            "amount",
            "-1.00",
            "must not be below zero: '-1.00'; what came undone stands in reversed_at and reversed_total",
        ),
        ("amount", "1.234", "'1.234' has more than the 2 decimal places of USD"),
        (
            "closed_at",
            "2026-03-01",
            "must be a date and time with a zone, such as 2026-11-20T16:04:05Z, not '2026-03-01'",
        ),
        ("closed_at", "1026-03-01T09:00:00Z", "the year must be from 2000 to 2200, not 1026"),
        ("currency", "usd", "'usd' is not an ISO 4217 currency in use, such as USD"),
        ("advocate", "", "is empty"),
        ("country", "USA", "must be an ISO 3166 code of two capitals such as US, not 'USA'"),
        ("sales_involved", "yes", "must be true, false or empty, not 'yes'"),
        ("status", "open", "must be won, lead, lost or empty, not 'open'"),
        ("products", "payroll:1", "'payroll:1' is not sku:quantity:amount, such as payroll:1:9000.00 or payroll::"),
        ("products", "a:x:", "the quantity of 'a' must be a whole number to 1,000,000,000, not 'x'"),
        ("amounts", "9000.00", "'9000.00' is not name:amount, such as first_year:9000.00"),
        ("amounts", "a:1.00|a:2.00", "'a' stands in it twice"),
        ("trigger", "deal.won", "must be one of"),
        ("trigger", "invoice.paid", "is empty: it says which invoice.paid this is, such as the invoice's id"),
        ("occurrence_id", "in_1", "must be empty: deal.closed happens once"),
        ("reversed_total", "5.00", "is empty, and reversed_total is not"),
        ("amended_at", "2026-03-02T00:00:00Z", "is empty, and amended_at is not"),
    ],
)
def test_a_value_that_is_wrong_is_named_with_its_line_and_column(
    path: Path, column: str, value: str, said: str
) -> None:
    row = dict(zip(HEADER.split(","), RIGHT.split(","), strict=True)) | {column: value}
    quoted = (f'"{one}"' for one in row.values())
    rows, problems = read(
        path, f"{HEADER},x\n".replace(",x", "" if column in HEADER else f",{column}") + ",".join(quoted)
    )
    assert rows == []
    assert len(problems) == 1
    assert problems[0].line == 2
    assert said in problems[0].message
    named = {
        "trigger": {"trigger", "occurrence_id"},
        "reversed_total": {"reversed_at"},
        "amended_at": {"amended_total"},
    }
    assert problems[0].column in named.get(column, {column})


def test_a_problem_reads_as_an_editor_jumps_to_it() -> None:
    assert Problem(17, "amount", "is empty").words(Path("deals.csv")) == "deals.csv:17:amount: is empty"
    assert Problem(17, "", "is not CSV").words(Path("deals.csv")) == "deals.csv:17: is not CSV"
    assert Problem(0, "", "is empty").words(Path("deals.csv")) == "deals.csv: is empty"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", [(0, "")]),
        ("deal;closed_at;amount\n", [(1, "")]),
        ("deal,amount,currency,advocate,closed_at,salary\n", [(1, "salary")]),
        ("deal,deal,amount,currency,advocate,closed_at\n", [(1, "deal")]),
        ("deal,amount\n", [(1, "closed_at"), (1, "currency"), (1, "advocate")]),
        (f"{HEADER}\n{RIGHT},more\n", [(2, "")]),
        (f'{HEADER}\n"D-1\n', [(2, "")]),
    ],
)
def test_what_is_no_history_file_is_said_and_read_no_further(
    path: Path, text: str, said: list[tuple[int, str]]
) -> None:
    rows, problems = read(path, text)
    assert rows == []
    assert [(problem.line, problem.column) for problem in problems] == said


def test_a_file_that_is_not_utf8_or_not_there_is_said(path: Path) -> None:
    missing = HistoryReader(path)
    assert list(missing.rows()) == []
    assert missing.problems == [Problem(0, "", "cannot be read: No such file or directory")]
    path.write_bytes(f"{HEADER}\nD-1,2026-03-01T09:00:00Z,1.00,USD,Andr\xe9\n".encode("latin-1"))
    latin = HistoryReader(path)
    assert list(latin.rows()) == []
    assert "save the file as CSV in UTF-8" in latin.problems[0].message


@pytest.mark.parametrize(("separator", "what"), [(";", "semicolons"), ("\t", "tabs"), ("|", "vertical bars")])
def test_another_separator_is_named(path: Path, separator: str, what: str) -> None:
    _, problems = read(path, f"{HEADER}\n{RIGHT}\n".replace(",", separator))
    assert problems == [Problem(1, "", f"the columns are separated by {what}: save the file with commas")]


@pytest.mark.parametrize(
    ("name", "meant"), [("Closed_At", "closed_at"), ("advocat", "advocate"), ("segmnet", "segment")]
)
def test_of_a_misspelled_column_the_one_that_was_meant_is_told(path: Path, name: str, meant: str) -> None:
    _, problems = read(path, f"{HEADER},{name}\n{RIGHT},\n")
    assert problems == [Problem(1, name, f"is not known here; did you mean {meant}?")]


def test_a_byte_order_mark_and_empty_lines_are_fine(path: Path) -> None:
    rows, problems = read(path, f"\ufeff{HEADER}\r\n\r\n{RIGHT}\r\n")
    assert problems == []
    assert [row.line for row in rows] == [3]


def test_rows_out_of_order_are_told(path: Path) -> None:
    _, problems = read(path, f"{HEADER}\n{RIGHT}\nD-2,2026-02-01T09:00:00Z,1.00,USD,A-1\n")
    assert [(problem.line, problem.column) for problem in problems] == [(3, "closed_at")]


def test_a_file_is_given_up_after_twenty_problems(path: Path) -> None:
    _, problems = read(path, "\n".join([HEADER, *(RIGHT.replace("1250.00", "x") for _ in range(50))]))
    assert [problem.line for problem in problems] == list(range(2, 2 + PROBLEMS_MOST))


def test_rows_that_are_not_wanted_are_left_out_but_kept_in_order(path: Path) -> None:
    path.write_text(
        f"{HEADER}\n{RIGHT}\nD-2,2026-03-02T09:00:00Z,wrong,USD,A-2\nD-3,2026-03-01T09:00:00Z,1.00,USD,A-1\n"
    )
    reader = HistoryReader(path, wanted=lambda advocate, _: advocate == "A-1")
    assert [row.deal for row in reader.rows()] == ["D-1"]
    assert [(problem.line, problem.column) for problem in reader.problems] == [(4, "closed_at")]


def test_each_beneficiary_is_judged_by_their_own_country_and_choice() -> None:
    row = HistoryRow(
        2, "D", NINE, 1, "USD", "A", country="US", referred_country="CA",
        preferred_channel="check", referred_preferred_channel="gift_card",
    )  # fmt: skip
    advocate, referred = (facts_of_row(row, beneficiary) for beneficiary in Beneficiary)
    assert (advocate.country, advocate.recipient_country, advocate.preferred_channel) == ("US", "US", "check")
    assert (referred.country, referred.recipient_country, referred.preferred_channel) == ("US", "CA", "gift_card")


texts = st.text(st.characters(exclude_categories=("C", "Z"), exclude_characters=":|"), min_size=1, max_size=12)
moments = st.datetimes(datetime(2001, 1, 1), datetime(2199, 1, 1)).map(lambda moment: moment.replace(tzinfo=UTC))  # noqa: DTZ001 - the zone follows.
minors = st.integers(0, 10**13)
maybe_text = st.none() | texts
countries = st.none() | st.sampled_from(["US", "DE", "JP"])


@st.composite
def history_rows(draw: st.DrawFn) -> HistoryRow:
    trigger = draw(st.sampled_from([*ONCE, *REPEATING]))
    code = draw(st.sampled_from(sorted(MINOR_UNIT_EXPONENTS)))
    reversed_at, amended_at = draw(st.none() | moments), draw(st.none() | moments)
    lines = st.builds(LineFacts, texts, st.integers(0, 10**9), st.none() | minors)
    return HistoryRow(
        line=0,
        deal=draw(texts),
        closed_at=draw(moments),
        amount=draw(minors),
        currency=code,
        advocate=draw(texts),
        trigger=trigger,
        occurrence_id=draw(texts) if trigger in REPEATING else None,
        segment=draw(maybe_text),
        advocate_type=draw(maybe_text),
        country=draw(countries),
        method=draw(maybe_text),
        region=draw(maybe_text),
        sales_involved=draw(st.none() | st.booleans()),
        first_purchase=draw(st.none() | st.booleans()),
        referred=draw(maybe_text),
        referred_at=draw(st.none() | moments),
        referred_country=draw(countries),
        preferred_channel=draw(maybe_text),
        referred_preferred_channel=draw(maybe_text),
        lines=tuple(draw(st.lists(lines, max_size=3))),
        amounts=draw(st.dictionaries(texts, minors, max_size=3)),
        set_by_sales=draw(st.none() | minors.map(lambda minor: Money(minor, code))),
        reversed_at=reversed_at,
        reversed_total=draw(minors) if reversed_at else None,
        amended_at=amended_at,
        amended_total=draw(minors) if amended_at else None,
        status=draw(st.sampled_from(["won", "lead", "lost"])),
    )


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(history_rows(), max_size=5))
def test_what_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, rows: list[HistoryRow]) -> None:
    rows.sort(key=lambda row: row.closed_at)
    out = io.StringIO()
    write_rows(out, rows)
    again, problems = read(tmp_path_factory.getbasetemp() / "round.csv", out.getvalue())
    assert problems == []
    assert [row._replace(line=0) for row in again] == rows


def test_only_the_columns_asked_for_are_written() -> None:
    out = io.StringIO()
    row = HistoryRow(0, "D-1", NINE.astimezone(timezone(timedelta(hours=1))), 125000, "USD", "A-1")
    write_rows(out, [row], HEADER.split(","))
    assert out.getvalue() == f"{HEADER}\n{RIGHT}\n"
