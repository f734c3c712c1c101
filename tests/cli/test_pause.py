"""`guerdon pause` and `guerdon resume`: nothing new is paid for a while, and then all of it, in order."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from typer.testing import Result

import builders
from guerdon.application.audit_records import Audit
from guerdon.application.records import AnswerState
from guerdon.domain.channel import Channel
from guerdon.domain.payout import BlockReason, Payout, PayoutStatus
from local.demo.expectations import EVENTS, PROGRAMS
from memory_stack import CALLER, SECRET, MemoryStack

Run = Callable[..., Result]
NOW = "2026-11-22 14:00:00Z"


@pytest.fixture(autouse=True)
def armed(memory: MemoryStack, guerdon: Run) -> None:
    guerdon("publish", PROGRAMS / "customer-referral.yaml")
    memory.arm()


def send(guerdon: Run, name: str) -> None:
    assert guerdon("send", EVENTS / f"{name}.json", "--connection", "crm", "--secret", SECRET).exit_code == 0


def paid(memory: MemoryStack) -> int:
    return sum(len(provider.till) for provider in memory.providers.values())


def test_what_comes_while_everything_is_paused_waits_and_then_goes_on(guerdon: Run, memory: MemoryStack) -> None:
    result = guerdon("pause", "--reason", "a wrong rule")
    assert (result.exit_code, result.stdout) == (0, f"everything: paused since {NOW} by {CALLER}: a wrong rule\n")
    send(guerdon, "01-first-referral")
    (payout,) = memory.store.of(Payout)
    assert (payout.status, payout.reason) == (PayoutStatus.BLOCKED, BlockReason.PAUSED)
    assert [mail.template for mail in memory.mailer.sent] == ["reward_earned"]
    assert paid(memory) == 0
    result = guerdon("resume", "--reason", "mended")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        f"everything: resumed; it was paused since {NOW} by {CALLER}: a wrong rule",
        "1 payout set going, in the order in which they were stopped",
    ]
    send(guerdon, "01-first-referral")
    (payout,) = memory.store.of(Payout)
    assert (payout.status, payout.run, paid(memory)) == (PayoutStatus.SETTLED, 2, 1)


def test_doing_either_twice_changes_nothing_and_says_who_did_it_when(guerdon: Run, memory: MemoryStack) -> None:
    guerdon("pause", "--channel", "gift_card", "--reason", "out of cards")
    result = guerdon("pause", "--channel", "gift_card", "--reason", "again")
    since = f"since {NOW} by {CALLER}: out of cards"
    assert result.stdout == f"the channel gift_card: was paused already, {since}\n"
    guerdon("resume", "--channel", "gift_card", "--reason", "new cards")
    lines = len(memory.store.of(Audit))
    result = guerdon("resume", "--channel", "gift_card", "--reason", "again")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        f"the channel gift_card: is not paused: resumed on {NOW} by {CALLER}: new cards",
        "0 payouts set going, in the order in which they were stopped",
    ]
    assert len(memory.store.of(Audit)) == lines


def test_a_program_that_nobody_paused_says_so_and_what_still_is(guerdon: Run) -> None:
    guerdon("pause", "--reason", "a wrong rule")
    result = guerdon("resume", "--program", "customer-referral", "--reason", "mended")
    assert result.stdout.splitlines() == [
        "the program customer-referral: is not paused",
        "0 payouts set going, in the order in which they were stopped",
        f"still paused: everything, since {NOW} by {CALLER}: a wrong rule",
    ]


@pytest.mark.parametrize("command", ["pause", "resume"])
def test_a_reason_is_needed_and_one_scope(guerdon: Run, command: str) -> None:
    assert guerdon(command).exit_code == 2
    both = guerdon(command, "--channel", "check", "--program", "customer-referral", "--reason", "why")
    assert both.exit_code == 2
    assert "name a channel or a program" in both.stderr
    blank = guerdon(command, "--reason", " ")
    assert (blank.exit_code, blank.stdout) == (1, "")
    assert blank.stderr.startswith(f"everything: not {command}d: it needs a reason")


def test_a_misspelled_program_is_not_paused(guerdon: Run) -> None:
    result = guerdon("pause", "--program", "costumers", "--reason", "a wrong rule")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "the program costumers: not paused: no program called costumers is published\n"


def test_resuming_a_channel_tries_at_once_what_waits_for_its_providers_money(guerdon: Run, memory: MemoryStack) -> None:
    memory.providers[Channel.GIFT_CARD].next_submits.append(AnswerState.OUT_OF_FUNDS)
    send(guerdon, "01-first-referral")
    send(guerdon, "02-second-referral")
    first, second = memory.store.of(Payout)
    assert {first.reason, second.reason} == {BlockReason.FUNDS}
    result = guerdon("resume", "--channel", "gift_card", "--reason", "the float is full again")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "the channel gift_card: is not paused",
        "0 payouts set going, in the order in which they were stopped",
        f"{first.payout_id} is tried now; the others that wait for money follow once the provider takes it",
    ]


def stopped(memory: MemoryStack, count: int) -> list[str]:
    """So many payouts were stopped by a pause, one a minute."""
    at = memory.clock.now()
    payouts = [
        builders.payout(payout_id=f"po_{number}").blocked(BlockReason.PAUSED, at + timedelta(minutes=number))
        for number in range(count)
    ]
    memory.store.put(*payouts)
    return [payout.payout_id for payout in payouts]


def test_a_resumption_that_aws_takes_no_more_of_says_how_many_are_started_and_how_many_the_sweep_will(
    guerdon: Run, memory: MemoryStack
) -> None:
    ids = stopped(memory, 5)
    guerdon("pause", "--reason", "a wrong rule")
    memory.fulfillments.takes = 2
    result = guerdon("resume", "--reason", "mended")
    assert result.exit_code == 3
    assert result.stdout.splitlines()[1:] == ["2 payouts set going, in the order in which they were stopped"]
    assert result.stderr == (
        "error: the workflow service was told to throttle. The sweep starts the one at hand; 2 more still wait, and it "
        "sets them going in the same order, within minutes\n"
    )
    memory.fulfillments.takes = None
    again = guerdon("resume", "--reason", "mended")
    assert (again.exit_code, again.stdout.splitlines()[1]) == (
        0,
        "2 payouts set going, in the order in which they were stopped",
    )
    assert [payout_id for payout_id, _ in memory.fulfillments.started] == [*ids[:2], *ids[3:]]


def test_what_waited_for_money_and_could_not_all_be_started_is_left_to_the_sweep(
    guerdon: Run, memory: MemoryStack
) -> None:
    at = memory.clock.now()
    memory.store.put(*(builders.payout(payout_id=f"po_{n}").blocked(BlockReason.FUNDS, at) for n in range(4)))
    memory.fulfillments.takes = 3
    result = guerdon("resume", "--channel", "gift_card", "--reason", "the float is full again")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == (
        "3 more set going that had waited for the provider's money; the sweep goes on with the others: the workflow "
        "service was told to throttle"
    )
