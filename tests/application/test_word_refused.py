"""When a person's word about a payout is not taken: then nothing is written, and nobody is woken."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

import builders
from builders import NOW, PAYOUT_ID
from guerdon.application.attempts import record_absence, record_answer
from guerdon.application.reconciliation_records import SeenLine
from guerdon.application.records import AnswerState
from guerdon.application.resolve_payout import CannotSay, WasSaid
from guerdon.application.said_of_payout import CarriedOut, NothingMoved, Said
from guerdon.domain.errors import StoreBusy
from guerdon.domain.reconciliation import LineKind, LineState, StatementLine
from saying import (
    LATER,
    REFERENCE,
    A,
    attempt,
    heard,
    refused,
    release_again,
    say,
    told,
    unknown,
)
from world import World


def test_what_is_not_there_or_was_never_sent_is_refused() -> None:
    world = World()
    assert refused(world, NothingMoved()) == "there is no such payout"
    world.released()
    assert refused(world, NothingMoved()) == "it is released, and nothing was sent for it in run 1"


def test_while_its_fulfillment_is_at_it_nobody_may_say_anything() -> None:
    world = World()
    world.submitted()
    world.clock.advance(LATER)
    for said in (NothingMoved(), CarriedOut("ORD-7")):
        assert refused(world, said) == "it is submitted, and its fulfillment is at it: nothing is unknown yet"


@pytest.mark.parametrize("said", [CarriedOut("ORD-7"), NothingMoved()], ids=["carried out", "nothing moved"])
def test_nobody_may_say_anything_within_an_hour_of_the_last_call(said: Said) -> None:
    world = World()
    unknown(world)
    world.store.put(replace(attempt(world), last_sent_at=world.clock.now() - timedelta(minutes=59)))
    why = "a call that was begun may still arrive there: look there once more at 2026-11-22 16:01 UTC"
    assert refused(world, said) == why
    world.clock.advance(timedelta(minutes=1))
    assert isinstance(say(world, said), WasSaid)


@pytest.mark.parametrize("state", [A.REFUSED, A.OUT_OF_FUNDS, A.CANCELED, A.ABSENT, A.DONE, A.RETURNED])
def test_what_the_provider_answered_conclusively_nobody_says(state: AnswerState) -> None:
    world = World()
    unknown(world)
    record_answer(world.store, world.clock, attempt(world), builders.answer(state))
    for said in (NothingMoved(), CarriedOut()):
        assert refused(world, said) == (
            f"tremendous said of {REFERENCE} that it is {state}: it is settled by that within minutes"
        )


@pytest.mark.parametrize("state", [A.PREPARED, A.PENDING])
def test_nothing_moved_is_refused_while_the_provider_has_it(state: AnswerState) -> None:
    world = World()
    unknown(world, builders.answer(state), provider_id="ORD-7")
    assert refused(world, NothingMoved()) == (
        f"tremendous has it as ORD-7 ({state}): cancel it there, and it is settled by what they say then"
    )
    record_absence(world.store, world.clock, attempt(world), world.clock.now())
    assert isinstance(say(world, NothingMoved()), WasSaid)


def test_nothing_moved_is_refused_again_once_the_provider_finds_it_after_all() -> None:
    world = World()
    unknown(world, builders.answer(A.PENDING), provider_id="ORD-7")
    absent = record_absence(world.store, world.clock, attempt(world), world.clock.now())
    assert absent.absent_since == world.clock.now()
    world.clock.advance(LATER)
    record_absence(world.store, world.clock, attempt(world), world.clock.now())
    assert world.state_of() is A.PENDING
    record_answer(world.store, world.clock, attempt(world), builders.answer(A.PENDING))
    assert attempt(world).absent_since is None
    assert "cancel it there" in refused(world, NothingMoved())


@pytest.mark.parametrize("state", [LineState.UNDER_WAY, LineState.DONE])
def test_nothing_moved_is_refused_when_the_providers_statement_has_it(state: LineState) -> None:
    world = World()
    unknown(world)
    line = StatementLine(
        "tremendous", "ORD-7", LineKind.PAYOUT, state, builders.usd("100.00"), date(2026, 11, 22), REFERENCE
    )
    world.store.put(SeenLine(line, agrees=False, seen_at=NOW))
    assert refused(world, NothingMoved()) == (
        f"tremendous's statement of 2026-11-22 has it as ORD-7, 100.00 USD: {state}"
    )
    assert isinstance(say(world, CarriedOut("ORD-7")), WasSaid)


def test_a_line_that_was_undone_does_not_stand_against_a_word() -> None:
    world = World()
    unknown(world)
    line = StatementLine(
        "tremendous", "ORD-7", LineKind.PAYOUT, LineState.UNDONE, builders.usd("0.00"), date(2026, 11, 22), REFERENCE
    )
    world.store.put(SeenLine(line, agrees=True, seen_at=NOW))
    assert isinstance(say(world, NothingMoved()), WasSaid)


def test_carried_out_is_refused_where_it_does_not_fit_what_is_known() -> None:
    world = World()
    unknown(world, builders.answer(A.PENDING), provider_id="ORD-7")
    assert refused(world, CarriedOut("ORD-8")) == "tremendous calls it ORD-7, not ORD-8"
    assert refused(world, CarriedOut(check_number="17")) == "only a check has a number"
    assert refused(world, CarriedOut(cost=builders.usd("-1.00"))) == "its cost cannot be below zero"
    for day in (date(2026, 11, 20), date(2026, 11, 24)):
        why = f"it was asked for on 2026-11-22, so it was not carried out on {day}"
        assert refused(world, CarriedOut(on=day)) == why


def test_what_a_look_up_did_not_find_is_carried_out_only_under_its_id() -> None:
    world = World()
    unknown(world)
    record_absence(world.store, world.clock, attempt(world), world.clock.now())
    assert refused(world, CarriedOut()) == (
        "tremendous was asked at 2026-11-22 16:00 UTC and did not know it: give what they call it, with --provider-id"
    )
    assert isinstance(say(world, CarriedOut("ORD-7")), WasSaid)


def test_without_a_reason_nothing_is_said() -> None:
    world = World()
    unknown(world)
    assert say(world, NothingMoved(), reason=" ") == CannotSay("it needs a reason: say why, in a sentence")
    assert told(world) == []


def test_a_word_about_a_run_that_is_over_is_refused_whatever_the_present_one_waits_for() -> None:
    world = World()
    world.submitted(2)
    world.settle(PAYOUT_ID, 2, "States.TaskFailed")
    world.clock.advance(LATER)
    assert world.stands().waits_for == "unknown"
    assert refused(world, NothingMoved()) == (
        "it has gone on since: it is submitted in run 2 now, and that was about run 1"
    )
    assert isinstance(say(world, NothingMoved(), run=2), WasSaid)


def test_a_command_that_is_typed_again_once_it_was_released_says_nothing_of_the_next_run() -> None:
    world = World()
    unknown(world)
    say(world, NothingMoved())
    heard(world)
    release_again(world)
    assert "that was about run 1" in refused(world, NothingMoved())
    assert refused(world, NothingMoved(), run=2) == "it is earned, and nothing was sent for it in run 2"


def test_a_call_that_began_meanwhile_makes_the_word_come_too_late() -> None:
    world = World()
    unknown(world)
    world.store.meanwhile(lambda: world.store.put(replace(attempt(world), last_sent_at=world.clock.now(), version=2)))
    with pytest.raises(StoreBusy):
        say(world, NothingMoved())
    assert told(world) == []
    assert world.known_of() is None


def test_one_that_is_overdue_may_be_said_before_the_sweep_noticed() -> None:
    world = World()
    world.submitted()
    world.clock.advance(timedelta(days=3))
    assert isinstance(say(world, NothingMoved()), WasSaid)
