"""No payout waits for a person who can do nothing: for each way in which one waits, what a person may say is listed.

Each state is come to by what happens in life, and each command is tried on it. Where the list is empty, the reason is
the table's, and docs/repair.md says what has to happen first.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

import pytest

import builders
from builders import NOW, PAYOUT_ID, usd
from fakes.provider import Fault
from guerdon.application.attempts import record_answer
from guerdon.application.clear_checks import ClearChecks
from guerdon.application.records import AnswerState
from guerdon.application.release_again import CannotRelease, ReleaseAgain
from guerdon.application.resolve_payout import CannotSay, ResolvePayout, WasSaid
from guerdon.application.said_of_payout import CarriedOut, NothingMoved, Said
from guerdon.application.void_check import CannotVoid, VoidCheck
from guerdon.application.write_off import CannotWriteOff, WriteOff
from guerdon.domain import ledger
from guerdon.domain.channel import Channel
from guerdon.domain.checks import BankLine
from guerdon.domain.payout import BlockReason, WaitsFor
from saying import (
    PAT,
    REFERENCE,
    WHY,
    A,
    S,
    attempt,
    heard,
    heard_of,
    paid_again,
    release_again,
    sent,
    unknown,
)
from world import World

SIBLING: Final = "po_bbbbbbbbbbbbbbbbbbbbbbbb"

UNDER_WAY: Final = "the provider is asked by itself, and says what became of it"
IS_OUT: Final = "what was paid besides the books is out: the provider or the bank has to give it back first"


def say(world: World, said: Said, payout_id: str) -> WasSaid | CannotSay:
    """What comes of saying so of whichever run, correcting or not."""
    resolve = ResolvePayout(world.store, world.clock, world.hints)
    runs = range(1, world.stands(payout_id).run + 1)
    for run in runs:
        for corrects in (False, True):
            outcome = resolve(payout_id, said, PAT, WHY, run, corrects=corrects)
            if isinstance(outcome, WasSaid) and outcome.is_new:
                return outcome
    return CannotSay("nobody can say anything new")


COMMANDS: Final[dict[str, Callable[[World, str], object]]] = {
    "release": lambda world, one: ReleaseAgain(world.store, world.clock, world.fulfillments)(one, PAT, WHY),
    "carried out": lambda world, one: say(world, CarriedOut(), one),
    "nothing moved": lambda world, one: say(world, NothingMoved(), one),
    "write off": lambda world, one: WriteOff(world.store, world.clock)(one, ledger.FORFEITED, PAT, WHY),
    "void": lambda world, one: VoidCheck(world.store, world.clock)(one, PAT, WHY),
}
REFUSED: Final = (CannotRelease, CannotSay, CannotWriteOff, CannotVoid)


def blocked(reason: BlockReason) -> Callable[[], World]:
    def come_to() -> World:
        world = World()
        world.store.put(builders.payout().blocked(reason, NOW), builders.reward(), builders.details())
        return world

    return come_to


def said_not_to_have_moved(became: Fault | AnswerState = Fault.ANSWER_LOST) -> World:
    world = World()
    sent(world, became)
    if became is A.PENDING:
        world.store.put(replace(attempt(world), absent_since=NOW))
    heard_of(world, NothingMoved())
    return world


def answered(world: World, state: AnswerState, number: int = 1) -> World:
    """The provider says so of an attempt, and whoever waits hears of it."""
    known = attempt(world, number)
    said = builders.answer(state, reference=known.reference, cost=usd("100.00"))
    world.conclude(record_answer(world.store, world.clock, known, said))
    return world


def canceled() -> World:
    world = World()
    unknown(world)
    return answered(world, A.CANCELED)


def just_called() -> World:
    world = World()
    unknown(world)
    world.store.put(replace(attempt(world), last_sent_at=world.clock.now()))
    return world


def unknown_one() -> World:
    world = World()
    unknown(world)
    return world


def overdue() -> World:
    world = World()
    sent(world, A.PENDING)
    world.clock.advance(timedelta(days=4))
    world.sweep()
    world.hints.enqueued.clear()
    return world


def under_way_there() -> World:
    world = said_not_to_have_moved(A.PENDING)
    paid_again(world)
    return world


def erased() -> World:
    world = said_not_to_have_moved(Fault.REQUEST_LOST)
    request = world.store.frozen_request(REFERENCE)
    assert request is not None
    world.store.put(replace(request, body=""))
    paid_again(world)
    return world


def out_of_money() -> World:
    world = said_not_to_have_moved(Fault.REQUEST_LOST)
    world.provider.next_submits.append(A.OUT_OF_FUNDS)
    paid_again(world)
    return world


def found_paid_at_the_release() -> World:
    world = said_not_to_have_moved()
    paid_again(world)
    return world


def returned_by_a_word() -> World:
    world = unknown_one()
    heard_of(world, CarriedOut())
    heard_of(world, NothingMoved(), corrects=True)
    return world


def came_back_there() -> World:
    world = unknown_one()
    return answered(answered(world, A.DONE), A.RETURNED)


def paid_twice() -> World:
    world = said_not_to_have_moved(Fault.REQUEST_LOST)
    paid_again(world)
    return answered(world, A.DONE)


def paid_by_the_earlier_only() -> World:
    world = said_not_to_have_moved(Fault.REQUEST_LOST)
    world.provider.next_submits.append(A.REFUSED)
    paid_again(world)
    return answered(world, A.DONE)


def earlier_paid_and_the_later_under_way() -> World:
    world = said_not_to_have_moved(Fault.REQUEST_LOST)
    world.provider.next_submits.append(A.PENDING)
    released = release_again(world)
    assert not isinstance(released, CannotRelease)
    world.release(PAYOUT_ID, 2)
    world.pay(PAYOUT_ID, 2, "token-2")
    answered(world, A.DONE)
    world.settle(PAYOUT_ID, 2)
    return world


def later(world: World, wait: timedelta) -> World:
    world.clock.advance(wait)
    return world


def revised_and_paid() -> World:
    """Given up by an amendment, which put another payout in its place; then the provider says that it was paid."""
    world = said_not_to_have_moved()
    beside = builders.payout(S.BLOCKED, payout_id=SIBLING, value=usd("90.00"), reason=BlockReason.WORKFLOW)
    world.store.put(
        world.stands().reversed(world.clock.now()), beside, builders.reward(payout_ids=(PAYOUT_ID, SIBLING))
    )
    return answered(world, A.DONE)


def a_check() -> World:
    world = World(Channel.CHECK)
    unknown(world)
    heard_of(world, CarriedOut("chk_1", check_number="1042"))
    return world


def bank_pays_it(world: World) -> World:
    line = BankLine("main", "L-1", date(2026, 11, 24), usd("100.00"), check_number="1042")
    ClearChecks(world.store, world.clock)([line], PAT)
    return world


def cashed_and_back() -> World:
    """The bank paid it, and the provider says that it came back."""
    return answered(bank_pays_it(a_check()), A.RETURNED)


def void_and_cashed() -> World:
    world = a_check()
    VoidCheck(world.store, world.clock)(PAYOUT_ID, PAT, WHY)
    return bank_pays_it(world)


@dataclass(frozen=True, slots=True)
class Way:
    """How a payout comes to wait, for what, and what a person may do then."""

    come_to: Callable[[], World]
    waits_for: str
    may: tuple[str, ...]
    until: str | None = None
    payout_id: str = PAYOUT_ID


WAYS: Final[dict[str, Way]] = {
    "not armed": Way(blocked(BlockReason.OBSERVING), "observing", ("release",)),
    "details are missing": Way(blocked(BlockReason.DETAILS), "details", ("release", "write off")),
    "no money": Way(blocked(BlockReason.FUNDS), "funds", ("release",)),
    "paused": Way(blocked(BlockReason.PAUSED), "paused", ("release",)),
    "stopped early": Way(blocked(BlockReason.WORKFLOW), "workflow", ("release", "write off")),
    "at the day's ceiling": Way(blocked(BlockReason.CEILING), "ceiling", ("release",)),
    "to be approved": Way(blocked(BlockReason.APPROVAL), "approval", ("release", "write off")),
    "unknown": Way(unknown_one, "unknown", ("carried out", "nothing moved")),
    "unknown, called a moment ago": Way(just_called, "unknown", (), UNDER_WAY),
    "overdue": Way(overdue, "overdue", ("carried out",)),
    "failed by a proof": Way(canceled, "failed", ("release", "write off")),
    "failed by a word": Way(said_not_to_have_moved, "failed", ("release", "carried out", "write off")),
    "released on a word, and it is under way": Way(under_way_there, "workflow", ("release", "carried out")),
    "released on a word, and its request is erased": Way(erased, "workflow", ("release", "carried out", "write off")),
    "released on a word, and no money": Way(out_of_money, "funds", ("release", "carried out")),
    "released on a word, and it was paid": Way(found_paid_at_the_release, "contradicted", ("carried out",)),
    "paid after a proof": Way(lambda: answered(canceled(), A.DONE), "contradicted", ("carried out",)),
    "paid after a word": Way(lambda: answered(said_not_to_have_moved(), A.DONE), "contradicted", ("carried out",)),
    "paid, and back again": Way(
        lambda: answered(answered(canceled(), A.DONE), A.RETURNED), "contradicted", ("nothing moved",)
    ),
    "returned": Way(came_back_there, "returned", ("release", "write off")),
    "returned by a word": Way(returned_by_a_word, "returned", ("release", "carried out", "write off")),
    "returned by a word, and it was paid": Way(
        lambda: answered(returned_by_a_word(), A.DONE), "contradicted", ("carried out",)
    ),
    "paid twice": Way(paid_twice, "contradicted", (), IS_OUT),
    "paid twice, and once back": Way(lambda: answered(paid_twice(), A.RETURNED), "contradicted", ("nothing moved",)),
    "paid by the earlier attempt only": Way(paid_by_the_earlier_only, "contradicted", (), IS_OUT),
    "paid by the earlier attempt, and back": Way(
        lambda: answered(paid_by_the_earlier_only(), A.RETURNED), "contradicted", ("nothing moved",)
    ),
    "paid by the earlier attempt, the later is under way": Way(
        earlier_paid_and_the_later_under_way, "contradicted", (), UNDER_WAY
    ),
    "paid by the earlier attempt, the later is overdue": Way(
        lambda: later(earlier_paid_and_the_later_under_way(), timedelta(days=4)), "contradicted", ("carried out",)
    ),
    "revised, and it was paid": Way(revised_and_paid, "contradicted", (), IS_OUT),
    "beside one that was revised and paid": Way(revised_and_paid, "contradicted", (), IS_OUT, SIBLING),
    "revised and paid, and back": Way(
        lambda: answered(revised_and_paid(), A.RETURNED), "contradicted", ("nothing moved",)
    ),
    "a check that the bank paid and that came back": Way(cashed_and_back, "unknown", ("carried out",)),
    "a void check that the bank paid": Way(void_and_cashed, "contradicted", (), IS_OUT),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_what_a_person_may_do_about_it(way: Way) -> None:
    stands = way.come_to().stands(way.payout_id)
    assert (stands.waits_for, stands.waiting_since is None) == (way.waits_for, False)
    may = []
    for name, command in COMMANDS.items():
        world = way.come_to()
        rows = dict(world.store.rows)
        outcome = command(world, way.payout_id)
        # What was done before, and is told again, helps as little as a refusal.
        if world.store.rows != rows:
            assert not isinstance(outcome, REFUSED)
            may.append(name)
    assert tuple(may) == way.may
    assert bool(way.may) is (way.until is None)


def test_every_reason_to_wait_is_in_the_table() -> None:
    assert {way.waits_for for way in WAYS.values()} == {*map(str, BlockReason), *map(str, WaitsFor)}


@pytest.mark.parametrize(
    ("how", "waits_for", "out_minor"),
    [
        ("paid, and back again", "returned", 0),
        ("paid twice, and once back", None, -100_00),
        ("paid by the earlier attempt, and back", "failed", 0),
        ("revised and paid, and back", None, 0),
    ],
)
def test_once_what_was_paid_besides_is_back_it_waits_like_any_other(
    how: str, waits_for: str | None, out_minor: int
) -> None:
    world = WAYS[how].come_to()
    say(world, NothingMoved(), PAYOUT_ID)
    for _ in range(2):
        heard(world)
        assert (world.stands().waits_for, world.stands().attention) == (waits_for, None)
        world.settle(PAYOUT_ID, 1)
    assert world.balances().get("float:tremendous", 0) == out_minor


def test_a_check_that_the_bank_paid_and_a_person_says_so_is_paid() -> None:
    world = cashed_and_back()
    say(world, CarriedOut(), PAYOUT_ID)
    heard(world)
    assert (world.stands().status, world.stands().waits_for) == (S.SETTLED, None)


def test_once_it_is_back_what_stood_still_beside_it_is_released_as_any() -> None:
    world = answered(revised_and_paid(), A.RETURNED)
    say(world, NothingMoved(), PAYOUT_ID)
    assert world.stands(SIBLING).waits_for == "workflow"
    assert not isinstance(COMMANDS["release"](world, SIBLING), CannotRelease)


def test_what_has_to_be_ended_at_the_provider_is_not_written_off_before() -> None:
    world = under_way_there()
    refused = COMMANDS["write off"](world, PAYOUT_ID)
    assert refused == CannotWriteOff(f"tremendous has {REFERENCE} as pending: end it there first, then write it off")


def test_what_may_have_been_paid_is_not_written_off_though_it_is_blocked() -> None:
    world = erased()
    world.store.put(replace(attempt(world), answer=None))
    assert COMMANDS["write off"](world, PAYOUT_ID) == CannotWriteOff(
        "its attempt 1 may have been paid: find out, and say so with guerdon resolve"
    )
    assert world.stands().status is S.BLOCKED


def test_what_stands_beside_a_paid_one_is_not_let_go_by_a_return_of_its_own() -> None:
    """Its own attempt came back before, which says nothing of the other payout's money."""
    world = revised_and_paid()
    stands = replace(world.stands(SIBLING), attempts=1)
    came_back = builders.answer(A.RETURNED, reference=f"{SIBLING}-1")
    world.store.put(stands, builders.attempt(stands, answer=came_back))
    refused = COMMANDS["nothing moved"](world, SIBLING)
    assert isinstance(refused, CannotSay)
    assert world.stands(SIBLING) == stands
