"""Settling: every answer against every status, once, with its journal entry."""

from datetime import date, timedelta

import pytest

import builders
from builders import NOW, PAYOUT_ID, usd
from guerdon.application.attempts import TRIES_MOST
from guerdon.application.records import AnswerState
from guerdon.domain.errors import StoreBusy
from guerdon.domain.ledger import Entry
from guerdon.domain.payout import CONTRADICTED, OUTCOME_UNKNOWN, BlockReason, Payout, PayoutStatus
from world import World

S = PayoutStatus
A = AnswerState
IN_TRANSIT = {"rewards_liability": 100_00, "in_transit:tremendous": -100_00}
PAID = {"rewards_liability": 100_00, "float:tremendous": -100_00}

BECOMES = {
    (S.SUBMITTED, A.DONE): S.SETTLED,
    (S.SUBMITTED, A.RETURNED): S.RETURNED,
    (S.SUBMITTED, A.REFUSED): S.FAILED,
    (S.SUBMITTED, A.ABSENT): S.FAILED,
    (S.SUBMITTED, A.CANCELED): S.FAILED,
    (S.SUBMITTED, A.OUT_OF_FUNDS): S.BLOCKED,
    (S.SETTLED, A.RETURNED): S.RETURNED,
    (S.EARNED, A.DONE): S.BLOCKED,
    (S.RELEASED, A.DONE): S.BLOCKED,
}
"""What an answer makes of a status; every other pair leaves the status alone."""

ASKS_A_PERSON = {
    (S.FAILED, A.DONE),
    (S.FAILED, A.RETURNED),
    (S.BLOCKED, A.DONE),
    (S.RETURNED, A.DONE),
    (S.REVERSED, A.DONE),
    (S.EARNED, A.DONE),
    (S.RELEASED, A.DONE),
}


@pytest.fixture
def world() -> World:
    return World()


def standing(world: World, status: PayoutStatus, state: AnswerState, **changes: object) -> Payout:
    payout = builders.payout(status, attempts=1, version=4, **changes)
    said = builders.answer(state, cost=usd("100.00"), value_on=date(2026, 11, 21))
    world.store.put(payout, builders.attempt(payout, answer=said, provider_id="order-1"))
    return payout


@pytest.mark.parametrize("status", S)
@pytest.mark.parametrize("state", A)
def test_what_each_answer_makes_of_each_status(world: World, status: PayoutStatus, state: AnswerState) -> None:
    before = standing(world, status, state)
    after = world.settle(PAYOUT_ID, 1)
    assert after.status is BECOMES.get((status, state), status)
    assert (after.attention == CONTRADICTED) is ((status, state) in ASKS_A_PERSON)
    assert world.stands() == after
    unchanged = (status, state) not in BECOMES and (status, state) not in ASKS_A_PERSON
    assert (after == before) is unchanged
    assert (world.store.commits == []) is unchanged


@pytest.mark.parametrize("status", S)
@pytest.mark.parametrize("state", A)
def test_a_second_call_writes_nothing(world: World, status: PayoutStatus, state: AnswerState) -> None:
    standing(world, status, state)
    first = world.settle(PAYOUT_ID, 1)
    written = list(world.store.commits)
    assert world.settle(PAYOUT_ID, 1) == first
    assert world.store.commits == written


@pytest.mark.parametrize(
    ("state", "balances"),
    [
        (A.DONE, {"float:tremendous": -100_00, "in_transit:tremendous": 100_00}),
        (A.REFUSED, {"in_transit:tremendous": 100_00, "rewards_liability": -100_00}),
        (A.ABSENT, {"in_transit:tremendous": 100_00, "rewards_liability": -100_00}),
        (A.CANCELED, {"in_transit:tremendous": 100_00, "rewards_liability": -100_00}),
        (A.OUT_OF_FUNDS, {"in_transit:tremendous": 100_00, "rewards_liability": -100_00}),
        (A.RETURNED, {"in_transit:tremendous": 100_00, "rewards_liability": -100_00}),
        (A.PENDING, {}),
        (A.PREPARED, {}),
    ],
)
def test_what_each_answer_books(world: World, state: AnswerState, balances: dict[str, int]) -> None:
    standing(world, S.SUBMITTED, state)
    world.settle(PAYOUT_ID, 1)
    assert world.balances() == balances


def test_a_settled_payout_tells_its_cost_and_the_day_that_money_moved(world: World) -> None:
    payout = builders.payout(S.SUBMITTED, attempts=1, version=4)
    said = builders.answer(A.DONE, cost=usd("103.50"), value_on=date(2026, 11, 21))
    world.store.put(payout, builders.attempt(payout, answer=said))
    after = world.settle(PAYOUT_ID, 1)
    (entry,) = world.store.of(Entry)
    assert (after.cost, after.provider_id, after.look_at) == (usd("103.50"), "order-1", None)
    assert (entry.entry_id, entry.value_on, entry.effective_on) == (
        f"{PAYOUT_ID}@5",
        date(2026, 11, 21),
        date(2026, 11, 22),
    )
    assert world.balances() == {
        "float:tremendous": -103_50,
        "fulfillment_cost": 3_50,
        "in_transit:tremendous": 100_00,
    }


def test_money_that_came_back_before_it_was_settled_is_booked_in_both_steps(world: World) -> None:
    standing(world, S.SUBMITTED, A.RETURNED)
    world.settle(PAYOUT_ID, 1)
    assert [entry.kind.value for entry in world.store.of(Entry)] == ["settled", "returned"]
    assert [change.status for change in world.stands().history[-2:]] == [S.SETTLED, S.RETURNED]


