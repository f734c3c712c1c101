"""Concluding: whoever waits is rung; where nobody does, the fact is settled and told a little later."""

from dataclasses import replace

import pytest

import builders
from builders import PAYOUT_ID
from guerdon.application.ports import Notice
from guerdon.application.records import AnswerState, Attempt
from guerdon.domain.errors import BusUnavailable
from guerdon.domain.ledger import Entry
from guerdon.domain.payout import PayoutStatus
from world import World


@pytest.fixture
def world() -> World:
    world = World()
    world.submitted(answer=builders.answer(AnswerState.DONE))
    return world


def concluded(world: World, **changes: builders.Changed) -> None:
    (attempt,) = world.store.of(Attempt)
    world.conclude(replace(attempt, **changes))


def test_a_waiting_task_is_rung_and_does_the_rest_itself(world: World) -> None:
    world.wait_under("token-1")
    concluded(world)
    assert world.fulfillments.rung == [("token-1", PAYOUT_ID, 1)]
    assert world.stands().status is PayoutStatus.SUBMITTED
    assert world.notices.enqueued == []


@pytest.mark.parametrize("token", [None, "a token that is gone"])
def test_without_a_waiting_task_it_is_settled_and_told(world: World, token: str | None) -> None:
    concluded(world, task_token=token)
    assert world.stands().status is PayoutStatus.SETTLED
    # Delayed: if the workflow is about to tell of it itself, that mail is found sent.
    assert world.notices.enqueued == world.notices.delayed == [Notice("payout", PAYOUT_ID, 1)]


def test_concluding_again_books_nothing_more(world: World) -> None:
    concluded(world)
    concluded(world)
    assert [entry.kind.value for entry in world.store.of(Entry)] == ["settled"]


def test_a_workflow_service_that_is_away_is_no_sign_that_nobody_waits(world: World) -> None:
    world.fulfillments.away = 1
    with pytest.raises(BusUnavailable):
        concluded(world)
    assert world.stands().status is PayoutStatus.SUBMITTED
    assert world.store.of(Entry) == []
