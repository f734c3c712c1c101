"""A person says what became of a payout. No money moves in these tests: the provider's till is a list.

What is proved is that a word never pays twice: it is refused while the provider may still act or says otherwise, it is
about one run and one attempt, and a payout that rests on it is paid again only once the provider was asked again.
"""

from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

import builders
from builders import NOW, PAYOUT_ID, Changed
from fakes.provider import Fault
from guerdon.application.attempts import record_absence, record_answer
from guerdon.application.audit_records import Audit
from guerdon.application.ports import ProviderHint
from guerdon.application.reconciliation_records import SeenLine
from guerdon.application.records import AnswerState, Attempt, ProviderAnswer
from guerdon.application.release_again import CannotRelease, ReleaseAgain
from guerdon.application.release_payout import Verdict
from guerdon.application.resolve_payout import CannotSay, ResolvePayout, WasSaid
from guerdon.application.said_of_payout import CarriedOut, NothingMoved, Said
from guerdon.domain import ledger
from guerdon.domain.actions import AuditAction
from guerdon.domain.channel import Channel
from guerdon.domain.errors import BusUnavailable, OutcomeUnknown, ProviderUnavailable, Retryable, StoreBusy
from guerdon.domain.payout import CONTRADICTED, SAID_NOT_MOVED, Payout, PayoutStatus
from guerdon.domain.reconciliation import LineKind, LineState, StatementLine
from world import World

PAT, KIM = "aws:arn:aws:iam::123456789012:user/pat", "console:kim@example.com"
WHY = "their support wrote so, case 4711"
REFERENCE = f"{PAYOUT_ID}-1"
LATER = timedelta(hours=2)
S, A = PayoutStatus, AnswerState


def unknown(world: World, answer: ProviderAnswer | None = None, **changes: Changed) -> Payout:
    """A payout whose fulfillment ended three hours ago without anybody knowing what became of it."""
    world.submitted(answer=answer, **changes)
    world.store.put(builders.armed(world.channel))
    world.settle(PAYOUT_ID, 1, "States.TaskFailed")
    world.clock.advance(LATER)
    stands = world.stands()
    assert stands.waits_for == "unknown"
    return stands


def say(world: World, said: Said, actor: str = PAT, run: int = 1, reason: str = WHY) -> WasSaid | CannotSay:
    return ResolvePayout(world.store, world.clock, world.hints)(PAYOUT_ID, said, actor, reason, run)


def refused(world: World, said: Said, run: int = 1) -> str:
    """Why it is not taken; that nothing was written, and nobody woken, is asserted."""
    rows, woken = dict(world.store.rows), list(world.hints.enqueued)
    outcome = say(world, said, run=run)
    assert isinstance(outcome, CannotSay)
    assert (world.store.rows, world.hints.enqueued) == (rows, woken)
    return outcome.why


def heard(world: World) -> None:
    """The channel's function reads its queue."""
    hints, world.hints.enqueued = world.hints.enqueued, []
    for hint in hints:
        world.look_again(hint)


def release_again(world: World) -> Payout | CannotRelease:
    return ReleaseAgain(world.store, world.clock, world.fulfillments)(PAYOUT_ID, PAT, WHY)


def paid_again(world: World) -> None:
    """Release it again and let its second run go as far as it can."""
    released = release_again(world)
    assert isinstance(released, Payout)
    run = released.run
    if not isinstance(world.release(PAYOUT_ID, run).decision, Verdict):
        world.pay(PAYOUT_ID, run, world.wait_under(f"token-{run}"))
        world.settle(PAYOUT_ID, run)


def attempt(world: World, number: int = 1) -> Attempt:
    found = world.store.attempt(PAYOUT_ID, number)
    assert found is not None
    return found


def moved_minor(world: World) -> int:
    return sum(movement.amount.amount_minor for movement in world.provider.till)


def told(world: World) -> list[Audit]:
    return [line for line in world.store.of(Audit) if line.action is AuditAction.PAYOUT_RESOLVED]


def test_what_a_person_says_was_carried_out_is_settled_by_the_channels_function() -> None:
    world = World()
    before = unknown(world)
    said = say(world, CarriedOut("ORD-7", builders.usd("101.50"), date(2026, 11, 21)))
    assert isinstance(said, WasSaid)
    assert said.is_new
    assert world.hints.enqueued == [ProviderHint("tremendous", "payout", PAYOUT_ID)]
    (line,) = told(world)
    assert (line.actor, line.reason, line.at) == (PAT, WHY, world.clock.now())
    assert line.before == f"submitted: {before.attention}"
    assert line.after == f"{REFERENCE} carried out, 101.50 USD, as ORD-7"
    heard(world)
    settled = world.stands()
    assert (settled.status, settled.cost, settled.provider_id) == (S.SETTLED, builders.usd("101.50"), "ORD-7")
    assert settled.waiting_since is None
    (entry,) = (entry for entry in world.store.of(ledger.Entry) if entry.kind is ledger.EntryKind.SETTLED)
    assert entry.value_on == date(2026, 11, 21)
    assert world.provider.calls == []


