"""The page of the switches, and what of it the overview shows first."""

import json
import re
from datetime import timedelta

import pytest

from console.history import lived, tell
from console.runner import api, console_as, get
from console.switching import (
    FINANCE,
    PROGRAM,
    WHY,
    out_of_money,
    page,
    standing,
    told,
)
from guerdon.application.records import AnswerState
from guerdon.application.review.standing import standing_of
from guerdon.cli.standing import standing_json
from guerdon.console.operations import BASE
from guerdon.console.registry import OPERATIONS
from guerdon.console.signin.principal import Role
from guerdon.domain.channel import Channel
from guerdon.domain.pausing import EVERYTHING
from guerdon.domain.payout import BlockReason, Payout
from memory_stack import CALLER, MemoryStack


@pytest.fixture
def stack() -> MemoryStack:
    return lived(3)


def test_the_page_tells_what_the_command_tells(stack: MemoryStack) -> None:
    stack.providers[Channel.GIFT_CARD].next_submits.append(AnswerState.OUT_OF_FUNDS)
    tell(stack, 40)
    stack.stack.pause(PROGRAM, CALLER, "a wrong rule")
    stack.stack.arm(Channel.CHECK, CALLER, armed=False)
    tell(stack, 41)
    of_command = standing_json(standing_of(stack.store, stack.store.program_names(), stack.clock.now()))

    found = standing(stack)

    assert [(one["channel"], one["armed"], one["by"]) for one in found["channels"]] == [
        (one["channel"], one["armed"], one["by"]) for one in of_command["channels"]
    ]
    assert [(one["scope"]["kind"], one["scope"]["name"], one["by"], one["reason"]) for one in found["paused"]] == [
        (one["scope"], one["name"], one["by"], one["reason"]) for one in of_command["paused"]
    ]
    assert [one["channel"] for one in found["held"]] == [one["channel"] for one in of_command["held_for_funds"]]
    assert [(one["what"], one["why"], one["count"]) for one in found["waiting"]] == [
        (one["what"], one["why"], one["count"]) for one in of_command["waiting"]
    ]
    assert [day["released"]["program"] for day in found["days"]] == [
        day["program"] for day in of_command["released_today"]
    ]


def test_a_stack_that_nothing_stops_says_so_and_who_armed_what() -> None:
    stack = MemoryStack()
    stack.stack.arm(Channel.CHECK, CALLER, armed=True)

    found = told(get(console_as(Role.VIEWER, stack), "/switches"))

    assert "Nothing is paused, and no provider is out of money." in found
    assert "Nothing waits for a person." in found
    assert "No program has a daily ceiling." in found
    assert "check armed since 2026-11-22 14:00 UTC, by pat (command line)" in found
    assert "gift card observing nobody ever armed it" in found


def test_what_waits_is_counted_by_reason_and_leads_to_just_those(stack: MemoryStack) -> None:
    stack.stack.pause(PROGRAM, CALLER, "a wrong rule")
    tell(stack, 40)
    tell(stack, 41)
    stack.providers[Channel.GIFT_CARD].next_submits.append(AnswerState.OUT_OF_FUNDS)
    paused = {payout.payout_id for payout in stack.store.of(Payout) if payout.reason == BlockReason.PAUSED}
    assert len(paused) == 2

    assert f'href="{BASE}/payouts?why=paused">it is paused</a>' in page(stack)
    listed = json.loads(api(console_as(Role.VIEWER, stack), "/payouts", why="paused").body)["payouts"]

    assert {one["payout_id"] for one in listed} == paused
    assert json.loads(api(console_as(Role.VIEWER, stack), "/payouts", why="unknown").body)["payouts"] == []


def test_a_reason_that_nothing_waits_for_is_named_as_wrong(stack: MemoryStack) -> None:
    answer = api(console_as(Role.VIEWER, stack), "/payouts", why="rain")

    assert answer.status == 400
    assert json.loads(answer.body)["error"]["field"] == "why"


def test_a_pause_is_the_first_thing_on_the_overview(stack: MemoryStack) -> None:
    stack.stack.pause(EVERYTHING, FINANCE, WHY)
    stack.clock.advance(timedelta(hours=3))

    found = told(get(console_as(Role.VIEWER, stack), "/overview"))

    first = found[found.index("Overview", found.index("Sign out")) :]
    assert first.startswith(
        "Overview Everything is paused Since 2026-09-23 04:00 UTC , for 3 hours, by finance@guerdon.example "
        f"“{WHY}” Look at the switches Needs somebody today"
    ), first[:300]


def test_an_overview_that_nothing_stops_has_no_banner(stack: MemoryStack) -> None:
    assert "Stopped for now" not in page(stack, path="/overview")


def test_a_provider_without_money_is_seen_on_the_overview_too(stack: MemoryStack) -> None:
    stack.providers[Channel.GIFT_CARD].next_submits.append(AnswerState.OUT_OF_FUNDS)
    tell(stack, 40)

    found = told(get(console_as(Role.VIEWER, stack), "/overview"))

    assert "Gift card: the provider account is out of money Since 2026-09-23 04:00 UTC , says Tremendous" in found
    assert "One is tried at 2026-09-23 04:15 UTC." in found


def test_arming_says_first_what_it_means(stack: MemoryStack) -> None:
    stack.stack.arm(Channel.CHECK, CALLER, armed=False)

    found = page(stack, Role.ADMIN)

    assert "Real money moves: every reward that is decided from now on is paid by check" in found
    assert "arming the channel again does not pay it" in found


def test_a_viewer_sees_all_of_it_and_no_form(stack: MemoryStack) -> None:
    out_of_money(stack)
    stack.stack.pause(EVERYTHING, CALLER, "a wrong rule")

    found = page(stack, Role.VIEWER)

    assert "Everything is paused" in found
    assert re.findall(r'<form[^>]*action="([^"]*)"', found) == [f"{BASE}/signout"]
    assert "<details" not in found


def test_every_switch_is_an_operation_of_the_api_with_its_role() -> None:
    roles = {each.name: each.role for each in OPERATIONS if each.name.startswith("switches.")}

    assert roles == {
        "switches.list": Role.VIEWER,
        "switches.pause": Role.FINANCE,
        "switches.resume": Role.FINANCE,
        "switches.try": Role.FINANCE,
        "switches.arm": Role.ADMIN,
        "switches.disarm": Role.ADMIN,
    }
