"""The last step of a run settles its payout first, and asks for the mail about it then."""

import pytest

import builders
from builders import PAYOUT_ID, usd
from guerdon.application.end_run import EndRun
from guerdon.application.ports import Notice
from guerdon.application.records import AnswerState
from guerdon.domain.errors import BusUnavailable, StoreBusy
from guerdon.domain.ledger import Entry
from guerdon.domain.payout import PayoutStatus
from world import World

TOLD = Notice("payout", PAYOUT_ID, 1)


@pytest.fixture
def world() -> World:
    """A payout that its provider has carried out, and that is not settled yet."""
    world = World()
    payout = world.submitted()
    world.store.put(builders.attempt(payout, answer=builders.answer(AnswerState.DONE, cost=usd("100.00"))))
    return world


@pytest.fixture
def end_run(world: World) -> EndRun:
    return EndRun(world.settle, world.notices)


def test_a_run_is_settled_and_then_told(world: World, end_run: EndRun) -> None:
    assert end_run(PAYOUT_ID, 1) == world.stands()

    assert world.stands().status is PayoutStatus.SETTLED
    assert (world.notices.enqueued, world.notices.delayed) == ([TOLD], [])


def test_what_stopped_a_run_is_told_too(world: World) -> None:
    world.store.put(builders.payout(PayoutStatus.EARNED))

    stopped = EndRun(world.settle, world.notices)(PAYOUT_ID, 1, "StoreBusy")

    assert stopped.status is PayoutStatus.BLOCKED
    assert world.notices.enqueued == [TOLD]


def test_a_queue_that_is_away_leaves_the_run_settled_and_the_next_try_tells(world: World, end_run: EndRun) -> None:
    world.notices.away = 1

    with pytest.raises(BusUnavailable):
        end_run(PAYOUT_ID, 1)
    assert (world.stands().status, world.notices.enqueued) == (PayoutStatus.SETTLED, [])

    end_run(PAYOUT_ID, 1)
    assert world.notices.enqueued == [TOLD]
    assert [entry.kind.value for entry in world.store.of(Entry)] == ["settled"]


def test_a_run_that_cannot_be_settled_is_not_told(world: World) -> None:
    with pytest.raises(StoreBusy):
        EndRun(world.settle, world.notices)("po_unknown", 1)

    assert world.notices.enqueued == []
