"""What a pause had stopped goes on: in the order in which it was stopped, each once, whatever dies.

No money moves in this test: executions are a list.
"""

from datetime import timedelta
from itertools import islice

import pytest

import builders
from builders import NOW
from guerdon.application.arm_channel import ArmChannel
from guerdon.application.free_paused import STRAGGLES_MOST, Freed, FreePaused, Left
from guerdon.domain.channel import Channel
from guerdon.domain.errors import Retryable
from guerdon.domain.money import Money
from guerdon.domain.pausing import EVERYTHING, Pauses, PauseScope, ScopeKind
from guerdon.domain.payout import CONTRADICTED, BlockReason, Payout, PayoutStatus
from tripwire import Tripwire
from world import World

ADA = "aws:ada"
CARDS = PauseScope(ScopeKind.CHANNEL, "gift_card")
STOPPED = [("po_c", 0), ("po_a", 1), ("po_d", 2), ("po_b", 2)]
"""Payouts, and the minute in which each was stopped."""

IN_ORDER = ["po_c", "po_a", "po_b", "po_d"]


def stopped(payout_id: str, minute: int = 0, **changes: builders.Changed) -> Payout:
    return builders.payout(payout_id=payout_id, **changes).blocked(BlockReason.PAUSED, NOW + timedelta(minutes=minute))


def paused(wire: Tripwire | None = None) -> World:
    """Everything is paused, and four payouts were stopped."""
    world = World(wire=wire)
    world.other_process().pause(EVERYTHING, ADA, "a wrong rule")
    world.store.put(*(builders.armed(channel) for channel in Channel))
    world.store.put(*(stopped(payout_id, minute) for payout_id, minute in STOPPED))
    world.clock.advance(timedelta(hours=1))
    return world


def started(world: World) -> list[str]:
    assert len(set(world.fulfillments.started)) == len(world.fulfillments.started)
    return [payout_id for payout_id, _ in world.fulfillments.started]


def test_all_go_on_in_the_order_in_which_they_were_stopped() -> None:
    world = paused()
    world.resume(EVERYTHING, ADA, "mended")
    assert world.free(ADA, 100) == Freed(tuple(IN_ORDER), more=False)
    assert world.fulfillments.started == [(payout_id, 2) for payout_id in IN_ORDER]
    for payout_id in IN_ORDER:
        payout = world.stands(payout_id)
        assert (payout.status, payout.run, payout.reason, payout.waiting_since) == (PayoutStatus.EARNED, 2, None, None)
        assert payout.history[-1].reason == f"resumed by {ADA}"


def test_while_it_is_paused_nothing_goes_on() -> None:
    world = paused()
    commits = list(world.store.commits)
    assert world.free(ADA, 100) == Freed((), more=False)
    assert (world.fulfillments.started, world.store.commits) == ([], commits)


def test_what_another_pause_stops_still_does_not_go_on() -> None:
    world = paused()
    world.pause(CARDS, ADA, "out of cards")
    world.store.put(stopped("po_e", 1, channel=Channel.CHECK))
    world.resume(EVERYTHING, ADA, "mended")
    assert world.free(ADA, 100) == Freed(("po_e",), more=False)
    assert world.stands("po_a").status is PayoutStatus.BLOCKED


def test_so_many_at_a_time_and_the_rest_after_them() -> None:
    world = paused()
    world.resume(EVERYTHING, ADA, "mended")
    assert world.free(ADA, 3) == Freed(tuple(IN_ORDER[:3]), more=True)
    assert world.free(ADA, 3) == Freed(tuple(IN_ORDER[3:]), more=False)
    assert started(world) == IN_ORDER


