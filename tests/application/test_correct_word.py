"""A person was mistaken about a payout, and says so later. It is paid once, by whoever paid it, and owed until then.

What is asserted is the till, a list that says what the provider moved, and the books beside it.
"""

from dataclasses import replace
from datetime import date, timedelta

import pytest

import builders
from builders import NOW, PAYOUT_ID
from fakes.provider import Fault
from guerdon.application.attempts import record_answer
from guerdon.application.pause_payouts import PausePayouts
from guerdon.application.records import AnswerState
from guerdon.application.release_again import CannotRelease
from guerdon.application.resolve_payout import WasSaid
from guerdon.application.said_of_payout import CarriedOut, NothingMoved, Said
from guerdon.domain import ledger
from guerdon.domain.errors import BusUnavailable, StoreBusy
from guerdon.domain.pausing import EVERYTHING
from guerdon.domain.payout import CONTRADICTED, SAID_AFTER_ALL, SAID_NOT_MOVED, Payout, PayoutStatus
from guerdon.domain.reconciliation import BookedState, booked_attempts
from saying import (
    KIM,
    PAT,
    REFERENCE,
    WHY,
    A,
    S,
    attempt,
    heard,
    heard_of,
    moved_minor,
    paid_again,
    refused,
    release_again,
    say,
    sent,
    told,
    unknown,
)
from world import World

PAID = {"float:tremendous": -100_00, "rewards_liability": 100_00}
CARRIED_OUT, NOT_MOVED = CarriedOut("ORD-7"), NothingMoved()


def mistaken(became: Fault | AnswerState = Fault.ANSWER_LOST) -> World:
    """A payout that failed on a person's word."""
    world = World()
    sent(world, became)
    assert heard_of(world, NOT_MOVED).status is S.FAILED
    assert world.balances() == {}
    return world


def lost_sight_of() -> World:
    """The same, of which the provider has the order all the time, though a look-up did not find it."""
    world = World()
    sent(world, A.PENDING)
    world.store.put(replace(attempt(world), absent_since=NOW))
    assert heard_of(world, NOT_MOVED).status is S.FAILED
    return world


def run_out(world: World, run: int) -> None:
    """Let the fulfillment of a run go as far as it can."""
    world.release(PAYOUT_ID, run)
    world.pay(PAYOUT_ID, run, world.wait_under(f"token-{run}"))
    world.settle(PAYOUT_ID, run)


@pytest.mark.parametrize(
    ("first", "then", "before"),
    [(NOT_MOVED, CARRIED_OUT, "nothing moved"), (CARRIED_OUT, NOT_MOVED, "it was carried out")],
)
def test_the_opposite_of_what_was_said_is_taken_for_a_slip_unless_it_is_said_to_correct_it(
    first: Said, then: Said, before: str
) -> None:
    world = World()
    unknown(world)
    heard_of(world, first)
    why = (
        f"{PAT} said of {REFERENCE} before that {before}: if they were mistaken, say so with guerdon resolve --correct"
    )
    assert refused(world, then) == why
    assert isinstance(say(world, then, KIM, corrects=True), WasSaid)


def test_what_was_carried_out_after_all_is_paid_by_that_run() -> None:
    world = mistaken()
    settled = heard_of(world, CarriedOut("ORD-7", builders.usd("101.50"), date(2026, 11, 22)), corrects=True)
    assert (settled.status, settled.run, settled.attempts, settled.attention) == (S.SETTLED, 1, 1, None)
    assert (settled.cost, settled.provider_id, settled.waiting_since) == (builders.usd("101.50"), "ORD-7", None)
    assert [change.reason for change in settled.history][-2:] == [SAID_AFTER_ALL, None]
    assert world.balances() == {"float:tremendous": -101_50, "rewards_liability": 100_00, "fulfillment_cost": 1_50}
    _, line = told(world)
    assert (line.before, line.after) == ("failed", f"{REFERENCE} carried out after all, 101.50 USD, as ORD-7")
    assert isinstance(release_again(world), CannotRelease)
    assert moved_minor(world) == 100_00


def test_the_books_have_it_as_one_attempt_that_was_paid() -> None:
    world = mistaken()
    assert isinstance(say(world, CARRIED_OUT, corrects=True), WasSaid)
    (booked,) = booked_attempts(PAYOUT_ID, world.store.of(ledger.Entry), "America/New_York")
    assert booked.state is BookedState.UNDER_WAY
    heard(world)
    (booked,) = booked_attempts(PAYOUT_ID, world.store.of(ledger.Entry), "America/New_York")
    assert (booked.reference, booked.state, booked.amount) == (REFERENCE, BookedState.SETTLED, builders.usd("100.00"))


