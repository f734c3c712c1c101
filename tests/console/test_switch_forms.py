"""Who may stop the money and let it go on in the console, and what becomes of a form that comes late or twice."""

import json
from datetime import timedelta

import pytest

from console.history import lived, tell
from console.runner import console_as, get
from console.switching import (
    FINANCE,
    PROGRAM,
    WHY,
    arm,
    flash,
    lines,
    out_of_money,
    page,
    pause,
    resume,
    standing,
    switch,
    told,
    try_now,
)
from guerdon.application.free_paused import FreePaused
from guerdon.console.http import JSON, Request
from guerdon.console.operations import API
from guerdon.console.signin.principal import Role
from guerdon.domain.actions import AuditAction
from guerdon.domain.channel import Channel
from guerdon.domain.pausing import EVERYTHING, PauseScope, ScopeKind
from guerdon.domain.payout import BlockReason, Payout, PayoutStatus
from memory_stack import CALLER, MemoryStack


@pytest.fixture
def stack() -> MemoryStack:
    return lived(3)


@pytest.mark.parametrize(
    ("what", "scope", "words"),
    [
        ("everything", EVERYTHING, "Everything"),
        ("channel:check", PauseScope(ScopeKind.CHANNEL, "check"), "Check"),
        ("program:customer-referral", PROGRAM, "The program customer-referral"),
    ],
)
def test_finance_pauses_and_resumes_with_a_name_and_a_reason(
    stack: MemoryStack, what: str, scope: PauseScope, words: str
) -> None:
    begun = pause(stack, what)

    assert flash(begun).startswith(f"{words} is paused: nothing new is sent to a provider")
    pauses = stack.store.pauses()
    assert pauses is not None
    assert [(one.scope, one.by, one.reason) for one in pauses.paused] == [(scope, FINANCE, WHY)]
    ended = resume(stack, what)
    assert flash(ended) == (
        f"{words} is resumed. What was stopped is started within minutes, in the order in which it was stopped."
    )
    pauses = stack.store.pauses()
    assert pauses is not None
    assert pauses.paused == ()
    assert lines(stack) == [
        (AuditAction.PAUSED, scope.name, FINANCE, WHY),
        (AuditAction.RESUMED, scope.name, FINANCE, "mended"),
    ]


def test_what_a_pause_stopped_is_left_to_the_sweep_which_starts_it_in_order(stack: MemoryStack) -> None:
    pause(stack)
    for number in (40, 41, 42):
        tell(stack, number)
        stack.clock.advance(timedelta(minutes=1))
    stopped = [p.payout_id for p in stack.store.of(Payout) if p.reason == BlockReason.PAUSED]
    started = len(stack.fulfillments.started)

    assert resume(stack).status == 303

    assert len(stack.fulfillments.started) == started
    found = told(get(console_as(Role.VIEWER, stack), "/switches"))
    assert "what was stopped goes on within minutes, in the order in which it was stopped; 3 still wait ." in found
    assert len(list(FreePaused(stack.store, stack.clock, stack.fulfillments).of_ended_pauses())) == 3
    assert [payout_id for payout_id, _ in stack.fulfillments.started[started:]] == stopped


def test_pausing_what_is_paused_changes_nothing_and_says_who_did_it(stack: MemoryStack) -> None:
    stack.stack.pause(EVERYTHING, CALLER, "a wrong rule")
    trail = lines(stack)

    answer = pause(stack)

    assert flash(answer) == (
        "Everything was paused already, since 2026-09-23 04:00 UTC, by pat (command line): “a wrong rule”."
    )
    assert lines(stack) == trail


def test_a_pause_that_is_sent_again_after_somebody_resumed_stops_nothing(stack: MemoryStack) -> None:
    seen = str(standing(stack)["pauses_version"])
    assert pause(stack, seen=seen).status == 303
    assert resume(stack).status == 303
    trail = lines(stack)

    again = pause(stack, seen=seen)

    assert again.status == 409
    assert "It was not paused: a pause was ended since you looked: look who did and why" in told(again)
    assert f">{WHY}</textarea>" in again.body.decode()
    assert lines(stack) == trail
    assert standing(stack)["paused"] == []