@pytest.mark.parametrize(
    "other",
    [
        builders.payout(payout_id="po_x").blocked(BlockReason.OBSERVING, NOW),
        builders.payout(payout_id="po_x").blocked(BlockReason.PAUSED, NOW, CONTRADICTED),
        stopped("po_x").wanted_back(Money(1, "USD"), NOW),
        builders.payout(PayoutStatus.FAILED, payout_id="po_x", waiting_since=NOW),
    ],
    ids=["observed", "contradicted", "wanted back", "failed"],
)
def test_what_waits_for_something_else_does_not_go_on(other: Payout) -> None:
    world = paused()
    world.store.put(other)
    world.resume(EVERYTHING, ADA, "mended")
    assert world.free(ADA, 100).payout_ids == tuple(IN_ORDER)
    assert world.stands("po_x") == other


def test_a_payout_that_is_stopped_once_more_keeps_its_place() -> None:
    world = paused()
    world.resume(EVERYTHING, ADA, "mended")
    world.free(ADA, 1)
    world.store.put(world.stands("po_c").blocked(BlockReason.PAUSED, world.clock.now()))
    assert world.free(ADA, 100).payout_ids == tuple(IN_ORDER)
    assert world.stands("po_c").run == 3


def test_one_that_somebody_else_changed_is_left_to_the_next_pass() -> None:
    world = paused()
    world.resume(EVERYTHING, ADA, "mended")
    theirs = world.stands("po_c").decided_again(NOW, "aws:grace")
    world.store.meanwhile(lambda: world.store.put(theirs))
    assert world.free(ADA, 100) == Freed(tuple(IN_ORDER[1:]), more=True)
    assert world.stands("po_c") == theirs


def test_one_whose_start_is_lost_is_started_by_the_sweep_and_the_rest_goes_on() -> None:
    world = paused()
    world.resume(EVERYTHING, ADA, "mended")
    world.fulfillments.away = 1
    away = "the workflow service was told to be away"
    assert world.free(ADA, 100) == Freed((), more=True, broke_off=away)
    assert world.free.to_go() == 3
    assert (world.stands("po_c").status, world.stands("po_a").status) == (PayoutStatus.EARNED, PayoutStatus.BLOCKED)
    world.clock.advance(timedelta(minutes=3))
    assert (swept := world.sweep()).payouts_resumed == 3
    assert swept.fulfillments_started == 1
    assert sorted(started(world)) == sorted(IN_ORDER)


def test_a_resumption_that_is_throttled_says_how_far_it_came_and_the_sweep_goes_on_in_order() -> None:
    world = paused()
    world.resume(EVERYTHING, ADA, "mended")
    world.fulfillments.takes = 2
    throttled = "the workflow service was told to throttle"
    assert world.free(ADA, 100) == Freed(tuple(IN_ORDER[:2]), more=True, broke_off=throttled)
    assert world.free.to_go() == 1
    # The third is decided on and due; the fourth waits as it did.
    assert [world.stands(payout_id).run for payout_id in IN_ORDER] == [2, 2, 2, 1]
    world.fulfillments.takes = None
    world.clock.advance(timedelta(minutes=3))
    assert (swept := world.sweep()).payouts_resumed == 1
    assert swept.fulfillments_started == 3
    # The one at hand is started because it is due, beside the others and not in their order.
    assert started(world) == [*IN_ORDER[:2], IN_ORDER[3], IN_ORDER[2]]
    assert world.free.to_go() == 0


def test_a_channel_that_is_disarmed_in_the_middle_keeps_what_it_has_left() -> None:
    world = paused()
    world.resume(EVERYTHING, ADA, "mended")
    disarm = ArmChannel(world.store, world.clock)
    going = world.free.one_by_one(ADA)
    assert isinstance(next(going), Payout)
    disarm(Channel.GIFT_CARD, ADA, armed=False)
    assert list(going) == [Left.NOT_ARMED] * 3
    assert started(world) == IN_ORDER[:1]
    assert {world.stands(payout_id).reason for payout_id in IN_ORDER[1:]} == {BlockReason.PAUSED}


