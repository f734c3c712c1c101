"""The release check: once, by the state of this moment, and the same answer to whoever asks again."""

from dataclasses import replace
from datetime import timedelta

import pytest

import builders
from builders import EVENT_ID, NOW, PAYOUT_ID
from guerdon.application.release_payout import Release, Verdict
from guerdon.domain.channel import Channel
from guerdon.domain.errors import StoreBusy
from guerdon.domain.payout import BlockReason, PayoutStatus
from world import World

TO_PAY = Release(Channel.GIFT_CARD, event_id=EVENT_ID)
BLOCKED = Release(Verdict.BLOCKED, event_id=EVENT_ID)


@pytest.fixture
def world() -> World:
    world = World()
    world.store.put(builders.payout(), builders.details(), builders.armed())
    return world


def test_an_armed_channel_releases_and_the_sweep_looks_an_hour_later(world: World) -> None:
    assert world.release(PAYOUT_ID, 1) == TO_PAY
    assert world.stands().status is PayoutStatus.RELEASED
    assert world.stands().look_at == NOW + timedelta(hours=1)


@pytest.mark.parametrize("armed", [None, False])
def test_a_channel_that_is_not_armed_is_only_observed(world: World, *, armed: bool | None) -> None:
    world.store.rows.pop(("ChannelSwitch", "gift_card"))
    if armed is not None:
        world.store.put(replace(builders.armed(), armed=armed))
    assert world.release(PAYOUT_ID, 1) == BLOCKED
    assert (world.stands().status, world.stands().reason) == (PayoutStatus.BLOCKED, BlockReason.OBSERVING)


def test_another_channels_switch_releases_nothing(world: World) -> None:
    world.store.rows.pop(("ChannelSwitch", "gift_card"))
    world.store.put(builders.armed(Channel.CHECK))
    assert world.release(PAYOUT_ID, 1) == BLOCKED


def test_a_hold_is_waited_for_to_the_second(world: World) -> None:
    until = NOW + timedelta(seconds=1)
    world.store.put(builders.payout(hold_until=until))
    assert world.release(PAYOUT_ID, 1) == Release(Verdict.HOLD, until, EVENT_ID)
    assert world.store.commits == []
    world.clock.move_to(until)
    assert world.release(PAYOUT_ID, 1) == TO_PAY


def test_the_hold_comes_before_the_switch(world: World) -> None:
    world.store.rows.pop(("ChannelSwitch", "gift_card"))
    world.store.put(builders.payout(hold_until=NOW + timedelta(days=30)))
    assert world.release(PAYOUT_ID, 1).decision is Verdict.HOLD
    assert world.store.commits == []


@pytest.mark.parametrize("run", [0, 1, 3])
def test_a_run_that_is_not_the_current_one_is_stale(world: World, run: int) -> None:
    world.store.put(builders.payout(run=2))
    assert world.release(PAYOUT_ID, run) == Release(Verdict.STALE, event_id=EVENT_ID)
    assert world.store.commits == []


def test_details_that_the_provider_cannot_carry_wait_for_a_person(world: World) -> None:
    world.missing = "a check needs a street address"
    assert world.release(PAYOUT_ID, 1) == BLOCKED
    assert (world.stands().reason, world.stands().attention) == (
        BlockReason.DETAILS,
        "a check needs a street address",
    )


def test_erased_details_wait_for_a_person(world: World) -> None:
    world.store.rows.pop(("AdvocateDetails", builders.ADVOCATE_ID))
    assert world.release(PAYOUT_ID, 1) == BLOCKED
    assert world.stands().reason == BlockReason.DETAILS


@pytest.mark.parametrize(
    ("status", "decision"),
    [
        (PayoutStatus.BLOCKED, Verdict.BLOCKED),
        (PayoutStatus.RELEASED, Channel.GIFT_CARD),
        (PayoutStatus.SUBMITTED, Channel.GIFT_CARD),
        (PayoutStatus.SETTLED, Verdict.FINAL),
        (PayoutStatus.FAILED, Verdict.FINAL),
        (PayoutStatus.RETURNED, Verdict.FINAL),
        (PayoutStatus.REVERSED, Verdict.FINAL),
        (PayoutStatus.CLAWED_BACK, Verdict.FINAL),
    ],
)
def test_once_it_was_checked_the_answer_is_how_it_stands(
    world: World, status: PayoutStatus, decision: Verdict | Channel
) -> None:
    world.store.put(builders.payout(status))
    assert world.release(PAYOUT_ID, 1) == Release(decision, event_id=EVENT_ID)
    assert world.store.commits == []


def test_after_a_lost_answer_it_says_the_same(world: World) -> None:
    world.store.lose_answer()
    with pytest.raises(StoreBusy):
        world.release(PAYOUT_ID, 1)
    assert world.release(PAYOUT_ID, 1) == TO_PAY
    assert world.release(PAYOUT_ID, 1) == TO_PAY
    assert len(world.store.commits) == 1


def test_it_is_checked_anew_when_somebody_was_faster(world: World) -> None:
    world.store.meanwhile(lambda: world.store.put(builders.payout(run=2, version=2)))
    assert world.release(PAYOUT_ID, 1) == Release(Verdict.STALE, event_id=EVENT_ID)
    assert world.clock.pauses == [1]


def test_endless_conflicts_release_nothing(world: World) -> None:
    world.store.conflict(100)
    with pytest.raises(StoreBusy, match="kept changing"):
        world.release(PAYOUT_ID, 1)
    assert world.stands().status is PayoutStatus.EARNED


def test_a_payout_that_is_not_there_is_asked_for_again(world: World) -> None:
    with pytest.raises(StoreBusy, match="is not there"):
        world.release("po_unknown", 1)
