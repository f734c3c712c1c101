"""A payout that failed on a person's word, whose deal is amended then: what takes its place waits for a person.

Its pay step asks the provider about its own attempts only, so nothing but a person stands between it and a second
payment. No money moves in these tests: the till is a list.
"""

from datetime import timedelta

import pytest

from builders import usd
from fakes.provider import Fault
from guerdon.application.attempts import record_answer
from guerdon.application.grant import awaiting_approval, beside_earlier, new_payout
from guerdon.application.records import AnswerState, ProviderAnswer
from guerdon.application.release_again import CannotRelease, ReleaseAgain
from guerdon.application.resolve_payout import ResolvePayout, WasSaid
from guerdon.application.said_of_payout import NothingMoved
from guerdon.domain.errors import OutcomeUnknown
from guerdon.domain.pausing import EVERYTHING
from guerdon.domain.payout import CONTRADICTED, SAID_NOT_MOVED, Payout, PayoutStatus
from lifecycle import Lifecycle, amended, day, undone, won

S = PayoutStatus
WHY = "their support wrote so"
LATER = day(6)


@pytest.fixture
def life() -> Lifecycle:
    """A payout of 100.00 that the provider carried out, and that failed on a person's mistaken word."""
    life = Lifecycle()
    life.tell(won())
    world, (payout,) = life.world, life.payouts()
    world.release(payout.payout_id, 1)
    world.provider.next_submits.append(Fault.ANSWER_LOST)
    with pytest.raises(OutcomeUnknown):
        world.pay(payout.payout_id, 1, "token")
    world.settle(payout.payout_id, 1, "States.TaskFailed")
    world.clock.advance(timedelta(hours=2))
    said = ResolvePayout(world.store, world.clock, world.hints)(payout.payout_id, NothingMoved(), "pat", WHY)
    assert isinstance(said, WasSaid)
    world.look_again(world.hints.enqueued.pop())
    # Its own execution is over; the simulated cloud shall not begin with it again.
    world.fulfillments.started.clear()
    assert life.stand() == [("100.00 USD", S.FAILED)]
    return life


def moved_minor(life: Lifecycle) -> int:
    return sum(movement.amount.amount_minor for movement in life.world.provider.till)


def test_what_takes_its_place_waits_for_a_person(life: Lifecycle) -> None:
    failed = life.payouts()[0].payout_id
    life.tell(amended("900.00"))
    life.cloud.run(6)
    assert life.stand() == [("100.00 USD", S.REVERSED), ("90.00 USD", S.BLOCKED)]
    waits = life.payouts()[1]
    assert waits.attention == (
        f"{SAID_NOT_MOVED} of {failed}, promised for the same reward: be certain before it is released"
    )
    assert waits.waits_for == "workflow"
    assert moved_minor(life) == 100_00


def test_what_takes_the_place_of_that_waits_too(life: Lifecycle) -> None:
    life.tell(amended("900.00"))
    life.tell(amended("800.00", since=LATER))
    life.cloud.run(6)
    assert life.stand() == [("100.00 USD", S.REVERSED), ("90.00 USD", S.REVERSED), ("80.00 USD", S.BLOCKED)]
    assert moved_minor(life) == 100_00


def test_a_person_who_is_certain_may_release_it(life: Lifecycle) -> None:
    life.tell(amended("900.00"))
    life.cloud.turn()
    waits = life.payouts()[1]
    release = ReleaseAgain(life.world.store, life.world.clock, life.world.fulfillments)
    assert isinstance(release(waits.payout_id, "pat", WHY), Payout)
    life.cloud.turn()
    assert life.payouts()[1].status is S.SETTLED


def test_a_deal_that_came_undone_leaves_nothing_to_pay(life: Lifecycle) -> None:
    life.tell(undone())
    life.cloud.run(6)
    assert life.stand() == [("100.00 USD", S.REVERSED)]
    assert moved_minor(life) == 100_00


