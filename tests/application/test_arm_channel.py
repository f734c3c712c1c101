"""Arming a channel: by a person, one at a time, and never over somebody else's change."""

from dataclasses import replace

import pytest

import builders
from builders import NOW
from guerdon.application.arm_channel import ArmChannel
from guerdon.application.records import ChannelSwitch
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
        ChannelSwitch("check", armed=True, changed_at=NOW, changed_by="ada@example.com")
    ]


def test_arming_what_is_armed_changes_nothing(world: World, arm: ArmChannel) -> None:
    arm(CHECK, "ada@example.com", armed=True)
    assert arm(CHECK, "grace@example.com", armed=True) is False
    assert len(world.store.commits) == 1


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
