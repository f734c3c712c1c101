"""`guerdon month` as finance types it."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from typer.testing import Result

import builders
from guerdon.application.seal_ledger import SealLedger
from guerdon.domain.ledger import Entry
from local.demo.expectations import EVENTS, PROGRAMS
from memory_stack import CALLER, SECRET, MemoryStack

Run = Callable[..., Result]
ENTITY = "Harbor Payroll, Inc."
OTHER = "console:pat@example.com"


@pytest.fixture
def november(memory: MemoryStack, guerdon: Run) -> MemoryStack:
    """Three deals closed in November; it is the 2nd of December, and all is sealed."""
    guerdon("publish", *sorted(PROGRAMS.glob("*.yaml")))
    memory.arm()
    for name in ("01-first-referral", "07-percentage", "13-yen"):
        guerdon("send", EVENTS / f"{name}.json", "--connection", "crm", "--secret", SECRET)
    memory.clock.advance(builders.moment("2026-12-02T12:00:00+00:00") - memory.clock.now())
    while SealLedger(memory.store, memory.clock)().hours:
        pass
    return memory


def test_a_month_is_prepared_by_one_and_reviewed_by_another(november: MemoryStack, guerdon: Run) -> None:
    shown = guerdon("month", "prepare", ENTITY, "2026-11")
    assert shown.exit_code == 0, shown.output
    rolled = [line.split() for line in shown.stdout.splitlines() if line.startswith("customer-referral")]
    zero = ["0.00", "USD"]
    assert rolled == [["customer-referral", "gift", "card", *zero, "50.00", "USD", "-50.00", "USD", *zero * 3]]
    refused = guerdon("month", "review", ENTITY, "2026-11")
    assert refused.exit_code == 1
    assert f"{CALLER} prepared it, so another person has to review it" in refused.output
    november.stack.review_month(ENTITY, "2026-11", OTHER)
    (listed,) = json.loads(guerdon("month", "list", "--json").stdout)
    assert (listed["state"], listed["prepared_by"], listed["reviewed_by"]) == ("closed", CALLER, OTHER)
    verified = guerdon("ledger", "verify")
    assert verified.exit_code == 0, verified.output


def test_verify_names_a_close_that_was_changed(november: MemoryStack, guerdon: Run) -> None:
    guerdon("month", "prepare", ENTITY, "2026-11")
    november.stack.review_month(ENTITY, "2026-11", OTHER)
    close = november.store.month_close(ENTITY, "2026-11")
    assert close is not None
    object.__setattr__(close, "reviewed_by", "console:somebody@example.com")
    november.store.put(close)
    verified = guerdon("ledger", "verify")
    assert verified.exit_code == 1
    assert f"2026-11: wrong close of {ENTITY} - its digest is not that of what it says" in verified.output


def test_the_pack_is_a_page_and_a_workbook_whose_check_is_zero(
    november: MemoryStack, guerdon: Run, tmp_path: Path
) -> None:
    guerdon("month", "prepare", ENTITY, "2026-11")
    written = guerdon("month", "pack", ENTITY, "2026-11", "--out", tmp_path)
    assert written.exit_code == 0, written.output
    page, workbook = (Path(line) for line in written.stdout.split("\n") if line)
    html = page.read_text()
    assert "Prepared, and not closed" in html
    assert "625.00 USD" in html
    assert "<script" not in html
    book = openpyxl.load_workbook(io.BytesIO(workbook.read_bytes()), data_only=True)
    sheet = book["Roll-forward"]
    assert sheet["C7"].value == 0
    lines = [row for row in sheet.iter_rows(min_row=10, values_only=True) if row[0] == "owed" and row[2]]
    assert [(row[2], row[3], row[6], row[7], row[10]) for row in lines] == [
        ("customer-referral", "gift_card", 50, -50, 0),
        ("enterprise-referral", "check", 625, -625, 0),
    ]
    formulas = openpyxl.load_workbook(io.BytesIO(workbook.read_bytes()))["Roll-forward"]
    assert formulas["K10"].value.startswith("=ROUND(SUM(")
    again = guerdon("month", "pack", ENTITY, "2026-11", "--out", tmp_path)
    assert again.exit_code == 0
    assert november.store.month_close(ENTITY, "2026-11") is not None


def test_what_is_no_month_or_nobodys_is_refused_with_what_to_do(november: MemoryStack, guerdon: Run) -> None:
    for entity, month, why in (
        (ENTITY, "November", "write it as 2026-11"),
        ("Nobody Inc.", "2026-11", "no published program has the legal entity"),
        (ENTITY, "2026-12", "not all sealed yet"),
    ):
        refused = guerdon("month", "prepare", entity, month)
        assert refused.exit_code == 1
        assert why in refused.output
    assert list(november.store.month_closes()) == []
    assert guerdon("month", "review", ENTITY, "2026-11").exit_code == 1
    assert guerdon("month", "pack", ENTITY, "2026-11").exit_code == 1


def test_opening_balances_come_from_a_file_and_a_bad_line_posts_nothing(
    november: MemoryStack, guerdon: Run, tmp_path: Path
) -> None:
    file = tmp_path / "opening.csv"
    file.write_text(
        "program,channel,account,debit,credit,currency\n"
        "customer-referral,gift_card,rewards_liability,,500.00,USD\n"
        "customer-referral,giftcard,float:tremendous,2000.00,,USD\n"
        "customer-referral,gift_card,float:tremendous,20.001,,USD\n"
        "customer-referral,gift_card,float:tremendous,1.00,1.00,USD\n"
    )
    before = november.store.of(Entry)
    asked = ("month", "open", ENTITY, "--balances", file, "--on", "2026-10-31", "--reason", "from the spreadsheet")
    refused = guerdon(*asked)
    assert refused.exit_code == 1
    assert [line.partition(": ")[0] for line in refused.output.splitlines()] == [f"{file}:{line}" for line in (3, 4, 5)]
    assert november.store.of(Entry) == before
    file.write_text(
        "program,channel,account,debit,credit,currency\n"
        "customer-referral,gift_card,rewards_liability,,500.00,USD\n"
        "customer-referral,gift_card,float:tremendous,2000.00,,USD\n"
    )
    assert guerdon(*asked).exit_code == 0
    assert len(november.store.of(Entry)) == len(before) + 1
    assert "were posted before" in guerdon(*asked).output
