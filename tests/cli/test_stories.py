"""`guerdon status`, `guerdon ledger` and `guerdon arm` on a stack that lived through the sample events."""

import json
from collections.abc import Callable

import pytest
from typer.testing import Result

from guerdon.application.records import AnswerState, ChannelSwitch, InboxEvent
from guerdon.domain.channel import Channel
from guerdon.domain.explanation_words import words
from guerdon.domain.ledger import Entry
from guerdon.domain.payout import Payout
from guerdon.domain.reward import Reward
from local.demo.expectations import EVENTS, PROGRAMS
from memory_stack import CALLER, SECRET, MemoryStack

Run = Callable[..., Result]
WHY_A_SHIRT = "1st referral this year in customer-referral (version 1); rule “time-clock-shirt”; a flat 30.00 USD."
SHIRT_SETTLED = (
    "debit in_transit:printful 30.00 USD; credit float:printful 30.00 USD; "
    "debit fulfillment_cost 12.43 USD; credit float:printful 12.43 USD"
)


@pytest.fixture
def send(guerdon: Run, memory: MemoryStack) -> Callable[..., Result]:
    """Sends a sample event to a stack that has every sample program and whose channels are armed."""
    guerdon("publish", *sorted(PROGRAMS.glob("*.yaml")))
    memory.arm()

    def send(name: str, *options: object) -> Result:
        return guerdon("send", EVENTS / f"{name}.json", "--connection", "crm", "--secret", SECRET, *options)

    return send


def what(result: Result) -> list[str]:
    """The lines of a story after its facts, without their moments."""
    assert result.exit_code == 0, result.stderr
    return [line[22:] for line in result.stdout.splitlines() if line.startswith("20")]


def test_a_paid_deal_is_told_from_receipt_to_mail(guerdon: Run, memory: MemoryStack, send: Run) -> None:
    event_id = send("06-merchandise", "--delivery-id", "msg_6").stdout.strip()
    (payout,), (reward,) = memory.store.of(Payout), memory.store.of(Reward)
    result = guerdon("status", "D-1075")
    assert result.stdout.splitlines()[:8] == [
        "Deal D-1075 · customer-referral · rewarded",
        f"Event        {event_id}",
        f"Advocate     Mary Jackson ({reward.advocate_id})",
        f"Reward       {reward.reward_id}, 30.00 USD",
        f"Why          {WHY_A_SHIRT}",
        f"Payout       {payout.payout_id}, 30.00 USD by merchandise",
        "Status       paid",
        "Cost         42.43 USD in all, which differs from the value of the reward",
    ]
    told = what(result)
    assert told[0] == "received through crm as delivery msg_6"
    assert set(told) >= {
        f"decided: rewarded: {WHY_A_SHIRT}",
        "payout: earned",
        "payout: ready to pay",
        "payout: on its way",
        "payout: paid",
        f"attempt 1: Printful asked for 30.00 USD under {payout.payout_id}-1",
        "attempt 1: Printful said: carried out (done), charged 42.43 USD, its id printful-1",
        "mail “you earned a reward”: sent",
        "mail “your reward is paid”: sent",
        f"journal {payout.payout_id}@4, settled: {SHIRT_SETTLED}",
    }


def test_a_reversal_tells_what_it_took_back_and_what_is_owed(guerdon: Run, memory: MemoryStack, send: Run) -> None:
    send("05-gold-advocate")
    reversal = send("20-reversal").stdout.strip()
    (payout,), (reward,) = memory.store.of(Payout), memory.store.of(Reward)
    result = guerdon("status", reversal)
    assert result.stdout.splitlines()[:11] == [
        "Deal D-1058 · customer-referral · revised",
        f"Event        {reversal}",
        f"Advocate     Katherine Johnson ({reward.advocate_id})",
        f"Reward       {reward.reward_id}, 150.00 USD",
        f"Why          {words(reward.explanation)}",
        "Worth now    0.00 USD",
        f"Payout       {payout.payout_id}, 150.00 USD by gift card",
        "Status       taken back: the deal came undone",
        "Taken back   150.00 USD of it, as the advocate's debt",
        f"Provider id  {payout.provider_id}",
        "Owed         150.00 USD by the advocate, kept back from what they earn next",
    ]
    sides = "debit receivable:advocate 150.00 USD; credit rewards_expense 150.00 USD"
    assert what(result)[1:] == [
        "decided: revised: the deal is worth 0.00 USD now, and the reward 0.00 USD instead of 150.00 USD",
        "the deal came undone: the reward is worth 0.00 USD",
        f"journal {reward.reward_id}@2, revised: {sides}",
    ]
    whole = what(guerdon("status", payout.payout_id))
    assert {"payout: paid", "payout: taken back: the deal came undone", what(result)[2], what(result)[3]} <= set(whole)