def test_what_a_person_says_did_not_move_failed_and_waits_for_a_person() -> None:
    world = World()
    unknown(world)
    assert isinstance(say(world, NothingMoved()), WasSaid)
    heard(world)
    failed = world.stands()
    assert (failed.status, failed.reason, failed.waits_for) == (S.FAILED, SAID_NOT_MOVED, "failed")
    known = world.known_of()
    assert known is not None
    assert (known.state, known.said_by, known.detail) == (A.ABSENT, PAT, SAID_NOT_MOVED)
    # What it posted undoes the submission, whose own entry this store never had.
    assert world.balances() == {"in_transit:tremendous": 100_00, "rewards_liability": -100_00}


def test_a_task_that_still_waits_is_rung() -> None:
    world = World()
    unknown(world, task_token="token-1")
    world.wait_under("token-1")
    say(world, NothingMoved())
    heard(world)
    assert world.fulfillments.rung == [("token-1", PAYOUT_ID, 1)]


@pytest.mark.parametrize("said", [CarriedOut("ORD-7"), NothingMoved()], ids=["carried out", "nothing moved"])
def test_said_twice_or_thirty_days_later_it_is_said_once(said: Said) -> None:
    world = World()
    unknown(world)
    first = say(world, said)
    assert isinstance(first, WasSaid)
    for wait in (timedelta(0), timedelta(minutes=1), timedelta(days=30)):
        world.clock.advance(wait)
        again = say(world, said, KIM)
        assert isinstance(again, WasSaid)
        assert (again.is_new, again.answer) == (False, first.answer)
        heard(world)
    assert len(told(world)) == 1
    assert [change.status for change in world.stands().history][-1] is world.stands().status
    kinds = [entry.kind for entry in world.store.of(ledger.Entry)]
    assert len(kinds) == len(set(kinds))


def test_the_opposite_of_what_was_said_is_refused() -> None:
    world = World()
    unknown(world)
    say(world, NothingMoved())
    assert refused(world, CarriedOut("ORD-7")) == (
        f"{PAT} said of {REFERENCE} that it is absent: it is settled by that within minutes"
    )
    heard(world)
    world.hints.enqueued.clear()
    assert refused(world, CarriedOut("ORD-7")) == f"{PAT} said of {REFERENCE} that it is absent: nothing is unknown"


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


def test_one_that_is_overdue_may_be_said_before_the_sweep_noticed() -> None:
    world = World()
    world.submitted()
    world.clock.advance(timedelta(days=3))
    assert isinstance(say(world, NothingMoved()), WasSaid)


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


def test_a_person_who_dies_after_the_word_was_written_is_made_up_for_by_the_sweep() -> None:
    world = World()
    unknown(world)
    world.hints.away = 1
    with pytest.raises(BusUnavailable):
        say(world, NothingMoved())
    assert world.stands().status is S.SUBMITTED
    world.clock.advance(timedelta(minutes=5))
    world.sweep()
    heard(world)
    assert world.stands().status is S.FAILED


def test_it_is_paid_again_once_and_the_provider_is_asked_first() -> None:
    world = World()
    unknown(world)
    say(world, NothingMoved())
    heard(world)
    paid_again(world)
    assert world.provider.calls == [("look_up", REFERENCE), ("submit", f"{PAYOUT_ID}-2")]
    assert world.stands().status is S.SETTLED
    assert moved_minor(world) == 100_00


def test_it_is_not_paid_again_while_the_provider_cannot_be_asked() -> None:
    world = World()
    unknown(world)
    say(world, NothingMoved())
    heard(world)
    release_again(world)
    world.release(PAYOUT_ID, 2)
    world.provider.next_look_ups.append(Fault.DID_NOTHING)
    with pytest.raises(ProviderUnavailable):
        world.pay(PAYOUT_ID, 2, "token-2")
    assert world.stands().status is S.RELEASED
    assert world.provider.till == []


def test_a_mistaken_word_pays_nothing_twice() -> None:
    world = World()
    world.released()
    world.provider.next_submits.append(Fault.ANSWER_LOST)
    with pytest.raises(OutcomeUnknown):
        world.pay(PAYOUT_ID, 1, "token-1")
    world.settle(PAYOUT_ID, 1, "OutcomeUnknown")
    world.clock.advance(LATER)
    say(world, NothingMoved())
    heard(world)
    assert world.stands().status is S.FAILED
    paid_again(world)
    assert (world.stands().status, world.stands().attention) == (S.BLOCKED, CONTRADICTED)
    assert isinstance(release_again(world), CannotRelease)
    assert moved_minor(world) == 100_00
    assert attempt(world).answer == replace(world.provider.became(REFERENCE, A.DONE), detail="done")


