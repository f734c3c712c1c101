"""A payout that rests on a person's word is paid again only once the provider was asked; it may say otherwise later.

What is asserted is the till, a list that says what the provider moved.
"""

from dataclasses import replace

import pytest

import builders
from builders import NOW, PAYOUT_ID
from fakes.provider import Fault
from guerdon.application.attempts import record_answer
from guerdon.application.records import AnswerState
from guerdon.application.release_again import CannotRelease
from guerdon.application.said_of_payout import CarriedOut, NothingMoved
from guerdon.domain.errors import OutcomeUnknown, ProviderUnavailable
from guerdon.domain.payout import CONTRADICTED
from saying import (
    LATER,
    REFERENCE,
    A,
    S,
    attempt,
    heard,
    moved_minor,
    paid_again,
    release_again,
    say,
    unknown,
)
from world import World


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
