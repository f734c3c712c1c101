"""What people say of a payout cannot be combined so that money goes out twice, or that what is known is forgotten."""

from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta

import builders
from builders import NOW, PAYOUT_ID, usd
from fakes.provider import Fault
from guerdon.application.attempts import record_answer
from guerdon.application.clear_checks import ClearChecks
from guerdon.application.follow_funds import FollowFunds
from guerdon.application.funds_records import new_hold
from guerdon.application.records import Receivable
from guerdon.application.release_again import CannotRelease, ReleaseAgain
from guerdon.application.resolve_payout import WasSaid
from guerdon.application.said_of_payout import CarriedOut, NothingMoved
from guerdon.domain.channel import Channel
from guerdon.domain.checks import BankLine, Check
from guerdon.domain.errors import StoreBusy
from guerdon.domain.payout import CONTRADICTED, SAID_NOT_MOVED, BlockReason, Change, Payout
from guerdon.domain.tries import without_older_tries
from saying import (
    PAT,
    WHY,
    A,
    S,
    attempt,
    heard_of,
    paid_again,
    refused,
    release_again,
    say,
    sent,
    unknown,
)
from world import World

NOT_MOVED = NothingMoved()
LINE = BankLine("main", "L-1", date(2026, 11, 24), usd("100.00"), check_number="1042")
SECOND, THIRD = "po_bbbbbbbbbbbbbbbbbbbbbbbb", "po_cccccccccccccccccccccccc"


def released(world: World, payout_id: str) -> Payout | CannotRelease:
    return ReleaseAgain(world.store, world.clock, world.fulfillments)(payout_id, PAT, WHY)


def a_check_that_was_said_to_be_mailed_after_all() -> World:
    world = World(Channel.CHECK)
    unknown(world)
    heard_of(world, CarriedOut("chk_1", check_number="1042"))
    heard_of(world, NOT_MOVED, corrects=True)
    assert heard_of(world, CarriedOut("chk_1"), corrects=True).status is S.SETTLED
    return world


def test_a_check_keeps_its_number_when_its_void_is_taken_back_without_naming_it() -> None:
    world = a_check_that_was_said_to_be_mailed_after_all()
    (check,) = world.store.of(Check)
    assert check.number == "1042"
    assert len(ClearChecks(world.store, world.clock)([LINE], PAT).cleared) == 1


def test_a_check_that_the_bank_paid_is_not_paid_again_since_its_number_was_not_repeated() -> None:
    world = a_check_that_was_said_to_be_mailed_after_all()
    ClearChecks(world.store, world.clock)([LINE], PAT)
    world.clock.advance(timedelta(minutes=1))
    assert "the bank paid" in refused(world, NOT_MOVED, corrects=True)


def clawed_back_in_part_and_contradicted() -> World:
    """Paid by two attempts, and 40.00 of it is a debt that nothing was kept back for yet."""
    world = World()
    sent(world, Fault.REQUEST_LOST)
    heard_of(world, NOT_MOVED)
    paid_again(world)
    assert heard_of(world, CarriedOut("ORD-7"), corrects=True).attention == CONTRADICTED
    world.store.put(
        world.stands().clawed(usd("40.00"), world.clock.now()),
        Receivable(world.stands().advocate_id, "USD", usd("40.00")),
    )
    return world


def test_the_rest_of_what_came_back_is_not_released_beside_another_attempt_that_was_carried_out() -> None:
    world = clawed_back_in_part_and_contradicted()
    assert (world.stands().status, world.stands().attention) == (S.SETTLED, CONTRADICTED)
    known = attempt(world, 2)
    said = builders.answer(A.RETURNED, reference=known.reference, cost=usd("100.00"))
    world.conclude(record_answer(world.store, world.clock, known, said))
    assert (world.stands().status, world.stands().attention) == (S.REVERSED, CONTRADICTED)
    (rest,) = (one for one in world.store.of(Payout) if one.payout_id != PAYOUT_ID)
    assert rest.value == usd("60.00")
    assert rest.attention == CONTRADICTED
    assert isinstance(
        ReleaseAgain(world.store, world.clock, world.fulfillments)(rest.payout_id, PAT, WHY), CannotRelease
    )


def beside_a_word_and_a_contradiction() -> World:
    """Given up after two attempts, the first by a word; the second turned out carried out, and came back."""
    world = World()
    sent(world, Fault.REQUEST_LOST)
    heard_of(world, NOT_MOVED)
    world.provider.next_submits.append(A.REFUSED)
    paid_again(world)
    assert world.stands().status is S.FAILED
    doubt = f"{SAID_NOT_MOVED} of {PAYOUT_ID}, promised for the same reward: be certain before it is released"
    beside = builders.payout(S.BLOCKED, payout_id=SECOND, value=usd("90.00"), reason=BlockReason.APPROVAL)
    world.store.put(
        world.stands().reversed(world.clock.now()),
        replace(beside, attention=doubt),
        builders.reward(payout_ids=(PAYOUT_ID, SECOND)),
    )
    for state in (A.DONE, A.RETURNED):
        known = attempt(world, 2)
        said = builders.answer(state, reference=known.reference, cost=usd("100.00"))
        world.conclude(record_answer(world.store, world.clock, known, said))
    assert world.stands(SECOND).attention == CONTRADICTED
    return world


