"""A process dies at every call to the outside while both sides of deals and of their invoices are rewarded and revised.

What it proves: whatever the point, each side ends worth what the deals are worth, each once, no payout is paid twice,
counts hold what stands, and the books say all of it. No money moves in this test: the till is a list.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import builders
from builders import Changed, counted_in
from guerdon.application.records import DealCount, InboxEvent
from guerdon.domain.channel import Channel
from guerdon.domain.judgment import Outcome
from guerdon.domain.program import Beneficiary
from guerdon.domain.reward import Reward
from lifecycle import Lifecycle, amended, assert_at_rest, day, undone, won
from tripwire import Tripwire

ON = ["deal.closed", "invoice.paid"]
PROGRAM: dict[str, Changed] = {
    "rules": [
        builders.rule(name="tenth", channel="check", amount={"percentage": {"rate": "10"}}, on=ON),
        builders.rule(
            name="welcome", channel="check", amount={"percentage": {"rate": "5"}}, rewards="referred", on="deal.closed"
        ),
    ],
    "triggers": {"deal.closed": {}, "invoice.paid": {"per_deal": "1"}},
}
GRACE = {"id": "C-9", "name": "Grace Hopper", "email": "grace@example.org", "country": "US"}


def invoice(name: str, kind: str = "invoice.paid", total: str = "100.00") -> dict[str, Changed]:
    told = {**won(total, closed=day(2)), "occurred_at": day(2), "occurrence_id": name, "type": kind}
    return told if kind == "invoice.paid" else {**told, "trigger": "invoice.paid", "effective_at": day(8)}


TOLD: list[dict[str, Changed]] = [
    won(),
    invoice("I-1"),
    won(deal="D-2"),
    invoice("I-1", "deal.reversed", "0.00"),
    amended("1500.00"),
    invoice("I-2"),
    undone(deal="D-2"),
    won(),
]

WORTH = {
    ("D-1", Beneficiary.ADVOCATE, "2026-11-01T12:00:00.000000Z"): 150_00,
    ("D-1", Beneficiary.REFERRED, "2026-11-01T12:00:00.000000Z"): 75_00,
    ("D-1", Beneficiary.ADVOCATE, "id:I-2"): 10_00,
}
"""What stands in the end; what came undone is worth nothing."""


def run_to_the_end(*points: int) -> tuple[Lifecycle, int]:
    """Everything told, a turn after each, dying at `points`; how it ended, and how many points there were."""
    wire = Tripwire(*points)
    life = Lifecycle(Channel.CHECK, wire=wire, **PROGRAM)
    for number, message in enumerate(TOLD):
        life.cloud.deliver(life.message({"referred": GRACE, **message}))
        life.cloud.turn()
        if number == 3:
            life.carry_out()
            life.cloud.run(4)
    reached = wire.reached
    for _ in range(3):
        life.cloud.run(40)
        life.carry_out()
    life.cloud.run(40)
    return life, reached


def assert_ended_well(life: Lifecycle) -> None:
    assert_at_rest(life.world)
    rewards = life.world.store.of(Reward)
    assert len({(one.deal_id, one.trigger, one.occurrence, one.beneficiary) for one in rewards}) == len(rewards)
    standing = {
        (one.deal_id, one.beneficiary, one.occurrence): one.standing.amount_minor
        for one in rewards
        if one.standing.amount_minor
    }
    assert standing == WORTH
    counted = {row.advocate_id[:2]: counted_in(row) for row in life.world.store.of(DealCount)}
    assert counted == {"ad": 2, "rf": 1}
    assert [event for event in life.world.store.of(InboxEvent) if event.outcome is Outcome.NEEDS_ATTENTION] == []


def test_nothing_dies_and_each_side_has_what_is_theirs() -> None:
    life, reached = run_to_the_end()
    assert_ended_well(life)
    assert reached > 250


@pytest.mark.parametrize("remainder", range(4))
def test_dying_at_any_point_ends_well(remainder: int) -> None:
    _, points = run_to_the_end()
    for point in range(remainder, points, 4):
        life, _ = run_to_the_end(point)
        assert_ended_well(life)


@settings(max_examples=40, deadline=None)
@given(points=st.sets(st.integers(0, 700), max_size=12))
def test_dying_at_several_points_ends_with_books_that_agree(points: set[int]) -> None:
    life, _ = run_to_the_end(*points)
    assert_at_rest(life.world)
    rewards = life.world.store.of(Reward)
    assert len({(one.deal_id, one.trigger, one.occurrence, one.beneficiary) for one in rewards}) == len(rewards)
    standing = [row for row in rewards if row.standing.amount_minor]
    assert sum(counted_in(row) for row in life.world.store.of(DealCount)) == len(standing)