def test_what_else_was_paused_meanwhile_keeps_nobody_from_stopping_the_money(stack: MemoryStack) -> None:
    seen = str(standing(stack)["pauses_version"])
    stack.stack.pause(PROGRAM, CALLER, "a wrong rule")

    assert pause(stack, seen=seen).status == 303

    assert [one["scope"]["kind"] for one in standing(stack)["paused"]] == ["program", "everything"]


def test_resuming_twice_is_refused_the_second_time_and_says_who_was_first(stack: MemoryStack) -> None:
    pause(stack)
    since = standing(stack)["paused"][0]["since"]
    assert resume(stack, since=since).status == 303
    trail = lines(stack)

    again = resume(stack, since=since)

    assert again.status == 409
    who = "finance@guerdon.example resumed it on 2026-09-23 04:00 UTC, saying “mended”"
    assert f"Everything is not paused any more: {who}." in told(again)
    assert again.body.decode().count('role="alert"') == 1
    assert lines(stack) == trail


def test_a_late_resume_does_not_end_a_pause_that_somebody_began_since(stack: MemoryStack) -> None:
    pause(stack)
    since = standing(stack)["paused"][0]["since"]
    resume(stack)
    stack.clock.advance(timedelta(minutes=5))
    stack.stack.pause(EVERYTHING, CALLER, "it happened again")

    late = resume(stack, since=since)

    assert late.status == 409
    assert "It was not resumed: it was resumed and paused anew since you looked: look who did and why." in told(late)
    assert [one["reason"] for one in standing(stack)["paused"]] == ["it happened again"]


def test_what_another_pause_stops_stays_as_it_is(stack: MemoryStack) -> None:
    pause(stack)
    pause(stack, "program:customer-referral")

    assert flash(resume(stack)).endswith("What another pause stops stays as it is.")

    assert [one["scope"]["name"] for one in standing(stack)["paused"]] == ["customer-referral"]


@pytest.mark.parametrize(
    ("typed", "status", "words"),
    [
        ({"what": "program:costumers"}, 409, "It was not paused: no program called costumers is published."),
        ({"what": "channel:pigeon"}, 409, "There is no channel pigeon: name one of gift_card"),
        ({"what": "all"}, 400, "what:"),
        ({"reason": ""}, 400, "reason is missing"),
        ({"seen": ""}, 400, "seen is missing"),
    ],
)
def test_a_pause_of_what_is_not_there_or_without_a_reason_stops_nothing(
    stack: MemoryStack, typed: dict[str, str], status: int, words: str
) -> None:
    answer = pause(stack, **typed)

    assert answer.status == status
    assert words in told(answer)
    assert lines(stack) == []
    assert stack.store.pauses() is None


def test_a_reason_of_spaces_is_none_by_the_api_either(stack: MemoryStack) -> None:
    body = json.dumps({"what": "everything", "reason": "    ", "seen": 0}).encode()
    console = console_as(Role.FINANCE, stack)

    answer = console(Request("POST", f"{API}/switches/pause", "", {"content-type": JSON}, body))

    assert answer.status == 409
    assert "it needs a reason" in json.loads(answer.body)["error"]["message"]
    assert stack.store.pauses() is None


def test_the_api_pauses_as_the_page_does(stack: MemoryStack) -> None:
    body = json.dumps({"what": "channel:check", "reason": WHY, "seen": 0}).encode()

    answer = console_as(Role.FINANCE, stack)(Request("POST", f"{API}/switches/pause", "", {"content-type": JSON}, body))

    assert answer.status == 200
    assert json.loads(answer.body)["message"].startswith("Check is paused")
    assert [one["scope"]["name"] for one in standing(stack)["paused"]] == ["check"]


def test_an_admin_arms_and_disarms_a_channel_with_a_name_and_a_reason(stack: MemoryStack) -> None:
    console = console_as(Role.ADMIN, stack)

    off = arm(console, "disarm", Channel.CHECK, 1)

    assert flash(off).startswith("Check is observing now.")
    assert switch(stack, Channel.CHECK).armed is False
    assert flash(arm(console, "arm", Channel.CHECK, 2, "they look right")).startswith("Check is armed now.")
    assert (switch(stack, Channel.CHECK).armed, switch(stack, Channel.CHECK).changed_by) == (
        True,
        "console:admin@guerdon.example",
    )
    assert lines(stack) == [
        (AuditAction.CHANNEL_DISARMED, "check", "console:admin@guerdon.example", WHY),
        (AuditAction.CHANNEL_ARMED, "check", "console:admin@guerdon.example", "they look right"),
    ]


