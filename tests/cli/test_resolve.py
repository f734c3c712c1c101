"""`guerdon resolve`: what a person says about events, and about a payout that nobody could find out about."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from typer.testing import Result

import builders
from builders import PAYOUT_ID
from guerdon.application.audit_records import Audit
from guerdon.application.ports import ProviderHint
from guerdon.application.settle_payout import SettlePayout
from guerdon.domain.payout import PayoutStatus
from memory_stack import CALLER, MemoryStack

Run = Callable[..., Result]
WHY = ("--reason", "their support wrote so")


@pytest.fixture
def unknown(memory: MemoryStack) -> MemoryStack:
    """A payout of 100.00 USD by gift card whose fulfillment ended two hours ago, and nobody knows how."""
    payout = builders.payout(PayoutStatus.SUBMITTED, attempts=1, version=3)
    memory.store.put(payout, builders.attempt(payout), builders.frozen_request(), builders.details(), builders.reward())
    SettlePayout(memory.store, memory.clock)(PAYOUT_ID, 1, "States.TaskFailed")
    memory.clock.advance(timedelta(hours=2))
    return memory


def test_it_says_what_counts_now_and_by_whom(guerdon: Run, unknown: MemoryStack) -> None:
    ended = guerdon(
        "resolve", PAYOUT_ID, "--carried-out", "--provider-id", "ORD-7", "--cost", "101.50", "--on", "2026-11-22", *WHY
    )
    assert (ended.exit_code, ended.stderr) == (0, "")
    assert ended.stdout == f"{PAYOUT_ID}: run 1: carried out, said by {CALLER}; it is settled in seconds\n"
    assert unknown.hints.enqueued == [ProviderHint("tremendous", "payout", PAYOUT_ID)]
    attempt = unknown.store.attempt(PAYOUT_ID, 1)
    assert attempt is not None
    assert attempt.answer is not None
    assert (str(attempt.answer.cost), str(attempt.answer.value_on)) == ("101.50 USD", "2026-11-22")
    again = guerdon("resolve", PAYOUT_ID, "--carried-out", *WHY)
    assert again.stdout == f"{PAYOUT_ID}: run 1: carried out, as {CALLER} said before\n"


def test_a_refusal_says_why_and_ends_with_1(guerdon: Run, unknown: MemoryStack) -> None:
    ended = guerdon("resolve", PAYOUT_ID, "--nothing-moved", "--run", "2", *WHY)
    assert ended.exit_code == 1
    assert ended.stderr == (
        f"{PAYOUT_ID}: not resolved: it has gone on since: it is submitted in run 1 now, and that was about run 2\n"
    )
    assert guerdon("resolve", "po_unknown", "--carried-out", "--cost", "1.00", *WHY).exit_code == 1
    assert unknown.store.of(Audit) == []


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ((PAYOUT_ID,), "say --carried-out or --nothing-moved"),
        ((PAYOUT_ID, "--carried-out", "--nothing-moved"), "not both"),
        ((PAYOUT_ID, "po_other", "--carried-out"), "one payout at a time"),
        (("ev_1", "--carried-out"), "give its id, po_…"),
        (("ev_1", "--run", "2"), "give its id, po_…"),
        (("ev_1", "--correct"), "give its id, po_…"),
        ((PAYOUT_ID, "--nothing-moved", "--cost", "1.00"), "what did not move has no id"),
        ((PAYOUT_ID, "--carried-out", "--cost", "1.005"), "decimal places"),
        ((PAYOUT_ID, "--carried-out", "--cost", "1.00 XXX"), "not an ISO 4217 currency"),
    ],
)
def test_what_is_not_understood_says_nothing(
    guerdon: Run, unknown: MemoryStack, arguments: tuple[str, ...], why: str
) -> None:
    rows = dict(unknown.store.rows)
    ended = guerdon("resolve", *arguments, *WHY)
    assert ended.exit_code == 2
    assert why in " ".join(ended.stderr.split())
    assert unknown.store.rows == rows


def test_another_currency_is_named_after_the_amount(guerdon: Run, unknown: MemoryStack) -> None:
    assert guerdon("resolve", PAYOUT_ID, "--carried-out", "--cost", "95.00 eur", *WHY).exit_code == 0
    attempt = unknown.store.attempt(PAYOUT_ID, 1)
    assert attempt is not None
    assert attempt.answer is not None
    assert str(attempt.answer.cost) == "95.00 EUR"


def test_a_word_that_was_a_mistake_is_corrected_only_if_it_is_said_so(guerdon: Run, unknown: MemoryStack) -> None:
    assert guerdon("resolve", PAYOUT_ID, "--nothing-moved", *WHY).exit_code == 0
    opposite = ("resolve", PAYOUT_ID, "--carried-out", "--provider-id", "ORD-7", *WHY)
    refused = guerdon(*opposite)
    how = "if they were mistaken, say so with guerdon resolve --correct"
    why = f"{CALLER} said of {PAYOUT_ID}-1 before that nothing moved: {how}"
    assert (refused.exit_code, refused.stderr) == (1, f"{PAYOUT_ID}: not resolved: {why}\n")
    corrected = guerdon(*opposite, "--correct")
    assert (corrected.exit_code, corrected.stderr) == (0, "")
    assert corrected.stdout == f"{PAYOUT_ID}: run 1: carried out, said by {CALLER}; it is settled in seconds\n"
    attempt = unknown.store.attempt(PAYOUT_ID, 1)
    assert attempt is not None
    assert attempt.answer is not None
    assert (attempt.answer.state, attempt.answer.provider_id) == ("done", "ORD-7")