def test_an_amendment_tells_the_payout_that_it_gave(guerdon: Run, memory: MemoryStack, send: Run) -> None:
    send("07-percentage")
    amendment = send("21-amendment").stdout.strip()
    first, further = memory.store.of(Payout)
    told = what(guerdon("status", amendment))
    assert told[2] == "the deal is worth 15,000.00 USD now: the reward is worth 750.00 USD"
    assert f"attempt 1: Lob asked for 125.00 USD under {further.payout_id}-1" in told
    assert not [line for line in told if first.payout_id in line]


@pytest.mark.parametrize("kind", ["event", "reward", "payout", "deal"])
def test_every_id_of_a_deal_tells_the_same_story(guerdon: Run, memory: MemoryStack, send: Run, kind: str) -> None:
    event_id = send("01-first-referral").stdout.strip()
    ids = {
        "event": event_id,
        "reward": memory.store.of(Reward)[0].reward_id,
        "payout": memory.store.of(Payout)[0].payout_id,
        "deal": "D-1041",
    }
    assert guerdon("status", ids[kind]).stdout == guerdon("status", event_id).stdout


def test_a_deal_told_twice_has_both_events_and_one_reward(guerdon: Run, memory: MemoryStack, send: Run) -> None:
    first = send("01-first-referral").stdout.strip()
    send("01-first-referral")
    result = guerdon("status", "D-1041")
    assert result.stdout.splitlines()[0] == "2 events tell of deal D-1041."
    assert f"decided: duplicate of event {first}" in what(result)
    assert len(memory.store.of(Reward)) == 1


def test_a_deal_without_a_referrer_has_a_story_too(guerdon: Run, send: Run) -> None:
    send("14-no-referrer", "--delivery-id", "msg_14")
    assert what(guerdon("status", "D-1090")) == [
        "received through crm as delivery msg_14",
        "decided: not a referral: the deal names no advocate",
    ]


def test_a_blocked_payout_says_what_to_do(guerdon: Run, memory: MemoryStack, send: Run) -> None:
    guerdon("disarm", "gift_card")
    send("01-first-referral")
    result = guerdon("status", "D-1041")
    assert "Status    waiting: its channel was not armed" in result.stdout
    assert "To do: Once its payouts look right: guerdon arm for the channel, then guerdon release" in result.stdout
    assert memory.providers[Channel.GIFT_CARD].till == []


def test_a_failed_payout_tells_the_providers_answer(guerdon: Run, memory: MemoryStack, send: Run) -> None:
    memory.providers[Channel.CHECK].next_submits.append(AnswerState.REFUSED)
    send("07-percentage")
    told = what(guerdon("status", "D-1083"))
    assert "attempt 1: Lob said: refused, nothing moved (refused)" in told
    assert "payout: not paid: refused" in told
    assert "mail “a payout needs you”, to finance: sent" in told


def test_an_id_that_nobody_knows_is_status_1(guerdon: Run) -> None:
    for unknown in ("D-404", "po_404", "rw_404", "ev_404"):
        result = guerdon("status", unknown)
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr == f"error: nothing is known of {unknown!r}: check the id, and that this is its stack\n"


def test_the_ledger_of_a_new_stack_is_empty(guerdon: Run) -> None:
    assert guerdon("ledger").stdout == "The journal has no entries yet: nothing has been earned.\n"