def test_a_correction_before_the_word_was_settled_leaves_no_trace_in_the_books_but_the_payment() -> None:
    world = World()
    sent(world, Fault.ANSWER_LOST)
    say(world, NOT_MOVED)
    assert heard_of(world, CARRIED_OUT, corrects=True).status is S.SETTLED
    kinds = [entry.kind for entry in world.store.of(ledger.Entry)]
    assert kinds == [ledger.EntryKind.SUBMITTED, ledger.EntryKind.SETTLED]


@pytest.mark.parametrize("stands", ["earned", "released", "paused", "under way there"])
def test_a_later_run_that_sent_nothing_yet_does_not_pay(stands: str) -> None:
    world = lost_sight_of() if stands == "under way there" else mistaken()
    if stands == "paused":
        PausePayouts(world.store, world.clock)(EVERYTHING, PAT, WHY)
    again = release_again(world)
    assert isinstance(again, Payout)
    if stands != "earned":
        world.release(PAYOUT_ID, 2)
    if stands == "under way there":
        world.pay(PAYOUT_ID, 2, "token-2")
        assert (world.stands().status, world.stands().reason) == (S.BLOCKED, "workflow")
    settled = heard_of(world, CarriedOut("tremendous-1"), corrects=True)
    assert (settled.status, settled.run, settled.attempts) == (S.SETTLED, 2, 1)
    run_out(world, 2)
    assert world.stands() == settled
    assert moved_minor(world) == 100_00
    assert world.balances() == PAID


def test_a_later_run_that_sends_at_this_moment_makes_the_correction_come_too_late() -> None:
    world = mistaken(Fault.REQUEST_LOST)
    release_again(world)
    world.release(PAYOUT_ID, 2)
    world.store.meanwhile(lambda: world.pay(PAYOUT_ID, 2, "token-2"))
    with pytest.raises(StoreBusy):
        say(world, CARRIED_OUT, corrects=True)
    assert moved_minor(world) == 100_00
    assert len(told(world)) == 1


def test_a_correction_that_comes_first_stops_the_pay_step_that_read_the_payout_before() -> None:
    world = mistaken(Fault.REQUEST_LOST)
    release_again(world)
    world.release(PAYOUT_ID, 2)
    world.store.meanwhile(lambda: say(world, CARRIED_OUT, corrects=True))
    world.pay(PAYOUT_ID, 2, "token-2")
    assert world.provider.till == []
    assert world.stands().status is S.SETTLED


def test_once_a_later_run_sent_it_the_correction_contradicts() -> None:
    world = mistaken(Fault.REQUEST_LOST)
    paid_again(world)
    assert world.stands().status is S.SETTLED
    doubled = heard_of(world, CARRIED_OUT, corrects=True)
    assert (doubled.status, doubled.attention, doubled.waits_for) == (S.SETTLED, CONTRADICTED, "contradicted")
    assert world.balances() == PAID
    assert say(world, CARRIED_OUT, corrects=True) == WasSaid(doubled, attempt(world).answer, is_new=False)  # type: ignore[arg-type]


def test_a_contradiction_by_a_mistaken_correction_ends_with_the_next_one() -> None:
    world = mistaken(Fault.REQUEST_LOST)
    world.provider.next_submits.append(A.REFUSED)
    paid_again(world)
    assert world.stands().status is S.FAILED
    assert heard_of(world, CARRIED_OUT, corrects=True).waits_for == "contradicted"
    assert isinstance(release_again(world), CannotRelease)
    assert heard_of(world, NOT_MOVED, corrects=True).waits_for == "failed"
    paid_again(world)
    assert (world.stands().status, moved_minor(world)) == (S.SETTLED, 100_00)


@pytest.mark.parametrize("becomes", [S.RETURNED, S.FAILED], ids=["settled", "not settled yet"])
def test_what_did_not_move_after_all_is_owed_again_and_paid_once(becomes: PayoutStatus) -> None:
    world = World()
    sent(world, Fault.REQUEST_LOST)
    said = CarriedOut("ORD-7", builders.usd("101.50"))
    if becomes is S.RETURNED:
        assert heard_of(world, said).status is S.SETTLED
    else:
        say(world, said)
    waits = heard_of(world, NOT_MOVED, corrects=True)
    assert (waits.status, waits.reason) == (becomes, SAID_NOT_MOVED)
    # What never moved cost nothing, the fee included.
    assert world.balances() == {}
    paid_again(world)
    assert world.provider.calls[-2:] == [("look_up", REFERENCE), ("submit", f"{PAYOUT_ID}-2")]
    assert (world.stands().status, moved_minor(world)) == (S.SETTLED, 100_00)
    assert world.balances() == PAID


