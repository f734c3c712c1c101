"""`guerdon ledger` on a stack whose hours go by: what is sealed, balances of any cut at any time, and verify."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from typer.testing import Result

from fakes.store import key_of
from guerdon.application.seal_ledger import SealLedger
from guerdon.domain.ledger import Entry
from guerdon.domain.seal import Seal
from local.demo.expectations import EVENTS, PROGRAMS
from memory_stack import SECRET, MemoryStack

Run = Callable[..., Result]


@pytest.fixture
def lived(memory: MemoryStack, guerdon: Run) -> MemoryStack:
    """A stack with a sealed hour of three deals, that of 14:00, and one deal since, of 16:00. It is 16:30 there."""
    guerdon("publish", *sorted(PROGRAMS.glob("*.yaml")))
    memory.arm()
    for names in (("01-first-referral", "06-merchandise", "11-tier-edge"), ("13-yen",)):
        for name in names:
            sent = guerdon("send", EVENTS / f"{name}.json", "--connection", "crm", "--secret", SECRET)
            assert sent.exit_code == 0, sent.output
        memory.clock.advance(timedelta(hours=2))
    memory.clock.advance(timedelta(minutes=-90))
    SealLedger(memory.store, memory.clock)()
    return memory


def the_seal(lived: MemoryStack) -> Seal:
    (seal,) = lived.store.of(Seal)
    return seal


def cells(result: Result) -> list[list[str]]:
    assert result.exit_code == 0, result.output
    return [line.split() for line in result.stdout.splitlines()]


def test_the_ledger_says_what_of_it_is_sealed(guerdon: Run, lived: MemoryStack) -> None:
    seal = the_seal(lived)
    lines = guerdon("ledger").stdout.splitlines()
    assert lines[-1] == f"Sealed until the end of 2026-11-22T14 UTC by seal 1, {seal.sha256}; 3 entries since."
    told = json.loads(guerdon("ledger", "--json").stdout)
    assert told["seal"] == {"number": 1, "hour": "2026-11-22T14", "sha256": seal.sha256}
    assert told["entries_since_seal"] == 3
    assert {balance["currency"] for balance in told["trial_balance"]} == {"EUR", "JPY", "USD"}
    assert "entries" not in told


@pytest.mark.parametrize(
    ("asked", "currencies"),
    [
        ("2026-11-21", set()),
        ("2026-11-22", {"EUR", "JPY", "USD"}),
        ("2026-11-22T15:00", {"EUR", "USD"}),
        ("2026-11-22T16:00", {"EUR", "USD"}),
        ("2026-11-22T16:00:01Z", {"EUR", "JPY", "USD"}),
        ("2026-11-22T11:00-05:00", {"EUR", "USD"}),
        ("2026-11-22T11:00:01-05:00", {"EUR", "JPY", "USD"}),
    ],
)
def test_the_ledger_of_a_moment_has_what_was_posted_before_it(
    guerdon: Run, lived: MemoryStack, asked: str, currencies: set[str]
) -> None:
    assert lived.store.of(Seal) != []
    told = json.loads(guerdon("ledger", "--json", "--entries", "--at", asked).stdout)
    assert {balance["currency"] for balance in told["trial_balance"]} == currencies
    assert {posting["currency"] for entry in told["entries"] for posting in entry["postings"]} == currencies


def test_entries_are_printed_from_a_time_on(guerdon: Run, lived: MemoryStack) -> None:
    assert lived.store.of(Seal) != []
    told = json.loads(guerdon("ledger", "--json", "--since", "2026-11-22T15:00").stdout)
    assert {posting["currency"] for entry in told["entries"] for posting in entry["postings"]} == {"JPY"}
    assert {balance["currency"] for balance in told["trial_balance"]} == {"EUR", "JPY", "USD"}


def test_before_there_was_anything_it_says_so(guerdon: Run, lived: MemoryStack) -> None:
    assert lived.store.of(Seal) != []
    assert guerdon("ledger", "--at", "2026-11-20").stdout == "No entry was posted before 2026-11-21 00:00:00Z.\n"


def test_balances_are_cut_by_what_is_asked_for(guerdon: Run, lived: MemoryStack) -> None:
    assert lived.store.of(Seal) != []
    told = cells(guerdon("ledger", "--by", "channel, program", "--where", "account=rewards_expense"))
    assert told[:-2] == [
        ["Channel", "Program", "Currency", "Debit", "Credit"],
        ["bill_credit", "partner-referral", "EUR", "250.00"],
        ["sum", "EUR,", "difference", "250.00", "EUR", "250.00", "0.00"],
        [],
        ["gift_card", "japan-referral", "JPY", "10,000"],
        ["sum", "JPY,", "difference", "10,000", "JPY", "10,000", "0"],
        [],
        ["gift_card", "customer-referral", "USD", "50.00"],
        ["merchandise", "customer-referral", "USD", "30.00"],
        ["sum", "USD,", "difference", "80.00", "USD", "80.00", "0.00"],
    ]


def test_balances_for_scripts_carry_their_words(guerdon: Run, lived: MemoryStack) -> None:
    assert lived.store.of(Seal) != []
    told = json.loads(guerdon("ledger", "--json", "--by", "entity,provider", "--where", "currency=JPY").stdout)
    assert [sorted(balance) for balance in told["balances"]] == [["balance_minor", "currency", "entity", "provider"]]
    assert [balance["balance_minor"] for balance in told["balances"]] == [0]
    only = json.loads(guerdon("ledger", "--json", "--where", "account=float:tremendous").stdout)
    assert {(line["account"], line["currency"]): line["balance_minor"] for line in only["balances"]} == {
        ("float:tremendous", "JPY"): -10_000,
        ("float:tremendous", "USD"): -50_00,
    }


@pytest.mark.parametrize(
    "options",
    [
        ("--by", "advocate"),
        ("--where", "program"),
        ("--where", "advocate=A-77"),
        ("--at", "yesterday"),
        ("--at", "2026-13-01"),
        ("--since", "later"),
        ("verify", "--since", "soon"),
        ("--json", "verify"),
        ("--stack", "another", "verify"),
    ],
)
def test_what_is_not_understood_is_status_2(guerdon: Run, options: tuple[str, ...]) -> None:
    assert guerdon("ledger", *options).exit_code == 2


def test_options_before_verify_are_refused_with_where_they_belong(guerdon: Run) -> None:
    assert "the options of verify stand after it" in guerdon("ledger", "--entries", "verify").stderr


def test_an_untouched_ledger_is_verified(guerdon: Run, lived: MemoryStack) -> None:
    seal = the_seal(lived)
    result = guerdon("ledger", "verify", "--kept", seal.sha256)
    assert (result.exit_code, result.stdout.splitlines()) == (
        0,
        [
            "Seals: 1. Sealed entries: 9, since then 3. Verdict: all as it was sealed.",
            f"Sealed through 2026-11-22T15 UTC; keep the last digest: {seal.sha256}",
        ],
    )
    assert json.loads(guerdon("ledger", "verify", "--json").stdout) == {
        "findings": [],
        "closes": [],
        "seals": 1,
        "sealed_entries": 9,
        "unsealed_entries": 3,
        "sealed_through": "2026-11-22T15",
        "last_sha256": seal.sha256,
    }


def test_what_was_changed_is_named_and_ends_with_status_1(guerdon: Run, lived: MemoryStack) -> None:
    earned = next(entry for entry in lived.store.of(Entry) if entry.entry_id.startswith("rw_"))
    lived.store.put(replace(earned, program="partners"))
    result = guerdon("ledger", "verify", "--kept", "ab" * 32)
    assert (result.exit_code, result.stdout.splitlines()[:3]) == (
        1,
        [
            f"2026-11-22T14: changed entry {earned.entry_id} — it does not say what it said when it was sealed",
            f"2026-11-22T15: unknown digest {'ab' * 32} — no seal has it: the chain is another",
            "Seals: 1. Sealed entries: 9, since then 3. Verdict: 2 off.",
        ],
    )
    told = json.loads(guerdon("ledger", "verify", "--json").stdout)
    assert [(finding["off"], finding["subject"]) for finding in told["findings"]] == [
        ("changed entry", earned.entry_id)
    ]


def test_from_a_day_on_the_entries_before_are_taken_as_sealed(guerdon: Run, lived: MemoryStack) -> None:
    earned = next(entry for entry in lived.store.of(Entry) if entry.entry_id.startswith("rw_"))
    del lived.store.rows[key_of(earned)]
    assert guerdon("ledger", "verify", "--since", "2026-11-22T15:00").exit_code == 0
    assert guerdon("ledger", "verify", "--since", "2026-11-22").exit_code == 1


def test_a_new_stack_has_nothing_to_verify(guerdon: Run) -> None:
    result = guerdon("ledger", "verify")
    assert (result.exit_code, result.stdout) == (
        0,
        "Nothing is sealed yet: no program was published, so nothing was earned.\n",
    )


def test_a_last_seal_that_was_changed_stops_the_ledger_and_says_what_to_do(guerdon: Run, lived: MemoryStack) -> None:
    lived.store.put(replace(the_seal(lived), entries=1))
    result = guerdon("ledger")
    assert (result.exit_code, result.stdout) == (3, "")
    assert "guerdon ledger verify tells everything that is off" in result.stderr