def test_the_ledger_sums_to_zero_in_every_currency(guerdon: Run, send: Run) -> None:
    for name in ("01-first-referral", "06-merchandise", "11-tier-edge"):
        send(name)
    assert [line.split() for line in guerdon("ledger").stdout.splitlines()] == [
        ["Account", "Currency", "Debit", "Credit"],
        ["customer_credit:stripe", "EUR", "250.00"],
        ["in_transit:stripe", "EUR", "0.00"],
        ["rewards_expense", "EUR", "250.00"],
        ["rewards_liability", "EUR", "0.00"],
        ["sum", "EUR,", "difference", "0.00", "EUR", "250.00", "250.00"],
        [],
        ["float:printful", "USD", "42.43"],
        ["float:tremendous", "USD", "50.00"],
        ["fulfillment_cost", "USD", "12.43"],
        ["in_transit:printful", "USD", "0.00"],
        ["in_transit:tremendous", "USD", "0.00"],
        ["rewards_expense", "USD", "80.00"],
        ["rewards_liability", "USD", "0.00"],
        ["sum", "USD,", "difference", "0.00", "USD", "92.43", "92.43"],
        [],
        ["Paid", "by", "Payouts", "Value", "Charged", "by", "the", "provider"],
        ["gift", "card", "1", "50.00", "USD", "50.00", "USD"],
        ["bill", "credit", "1", "250.00", "EUR", "250.00", "EUR"],
        ["merchandise", "1", "30.00", "USD", "42.43", "USD"],
        [],
        ["Nothing", "of", "it", "is", "sealed", "yet:", "9", "entries."],
    ]


def test_the_ledger_for_scripts_has_every_entry_in_minor_units(guerdon: Run, memory: MemoryStack, send: Run) -> None:
    send("13-yen")
    told = json.loads(guerdon("ledger", "--json", "--entries").stdout)
    assert told["paid"] == [
        {
            "channel": "gift_card",
            "payouts": 1,
            "value_minor": 10000,
            "currency": "JPY",
            "costs": [{"amount_minor": 10000, "currency": "JPY"}],
        }
    ]
    assert [entry["kind"] for entry in told["entries"]] == ["submitted", "settled", "earned"]
    assert {entry["entry_id"] for entry in told["entries"]} == {entry.entry_id for entry in memory.store.of(Entry)}
    assert {balance["account"]: balance["balance_minor"] for balance in told["trial_balance"]} == {
        "float:tremendous": -10000,
        "in_transit:tremendous": 0,
        "rewards_expense": 10000,
        "rewards_liability": 0,
    }


def test_the_ledger_prints_each_entry_when_asked(guerdon: Run, send: Run) -> None:
    send("01-first-referral")
    lines = guerdon("ledger", "--entries").stdout.splitlines()
    earned = next(number for number, line in enumerate(lines) if "earned rw_" in line)
    assert lines[earned].split()[-3:] == ["rewards_expense", "50.00", "USD"]
    assert lines[earned + 1].split() == ["rewards_liability", "50.00", "USD"]


def test_arming_records_the_aws_caller_and_says_what_changed(guerdon: Run, memory: MemoryStack) -> None:
    result = guerdon("arm", "gift_card", "check")
    assert (result.exit_code, result.stdout.splitlines()) == (
        0,
        [f"gift card: now armed, changed by {CALLER}", f"check: now armed, changed by {CALLER}"],
    )
    assert guerdon("arm", "check").stdout == "check: was armed already\n"
    switches = {switch.channel: (switch.armed, switch.changed_by) for switch in memory.store.of(ChannelSwitch)}
    assert switches == {"gift_card": (True, CALLER), "check": (True, CALLER)}
    assert guerdon("disarm", "check").stdout == f"check: now not armed, changed by {CALLER}\n"


def test_arming_for_a_reason_that_says_nothing_is_refused(guerdon: Run, memory: MemoryStack) -> None:
    result = guerdon("arm", "check", "--reason", " ")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "check: not changed: it needs a reason: say why, in a sentence\n"
    assert memory.store.of(ChannelSwitch) == []


def test_an_unknown_channel_is_status_2_and_changes_nothing(guerdon: Run, memory: MemoryStack) -> None:
    result = guerdon("arm", "gift_card", "cash")
    assert result.exit_code == 2
    assert "'gift_card', 'check', 'bill_credit', 'merchandise'" in result.stderr
    assert memory.store.of(ChannelSwitch) == []


def test_nothing_is_stored_by_looking(guerdon: Run, memory: MemoryStack, send: Run) -> None:
    send("01-first-referral")
    commits = len(memory.store.commits)
    for command in (("status", "D-1041"), ("ledger",), ("ledger", "--json")):
        guerdon(*command)
    assert len(memory.store.commits) == commits
    assert len(memory.store.of(InboxEvent)) == 1
