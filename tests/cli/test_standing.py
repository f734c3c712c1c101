"""`guerdon status` without an id: how the pipeline stands."""

import json
from collections.abc import Callable
from datetime import timedelta

from typer.testing import Result

import builders
from guerdon.application.funds_records import new_hold
from guerdon.application.records import DayReleased, ProgramHead
from guerdon.domain.ceilings import Ceilings
from guerdon.domain.channel import Channel
from guerdon.domain.payout import BlockReason
from memory_stack import CALLER, MemoryStack

Run = Callable[..., Result]


def test_a_new_stack_observes_and_nothing_waits(guerdon: Run) -> None:
    result = guerdon("status")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "Channel      Pays       Since  By",
        "gift card    not armed",
        "check        not armed",
        "bill credit  not armed",
        "merchandise  not armed",
        "",
        "Nothing is paused.",
        "",
        "Nothing waits for a person.",
    ]


def standing(guerdon: Run, memory: MemoryStack) -> None:
    now = memory.clock.now()
    guerdon("arm", "check")
    guerdon("pause", "--channel", "check", "--reason", "a wrong address")
    for number in range(3):
        at = now - timedelta(days=number)
        memory.store.put(builders.payout(payout_id=f"po_{number}").blocked(BlockReason.OBSERVING, at))
    memory.store.put(builders.payout(payout_id="po_9").blocked(BlockReason.FUNDS, now - timedelta(hours=1)))


def test_it_says_what_pays_what_is_paused_and_what_waits_for_which_reason(guerdon: Run, memory: MemoryStack) -> None:
    standing(guerdon, memory)
    lines = [line.split() for line in guerdon("status").stdout.splitlines()]
    assert lines[2] == ["check", "armed", "2026-11-22", "14:00:00Z", CALLER]
    assert lines[7] == ["the", "channel", "check", "2026-11-22", "14:00:00Z", CALLER, "a", "wrong", "address"]
    observed, unfunded = (" ".join(line) for line in lines[10:12])
    assert observed == "3 payouts its channel was not armed 2026-11-20 14:00:00Z"
    assert unfunded == "1 payouts the provider account is out of money 2026-11-22 13:00:00Z"


def test_what_was_observed_before_its_channel_was_armed_is_told_by_channel_with_what_to_do(
    guerdon: Run, memory: MemoryStack
) -> None:
    at = memory.clock.now()
    memory.store.put(
        *(builders.payout(payout_id=f"po_{number}").blocked(BlockReason.OBSERVING, at) for number in range(2)),
        builders.payout(payout_id="po_check", channel=Channel.CHECK).blocked(BlockReason.OBSERVING, at),
    )
    assert "promised before" not in guerdon("status").stdout
    assert json.loads(guerdon("status", "--json").stdout)["observed"] == {}
    release = "nobody pays them unless you do, with guerdon release --blocked observing --from DAY --to DAY"
    assert guerdon("arm", "gift_card").stdout.splitlines() == [
        f"gift card: now armed, changed by {CALLER}",
        f"gift card: 2 payouts promised before it was armed; {release}",
    ]
    assert guerdon("status").stdout.splitlines()[-1] == (
        f"gift card: 2 payouts promised before it was armed; {release}"
    )
    assert json.loads(guerdon("status", "--json").stdout)["observed"] == {"gift_card": 2}
    assert "promised" not in guerdon("disarm", "gift_card").stdout


def test_a_pause_that_ended_is_told_while_it_is_set_going(guerdon: Run) -> None:
    guerdon("pause", "--reason", "a wrong rule")
    guerdon("resume", "--reason", "mended")
    assert "Resumed on 2026-11-22 14:00:00Z: the sweep sees to it that all of it goes on." in guerdon("status").stdout


def test_a_script_reads_the_same_as_json(guerdon: Run, memory: MemoryStack) -> None:
    standing(guerdon, memory)
    told = json.loads(guerdon("status", "--json").stdout)
    assert told["channels"][:2] == [
        {"channel": "gift_card", "armed": False, "since": None, "by": None},
        {"channel": "check", "armed": True, "since": "2026-11-22T14:00:00.000000Z", "by": CALLER},
    ]
    assert told["paused"] == [
        {
            "scope": "channel",
            "name": "check",
            "since": "2026-11-22T14:00:00.000000Z",
            "by": CALLER,
            "reason": "a wrong address",
        }
    ]
    assert told["resuming_since"] is None
    assert (told["held_for_funds"], told["released_today"]) == ([], [])
    assert told["waiting"] == [
        {"what": "payouts", "why": "observing", "count": 3, "oldest": "2026-11-20T14:00:00.000000Z"},
        {"what": "payouts", "why": "funds", "count": 1, "oldest": "2026-11-22T13:00:00.000000Z"},
    ]


def test_what_cannot_be_asked_together_is_said_so(guerdon: Run) -> None:
    assert guerdon("status", "D-1", "--waiting").exit_code == 2
    assert guerdon("status", "D-1", "--json").exit_code == 2
    assert guerdon("status", "--waiting", "--json").exit_code == 2


def test_it_says_which_provider_is_out_of_money_and_what_went_out_today(guerdon: Run, memory: MemoryStack) -> None:
    hold = new_hold(Channel.CHECK, memory.clock.now())
    ceilings = Ceilings("America/New_York", 50, builders.usd("5000.00"))
    memory.store.put(
        hold,
        ProgramHead("customer-referral", 1, ceilings=ceilings),
        ProgramHead("japan-referral", 1),
        ProgramHead("partner-referral", 1, ceilings=Ceilings("Europe/Berlin", 9)),
        DayReleased("customer-referral", "2026-11-22", 12, (builders.usd("1200.00"),)),
    )
    lines = guerdon("status").stdout.splitlines()
    assert lines[8:15] == [
        "Out of money  Since                 Refused since  Tried next",
        "check         2026-11-22 14:00:00Z              0  2026-11-22 14:15:00Z",
        "",
        "Released today     Day         Payouts   Amount",
        "customer-referral  2026-11-22  12 of 50  1,200.00 USD of 5,000.00 USD",
        "partner-referral   2026-11-22  0 of 9",
        "",
    ]
    told = json.loads(guerdon("status", "--json").stdout)
    assert told["held_for_funds"] == [
        {
            "channel": "check",
            "since": "2026-11-22T14:00:00.000000Z",
            "refused": 0,
            "trying": None,
            "try_at": "2026-11-22T14:15:00.000000Z",
        }
    ]
    assert told["released_today"][0] == {
        "program": "customer-referral",
        "day": "2026-11-22",
        "payouts": 12,
        "payouts_most": 50,
        "amounts": [{"value": "1200.00", "currency": "USD"}],
        "amount_most": {"value": "5000.00", "currency": "USD"},
    }