def test_a_channel_that_nobody_ever_armed_is_armed_under_no_version() -> None:
    stack = MemoryStack()

    assert arm(console_as(Role.ADMIN, stack), "arm", Channel.CHECK, 0).status == 303

    assert switch(stack, Channel.CHECK).armed is True


def test_an_arming_that_is_sent_again_after_somebody_disarmed_moves_no_money(stack: MemoryStack) -> None:
    console = console_as(Role.ADMIN, stack)
    arm(console, "disarm", Channel.CHECK, 1)
    assert arm(console, "arm", Channel.CHECK, 2).status == 303
    stack.stack.arm(Channel.CHECK, CALLER, "the provider is compromised", armed=False)
    before = switch(stack, Channel.CHECK)

    again = arm(console, "arm", Channel.CHECK, 2)

    assert again.status == 409
    assert "It was not changed: the switch was changed since you looked: look who did, and when." in told(again)
    assert switch(stack, Channel.CHECK) == before


def test_arming_twice_is_armed_once(stack: MemoryStack) -> None:
    console = console_as(Role.ADMIN, stack)
    arm(console, "disarm", Channel.CHECK, 1)

    answers = [arm(console, "arm", Channel.CHECK, 2) for _ in range(2)]

    assert [flash(answer) for answer in answers][1] == "Check is armed already."
    assert [line[0] for line in lines(stack)] == [AuditAction.CHANNEL_DISARMED, AuditAction.CHANNEL_ARMED]


def test_finance_may_not_arm_and_sees_no_button_for_it(stack: MemoryStack) -> None:
    answer = arm(console_as(Role.FINANCE, stack), "disarm", Channel.CHECK, 1)

    assert answer.status == 403
    assert switch(stack, Channel.CHECK).armed is True
    assert "/switches/arm" not in page(stack)
    assert "/switches/disarm" not in page(stack)
    assert "/switches/pause" in page(stack)


def test_a_refused_form_is_shown_again_as_the_one_that_it_was(stack: MemoryStack) -> None:
    answer = arm(console_as(Role.ADMIN, stack), "disarm", Channel.CHECK, 7, "kept as typed")

    found = answer.body.decode()
    assert answer.status == 409
    assert found.count('role="alert"') == 1
    assert found.count('<details class="behind" open>') == 1
    opened = found[found.index('<details class="behind" open>') :]
    assert 'name="channel" value="check"' in opened[: opened.index("</details>")]
    assert ">kept as typed</textarea>" in opened[: opened.index("</details>")]


def test_once_a_provider_has_money_one_payout_is_tried_at_once_and_no_more(stack: MemoryStack) -> None:
    first, second = out_of_money(stack)
    hold = stack.store.funds_hold(Channel.GIFT_CARD)
    assert hold is not None
    started = len(stack.fulfillments.started)

    answers = [try_now(stack, hold.version) for _ in range(2)]

    assert [answer.status for answer in answers] == [303, 409]
    assert "Nothing was tried: something was tried since you looked" in told(answers[1])
    assert stack.fulfillments.started[started:] == [(first.payout_id, 2)]
    now = stack.store.payout(second.payout_id)
    assert now is not None
    assert (now.status, now.run) == (PayoutStatus.BLOCKED, 1)
    assert lines(stack) == [(AuditAction.FUNDS_TRIED, "gift_card", FINANCE, "funded")]


def test_nothing_is_tried_for_money_while_everything_is_paused(stack: MemoryStack) -> None:
    out_of_money(stack)
    hold = stack.store.funds_hold(Channel.GIFT_CARD)
    assert hold is not None
    stack.stack.pause(EVERYTHING, CALLER, "a wrong rule")
    started = len(stack.fulfillments.started)

    answer = try_now(stack, hold.version)

    assert answer.status == 409
    assert "what waits for money in gift_card is paused as well: resume that first" in told(answer)
    assert len(stack.fulfillments.started) == started