def test_whoever_corrects_a_true_word_is_caught_before_it_is_paid_again() -> None:
    world = World()
    sent(world, Fault.ANSWER_LOST)
    heard_of(world, CARRIED_OUT)
    assert heard_of(world, NOT_MOVED, corrects=True).status is S.RETURNED
    paid_again(world)
    assert (world.stands().status, world.stands().attention) == (S.BLOCKED, CONTRADICTED)
    assert moved_minor(world) == 100_00
    settled = heard_of(world, CarriedOut())
    assert (settled.status, settled.attention, settled.run) == (S.SETTLED, None, 2)
    assert (moved_minor(world), world.balances()) == (100_00, PAID)


def test_a_provider_that_carried_out_what_came_back_by_a_word_contradicts_it() -> None:
    world = World()
    sent(world, Fault.ANSWER_LOST)
    heard_of(world, CARRIED_OUT)
    heard_of(world, NOT_MOVED, corrects=True)
    record_answer(world.store, world.clock, attempt(world), builders.answer(A.DONE, cost=builders.usd("100.00")))
    world.conclude(attempt(world))
    assert (world.stands().status, world.stands().waits_for) == (S.RETURNED, "contradicted")
    assert heard_of(world, CarriedOut()).status is S.SETTLED
    assert world.balances() == PAID


def test_to_and_fro_each_word_counts_until_the_next() -> None:
    world = World()
    unknown(world)
    heard_of(world, NOT_MOVED)
    for _ in range(2):
        assert heard_of(world, CARRIED_OUT, corrects=True).status is S.SETTLED
        world.clock.advance(timedelta(minutes=1))
        assert heard_of(world, NOT_MOVED, corrects=True).status is S.RETURNED
        world.clock.advance(timedelta(minutes=1))
    assert not world.balances().get("float:tremendous")
    assert world.stands().rests_on_a_word
    assert heard_of(world, CARRIED_OUT, corrects=True).status is S.SETTLED
    assert not world.stands().rests_on_a_word
    assert len(told(world)) == 6


def test_a_correction_is_said_once_however_often_and_late_it_is_typed() -> None:
    world = mistaken()
    heard_of(world, CARRIED_OUT, corrects=True)
    entries = world.store.of(ledger.Entry)
    for wait in (timedelta(0), timedelta(days=30)):
        world.clock.advance(wait)
        again = say(world, CARRIED_OUT, KIM, corrects=True)
        assert isinstance(again, WasSaid)
        assert (again.is_new, again.answer.said_by) == (False, PAT)
        heard(world)
    assert world.store.of(ledger.Entry) == entries
    assert len(told(world)) == 2
    assert refused(world, NOT_MOVED).endswith("say so with guerdon resolve --correct")


@pytest.mark.parametrize("first", [NOT_MOVED, CARRIED_OUT], ids=["nothing moved", "carried out"])
def test_who_dies_after_a_correction_was_written_is_made_up_for_by_the_sweep(first: Said) -> None:
    world = World()
    unknown(world)
    heard_of(world, first)
    world.hints.away = 1
    then = CARRIED_OUT if first is NOT_MOVED else NOT_MOVED
    with pytest.raises(BusUnavailable):
        say(world, then, corrects=True)
    world.clock.advance(timedelta(minutes=5))
    world.sweep()
    heard(world)
    assert world.stands().status is (S.SETTLED if first is NOT_MOVED else S.RETURNED)
    assert world.stands().look_at is None


def test_a_correction_of_what_was_paid_is_sent_until_the_books_have_it_though_hints_are_lost() -> None:
    world = World()
    unknown(world)
    heard_of(world, CARRIED_OUT)
    say(world, NOT_MOVED, corrects=True)
    for _ in range(3):
        world.hints.enqueued.clear()
        world.clock.advance(timedelta(hours=1, minutes=5))
        world.sweep()
        assert len(world.hints.enqueued) == 1
        assert world.stands().status is S.SETTLED
    heard(world)
    assert (world.stands().status, world.stands().look_at) == (S.RETURNED, None)
    world.clock.advance(timedelta(days=1))
    world.sweep()
    assert world.hints.enqueued == []


def test_a_task_that_waits_for_the_later_run_is_told_that_it_is_settled() -> None:
    world = mistaken()
    release_again(world)
    heard_of(world, CARRIED_OUT, corrects=True)
    world.wait_under("token-2")
    world.pay(PAYOUT_ID, 2, "token-2")
    assert world.fulfillments.rung == [("token-2", PAYOUT_ID, 2)]
