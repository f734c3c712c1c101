"""Arming a channel: by a person, one at a time, and never over somebody else's change."""

from dataclasses import replace
from datetime import timedelta

import pytest

import builders
from builders import NOW
from guerdon.application.arm_channel import ArmChannel, CannotArm
from guerdon.application.audit_records import Audit
from guerdon.application.records import SPANS_MOST, ArmedSpan, ChannelSwitch
from guerdon.domain.actions import AuditAction
from guerdon.domain.channel import Channel
from guerdon.domain.errors import StoreBusy
from world import World

CHECK = Channel.CHECK


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def arm(world: World) -> ArmChannel:
    return ArmChannel(world.store, world.clock)


def test_a_channel_is_armed_by_a_person_and_only_that_one(world: World, arm: ArmChannel) -> None:
    assert arm(CHECK, "ada@example.com", armed=True) is True
    assert world.store.of(ChannelSwitch) == [
        ChannelSwitch("check", armed=True, changed_at=NOW, changed_by="ada@example.com", spans=(ArmedSpan(NOW),))
    ]


def test_arming_what_is_armed_changes_nothing(world: World, arm: ArmChannel) -> None:
    arm(CHECK, "ada@example.com", armed=True)
    assert arm(CHECK, "grace@example.com", armed=True) is False
    assert len(world.store.commits) == 1


def test_each_change_has_its_line_in_the_audit_trail(world: World, arm: ArmChannel) -> None:
    arm(CHECK, "console:ada@example.com", "the first payouts look right", armed=True)
    arm(CHECK, "console:grace@example.com", armed=False)
    armed, disarmed = world.store.of(Audit)
    assert (armed.at, armed.actor, armed.action) == (NOW, "console:ada@example.com", AuditAction.CHANNEL_ARMED)
    assert (armed.subject_kind, armed.subject_id) == ("channel", "check")
    assert (armed.before, armed.after) == ("not armed", "armed")
    assert armed.reason == "the first payouts look right"
    assert (disarmed.actor, disarmed.action) == ("console:grace@example.com", AuditAction.CHANNEL_DISARMED)
    assert (disarmed.before, disarmed.after, disarmed.reason) == ("armed", "not armed", None)


def test_disarming_says_who_did(world: World, arm: ArmChannel) -> None:
    arm(CHECK, "ada@example.com", armed=True)
    assert arm(CHECK, "grace@example.com", armed=False) is True
    (switch,) = world.store.of(ChannelSwitch)
    assert (switch.armed, switch.changed_by, switch.version) == (False, "grace@example.com", 2)


@pytest.mark.parametrize("known", [True, False])
def test_a_change_at_the_same_moment_is_told_and_not_overwritten(world: World, arm: ArmChannel, *, known: bool) -> None:
    if known:
        world.store.put(replace(builders.armed(CHECK), armed=False))
    theirs = replace(builders.armed(CHECK), changed_by="grace@example.com", version=5)
    world.store.meanwhile(lambda: world.store.put(theirs))
    with pytest.raises(StoreBusy, match="the switch of check was changed by somebody else"):
        arm(CHECK, "ada@example.com", armed=True)
    assert world.store.of(ChannelSwitch) == [theirs]
    assert world.store.of(Audit) == []


def test_the_times_in_which_it_was_armed_are_kept(world: World, arm: ArmChannel) -> None:
    moments = [NOW + timedelta(days=day) for day in range(3)]
    for moment, armed in zip(moments, (True, False, True), strict=True):
        world.clock.move_to(moment)
        arm(CHECK, "ada@example.com", armed=armed)
    (switch,) = world.store.of(ChannelSwitch)
    assert switch.spans == (ArmedSpan(moments[0], moments[1]), ArmedSpan(moments[2]))
    tick = timedelta(microseconds=1)
    asked = {moment: switch.was_armed(moment) for known in moments for moment in (known - tick, known)}
    assert list(asked.values()) == [False, True, True, False, False, True]


def test_a_switch_that_was_never_armed_was_armed_at_no_time(world: World, arm: ArmChannel) -> None:
    arm(CHECK, "ada@example.com", armed=False)
    (switch,) = world.store.of(ChannelSwitch)
    assert (switch.spans, switch.was_armed(NOW)) == ((), False)


@pytest.mark.parametrize("armed", [True, False])
def test_of_a_row_without_times_only_its_last_change_is_known(world: World, arm: ArmChannel, *, armed: bool) -> None:
    changed, later = NOW - timedelta(days=9), NOW + timedelta(days=9)
    world.store.put(ChannelSwitch("check", armed=armed, changed_at=changed, changed_by="ada@example.com"))
    arm(CHECK, "grace@example.com", armed=not armed)
    (switch,) = world.store.of(ChannelSwitch)
    assert switch.spans == ((ArmedSpan(changed, NOW),) if armed else (ArmedSpan(NOW),))
    assert switch.was_armed(changed - timedelta(days=1)) is False
    assert switch.was_armed(NOW - timedelta(days=1)) is armed
    assert switch.was_armed(later) is not armed


def test_times_that_were_forgotten_count_as_observed(world: World, arm: ArmChannel) -> None:
    for number in range(2 * SPANS_MOST + 2):
        world.clock.move_to(NOW + timedelta(days=number))
        arm(CHECK, "ada@example.com", armed=number % 2 == 0)
    (switch,) = world.store.of(ChannelSwitch)
    assert len(switch.spans) == SPANS_MOST
    assert [switch.was_armed(NOW + timedelta(days=day)) for day in (0, 2)] == [False, True]


def test_a_clock_that_goes_behind_makes_nothing_armed(world: World, arm: ArmChannel) -> None:
    arm(CHECK, "ada@example.com", armed=True)
    world.clock.move_to(NOW - timedelta(minutes=2))
    arm(CHECK, "grace@example.com", armed=False)
    (switch,) = world.store.of(ChannelSwitch)
    assert not any(switch.was_armed(NOW + timedelta(minutes=minute)) for minute in range(-3, 4))


def test_a_switch_that_was_changed_since_it_was_seen_is_left_as_it_is(world: World, arm: ArmChannel) -> None:
    arm(CHECK, "ada@example.com", seen=0, armed=True)
    arm(CHECK, "grace@example.com", seen=1, armed=False)
    before = world.store.of(ChannelSwitch)
    for seen in (0, 1):
        refused = arm(CHECK, "ada@example.com", seen=seen, armed=True)
        assert refused == CannotArm("the switch was changed since you looked: look who did, and when")
    assert world.store.of(ChannelSwitch) == before
    world.clock.advance(timedelta(minutes=1))
    assert arm(CHECK, "ada@example.com", seen=2, armed=True) is True


def test_a_switch_that_stands_so_already_is_no_matter_of_what_was_seen(arm: ArmChannel) -> None:
    arm(CHECK, "ada@example.com", armed=True)
    assert arm(CHECK, "ada@example.com", seen=7, armed=True) is False


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501])
def test_a_reason_that_says_nothing_changes_nothing(world: World, arm: ArmChannel, reason: str) -> None:
    assert isinstance(arm(CHECK, "ada@example.com", reason, armed=True), CannotArm)
    assert world.store.commits == []
