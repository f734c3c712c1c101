"""Whatever people say of a payout, correct, release and write off, in any order: it is never paid twice, nor lost.

No money moves: the provider's till is a list. What is owed and what was paid is read from the books beside it.
"""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from builders import NOW, PAYOUT_ID
from fakes.provider import Fault
from guerdon.application.records import AnswerState
from guerdon.application.release_payout import Verdict
from guerdon.application.said_of_payout import CarriedOut, NothingMoved, Said
from guerdon.application.write_off import WriteOff
from guerdon.domain import ledger
from guerdon.domain.errors import ProviderUnavailable, Retryable, StoreBusy
from guerdon.domain.payout import Payout
from saying import LATER, PAT, REFERENCE, WHY, A, S, attempt, moved_minor, release_again, say
from world import World

PAID = {"float:tremendous": -100_00, "rewards_liability": 100_00}
IN_TRANSIT = {"in_transit:tremendous": -100_00, "rewards_liability": 100_00}
BOOKS = {
    S.EARNED: {},
    S.BLOCKED: {},
    S.RELEASED: {},
    S.FAILED: {},
    S.RETURNED: {},
    S.SUBMITTED: IN_TRANSIT,
    S.SETTLED: PAID,
    S.REVERSED: {"income:forfeited_rewards": -100_00, "rewards_liability": 100_00},
}
"""What the books have to say of a payout of 100.00 in each status, whatever was said of it before."""

STEPS = ["nothing moved", "carried out", "not moved", "it was", "hear", "sweep", "again", "wait", "turn", "write off"]


@given(
    became=st.sampled_from([Fault.REQUEST_LOST, Fault.ANSWER_LOST, A.PENDING]),
    later=st.sampled_from([None, A.DONE, A.CANCELED, A.RETURNED]),
    steps=st.lists(st.sampled_from(STEPS), max_size=16),
    away=st.integers(min_value=0, max_value=2),
    not_found_at=st.sampled_from([None, NOW]),
)
def test_whatever_people_say_and_whenever_nothing_is_paid_twice_and_the_books_say_what_the_payout_says(
    became: Fault | AnswerState, later: AnswerState | None, steps: list[str], away: int, not_found_at: datetime | None
) -> None:
    world = _begun(became)
    world.store.put(replace(attempt(world), absent_since=not_found_at))
    world.provider.next_look_ups.extend([Fault.DID_NOTHING] * away)
    for step in steps:
        _take(world, step, later)
        assert 0 <= moved_minor(world) <= 100_00
        assert world.balances() == BOOKS[world.stands().status]


@given(
    became=st.sampled_from([Fault.REQUEST_LOST, Fault.ANSWER_LOST]),
    steps=st.lists(st.sampled_from(STEPS[:-1]), max_size=12),
)
def test_whoever_says_the_truth_last_has_it_paid_once_and_booked_so(became: Fault, steps: list[str]) -> None:
    world = _begun(became)
    for step in steps:
        _take(world, step, None)
    for _ in range(3):
        _take(world, "wait", None)
        truth: Said = _carried_out(world) if became is Fault.ANSWER_LOST else NothingMoved()
        for run in range(1, world.stands().run + 1):
            with suppress(StoreBusy):
                say(world, truth, run=run, corrects=True)
        _take(world, "hear", None)
        _take(world, "again", None)
        _take(world, "hear", None)
    assert (world.stands().status, moved_minor(world)) == (S.SETTLED, 100_00)
    assert world.balances() == PAID


def _begun(became: Fault | AnswerState) -> World:
    world = World()
    world.released()
    world.provider.next_submits.append(became)
    _tried(world, 1)
    world.settle(PAYOUT_ID, world.stands().run, "States.TaskFailed")
    return world


def _carried_out(world: World) -> CarriedOut:
    return CarriedOut(attempt(world).provider_id or "ORD-7")


def _take(world: World, step: str, later: AnswerState | None) -> None:
    match step:
        case "nothing moved":
            say(world, NothingMoved(), run=world.stands().run)
        case "carried out":
            say(world, _carried_out(world), run=world.stands().run)
        case "not moved" | "it was":
            said: Said = NothingMoved() if step == "not moved" else _carried_out(world)
            # Two words of one person at the very same moment are one too many.
            with suppress(StoreBusy):
                say(world, said, corrects=True)
        case "hear":
            _quietly(world)
        case "sweep":
            world.sweep()
        case "again":
            _again(world)
        case "write off":
            WriteOff(world.store, world.clock)(PAYOUT_ID, ledger.FORFEITED, PAT, WHY)
        case "turn" if later is not None and world.provider.till and world.stands().attempts == 1:
            world.provider.became(REFERENCE, later)
        case _:
            world.clock.advance(LATER)


def _again(world: World) -> None:
    released = release_again(world)
    if isinstance(released, Payout) and not isinstance(world.release(PAYOUT_ID, released.run).decision, Verdict):
        _tried(world, released.run)
        world.settle(PAYOUT_ID, released.run, "States.TaskFailed")


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
