"""A program that rewards both sides, as the command line tells of it: two events of one delivery."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

import builders
from builders import Changed
from guerdon.application.records import InboxEvent
from guerdon.domain import identity
from guerdon.domain.reward import Reward
from memory_stack import SECRET, MemoryStack

Run = Callable[..., Result]

PROGRAM = """\
program: customer-referral
title: Customer Referrals
legal_entity: Acme, Inc.
currency: USD
time_zone: America/New_York
starts_at: 2026-01-01T00:00:00-05:00
rules:
  - name: thanks
    amount: {flat: 50.00}
    channel: gift_card
  - name: welcome
    rewards: referred
    amount: {per_unit: {amount: 2.00}}
    channel: gift_card
"""


@pytest.fixture
def send(guerdon: Run, memory: MemoryStack, tmp_path: Path) -> Callable[..., str]:
    """Sends a message to a stack that has the program and whose channels are armed; the event's id."""
    program = tmp_path / "program.yaml"
    program.write_text(PROGRAM, encoding="utf-8")
    assert guerdon("publish", program).exit_code == 0
    memory.arm()

    def send(**changes: Changed) -> str:
        file = tmp_path / "event.json"
        file.write_text(json.dumps(builders.message(**changes)), encoding="utf-8")
        sent = guerdon("send", file, "--connection", "crm", "--secret", SECRET)
        assert sent.exit_code == 0, sent.stderr
        return sent.stdout.strip()

    return send


def test_the_story_of_a_deal_has_both_sides_the_advocates_first(
    guerdon: Run, memory: MemoryStack, send: Callable[..., str]
) -> None:
    event_id = send(referred__email="grace@example.org")
    rewards = memory.store.of(Reward)
    lines = [" ".join(line.split()) for line in guerdon("status", "D-1041").stdout.splitlines()]
    assert lines[0] == "2 events tell of deal D-1041."
    facts = [line for line in lines if line.startswith(("Event", "Advocate", "Referred", "Reward"))]
    assert facts == [
        f"Event {event_id}",
        f"Advocate Ada Byron ({rewards[0].advocate_id})",
        f"Reward {rewards[0].reward_id}, 50.00 USD",
        f"Event {event_id}-referred",
        f"Referred Grace Hopper ({rewards[1].advocate_id})",
        f"Reward {rewards[1].reward_id}, 2.00 USD",
    ]
    told = [line for line in lines if "this is what it means for the referred customer" in line]
    assert len(told) == 1
    assert event_id in told[0]
    assert [mail.to for mail in memory.mailer.sent if mail.template == "reward_earned"] == [
        "ada@example.com",
        "grace@example.org",
    ]


def test_every_id_of_the_customers_side_tells_that_side(
    guerdon: Run, memory: MemoryStack, send: Callable[..., str]
) -> None:
    event_id = send()
    _, reward = memory.store.of(Reward)
    for subject in (f"{event_id}-referred", reward.reward_id, *reward.payout_ids):
        lines = [" ".join(line.split()) for line in guerdon("status", subject).stdout.splitlines()]
        assert f"Event {event_id}-referred" in lines, subject


def test_a_stored_side_is_explained_by_what_the_delivery_said(guerdon: Run, send: Callable[..., str]) -> None:
    event_id = send()
    explained = guerdon("explain", "customer-referral", f"{event_id}-referred")
    assert explained.exit_code == 0, explained.stderr
    assert "erased" not in explained.stdout
    assert "welcome" in explained.stdout


def test_what_waits_says_that_it_is_about_the_referred_customer(
    guerdon: Run, memory: MemoryStack, send: Callable[..., str]
) -> None:
    send()
    amount = {"value": "9000.00", "currency": "USD"}
    send(type="deal.amended", effective_at="2026-11-21T00:00:00Z", deal__amount=amount, deal__products=[])
    waits = [event for event in memory.store.of(InboxEvent) if event.waiting_since]
    assert [identity.delivery_of(event.event_id) != event.event_id for event in waits] == [True]
    listed = guerdon("status", "--waiting").stdout
    assert "deal D-1041, customer-referral, for the referred customer" in " ".join(listed.split())
