"""`guerdon bank`, `checks`, `void` and `write-off`: from the mailed check to the bank's line, as finance types it."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import Result

import builders
from guerdon.application.records import AnswerState
from guerdon.domain.channel import Channel
from guerdon.domain.checks import BankLine, Check
from guerdon.domain.ledger import Entry
from guerdon.domain.payout import Change, PayoutStatus
from memory_stack import MemoryStack

Run = Callable[..., Result]

CHECK = Check("po_1", 1, "10001", builders.usd("100.00"), builders.NOW.date(), "customer-referral", "Acme Inc.")


@pytest.fixture
def mailed(memory: MemoryStack) -> Check:
    """A check that was mailed on the day of the test, with its payout."""
    payout = builders.payout(
        PayoutStatus.SETTLED, payout_id="po_1", channel=Channel.CHECK, attempts=1, cost=builders.usd("100.00")
    )
    answer = builders.answer(AnswerState.DONE)
    memory.store.put(payout, builders.attempt(payout, answer=answer), builders.details(), CHECK)
    return CHECK


def statement(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "november.csv"
    path.write_text("\n".join(("date,check number,amount", *lines)) + "\n", encoding="utf-8")
    return path


def test_a_statement_clears_a_check_once(guerdon: Run, memory: MemoryStack, mailed: Check, tmp_path: Path) -> None:
    file = statement(tmp_path, "2026-11-30,10001,-100.00", "2026-11-30,,25.00")
    first = guerdon("bank", "import", file, "--account", "operating")
    assert (first.exit_code, first.stdout) == (
        0,
        (
            "1 checks cleared, 0 were already, 0 lines cleared nothing; "
            "1 passed over: money that came in, or not booked yet\n"
        ),
    )
    again = guerdon("bank", "import", file, "--account", "operating")
    assert again.stdout.startswith("0 checks cleared, 1 were already, 0 lines cleared nothing")
    assert len(memory.store.of(Entry)) == 1
    assert guerdon("checks").stdout == "there is none\n"
    listed = json.loads(guerdon("checks", "--number", "10001", "--json").stdout)
    assert (listed[0]["check"], listed[0]["state"], listed[0]["cleared_on"]) == (
        mailed.check_id,
        "cleared",
        "2026-11-30",
    )


def test_a_camt_file_is_read_by_its_ending(guerdon: Run, tmp_path: Path) -> None:
    path = tmp_path / "november.xml"
    path.write_text("<x/>", encoding="utf-8")
    result = guerdon("bank", "import", path, "--account", "operating")
    assert result.exit_code == 1
    assert "is no camt.053.001.02 or camt.053.001.08" in result.stderr


def test_a_file_with_a_mistake_is_not_taken_in(
    guerdon: Run, memory: MemoryStack, mailed: Check, tmp_path: Path
) -> None:
    file = statement(tmp_path, "2026-11-30,10001,-100.00", "2026-11-30,10002,ten")
    result = guerdon("bank", "import", file, "--account", "operating")
    assert (result.exit_code, result.stderr) == (1, f"{file}:3:amount: 'ten' is no amount such as 1,250.00\n")
    assert memory.store.of(BankLine) == []
    assert memory.store.of(Check) == [mailed]


def test_lines_that_clear_nothing_are_listed(guerdon: Run, mailed: Check, tmp_path: Path) -> None:
    assert mailed.number == "10001"
    file = statement(tmp_path, "2026-11-30,10001,-100.01")
    result = guerdon("bank", "import", file, "--account", "operating")
    assert result.exit_code == 1
    assert "another amount" in result.stdout
    listed = json.loads(guerdon("bank", "lines", "--json").stdout)
    assert [(line["account"], line["amount"], line["why"]) for line in listed] == [
        ("operating", "100.01 USD", "amount")
    ]
    month = json.loads(guerdon("bank", "lines", "--account", "operating", "--month", "2026-11", "--json").stdout)
    assert month == listed
    assert guerdon("bank", "lines", "--month", "2026-11").exit_code == 2
    assert guerdon("bank", "import", file, "--account", "Our bank").exit_code == 2


def test_checks_are_listed_with_their_age(guerdon: Run, memory: MemoryStack, mailed: Check) -> None:
    memory.clock.advance(timedelta(days=181))
    assert guerdon("checks", "--stale").stdout.splitlines()[1].split() == [
        *("2026-11-22", "181", "10001", "100.00", "USD", "stale", "po_1", "customer-referral"),
    ]
    assert guerdon("checks", "--stale", "--stale-after", "181").stdout == "there is none\n"
    assert json.loads(guerdon("checks", "--json").stdout)[0]["payout"] == mailed.payout_id


def test_a_check_is_voided_and_written_off(guerdon: Run, memory: MemoryStack, mailed: Check) -> None:
    early = guerdon("write-off", "po_1", "--to", "unclaimed_property:CA", "--reason", "nobody answers")
    assert early.exit_code == 1
    assert early.stderr == (
        "po_1: not written off: it is settled: only what came back, failed, waits for approval or stays blocked "
        "can be written off; void a check first\n"
    )
    done = guerdon("void", "po_1", "--reason", "it never arrived")
    assert done.stdout == "po_1: check 10001 over 100.00 USD is void; the payout came back\n"
    gone = guerdon("write-off", "po_1", "--to", "unclaimed_property:CA", "--reason", "nobody answers")
    assert gone.stdout == "po_1: 100.00 USD written off to unclaimed_property:CA\n"
    assert [entry.kind for entry in memory.store.of(Entry)] == ["returned", "written_off"]
    assert guerdon("void", "po_2", "--reason", "x").stderr == "po_2: not voided: there is no such payout\n"
    assert mailed.check_id == "po_1-1"


def test_what_is_unclaimed_is_listed_by_state(guerdon: Run, memory: MemoryStack, mailed: Check, tmp_path: Path) -> None:
    file = tmp_path / "dormancy.yaml"
    file.write_text("years: {CA: 3}\n", encoding="utf-8")
    failed = builders.payout(
        PayoutStatus.FAILED,
        payout_id="po_2",
        advocate_id="ad_erased",
        waiting_since=builders.NOW,
        history=(Change(builders.NOW, PayoutStatus.FAILED, "refused", 1),),
    )
    memory.store.put(failed)
    listed = json.loads(guerdon("unclaimed", "--dormancy", file, "--json").stdout)
    assert [(one["payout"], one["state"], one["why"], one["dormant_on"]) for one in listed] == [
        (mailed.payout_id, "CA", "uncashed", "2029-11-22"),
        ("po_2", None, "failed", None),
    ]
    assert guerdon("unclaimed", "--dormancy", file, "--by", "2029-11-21").stdout == "there is nothing unclaimed\n"
    assert "po_1" in guerdon("unclaimed", "--dormancy", file, "--by", "2029-11-22").stdout


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("years: {ca: 3}", "years: ca: a state is its two capital letters"),
        ("years: {CA: three}", "years: CA: write a whole number of years from 1 to 49"),
        ("states: {CA: 3}", "it has the keys years and otherwise, and no others"),
        ("otherwise: 0", "otherwise: write a whole number of years from 1 to 49"),
    ],
)
def test_a_wrong_file_of_periods_is_refused(guerdon: Run, tmp_path: Path, content: str, why: str) -> None:
    file = tmp_path / "dormancy.yaml"
    file.write_text(content, encoding="utf-8")
    result = guerdon("unclaimed", "--dormancy", file)
    assert (result.exit_code, result.stderr) == (1, f"{file}: {why}\n")
