"""The backlog: what waits, by reason, and how long the oldest has."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

import builders
from builders import NOW
from guerdon.application.count_waiting import Backlog, CountWaiting
from guerdon.domain.payout import OUTCOME_UNKNOWN, BlockReason, PayoutStatus
from world import World, delivery


@pytest.fixture
def world() -> World:
    return World()


def test_nothing_that_waits_is_an_empty_backlog(world: World) -> None:
    world.store.put(builders.payout(), builders.payout(PayoutStatus.SETTLED, payout_id="po_2"))
    assert CountWaiting(world.store, world.clock)() == Backlog({}, {}, 0, timedelta())


def test_what_waits_is_counted_by_its_reason(world: World) -> None:
    for number, age_hours in enumerate((3, 5)):
        at = NOW - timedelta(hours=age_hours)
        world.store.put(builders.payout(payout_id=f"po_{number}").blocked(BlockReason.FUNDS, at))
    unknown = builders.payout(PayoutStatus.SUBMITTED, payout_id="po_9").noticed(OUTCOME_UNKNOWN, NOW, NOW)
    world.store.put(unknown)
    world.publish_program()
    world.decide("msg_1")
    world.decide("msg_2", deal__amount={"value": "99.00", "currency": "USD"})
    undecided = world.receive(delivery("msg_3", deal__id="D-3"))
    event = world.store.inbox_event(undecided)
    assert event is not None
    world.store.put(replace(event, waiting_since=NOW - timedelta(hours=1)))
    assert CountWaiting(world.store, world.clock)() == Backlog(
        payouts=Counter({"funds": 2, "unknown": 1}),
        events=Counter({"needs_attention": 1, "undecidable": 1}),
        undecided_events=1,
        oldest=timedelta(hours=5),
    )


@pytest.mark.parametrize("reason", [BlockReason.OBSERVING, BlockReason.PAUSED])
def test_a_stack_that_observes_or_is_paused_is_in_no_hurry(world: World, reason: BlockReason) -> None:
    world.store.put(builders.payout().blocked(reason, NOW - timedelta(days=90)))
    backlog = CountWaiting(world.store, world.clock)()
    assert (backlog.payouts, backlog.oldest) == ({reason: 1}, timedelta())


def test_an_event_that_is_put_off_for_hours_is_still_undecided(world: World) -> None:
    world.receive(delivery())
    for _ in range(10):
        world.clock.advance(timedelta(hours=7))
        world.sweep()
    assert CountWaiting(world.store, world.clock)().undecided_events == 1