def test_the_end_of_a_contradiction_leaves_the_doubt_that_was_there_before_it() -> None:
    world = beside_a_word_and_a_contradiction()
    assert isinstance(say(world, NOT_MOVED, run=2), WasSaid)
    assert world.stands().attention is None
    assert world.stands().rests_on_a_word
    assert world.stands(SECOND).stands_beside_doubt


def test_a_contradiction_of_another_payout_at_this_very_moment_is_not_ended_with_this_one() -> None:
    world = World()
    ids = (PAYOUT_ID, SECOND, THIRD)
    first = builders.payout(S.REVERSED, attempts=1, attention=CONTRADICTED)
    second = builders.payout(S.REVERSED, payout_id=SECOND, attempts=1)
    third = builders.payout(S.BLOCKED, payout_id=THIRD, reason=BlockReason.WORKFLOW, attention=CONTRADICTED)
    one = builders.attempt(first, answer=builders.answer(A.RETURNED))
    other = builders.attempt(
        second, reference=f"{SECOND}-1", answer=builders.answer(A.CANCELED, reference=f"{SECOND}-1")
    )
    world.store.put(first, second, third, one, other, builders.reward(payout_ids=ids), builders.details())

    def carried_out_as_well() -> None:
        said = builders.answer(A.DONE, reference=f"{SECOND}-1", cost=usd("100.00"))
        world.conclude(record_answer(world.store, world.clock, other, said))
        assert world.stands(SECOND).attention == CONTRADICTED

    world.store.meanwhile(carried_out_as_well)
    with suppress(StoreBusy):
        say(world, NOT_MOVED)
    assert world.stands(SECOND).attention == CONTRADICTED
    assert world.stands(THIRD).attention == CONTRADICTED
    assert isinstance(released(world, THIRD), CannotRelease)


def test_what_was_paid_by_an_earlier_run_does_not_say_that_the_provider_has_money() -> None:
    world = World()
    sent(world, Fault.ANSWER_LOST)
    heard_of(world, NOT_MOVED)
    again = release_again(world)
    assert isinstance(again, Payout)
    world.store.put(new_hold(world.channel, world.clock.now()).trial_of(again, world.clock.now()))
    waits = builders.payout(S.BLOCKED, payout_id=SECOND, reason=BlockReason.FUNDS, waiting_since=NOW)
    world.store.put(waits)
    assert heard_of(world, CarriedOut("tremendous-1"), corrects=True).status is S.SETTLED
    FollowFunds(world.store, world.clock, world.fulfillments)(world.channel)
    hold = world.store.funds_hold(world.channel)
    assert hold is not None
    assert hold.holds


def test_what_a_provider_kept_is_booked_though_the_try_is_not_in_the_history_any_more() -> None:
    world = World()
    first = (S.EARNED, S.RELEASED, S.SUBMITTED, S.SETTLED, S.RETURNED)
    history = [Change(NOW, status, "moved away" if status is S.RETURNED else None, 1) for status in first]
    history += [Change(NOW, S.EARNED, f"decided by {PAT}", 2), Change(NOW, S.BLOCKED, "funds", 2)]
    for run in range(3, 8):
        sent_in_it = (S.SUBMITTED,) if run == 3 else ()
        tried = (Change(NOW, status, None, run) for status in (S.RELEASED, *sent_in_it))
        history += [Change(NOW, S.EARNED, "resumed by the sweep", run), *tried, Change(NOW, S.BLOCKED, "funds", run)]
    payout = builders.payout(
        S.BLOCKED,
        reason=BlockReason.FUNDS,
        attention=CONTRADICTED,
        run=7,
        attempts=2,
        history=without_older_tries(tuple(history)),
    )
    answer = builders.answer(A.RETURNED, reference=f"{PAYOUT_ID}-2", cost=usd("101.50"))
    tried_once = builders.attempt(payout, number=2, run=3, reference=answer.reference, answer=answer)
    world.store.put(payout, tried_once, builders.reward(), builders.details())
    heard_of(world, NOT_MOVED, run=3)
    world.settle(PAYOUT_ID, 7)
    assert (world.stands().status, world.balances()) == (
        S.RETURNED,
        {"float:tremendous": -1_50, "fulfillment_cost": 1_50},
    )
