"""A process dies at every call to the outside while deals are amended and come undone, and everything is tried again.

What it proves: whatever the point, the rewards end worth what the deals are worth, no payout is paid twice, what was
paid beyond that is the advocate's debt, and the books say all of it. No money moves in this test: the till is a list.
"""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from guerdon.application.records import AnswerState, InboxEvent
from guerdon.domain.channel import Channel
from guerdon.domain.judgment import Outcome
from guerdon.domain.payout import PayoutStatus
from guerdon.domain.reward import Reward
from lifecycle import Lifecycle, amended, assert_at_rest, undone, won
from tripwire import Tripwire

TOLD = [
    won(),
    won(deal="D-2"),
    amended("1500.00"),
    undone("400.00", deal="D-2"),
    won(deal="D-3"),
    undone("700.00"),
    undone(deal="D-3"),
    amended("2000.00", deal="D-2"),
]
"""One advocate's deals, some of whose payouts are with the provider and some paid when the next message comes."""

WORTH = {"D-1": 70_00, "D-2": 40_00, "D-3": 0}
EXPECTED = {Outcome.REWARDED, Outcome.REVISED, Outcome.NO_CHANGE}
IN_ANOTHER_ORDER = {Outcome.REMEMBERED, Outcome.REVERSED}
"""A win that died again and again may be judged after its reversal, which is remembered until then."""


def run_to_the_end(channel: Channel, *points: int, mailed_after: int) -> tuple[Lifecycle, int]:
    """Everything told, a turn after each, dying at `points`; how it ended, and how many points there were.

    The provider carries out what it has after the message of number `mailed_after`; what it takes later may still be
    canceled, where it can be.
    """
    wire = Tripwire(*points)
    life = Lifecycle(channel, wire=wire)
    for number, message in enumerate(TOLD):
        life.world.provider.next_submits.append(AnswerState.PENDING)
        life.cloud.deliver(life.message(message))
        life.cloud.turn()
        if number == mailed_after:
            life.carry_out()
            life.cloud.run(6)
    reached = wire.reached
    for _ in range(4):
        life.cloud.run(40)
        life.carry_out()
    life.cloud.run(40)
    return life, reached


def assert_ended_well(life: Lifecycle) -> None:
    assert_at_rest(life.world)
    assert {reward.deal_id: reward.standing.amount_minor for reward in life.world.store.of(Reward)} == WORTH
    assert {event.outcome for event in life.world.store.of(InboxEvent)} == EXPECTED


@pytest.mark.parametrize("channel", [Channel.CHECK, Channel.GIFT_CARD])
@pytest.mark.parametrize("mailed_after", [0, 2, 5, 7])
def test_nothing_dies_and_the_advocate_is_even(channel: Channel, mailed_after: int) -> None:
    life, reached = run_to_the_end(channel, mailed_after=mailed_after)
    assert_ended_well(life)
    paid = sum(movement.amount.amount_minor for movement in life.world.provider.till)
    waiting = sum(payout.value.amount_minor for payout in life.payouts() if payout.status is PayoutStatus.EARNED)
    assert (paid - life.owed(), waiting) == (sum(WORTH.values()), 0)
    assert reached > 150


@pytest.mark.parametrize(("channel", "mailed_after"), [(Channel.CHECK, 5), (Channel.GIFT_CARD, 2)])
def test_dying_at_any_point_ends_well(channel: Channel, mailed_after: int) -> None:
    _, points = run_to_the_end(channel, mailed_after=mailed_after)
    for point in range(points):
        life, _ = run_to_the_end(channel, point, mailed_after=mailed_after)
        assert_ended_well(life)


@settings(max_examples=60, deadline=None)
@example(channel=Channel.CHECK, points={60, 69, 70, 85, 112}, mailed_after=3)
@given(
    channel=st.sampled_from([Channel.CHECK, Channel.GIFT_CARD]),
    points=st.sets(st.integers(0, 900), max_size=12),
    mailed_after=st.integers(0, len(TOLD)),
)
def test_dying_at_several_points_ends_well(channel: Channel, points: set[int], mailed_after: int) -> None:
    life, _ = run_to_the_end(channel, *points, mailed_after=mailed_after)

    assert_at_rest(life.world)
    worth = {reward.deal_id: reward.standing.amount_minor for reward in life.world.store.of(Reward)}
    # A win that is judged after it came undone earns nothing, instead of a reward that is worth nothing.
    assert {"D-3": 0, **worth} == WORTH
    assert {event.outcome for event in life.world.store.of(InboxEvent)} <= EXPECTED | IN_ANOTHER_ORDER
