"""`guerdon status --waiting`, `guerdon resend` and `guerdon resolve`: what waits is found, and what a person does."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from typer.testing import Result

import builders
from guerdon.application.records import InboxEvent
from guerdon.application.review.waiting import age_text
from guerdon.domain.payout import BlockReason, Payout, PayoutStatus
from guerdon.domain.reward import Reward
from local.demo.expectations import EVENTS, PROGRAMS
from memory_stack import CALLER, SECRET, MemoryStack

Run = Callable[..., Result]


def send(guerdon: Run, name: str) -> str:
    return guerdon("send", EVENTS / f"{name}.json", "--connection", "crm", "--secret", SECRET).stdout.strip()


def test_what_waits_is_listed_oldest_first_with_its_reason_and_what_to_do(guerdon: Run, memory: MemoryStack) -> None:
    now = memory.clock.now()
    parked = builders.payout(PayoutStatus.SUBMITTED, payout_id="po_parked")
    parked = parked.noticed(parked.overdue_words, now - timedelta(days=2), now)
    blocked = builders.payout(payout_id="po_blocked").blocked(
        BlockReason.DETAILS, now - timedelta(hours=5, minutes=59), "a check needs an address"
    )
    failed = builders.payout(PayoutStatus.SUBMITTED, payout_id="po_failed").failed(
        now - timedelta(minutes=1), "EXPIRED"
    )
    memory.store.put(blocked, failed, parked, builders.payout(payout_id="po_on_its_way"))
    result = guerdon("status", "--waiting")
    assert result.exit_code == 0, result.stderr
    assert [line.split("  ") for line in _single_spaced(result.stdout)] == [
        ["Waits", "Id", "What", "Why", "To do"],
        [
            "2 days",
            "po_parked",
            "100.00 USD by gift card",
            "the provider is overdue: the provider has not carried it out in 3 days",
            "Ask the provider why; cancel it there, or guerdon resolve it once it is certain what became of it.",
        ],
        [
            "5 hours",
            "po_blocked",
            "100.00 USD by gift card",
            "the provider cannot carry it as it is: a check needs an address",
            "Complete the advocate's record in the CRM and send the deal again, or pay in another way.",
        ],
        [
            "1 minute",
            "po_failed",
            "100.00 USD by gift card",
            "not paid: EXPIRED",
            "Correct what the provider objected to, then release the payout with guerdon release.",
        ],
    ]


def test_an_event_that_needs_a_person_is_listed_until_it_is_resolved(guerdon: Run, memory: MemoryStack) -> None:
    event_id = told_with_other_content(guerdon, memory)
    (line,) = _single_spaced(guerdon("status", "--waiting").stdout)[1:]
    waits, subject, what, why, to_do = line.split("  ")
    assert (waits, subject, what) == ("now", event_id, "deal D-1041, customer-referral")
    assert why.startswith("needs attention: the same win was told with other content by event ev_")
    assert (
        to_do
        == "Read why, correct the deal in the CRM if it should have earned something, then guerdon resolve the event."
    )
    assert f"To do: {to_do}" in guerdon("status", event_id).stdout
    resolved = guerdon("resolve", event_id, "--reason", "corrected")
    assert (resolved.exit_code, resolved.stdout) == (0, f"{event_id}: dealt with by {CALLER}\n")
    assert guerdon("status", "--waiting").stdout == "Nothing waits for a person.\n"
    story = guerdon("status", event_id).stdout
    assert f"dealt with by {CALLER}" in story
    assert "To do:" not in story


def test_what_cannot_be_resolved_is_said(guerdon: Run) -> None:
    guerdon("publish", PROGRAMS / "customer-referral.yaml")
    event_id = send(guerdon, "01-first-referral")
    result = guerdon("resolve", event_id, "ev_unknown", "--reason", "corrected")
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        f"{event_id}: not resolved: it waits for nobody: its outcome is rewarded",
        "ev_unknown: not resolved: there is no such event",
    ]


def test_an_event_that_cannot_be_decided_says_how_often_it_was_tried(guerdon: Run, memory: MemoryStack) -> None:
    stuck = _undecided(memory)
    memory.store.put(replace(stuck, sent_again=6, waiting_since=memory.clock.now() - timedelta(hours=1)))
    (line,) = _single_spaced(guerdon("status", "--waiting").stdout)[1:]
    assert line.split("  ")[:4] == [
        "1 hour",
        stuck.event_id,
        "deal D-1041, customer-referral",
        "it cannot be decided: sent again 6 times",
    ]


def test_a_resend_says_what_it_does_and_may_be_repeated(guerdon: Run, memory: MemoryStack) -> None:
    guerdon("publish", PROGRAMS / "customer-referral.yaml")
    decided, stuck = send(guerdon, "01-first-referral"), _undecided(memory)
    memory.bus.published.clear()
    for _ in range(2):
        result = guerdon("resend", decided, stuck.event_id)
        assert result.exit_code == 0
        assert result.stdout.splitlines() == [
            f"{decided}: decided before: rewarded; sent to start again what is due",
            f"{stuck.event_id}: sent to be decided; guerdon status tells what came of it",
        ]
    assert memory.bus.published == [decided, stuck.event_id] * 2
    assert len(memory.store.of(Reward)) == len(memory.store.of(Payout)) == 1


def test_an_unknown_event_is_not_sent(guerdon: Run, memory: MemoryStack) -> None:
    result = guerdon("resend", "ev_unknown")
    assert (result.exit_code, result.stderr) == (1, "ev_unknown: not sent: there is no such event\n")
    assert memory.bus.published == []


def test_either_a_subject_or_the_list_is_asked_for(guerdon: Run) -> None:
    result = guerdon("status", "D-1041", "--waiting")
    assert result.exit_code == 2
    assert "give the id of what you want to know about, or --waiting" in result.stderr


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(seconds=59), "now"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=59, seconds=59), "59 minutes"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(hours=23), "23 hours"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=45, hours=9), "45 days"),
    ],
)
def test_an_age_is_told_in_its_largest_unit(age: timedelta, words: str) -> None:
    assert age_text(age) == words


def told_with_other_content(guerdon: Run, memory: MemoryStack) -> str:
    guerdon("publish", PROGRAMS / "customer-referral.yaml")
    memory.arm()
    send(guerdon, "01-first-referral")
    return send(guerdon, "18-same-win-other-amount")


def _undecided(memory: MemoryStack) -> InboxEvent:
    now = memory.clock.now()
    stuck = InboxEvent(
        event_id="ev_stuck",
        connection="crm",
        source_account="acme",
        delivery_id="msg_stuck",
        type="deal.closed",
        program="customer-referral",
        deal_id="D-1041",
        body_sha256="0" * 64,
        received_at=now,
        undecided_since=now,
        look_at=now,
    )
    memory.store.put(stuck)
    return stuck


def _single_spaced(text: str) -> list[str]:
    """The lines of a table whose columns are two blanks apart, however wide they are."""
    return ["  ".join(cell.strip() for cell in line.split("  ") if cell.strip()) for line in text.splitlines()]