def test_what_an_amendment_gives_back_of_it_waits_for_a_person_too(life: Lifecycle) -> None:
    failed = life.payouts()[0].payout_id
    life.tell(amended("100.00"))
    life.tell(amended("1000.00", since=LATER))
    life.cloud.run(6)
    assert life.stand() == [("100.00 USD", S.REVERSED), ("10.00 USD", S.BLOCKED), ("90.00 USD", S.BLOCKED)]
    assert life.payouts()[2].attention == (
        f"{SAID_NOT_MOVED} of {failed}, promised for the same reward: be certain before it is released"
    )
    assert moved_minor(life) == 100_00


def test_what_is_given_back_of_a_contradicted_one_is_paid_by_nobody(life: Lifecycle) -> None:
    world, failed = life.world, life.payouts()[0].payout_id
    attempt = world.store.attempt(failed, 1)
    assert attempt is not None
    record_answer(world.store, world.clock, attempt, ProviderAnswer(attempt.reference, "x", AnswerState.DONE, "done"))
    world.settle(failed, 1)
    life.tell(amended("100.00"))
    life.tell(amended("1000.00", since=LATER))
    life.cloud.run(6)
    given_back = life.payouts()[2]
    assert (given_back.status, given_back.attention) == (S.BLOCKED, CONTRADICTED)
    release = ReleaseAgain(world.store, world.clock, world.fulfillments)
    assert isinstance(release(given_back.payout_id, "pat", WHY), CannotRelease)
    assert moved_minor(life) == 100_00


def test_the_word_is_not_forgotten_once_what_took_its_place_was_released_and_paused(life: Lifecycle) -> None:
    life.tell(amended("900.00"))
    world, waits = life.world, life.payouts()[1]
    world.pause(EVERYTHING, "ops@example.com", "an incident")
    release = ReleaseAgain(world.store, world.clock, world.fulfillments)
    assert isinstance(release(waits.payout_id, "pat", WHY), Payout)
    life.cloud.turn()
    assert life.payouts()[1].reason == "paused"
    life.tell(amended("800.00", since=LATER))
    world.resume(EVERYTHING, "ops@example.com", "it is over")
    life.cloud.run(6)
    assert life.stand() == [("100.00 USD", S.REVERSED), ("90.00 USD", S.REVERSED), ("80.00 USD", S.BLOCKED)]
    assert life.payouts()[2].waits_for == "workflow"
    assert moved_minor(life) == 100_00


def test_the_word_is_not_forgotten_by_what_a_provider_gives_back(life: Lifecycle) -> None:
    """What took its place was released, and the provider has it, when the deal is amended again."""
    life.tell(amended("900.00"))
    world, waits = life.world, life.payouts()[1].payout_id
    release = ReleaseAgain(world.store, world.clock, world.fulfillments)
    assert isinstance(release(waits, "pat", WHY), Payout)
    world.fulfillments.started.clear()
    world.release(waits, 2)
    world.provider.next_submits.append(AnswerState.PENDING)
    world.pay(waits, 2, "token")
    life.tell(amended("800.00", since=LATER))
    assert life.payouts()[1].take_back == usd("10.00")
    attempt = world.store.attempt(waits, 1)
    assert attempt is not None
    refused = ProviderAnswer(attempt.reference, "y", AnswerState.REFUSED, "no")
    record_answer(world.store, world.clock, attempt, refused)
    world.settle(waits, 2)
    world.settle(waits, 2)
    life.cloud.run(6)
    assert life.stand() == [("100.00 USD", S.REVERSED), ("90.00 USD", S.REVERSED), ("80.00 USD", S.BLOCKED)]
    # What the provider took and then refused was the last thing that was sent to it.
    assert [str(movement.amount) for movement in world.provider.till] == ["100.00 USD", "90.00 USD"]


def test_whoever_approves_what_is_given_back_reads_of_the_word_too(life: Lifecycle) -> None:
    (failed,) = life.payouts()
    now = life.world.clock.now()
    asked = awaiting_approval(new_payout(life.reward(), 1, usd("90.00"), failed.event_id, now), "told late", now)
    beside = beside_earlier(asked, [failed], now)
    assert (beside.waits_for, beside.version) == ("approval", 1)
    assert beside.attention == (
        f"{SAID_NOT_MOVED} of {failed.payout_id}, promised for the same reward: be certain before it is released; "
        "told late"
    )
    assert beside_earlier(beside, [failed], now) == beside
