"""A process dies at every call to the outside, before or after its effect, and everything is tried again.

What it proves: whatever the point, one deal ends as one settled payout, its money leaves the till once, and the
books balance. No money moves in this test: the till is a list.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import builders
from cloud import Cloud
from guerdon.application.records import AnswerState
from guerdon.domain import ledger
from guerdon.domain.channel import Channel
from guerdon.domain.payout import BlockReason, Payout, PayoutStatus
from tripwire import Tripwire
from world import World, delivery

WAYS = [
    pytest.param(Channel.GIFT_CARD, AnswerState.DONE, id="carried out at once"),
    pytest.param(Channel.CHECK, AnswerState.PENDING, id="carried out later, and a webhook says so"),
    pytest.param(Channel.MERCHANDISE, AnswerState.PREPARED, id="drafted, confirmed, carried out later"),
]
SETTLED_INTO = {
    Channel.GIFT_CARD: "float:tremendous",
    Channel.CHECK: "outstanding_checks:lob",
    Channel.MERCHANDISE: "float:printful",
}


def run_to_the_end(channel: Channel, first: AnswerState, *points: int, webhook: bool = True) -> tuple[World, int]:
    """One deal through the whole stack, dying at `points`; the world then, and how many points there were."""
    wire = Tripwire(*points)
    world = World(channel, wire)
    world.publish_program()
    world.store.put(builders.armed(channel))
    world.provider.next_submits.append(first)
    cloud = Cloud(world)
    cloud.deliver(delivery())
    for _ in range(4):
        cloud.turn()
    for movement in list(world.provider.till):
        if first is not AnswerState.DONE:
            world.provider.became(movement.reference, AnswerState.DONE)
        if webhook:
            cloud.hint(movement.provider_id)
            cloud.hint(movement.provider_id)
    reached = wire.reached
    cloud.run(60)
    # Whatever was paid only after that is carried out too, and no webhook tells of it.
    for movement in list(world.provider.till):
        world.provider.became(movement.reference, AnswerState.DONE)
    cloud.run(60)
    return world, reached


def assert_paid_once(world: World) -> None:
    (payout,) = world.store.of(Payout)
    assert payout.status is PayoutStatus.SETTLED
    assert [movement.amount for movement in world.provider.till] == [builders.usd("100.00")]
    assert world.balances() == {"rewards_expense": 100_00, SETTLED_INTO[payout.channel]: -100_00}
    kinds = [entry.kind.value for entry in world.store.of(ledger.Entry)]
    assert kinds == ["earned", "submitted", "settled"]


def assert_never_twice(world: World) -> None:
    """After many deaths a person may have to look, but no money moves twice and the books say what happened."""
    (payout,) = world.store.of(Payout)
    assert len(world.provider.till) <= 1
    if payout.status is PayoutStatus.SETTLED:
        assert_paid_once(world)
        return
    assert (payout.status, payout.reason) in {
        (PayoutStatus.BLOCKED, BlockReason.WORKFLOW),
        (PayoutStatus.FAILED, "not found twice, an hour apart"),
    }
    assert world.provider.till == []
    assert world.balances() == {"rewards_expense": 100_00, "rewards_liability": -100_00}


@pytest.mark.parametrize(("channel", "first"), WAYS)
def test_nothing_dies_and_it_is_paid_once(channel: Channel, first: AnswerState) -> None:
    world, reached = run_to_the_end(channel, first)
    assert_paid_once(world)
    assert reached > 60


@pytest.mark.parametrize(("channel", "first"), WAYS)
def test_dying_at_any_point_pays_once(channel: Channel, first: AnswerState) -> None:
    _, points = run_to_the_end(channel, first)
    for point in range(points):
        world, _ = run_to_the_end(channel, first, point)
        assert_paid_once(world)


@pytest.mark.parametrize(("channel", "first"), WAYS)
def test_without_any_webhook_the_sweep_finds_the_end(channel: Channel, first: AnswerState) -> None:
    world, _ = run_to_the_end(channel, first, webhook=False)
    assert_paid_once(world)


@settings(max_examples=100, deadline=None)
@given(
    way=st.sampled_from([(way.values[0], way.values[1]) for way in WAYS]),
    points=st.sets(st.integers(0, 160), max_size=8),
    webhook=st.booleans(),
)
def test_dying_at_several_points_pays_once(
    *, way: tuple[Channel, AnswerState], points: set[int], webhook: bool
) -> None:
    world, _ = run_to_the_end(*way, *points, webhook=webhook)
    assert_never_twice(world)
