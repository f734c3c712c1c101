"""`guerdon reconcile`: what differs is listed, compared now, compared with a file, and explained by a person."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

import builders
import statements
from builders import NOW, usd
from guerdon.application.audit_records import Audit
from guerdon.application.reconciliation_records import ReconciliationItem
from guerdon.domain.checks import BankLine, Unmatched
from memory_stack import CALLER, MemoryStack
from statements import SENT_ON, line

Run = Callable[..., Result]


@pytest.fixture
def memory(memory: MemoryStack) -> MemoryStack:
    """With a gift card in the books that the statement has at another amount."""
    opened, _, _ = statements.opened()
    memory.store.put(*opened.rows.values())
    statements.settled(memory.store)
    memory.statements["tremendous"].listed = [line(amount=usd("110.00"))]
    return memory


def only_item(memory: MemoryStack) -> ReconciliationItem:
    (item,) = memory.store.of(ReconciliationItem)
    return item


def test_nothing_was_compared_yet(guerdon: Run) -> None:
    result = guerdon("reconcile")

    assert result.exit_code == 0
    assert "No statement was compared yet." in result.stdout
    assert "Nothing differs." in result.stdout


def test_a_run_now_counts_and_what_differs_is_listed_until_a_person_explains_it(
    guerdon: Run, memory: MemoryStack
) -> None:
    ran = guerdon("reconcile", "run")
    assert ran.exit_code == 0, ran.stderr
    assert ran.stdout.splitlines() == [
        "tremendous: 1 lines, 0 matched, 0 undecided, 1 differing",
        "lob: 0 lines, 0 matched, 0 undecided, 0 differing",
        "stripe: 0 lines, 0 matched, 0 undecided, 0 differing",
        "printful: 0 lines, 0 matched, 0 undecided, 0 differing",
        "bank: 0 lines, 0 matched, 0 undecided, 0 differing",
    ]
    item = only_item(memory)

    listed = guerdon("reconcile", "--provider", "tremendous")
    assert listed.exit_code == 1
    assert "another amount" in listed.stdout
    assert "the books say 100.00 USD; tremendous says 110.00 USD" in listed.stdout
    assert guerdon("reconcile", "--provider", "lob").exit_code == 0

    explained = guerdon("reconcile", "resolve", item.item_id, "--reason", "a fee that was agreed")
    assert explained.exit_code == 0, explained.stderr
    assert explained.stdout == f"{item.item_id}: resolved by {CALLER}: a fee that was agreed\n"
    assert [row.actor for row in memory.store.of(Audit)] == [CALLER]
    assert guerdon("reconcile").exit_code == 0
    of_month = guerdon("reconcile", "--month", "2026-11")
    assert of_month.exit_code == 0
    assert "resolved: a fee that was agreed" in of_month.stdout


def test_json_has_runs_and_items_in_minor_units(guerdon: Run) -> None:
    guerdon("reconcile", "run", "--provider", "tremendous", "--month", "2026-11")
    guerdon("reconcile", "run", "--provider", "tremendous")

    result = guerdon("reconcile", "--json")

    content = json.loads(result.stdout)
    assert result.exit_code == 1
    assert [(run["source"], run["differing"]) for run in content["runs"]] == [("tremendous", 1)]
    (item,) = content["items"]
    assert (item["here_minor"], item["there_minor"], item["there_currency"]) == (10_000, 11_000, "USD")
    assert (item["difference"], item["state"], item["on"]) == ("amount_differs", "open", SENT_ON.isoformat())


def test_what_is_not_resolved_says_why(guerdon: Run, memory: MemoryStack) -> None:
    refused = guerdon("reconcile", "resolve", "ri_none", "--reason", "why")

    assert (refused.exit_code, refused.stderr) == (1, "ri_none: not resolved: there is no such item\n")
    assert memory.store.of(Audit) == []


def test_a_file_is_compared_before_what_differs_is_listed(guerdon: Run, tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(
        "id,external_id,status,created_at,total\n"
        f"ORDER1,{builders.PAYOUT_ID}-1,EXECUTED,{SENT_ON},100.00\n"
        f"ORDER2,,EXECUTED,{SENT_ON},7.00\n"
    )

    result = guerdon("reconcile", "--provider", "tremendous", "--file", file)

    assert result.exit_code == 1
    assert result.stderr == f"{file}: 2 lines, 1 matched, 1 differing\n"
    assert "tremendous has ORDER2 with no reference of ours" in result.stdout


def test_a_file_with_a_bad_line_is_not_compared(guerdon: Run, memory: MemoryStack, tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(f"id,external_id,created_at,total\nORDER1,,{SENT_ON},x\nORDER2,,{SENT_ON},7.00\n")

    result = guerdon("reconcile", "--provider", "tremendous", "--file", file)

    assert result.exit_code == 1
    assert result.stderr == f"{file}:2:total: 'x' is not a decimal amount such as \"1250.00\"\n"
    assert memory.store.of(ReconciliationItem) == []
    file.write_text("id,external_id,created_at,total\n")
    assert "there is no line in it" in guerdon("reconcile", "--provider", "tremendous", "--file", file).stderr


def test_the_banks_lines_that_no_check_explains_are_listed_too(guerdon: Run, memory: MemoryStack) -> None:
    memory.store.put(BankLine("operating", "bl_1", SENT_ON, usd("9.00"), "123", why=Unmatched.UNKNOWN))

    guerdon("reconcile", "run", "--provider", "bank")

    assert "no check of ours has the number 123" in guerdon("reconcile", "--provider", "bank").stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("--provider", "paypal"),
        ("--month", "November"),
        ("--month", "2026-13"),
        ("--file", "x.csv"),
        ("--file", "x.csv", "--provider", "bank"),
        ("run", "--provider", "paypal"),
        ("run", "--month", "2026-00"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_read(guerdon: Run, arguments: tuple[str, ...]) -> None:
    assert guerdon("reconcile", *arguments).exit_code == 2


def test_the_clock_of_the_stack_is_that_of_the_run(guerdon: Run, memory: MemoryStack) -> None:
    guerdon("reconcile", "run", "--provider", "tremendous")

    run = memory.store.reconciliation_run("tremendous")
    assert run is not None
    assert run.finished_at == NOW
