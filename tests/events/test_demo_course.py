"""The demo from the first delivery to its verdict, on a stack in memory: what it sends is paid once, whatever fails."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from guerdon.application.records import AnswerState, InboxEvent
from guerdon.application.review.paid import charged_by_provider, paid_by_channel
from guerdon.cli.output import console
from guerdon.cli.sending import Accepted, Declined, Reply, Target
from guerdon.domain.balances import totals_of
from guerdon.domain.channel import Channel
from guerdon.domain.judgment import Outcome
from guerdon.domain.ledger import Entry, sums, trial_balance
from guerdon.domain.money import Money
from guerdon.domain.payout import PayoutStatus
from local.demo import report
from local.demo.course import Course, arm_channels, publish_programs
from local.demo.expectations import PROGRAMS, read_expectations
from local.demo.progress import Progress, beginning
from local.demo.screen import Screen
from memory_stack import API, SECRET, MemoryStack


def prepared() -> MemoryStack:
    memory = MemoryStack()
    publish_programs(memory.world, memory.stack, sorted(PROGRAMS.glob("*.yaml")), lambda _: None)
    arm_channels(memory.stack, lambda _: None)
    return memory


def run(memory: MemoryStack) -> list[Progress]:
    deliveries = beginning(read_expectations())
    course = Course(memory.stack, Target(API, "crm", SECRET), memory.transport, lambda _: None)
    assert course.run(deliveries)
    return deliveries


def till_of(memory: MemoryStack) -> Mapping[tuple[str, str], int]:
    return {
        (provider.name, currency): minor
        for provider in memory.providers.values()
        for currency, minor in sums(movement.amount for movement in provider.till).items()
    }


def test_every_delivery_ends_as_the_samples_say() -> None:
    deliveries = run(prepared())
    assert {delivery.name: delivery.differences() for delivery in deliveries if delivery.differences()} == {}
    rewarded = [delivery for delivery in deliveries if delivery.reward and not delivery.is_revision]
    assert [delivery.payout.status for delivery in rewarded if delivery.payout] == [PayoutStatus.SETTLED] * 13


def test_the_till_equals_the_journal_and_the_books_balance() -> None:
    memory = prepared()
    run(memory)
    journal = tuple(memory.store.of(Entry))
    assert charged_by_provider(totals_of(journal)) == dict(sorted(till_of(memory).items()))
    balances = trial_balance(journal)
    assert {
        currency: sum(minor for (_, other), minor in balances.items() if other == currency)
        for currency in ("EUR", "JPY", "USD")
    } == {"EUR": 0, "JPY": 0, "USD": 0}
    assert balances["rewards_liability", "USD"] == 0
    assert [(paid.channel, paid.count, paid.value) for paid in paid_by_channel(totals_of(journal))] == [
        (Channel.GIFT_CARD, 1, Money(10_000, "JPY")),
        (Channel.GIFT_CARD, 5, Money(440_00, "USD")),
        (Channel.CHECK, 4, Money(3_500_00, "USD")),
        (Channel.BILL_CREDIT, 3, Money(856_24, "EUR")),
        (Channel.MERCHANDISE, 1, Money(30_00, "USD")),
    ]


def test_a_second_run_pays_nothing_new() -> None:
    memory = prepared()
    first = run(memory)
    till, journal = till_of(memory), len(memory.store.of(Entry))
    second = run(memory)
    assert till_of(memory) == till
    assert len(memory.store.of(Entry)) == journal
    assert [delivery.answer for delivery in second if isinstance(delivery.answer, Accepted)] == [
        delivery.answer for delivery in first if isinstance(delivery.answer, Accepted)
    ]


def test_the_same_delivery_twice_is_one_event_and_another_delivery_is_a_duplicate() -> None:
    deliveries = {delivery.name: delivery for delivery in run(prepared())}
    first, twice, again = (deliveries[name] for name in ("01-first-referral", "01-delivered-twice", "01-told-again"))
    assert first.event is not None
    assert twice.event is not None
    assert again.event is not None
    assert twice.event.event_id == first.event.event_id
    assert again.event.event_id != first.event.event_id
    assert (again.event.outcome, again.event.detail) == (Outcome.DUPLICATE, first.event.event_id)


def test_what_is_refused_is_not_stored() -> None:
    memory = prepared()
    deliveries = {delivery.name: delivery for delivery in run(memory)}
    assert isinstance(deliveries["02-bad-signature"].answer, Declined)
    stored = {event.delivery_id for event in memory.store.of(InboxEvent)}
    refused = {
        delivery.expected.delivery_id for delivery in deliveries.values() if isinstance(delivery.answer, Declined)
    }
    assert len(refused) == 4
    assert stored.isdisjoint(refused)


def test_an_advocates_deals_are_sent_one_after_the_other() -> None:
    deliveries = {delivery.name: delivery for delivery in beginning(read_expectations())}
    assert not deliveries["02-second-referral"].may_be_sent
    assert deliveries["05-gold-advocate"].may_be_sent
    assert [earlier.name for earlier in deliveries["03-third-referral"].after] == [
        "01-first-referral",
        "01-delivered-twice",
        "01-told-again",
        "02-bad-signature",
        "02-second-referral",
    ]


def test_a_payout_that_fails_is_told_as_a_difference() -> None:
    memory = prepared()
    memory.providers[Channel.CHECK].next_submits.append(AnswerState.REFUSED)
    deliveries = run(memory)
    wrong = {delivery.name: delivery.differences() for delivery in deliveries if delivery.differences()}
    assert list(wrong) == ["07-percentage", "21-amendment"]
    assert wrong["07-percentage"][0].endswith("not paid: refused")


def test_another_answer_than_the_expected_refusal_is_told() -> None:
    delivery = next(entry for entry in beginning(read_expectations()) if entry.name == "02-bad-signature")
    delivery.answer = Declined(404, "unknown_connection", "no connection is called 'crm'")
    assert delivery.differences() == [
        "was refused (404 unknown_connection: no connection is called 'crm'), expected (401, 'invalid_signature', None)"
    ]


def test_a_delivery_that_nobody_takes_stays_due() -> None:
    memory = prepared()
    deliveries = beginning(read_expectations())
    course = Course(
        memory.stack,
        Target(API, "crm", SECRET),
        replace(memory.transport, post=lambda *_: Reply(404, b"")),
        lambda _: None,
    )
    assert course.run(deliveries)
    assert all(isinstance(delivery.answer, Declined) for delivery in deliveries)
    assert memory.store.of(InboxEvent) == []


def test_the_report_says_what_was_newly_paid(capsys: pytest.CaptureFixture[str]) -> None:
    memory = prepared()
    run(memory)
    journal = tuple(memory.store.of(Entry))
    report.show_newly_paid(console(), (), journal)
    report.show_newly_paid(console(), journal, journal)
    assert capsys.readouterr().out.splitlines() == [
        "14 payouts newly paid.",
        "Nothing newly paid: all 14 payouts had been paid before this run.",
    ]


def test_the_report_holds_the_till_against_the_journal(capsys: pytest.CaptureFixture[str]) -> None:
    memory = prepared()
    run(memory)
    totals, till = totals_of(memory.store.of(Entry)), dict(till_of(memory))
    assert report.ties_out(totals, till)
    till["lob", "USD"] += 1
    assert not report.ties_out(totals, till)
    report.show_till(console(), totals, till)
    lob = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("Lob"))
    assert lob.split() == ["Lob", "USD", "3,500.01", "3,500.00", "0.01"]


def test_a_reversal_waits_until_what_it_undoes_is_paid_and_an_amendment_does_not() -> None:
    deliveries = {delivery.name: delivery for delivery in beginning(read_expectations())}
    assert [earlier.name for earlier in deliveries["20-reversal"].waits_for] == ["05-gold-advocate"]
    finished = {delivery.name: delivery for delivery in run(prepared())}
    won, reversal = finished["05-gold-advocate"], finished["20-reversal"]
    assert won.payout is not None
    assert (won.payout.status, reversal.payouts[0].status) == (PayoutStatus.SETTLED, PayoutStatus.CLAWED_BACK)
    won.payouts = ()
    assert reversal.waits_for == [won]
    finished["07-percentage"].payouts = ()
    assert finished["21-amendment"].waits_for == []


def test_the_report_tells_what_a_reversal_and_an_amendment_changed(capsys: pytest.CaptureFixture[str]) -> None:
    report.show_revised(console(), run(prepared()))
    told = " ".join(capsys.readouterr().out.split())
    assert "20-reversal D-1058 the reward is worth 0.00 USD now; 150.00 USD by gift card: taken back" in told
    assert "21-amendment D-1083 the reward is worth 750.00 USD now; 625.00 USD by check: paid, 125.00 USD by" in told


def test_the_report_tells_each_reward_and_each_reason_to_pay_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    deliveries = run(prepared())
    report.show_rewards(console(), deliveries)
    report.show_unrewarded(console(), deliveries)
    lines = capsys.readouterr().out.splitlines()
    assert next(line for line in lines if line.startswith("D-1119")).split("  ")[:2] == ["D-1119", "Edith Clarke"]
    assert "share-of-deal · 5 % · at most 2,500.00 USD" in next(line for line in lines if line.startswith("D-1119"))
    told = {line.split()[0] for line in lines if line and line[0].isdigit()}
    assert {"01-told-again", "01-delivered-twice", "02-bad-signature", "19-other-currency"} <= told


def test_without_a_terminal_each_change_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    memory = prepared()
    deliveries = beginning(read_expectations())[:1]
    with Screen(console(), deliveries) as screen:
        assert Course(memory.stack, Target(API, "crm", SECRET), memory.transport, screen.changed).run(deliveries)
    lines = [line.partition(" ")[2] for line in capsys.readouterr().out.splitlines()]
    assert lines == [
        "01-first-referral (D-1041): accepted, not decided yet",
        "01-first-referral (D-1041): 50.00 USD by gift card: paid",
    ]


def test_what_is_stuck_is_told_with_where_to_look(capsys: pytest.CaptureFixture[str]) -> None:
    memory = prepared()
    deliveries = beginning(read_expectations())
    deliveries[0].note = "it answered 503"
    report.show_stuck(console(), deliveries[:1])
    assert capsys.readouterr().out.splitlines()[-2:] == ["01-first-referral: it answered 503", "  make status"]
    assert memory.requests == []
