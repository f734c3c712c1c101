"""Releasing a payout again: a person's decision is stored, and starts the next run."""

from datetime import timedelta

import pytest

import builders
from builders import NOW, PAYOUT_ID
from guerdon.application.release_again import CannotRelease, ReleaseAgain
from guerdon.domain.errors import BusUnavailable, StoreBusy
from guerdon.domain.payout import BlockReason, PayoutStatus
from world import World


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def release_again(world: World) -> ReleaseAgain:
    return ReleaseAgain(world.store, world.clock, world.fulfillments)


@pytest.mark.parametrize("status", [PayoutStatus.BLOCKED, PayoutStatus.FAILED, PayoutStatus.RETURNED])
def test_a_payout_that_waits_is_released_again_under_the_next_run(
    world: World, release_again: ReleaseAgain, status: PayoutStatus
) -> None:
    world.store.put(builders.payout(status, run=3, reason=BlockReason.FUNDS, attention="fill the float"))
    again = release_again(PAYOUT_ID, "ada@example.com")
    assert not isinstance(again, CannotRelease)
    assert world.stands() == again
    assert (again.status, again.run, again.reason, again.attention) == (PayoutStatus.EARNED, 4, None, None)
    assert (again.history[-1].run, again.history[-1].reason) == (4, "decided by ada@example.com")
    assert world.fulfillments.started == [(PAYOUT_ID, 4)]


@pytest.mark.parametrize(
    "status",
    [
        PayoutStatus.EARNED,
        PayoutStatus.RELEASED,
        PayoutStatus.SUBMITTED,
        PayoutStatus.SETTLED,
        PayoutStatus.REVERSED,
        PayoutStatus.CLAWED_BACK,
    ],
)
def test_a_payout_that_does_not_wait_for_it_is_not_released_again(
    world: World, release_again: ReleaseAgain, status: PayoutStatus
) -> None:
    world.store.put(builders.payout(status))
    refused = release_again(PAYOUT_ID, "ada@example.com")
    assert refused == CannotRelease(f"it is {status}: only what is blocked, failed or returned can be released again")
    assert world.store.commits == []
    assert world.fulfillments.started == []


def test_an_unknown_payout_is_said_so(release_again: ReleaseAgain) -> None:
    assert release_again("po_unknown", "ada@example.com") == CannotRelease("there is no such payout")


def test_two_decisions_at_once_are_one(world: World, release_again: ReleaseAgain) -> None:
    blocked = builders.payout(PayoutStatus.BLOCKED)
    world.store.put(blocked)
    world.store.meanwhile(lambda: world.store.put(blocked.decided_again(NOW, "grace@example.com")))
    with pytest.raises(StoreBusy):
        release_again(PAYOUT_ID, "ada@example.com")
    assert world.stands().run == 2
    assert world.fulfillments.started == []


def test_a_decision_whose_start_was_lost_is_started_by_the_sweep(world: World, release_again: ReleaseAgain) -> None:
    world.store.put(builders.payout(PayoutStatus.BLOCKED))
    world.fulfillments.away = 1
    with pytest.raises(BusUnavailable):
        release_again(PAYOUT_ID, "ada@example.com")
    look_at = world.stands().look_at
    assert look_at is not None
    world.clock.move_to(look_at)
    world.clock.advance(timedelta(seconds=1))
    world.sweep()
    assert world.fulfillments.started == [(PAYOUT_ID, 2)]


def test_a_payout_that_is_released_again_during_its_hold_is_left_to_wait(
    world: World, release_again: ReleaseAgain
) -> None:
    world.store.put(builders.payout(PayoutStatus.BLOCKED, hold_until=NOW + timedelta(days=9)))
    released = release_again(PAYOUT_ID, "ada@example.com")
    for _ in range(2):
        world.clock.advance(timedelta(hours=1))
        world.sweep()
    assert world.stands() == released
    assert world.fulfillments.started == [(PAYOUT_ID, 2)]