def test_what_the_provider_still_has_is_not_paid_again_until_it_is_over_there() -> None:
    world = World()
    world.released()
    world.provider.next_submits.append(A.PENDING)
    world.pay(PAYOUT_ID, 1, "token-1")
    world.settle(PAYOUT_ID, 1, "States.Timeout")
    # For a while it is not found there, as with the key of another account; a person is sure, and wrong.
    world.store.put(replace(attempt(world), absent_since=NOW))
    world.clock.advance(LATER)
    say(world, NothingMoved())
    heard(world)
    paid_again(world)
    stopped = world.stands()
    assert (stopped.status, stopped.reason) == (S.BLOCKED, "workflow")
    assert stopped.attention == f"tremendous has {REFERENCE} as pending: end it there first"
    assert world.provider.calls.count(("submit", f"{PAYOUT_ID}-2")) == 0
    world.provider.became(REFERENCE, A.CANCELED)
    paid_again(world)
    assert world.stands().status is S.SETTLED
    assert moved_minor(world) == 100_00


def test_the_provider_contradicts_a_word_later_as_it_contradicts_a_proof() -> None:
    world = World()
    unknown(world)
    say(world, NothingMoved())
    heard(world)
    record_answer(world.store, world.clock, attempt(world), builders.answer(A.DONE, cost=builders.usd("100.00")))
    world.conclude(attempt(world))
    assert (world.stands().status, world.stands().waits_for) == (S.FAILED, "contradicted")
    assert isinstance(release_again(world), CannotRelease)


@pytest.mark.parametrize("state", [A.REFUSED, A.OUT_OF_FUNDS, A.CANCELED, A.ABSENT])
def test_what_was_said_to_be_carried_out_and_was_not_comes_back_to_what_is_owed(state: AnswerState) -> None:
    world = World()
    unknown(world)
    say(world, CarriedOut("ORD-7"))
    heard(world)
    record_answer(world.store, world.clock, attempt(world), builders.answer(state))
    world.conclude(attempt(world))
    assert world.stands().status is S.RETURNED
    assert world.stands().waits_for == "returned"
    assert world.known_of() is not None
    assert world.state_of() is A.RETURNED


def test_the_providers_own_word_takes_the_place_of_a_persons_that_says_the_same() -> None:
    world = World()
    unknown(world)
    say(world, CarriedOut("ORD-7"))
    heard(world)
    done = builders.answer(A.DONE, cost=builders.usd("100.00"))
    record_answer(world.store, world.clock, attempt(world), done)
    known = world.known_of()
    assert known is not None
    assert known.said_by is None
    record_answer(world.store, world.clock, attempt(world), builders.answer(A.PENDING))
    assert world.known_of() == known


def test_a_check_that_a_person_says_was_mailed_is_outstanding_under_its_number() -> None:
    world = World(Channel.CHECK)
    world.submitted()
    world.settle(PAYOUT_ID, 1, "States.TaskFailed")
    world.clock.advance(LATER)
    say(world, CarriedOut("chk_1", check_number="1042"))
    heard(world)
    check = world.store.check(PAYOUT_ID, 1)
    assert check is not None
    assert (check.number, check.state, check.amount) == ("1042", "outstanding", builders.usd("100.00"))


@given(
    became=st.sampled_from([Fault.REQUEST_LOST, Fault.ANSWER_LOST, A.PENDING]),
    later=st.sampled_from([None, A.DONE, A.CANCELED]),
    steps=st.lists(st.sampled_from(["say", "carried", "hear", "sweep", "again", "wait", "turn"]), max_size=14),
    away=st.integers(min_value=0, max_value=2),
)
def test_whatever_people_say_and_whenever_nothing_is_paid_twice(
    became: Fault | AnswerState, later: AnswerState | None, steps: list[str], away: int
) -> None:
    world = World()
    world.released()
    world.provider.next_submits.append(became)
    _tried(world, 1)
    world.settle(PAYOUT_ID, world.stands().run, "States.TaskFailed")
    world.provider.next_look_ups.extend([Fault.DID_NOTHING] * away)
    for step in steps:
        _take(world, step, later)
        net = moved_minor(world)
        assert 0 <= net <= 100_00
        if world.stands().status is S.FAILED:
            assert world.balances() == {}


def _take(world: World, step: str, later: AnswerState | None) -> None:
    run = world.stands().run
    match step:
        case "say":
            say(world, NothingMoved(), run=run)
        case "carried":
            say(world, CarriedOut("ORD-7"), run=run)
        case "hear":
            _quietly(world)
        case "sweep":
            world.sweep()
        case "again":
            released = release_again(world)
            if isinstance(released, Payout) and not isinstance(
                world.release(PAYOUT_ID, released.run).decision, Verdict
            ):
                _tried(world, released.run)
                world.settle(PAYOUT_ID, released.run, "States.TaskFailed")
        case "turn" if later is not None and world.provider.till and world.stands().attempts == 1:
            world.provider.became(REFERENCE, later)
        case _:
            world.clock.advance(LATER)


def _tried(world: World, run: int) -> None:
    with suppress(Retryable):
        world.pay(PAYOUT_ID, run, f"token-{run}")


def _quietly(world: World) -> None:
    hints, world.hints.enqueued = world.hints.enqueued, []
    for hint in hints:
        try:
            world.look_again(hint)
        except ProviderUnavailable:
            world.hints.enqueued.append(hint)
