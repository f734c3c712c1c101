"""The stories lead to every edge of every limit, and to approvals that are given and that are not."""

from collections.abc import Iterator

import pytest

from guerdon.application.records import InboxEvent
from guerdon.domain.judgment import Outcome
from guerdon.domain.payout import BlockReason, Payout, PayoutStatus
from guerdon.domain.program import Over, Scope
from guerdon.domain.reward import Reward
from simulation.limits import LIMITS
from simulation.world import World

SCHEDULES = 200
REFUSED_BY = {
    "for one reward": Scope.REWARD,
    "the advocate's limit": Scope.ADVOCATE,
    "the program's limit": Scope.PROGRAM,
}
"""Which scope of limit the words of an outcome name."""


@pytest.fixture(scope="module")
def worlds() -> list[World]:
    """Some schedules at rest."""
    played = [World(seed) for seed in range(SCHEDULES)]
    for world in played:
        world.play()
    return played


def test_every_edge_of_every_scope_is_met(worlds: list[World]) -> None:
    met = {edge for world in worlds for edge in (*_shaped(world), *_refused(world))}
    assert met == {(scope, over) for scope in Scope for over in Over}


def _shaped(world: World) -> Iterator[tuple[Scope, Over]]:
    """The edges that rewards say of themselves."""
    for reward in world.rows.of(Reward):
        yield from ((one.scope, one.over) for one in reward.explanation.limits)
        yield from ((one.scope, one.over) for adjustment in reward.adjustments for one in adjustment.limits)


def _refused(world: World) -> Iterator[tuple[Scope, Over]]:
    """The edges that outcomes name, as far as the program refuses there."""
    for event in world.rows.of(InboxEvent):
        refusing = {limit.scope for limit in LIMITS.get(event.program, ()) if limit.over == "refuse"}
        said = event.detail if event.outcome in {Outcome.OVER_LIMIT, Outcome.NO_CHANGE} else None
        scopes = {scope for words, scope in REFUSED_BY.items() if said and words in said}
        yield from ((scope, Over.REFUSE) for scope in scopes if scope.value in refusing)


def test_some_of_what_waits_for_approval_is_approved_and_some_is_not(worlds: list[World]) -> None:
    waited = [
        payout
        for world in worlds
        for payout in world.rows.of(Payout)
        if any(change.reason == BlockReason.APPROVAL for change in payout.history)
    ]
    assert {payout.status for payout in waited} >= {
        PayoutStatus.BLOCKED,
        PayoutStatus.SETTLED,
        PayoutStatus.REVERSED,
    }
    runs = {payout.run for payout in waited}
    assert runs >= {1, 2}
    assert max(runs) >= 3
