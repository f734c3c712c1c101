"""A process dies at every call to the outside while deals meet limits, and everything is tried again.

What it proves: whatever the point, each budget holds what its rewards are worth, nothing goes out above a limit that
nobody approved, finance hears of all that waits, and what is approved is paid once. No money moves in this test: the
till is a list.
"""

from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from guerdon.application.records import InboxEvent
from guerdon.application.release_again import ReleaseAgain
from guerdon.domain.channel import Channel
from guerdon.domain.judgment import Outcome
from guerdon.domain.payout import Payout, PayoutStatus
from lifecycle import Lifecycle, amended, assert_at_rest, undone, won
from tripwire import Tripwire

LIMITS: Final = {
    "advocate": [{"max": "280.00", "period": "calendar_year", "over": "cut"}],
    "program": [
        {"max": "150.00", "period": "calendar_month", "over": "approval"},
        {"max": "400.00", "period": "calendar_year", "over": "refuse"},
    ],
}
TOLD: Final = [
    won(),
    won(deal="D-2"),
    amended("1500.00"),
    undone("700.00", deal="D-2"),
    won("2000.00", deal="D-3"),
    won("2000.00", deal="D-4", advocate="A-2"),
    undone(deal="D-3"),
]
"""Some fit, some are cut, one is refused, and several wait for approval, one of which is taken back in part."""


ENDS: Final = {
    *(Outcome.REWARDED, Outcome.REVISED, Outcome.OVER_LIMIT, Outcome.NO_CHANGE),
    # Deaths can delay a win until its amendment or its reversal was decided.
    *(Outcome.REMEMBERED, Outcome.REVERSED),
}


def run_to_the_end(*points: int) -> tuple[Lifecycle, int]:
    """Everything told, a turn after each, dying at `points`; how it stood at rest, and how many points there were."""
    wire = Tripwire(*points)
    life = Lifecycle(Channel.CHECK, wire=wire, limits=LIMITS)
    for message in TOLD:
        life.cloud.deliver(life.message(message))
        life.cloud.turn()
    reached = wire.reached
    life.cloud.run(40)
    return life, reached


def assert_ended_well(life: Lifecycle) -> None:
    assert_at_rest(life.world)
    outcomes = [event.outcome for event in life.world.store.of(InboxEvent)]
    assert len(outcomes) == len(TOLD)
    assert set(outcomes) <= ENDS
    payouts = life.payouts()
    free = [payout for payout in payouts if payout.run == 1 and payout.status is PayoutStatus.SETTLED]
    assert sum(payout.remaining.amount_minor for payout in free) <= 150_00
    assert paid(life) == sum(payout.value.amount_minor for payout in free)
    told = {notice.subject_id for notice in life.world.notices.enqueued if notice.kind == "payout"}
    assert {payout.payout_id for payout in payouts if payout.waits_for_approval} <= told
    assert_approved_is_paid(life)


def assert_approved_is_paid(life: Lifecycle) -> None:
    release = ReleaseAgain(life.world.store, life.world.clock, life.world.fulfillments)
    waiting = [payout for payout in life.payouts() if payout.waits_for_approval]
    before = paid(life)
    for payout in waiting:
        assert isinstance(release(payout.payout_id, "pat", "it is right"), Payout)
    life.cloud.run(6)
    assert paid(life) - before == sum(payout.value.amount_minor for payout in waiting)
    assert_at_rest(life.world)


def paid(life: Lifecycle) -> int:
    return sum(movement.amount.amount_minor for movement in life.world.provider.till)


def test_nothing_dies() -> None:
    life, reached = run_to_the_end()
    assert life.stand() == [
        ("100.00 USD", PayoutStatus.SETTLED),
        ("100.00 USD", PayoutStatus.REVERSED),
        ("50.00 USD", PayoutStatus.BLOCKED),
        ("70.00 USD", PayoutStatus.BLOCKED),
        ("60.00 USD", PayoutStatus.REVERSED),
    ]
    assert [event.outcome for event in life.world.store.of(InboxEvent)].count(Outcome.OVER_LIMIT) == 1
    assert_ended_well(life)
    assert reached > 150


def test_dying_at_any_point_ends_well() -> None:
    _, points = run_to_the_end()
    for point in range(points):
        life, _ = run_to_the_end(point)
        assert_ended_well(life)


@settings(max_examples=60, deadline=None)
@given(points=st.sets(st.integers(0, 500), max_size=12))
def test_dying_at_several_points_ends_well(points: set[int]) -> None:
    life, _ = run_to_the_end(*points)
    assert_ended_well(life)
