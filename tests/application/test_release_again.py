"""Releasing a payout again: a person's decision is stored, and starts the next run."""

from datetime import timedelta

import pytest

import builders
from builders import NOW, PAYOUT_ID
from guerdon.application.audit_records import Audit
from guerdon.application.release_again import CannotRelease, ReleaseAgain
from guerdon.domain.actions import AuditAction
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
    again = release_again(PAYOUT_ID, "console:ada@example.com", "the float is full again")
    assert not isinstance(again, CannotRelease)
    assert world.stands() == again
    assert (again.status, again.run, again.reason, again.attention) == (PayoutStatus.EARNED, 4, None, None)
    assert (again.history[-1].run, again.history[-1].reason) == (4, "decided by console:ada@example.com")
    assert world.fulfillments.started == [(PAYOUT_ID, 4)]
    (line,) = world.store.of(Audit)
    assert (line.at, line.actor, line.action) == (NOW, "console:ada@example.com", AuditAction.PAYOUT_RELEASED)
    assert (line.subject_kind, line.subject_id) == ("payout", PAYOUT_ID)
    assert (line.before, line.after) == (f"{status}: funds", "earned, run 4")
    assert line.reason == "the float is full again"


@pytest.mark.parametrize("reason", ["", " \t", "x" * 501])
def test_without_a_reason_that_can_be_kept_nothing_is_released(
    world: World, release_again: ReleaseAgain, reason: str
) -> None:
    world.store.put(builders.payout(PayoutStatus.BLOCKED))
    assert isinstance(release_again(PAYOUT_ID, "console:ada@example.com", reason), CannotRelease)
    assert world.store.commits == []
    assert world.fulfillments.started == []


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
    refused = release_again(PAYOUT_ID, "console:ada@example.com", "the float is full again")
    assert refused == CannotRelease(f"it is {status}: only what is blocked, failed or returned can be released again")
    assert world.store.commits == []
    assert world.fulfillments.started == []


def test_an_unknown_payout_is_said_so(release_again: ReleaseAgain) -> None:
    assert release_again("po_unknown", "console:ada@example.com", "the float is full again") == CannotRelease(
        "there is no such payout"
    )


def test_two_decisions_at_once_are_one(world: World, release_again: ReleaseAgain) -> None:
    blocked = builders.payout(PayoutStatus.BLOCKED)
    world.store.put(blocked)
    world.store.meanwhile(lambda: world.store.put(blocked.decided_again(NOW, "grace@example.com")))
    with pytest.raises(StoreBusy):
        release_again(PAYOUT_ID, "console:ada@example.com", "the float is full again")
    assert world.stands().run == 2
    assert world.fulfillments.started == []
    assert world.store.of(Audit) == []


def test_a_decision_whose_start_was_lost_is_started_by_the_sweep(world: World, release_again: ReleaseAgain) -> None:
    world.store.put(builders.payout(PayoutStatus.BLOCKED))
    world.fulfillments.away = 1
    with pytest.raises(BusUnavailable):
        release_again(PAYOUT_ID, "console:ada@example.com", "the float is full again")
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
    released = release_again(PAYOUT_ID, "console:ada@example.com", "the float is full again")
    for _ in range(2):
        world.clock.advance(timedelta(hours=1))
        world.sweep()
    assert world.stands() == released
    assert world.fulfillments.started == [(PAYOUT_ID, 2)]