def test_the_sweep_sets_going_what_nobody_did_and_then_asks_no_more() -> None:
    world = paused()
    assert world.sweep().payouts_resumed == 0
    world.resume(EVERYTHING, ADA, "mended")
    assert world.sweep().payouts_resumed == 4
    assert started(world) == IN_ORDER
    # A check that had read the pause may have written only now.
    world.store.put(stopped("po_e", 60))
    assert world.sweep().payouts_resumed == 1
    world.clock.advance(STRAGGLES_MOST)
    world.sweep()
    assert world.store.pauses() == Pauses(version=3, ended_in=2)
    world.store.put(stopped("po_f", 60))
    world.clock.advance(timedelta(days=30))
    assert world.sweep().payouts_resumed == 0


def test_a_pause_that_ended_is_not_forgotten_while_anything_is_left() -> None:
    world = paused()
    world.resume(EVERYTHING, ADA, "mended")
    world.clock.advance(timedelta(days=30))
    assert len(list(islice(FreePaused(world.store, world.clock, world.fulfillments).of_ended_pauses(), 2))) == 2
    pauses = world.store.pauses()
    assert pauses is not None
    assert pauses.freed_by == ADA
    assert world.sweep().payouts_resumed == 2
    world.sweep()
    assert world.store.pauses() == Pauses(version=3, ended_in=2)


def test_what_a_disarmed_channel_has_is_left_and_goes_on_once_it_is_armed_however_late() -> None:
    world = paused()
    world.store.put(stopped("po_e", 1, channel=Channel.CHECK))
    arm = ArmChannel(world.store, world.clock)
    arm(Channel.GIFT_CARD, ADA, armed=False)
    world.resume(EVERYTHING, ADA, "mended")
    assert world.free(ADA, 100) == Freed(("po_e",), more=False, not_armed=True)
    for _ in range(3):
        world.clock.advance(timedelta(days=10))
        assert world.sweep().payouts_resumed == 0
    assert {world.stands(payout_id).reason for payout_id in IN_ORDER} == {BlockReason.PAUSED}
    assert {world.stands(payout_id).run for payout_id in IN_ORDER} == {1}
    arm(Channel.GIFT_CARD, ADA, armed=True)
    assert world.sweep().payouts_resumed == 4
    # The sweep also starts again what was started under its due run and never came on.
    assert [one for one, run in world.fulfillments.started if one != "po_e"] == IN_ORDER
    world.sweep()
    assert world.store.pauses() == Pauses(version=3, ended_in=2)


def test_a_new_pause_between_is_not_overwritten() -> None:
    world = paused()
    world.resume(EVERYTHING, ADA, "mended")
    world.free(ADA, 100)
    world.clock.advance(timedelta(days=1))
    world.store.meanwhile(lambda: world.pause(CARDS, ADA, "out of cards"))
    list(FreePaused(world.store, world.clock, world.fulfillments).of_ended_pauses())
    pauses = world.store.pauses()
    assert pauses is not None
    assert [pause.scope for pause in pauses.paused] == [CARDS]
    assert pauses.freed_by == ADA


def test_wherever_resuming_dies_each_is_started_once_and_none_is_left() -> None:
    wire = Tripwire()
    counted = paused(wire)
    counted.resume(EVERYTHING, ADA, "mended")
    counted.free(ADA, 100)
    assert wire.reached >= 24
    for point in range(wire.reached):
        world = paused(Tripwire(point))
        try:
            world.resume(EVERYTHING, ADA, "mended")
            world.free(ADA, 100)
        except Retryable:
            # Nobody types it again for a day, and then somebody does.
            pass
        again = world.other_process()
        for _ in range(3):
            again.clock.advance(timedelta(hours=8))
            again.sweep()
        again.resume(EVERYTHING, ADA, "mended")
        again.free(ADA, 100)
        again.clock.advance(timedelta(hours=8))
        again.sweep()
        assert sorted(started(world)) == sorted(IN_ORDER), point
        assert {world.stands(payout_id).run for payout_id in IN_ORDER} == {2}
