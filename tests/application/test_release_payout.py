"""The release check: once, by the state of this moment, and the same answer to whoever asks again."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

import builders
from builders import EVENT_ID, NOW, PAYOUT_ID
from guerdon.application.records import ArmedSpan
from guerdon.application.release_payout import Release, Verdict
from guerdon.domain.channel import Channel
from guerdon.domain.errors import StoreBusy
from guerdon.domain.pausing import EVERYTHING, Pause, Pauses, PauseScope, ScopeKind
from guerdon.domain.payout import BlockReason, Change, Payout, PayoutStatus
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


ARMED_SINCE_NOW = replace(builders.armed(), changed_at=NOW)
"""The switch of a channel that observed until this moment."""

EARLIER = NOW - timedelta(days=3)


def earned_at(at: datetime, *later: Change) -> Payout:
    return builders.payout(history=(Change(at, PayoutStatus.EARNED, None, 1), *later))


def blocked_and_decided(reason: str) -> tuple[Change, Change]:
    return Change(EARLIER, PayoutStatus.BLOCKED, reason, 1), Change(NOW, PayoutStatus.EARNED, "decided by ada", 2)


def test_what_was_earned_while_the_channel_observed_is_not_paid_by_arming_it(world: World) -> None:
    world.store.put(ARMED_SINCE_NOW, earned_at(EARLIER), builders.reward(decided_at=EARLIER))
    assert world.release(PAYOUT_ID, 1) == BLOCKED
    assert (world.stands().status, world.stands().reason) == (PayoutStatus.BLOCKED, BlockReason.OBSERVING)


def test_what_was_earned_from_the_moment_of_arming_on_is_paid(world: World) -> None:
    world.store.put(ARMED_SINCE_NOW, earned_at(NOW), builders.reward(decided_at=NOW))
    assert world.release(PAYOUT_ID, 1) == TO_PAY


def test_what_a_later_amendment_adds_to_an_observed_reward_is_not_paid_either(world: World) -> None:
    world.store.put(ARMED_SINCE_NOW, earned_at(NOW), builders.reward(decided_at=EARLIER))
    assert world.release(PAYOUT_ID, 1) == BLOCKED
    assert world.stands().reason == BlockReason.OBSERVING


def test_what_was_earned_before_a_channel_was_disarmed_for_a_while_is_paid(world: World) -> None:
    disarmed = NOW - timedelta(days=2)
    spans = ArmedSpan(EARLIER, disarmed), ArmedSpan(NOW)
    world.store.put(replace(ARMED_SINCE_NOW, spans=spans), builders.reward(decided_at=EARLIER), earned_at(EARLIER))
    assert world.release(PAYOUT_ID, 1) == TO_PAY
    world.store.put(builders.reward(decided_at=disarmed), earned_at(disarmed))
    assert world.release(PAYOUT_ID, 1) == BLOCKED


def test_an_observed_payout_is_paid_once_a_person_decided_on_it(world: World) -> None:
    decided = earned_at(EARLIER, *blocked_and_decided(BlockReason.OBSERVING))
    world.store.put(ARMED_SINCE_NOW, decided, builders.reward(decided_at=EARLIER))
    assert world.release(PAYOUT_ID, 1) == TO_PAY


def test_a_decision_about_something_else_pays_no_observed_payout(world: World) -> None:
    decided = earned_at(EARLIER, *blocked_and_decided(BlockReason.PAUSED))
    world.store.put(ARMED_SINCE_NOW, decided, builders.reward(decided_at=EARLIER))
    assert world.release(PAYOUT_ID, 1) == BLOCKED


def test_a_decision_pays_nothing_through_a_channel_that_is_not_armed(world: World) -> None:
    decided = earned_at(EARLIER, *blocked_and_decided(BlockReason.OBSERVING))
    world.store.put(replace(builders.armed(), armed=False), decided, builders.reward(decided_at=EARLIER))
    assert world.release(PAYOUT_ID, 1) == BLOCKED
    assert world.stands().reason == BlockReason.OBSERVING


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


@pytest.mark.parametrize(
    "scope",
    [EVERYTHING, PauseScope(ScopeKind.CHANNEL, "gift_card"), PauseScope(ScopeKind.PROGRAM, "customer-referral")],
    ids=lambda scope: scope.words,
)
def test_what_is_paused_is_blocked_and_says_nothing_else(world: World, scope: PauseScope) -> None:
    world.store.put(Pauses((Pause(scope, NOW, "aws:ada", "a wrong rule"),)))
    assert world.release(PAYOUT_ID, 1) == BLOCKED
    stands = world.stands()
    assert (stands.reason, stands.attention, stands.waiting_since) == (BlockReason.PAUSED, None, NOW)


def test_a_pause_of_something_else_stops_nothing(world: World) -> None:
    others = PauseScope(ScopeKind.CHANNEL, "check"), PauseScope(ScopeKind.PROGRAM, "partners")
    world.store.put(Pauses(tuple(Pause(scope, NOW, "aws:ada", "why") for scope in others)))
    assert world.release(PAYOUT_ID, 1) == TO_PAY


def test_a_hold_is_waited_for_although_it_is_paused(world: World) -> None:
    world.store.put(Pauses((Pause(EVERYTHING, NOW, "aws:ada", "why"),)))
    world.store.put(builders.payout(hold_until=NOW + timedelta(days=30)))
    assert world.release(PAYOUT_ID, 1).decision is Verdict.HOLD
    assert world.store.commits == []


def test_what_is_only_observed_is_not_called_paused(world: World) -> None:
    world.store.put(replace(builders.armed(), armed=False), Pauses((Pause(EVERYTHING, NOW, "aws:ada", "why"),)))
    world.release(PAYOUT_ID, 1)
    assert world.stands().reason == BlockReason.OBSERVING


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