def test_a_payout_that_was_released_again_is_stopped_when_the_first_attempt_turns_out_done(world: World) -> None:
    standing(world, S.RELEASED, A.DONE, run=2)
    after = world.settle(PAYOUT_ID, 1)
    assert (after.status, after.reason, after.attention) == (S.BLOCKED, BlockReason.WORKFLOW, CONTRADICTED)
    world.pay(PAYOUT_ID, 2, world.wait_under("token-2"))
    assert world.provider.calls == []


@pytest.mark.parametrize("status", [S.SUBMITTED, S.SETTLED])
def test_an_earlier_attempt_that_turns_out_done_is_put_before_a_person(world: World, status: PayoutStatus) -> None:
    payout = builders.payout(status, attempts=2, run=2, version=7)
    first = builders.attempt(payout, run=1, answer=builders.answer(A.DONE))
    second = builders.attempt(payout, number=2, reference=f"{PAYOUT_ID}-2", answer=builders.answer(A.PENDING))
    world.store.put(payout, first, second)
    after = world.settle(PAYOUT_ID, 1)
    assert (after.status, after.attention, after.look_at) == (status, CONTRADICTED, payout.look_at)
    assert world.settle(PAYOUT_ID, 2, "States.Timeout") == after


@pytest.mark.parametrize("status", [S.EARNED, S.RELEASED])
def test_an_earlier_attempt_that_turns_out_done_stops_a_payout_that_is_about_to_be_paid(
    world: World, status: PayoutStatus
) -> None:
    payout = builders.payout(status, attempts=2, run=3, version=9)
    first = builders.attempt(payout, run=1, answer=builders.answer(A.DONE))
    second = builders.attempt(payout, number=2, run=2, answer=builders.answer(A.REFUSED))
    world.store.put(payout, first, second)
    after = world.settle(PAYOUT_ID, 1)
    assert (after.status, after.reason, after.attention) == (S.BLOCKED, BlockReason.WORKFLOW, CONTRADICTED)
    assert world.settle(PAYOUT_ID, 1) == after


def test_a_returned_first_attempt_is_no_contradiction(world: World) -> None:
    payout = builders.payout(S.SUBMITTED, attempts=2, run=2, version=7)
    first = builders.attempt(payout, run=1, answer=builders.answer(A.RETURNED))
    second = builders.attempt(payout, number=2, answer=builders.answer(A.PENDING))
    world.store.put(payout, first, second)
    assert world.settle(PAYOUT_ID, 2) == payout


@pytest.mark.parametrize("state", [None, A.PREPARED, A.PENDING])
def test_a_stopped_fulfillment_with_an_unknown_outcome_is_looked_at_and_nothing_is_booked(
    world: World, state: AnswerState | None
) -> None:
    payout = builders.payout(S.SUBMITTED, attempts=1)
    world.store.put(payout, builders.attempt(payout, answer=builders.answer(state) if state else None))
    after = world.settle(PAYOUT_ID, 1, "States.Timeout")
    assert (after.status, after.attention) == (S.SUBMITTED, OUTCOME_UNKNOWN)
    assert after.look_at == NOW + timedelta(hours=1)
    assert world.store.of(Entry) == []


@pytest.mark.parametrize("status", [S.EARNED, S.RELEASED])
def test_a_fulfillment_that_stopped_before_anything_was_sent_waits_for_a_person(
    world: World, status: PayoutStatus
) -> None:
    world.store.put(builders.payout(status))
    after = world.settle(PAYOUT_ID, 1, "StoreBusy")
    assert (after.status, after.reason, after.attention) == (S.BLOCKED, BlockReason.WORKFLOW, "StoreBusy")
    assert world.store.of(Entry) == []


@pytest.mark.parametrize("status", [S.EARNED, S.RELEASED, S.SUBMITTED])
def test_the_error_of_an_earlier_run_says_nothing_about_this_one(world: World, status: PayoutStatus) -> None:
    payout = builders.payout(status, run=2)
    world.store.put(payout)
    assert world.settle(PAYOUT_ID, 1, "States.Timeout") == payout
    assert world.store.commits == []


def test_a_fact_counts_even_when_the_fulfillment_stopped(world: World) -> None:
    standing(world, S.SUBMITTED, A.DONE)
    assert world.settle(PAYOUT_ID, 1, "States.Timeout").status is S.SETTLED


def test_it_is_judged_anew_when_somebody_was_faster(world: World) -> None:
    standing(world, S.SUBMITTED, A.DONE)
    other = world.other_process()
    world.store.meanwhile(lambda: other.settle(PAYOUT_ID, 1))
    assert world.settle(PAYOUT_ID, 1).status is S.SETTLED
    assert [entry.kind.value for entry in world.store.of(Entry)] == ["settled"]
    assert world.clock.pauses == [1]


def test_endless_conflicts_book_nothing(world: World) -> None:
    standing(world, S.SUBMITTED, A.DONE)
    world.store.conflict(TRIES_MOST)
    with pytest.raises(StoreBusy, match="kept changing"):
        world.settle(PAYOUT_ID, 1)
    assert world.store.of(Entry) == []


def test_a_payout_that_is_not_there_is_asked_for_again(world: World) -> None:
    with pytest.raises(StoreBusy, match="is not there"):
        world.settle(PAYOUT_ID, 1)
