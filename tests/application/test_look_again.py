"""Hints: whatever a webhook or the sweep says, the look-up counts; every hint rings anew."""

from dataclasses import replace
from datetime import timedelta

import pytest

import builders
from builders import EVENT_ID, PAYOUT_ID
from fakes.provider import Fault, MemoryDraftingProvider
from guerdon.application.look_again import DRAFT_ABANDONED_AFTER, Looked, Sight
from guerdon.application.ports import Notice, ProviderHint
from guerdon.application.records import AnswerState
from guerdon.domain.channel import Channel
from guerdon.domain.errors import OutcomeUnknown, ProviderUnavailable
from guerdon.domain.payout import OUTCOME_UNKNOWN, PayoutStatus
from world import World

REFERENCE = f"{PAYOUT_ID}-1"
WEBHOOK = ProviderHint("tremendous", "orders", "tremendous-1")
SWEEP = ProviderHint("tremendous", "payout", PAYOUT_ID)


@pytest.fixture
def world() -> World:
    world = World()
    world.submitted()
    return world


def carried_out(world: World, state: AnswerState = AnswerState.DONE) -> None:
    """The provider made it, and its answer never reached us."""
    world.provider.next_submits.append(state)
    world.provider.submit(builders.frozen_request(), world.clock.now())


@pytest.mark.parametrize("hint", [WEBHOOK, SWEEP])
def test_a_hint_that_overtakes_the_answer_saves_the_id_and_rings(world: World, hint: ProviderHint) -> None:
    carried_out(world)
    world.wait_under("token-1")
    assert world.look_again(hint) == Sight(Looked.CONCLUDED, REFERENCE, EVENT_ID)
    saved = world.store.attempt(PAYOUT_ID, 1)
    assert saved is not None
    assert saved.provider_id == "tremendous-1"
    assert world.state_of() is AnswerState.DONE
    assert world.fulfillments.rung == [("token-1", PAYOUT_ID, 1)]


@pytest.mark.parametrize("hint", [WEBHOOK, SWEEP])
def test_when_nobody_waits_it_settles_itself_and_tells(world: World, hint: ProviderHint) -> None:
    carried_out(world)
    assert world.look_again(hint).looked is Looked.CONCLUDED
    assert world.stands().status is PayoutStatus.SETTLED
    assert world.notices.enqueued == [Notice("payout", PAYOUT_ID, 1)]


def test_a_duplicate_rings_again_and_writes_nothing(world: World) -> None:
    carried_out(world)
    world.wait_under("token-1")
    world.look_again(WEBHOOK)
    written = list(world.store.commits)
    world.wait_under("token-1")
    world.look_again(WEBHOOK)
    assert world.fulfillments.rung == [("token-1", PAYOUT_ID, 1)] * 2
    assert world.store.commits == written


def test_what_is_under_way_wakes_nobody(world: World) -> None:
    carried_out(world, AnswerState.PENDING)
    world.wait_under("token-1")
    assert world.look_again(WEBHOOK) == Sight(Looked.UNDER_WAY, REFERENCE, EVENT_ID)
    assert world.fulfillments.rung == []
    assert world.stands().status is PayoutStatus.SUBMITTED


@pytest.mark.parametrize(
    "hint",
    [
        ProviderHint("tremendous", "orders", "somebody-elses"),
        ProviderHint("tremendous", "payout", "po_unknown"),
    ],
)
def test_a_foreign_resource_changes_nothing(world: World, hint: ProviderHint) -> None:
    assert world.look_again(hint) == Sight(Looked.NOT_OURS)
    assert world.store.commits == []


@pytest.mark.parametrize("reference", ["", "invoice-7", "po_other-1", f"{PAYOUT_ID}-2", f"{PAYOUT_ID}-{'9' * 5000}"])
def test_a_resource_under_a_reference_that_is_not_ours_changes_nothing(world: World, reference: str) -> None:
    foreign = replace(builders.frozen_request(), reference=reference)
    world.provider.submit(foreign, world.clock.now())
    assert world.look_again(WEBHOOK) == Sight(Looked.NOT_OURS)
    assert world.store.commits == []


def test_a_payout_without_an_attempt_is_not_asked_about() -> None:
    world = World()
    world.released()
    assert world.look_again(SWEEP) == Sight(Looked.NOT_OURS)
    assert world.provider.calls == []


def test_another_providers_payout_is_not_looked_up_here(world: World) -> None:
    payout = builders.payout(PayoutStatus.SUBMITTED, channel=Channel.CHECK, attempts=1)
    past = builders.NOW - timedelta(days=2)
    world.store.put(payout, builders.attempt(payout, absent_since=past, last_sent_at=past))
    assert world.look_again(SWEEP) == Sight(Looked.NOT_OURS)
    assert world.state_of() is None
    assert world.provider.calls == []


def test_another_providers_attempt_is_not_judged_by_a_resource_of_this_one(world: World) -> None:
    payout = builders.payout(PayoutStatus.SUBMITTED, channel=Channel.CHECK, attempts=1)
    world.store.put(payout, builders.attempt(payout))
    carried_out(world)
    assert world.look_again(WEBHOOK) == Sight(Looked.NOT_OURS)
    assert world.state_of() is None
    assert world.store.commits == []


def test_two_empty_look_ups_an_hour_apart_prove_that_nothing_moved(world: World) -> None:
    for _ in range(2):
        assert world.look_again(SWEEP) == Sight(Looked.NOTHING_KNOWN, REFERENCE, EVENT_ID)
        world.clock.advance(timedelta(minutes=30))
    assert world.look_again(SWEEP) == Sight(Looked.CONCLUDED, REFERENCE, EVENT_ID)
    assert world.state_of() is AnswerState.ABSENT
    assert world.stands().status is PayoutStatus.FAILED
    assert world.balances() == {"in_transit:tremendous": 100_00, "rewards_liability": -100_00}


def test_an_accepted_order_is_never_absent(world: World) -> None:
    world.submitted(answer=builders.answer(AnswerState.PENDING), provider_id="order-1")
    for _ in range(5):
        world.clock.advance(timedelta(hours=1))
        assert world.look_again(SWEEP).looked is Looked.NOTHING_KNOWN
    assert world.stands().status is PayoutStatus.SUBMITTED


def test_an_erased_request_is_looked_up_no_more(world: World) -> None:
    payout = builders.payout(PayoutStatus.SUBMITTED, attempts=1)
    world = World()
    world.store.put(payout, builders.attempt(payout))
    assert world.look_again(SWEEP) == Sight(Looked.NOTHING_KNOWN, REFERENCE, EVENT_ID)
    assert world.provider.calls == []


def test_an_order_that_was_done_and_then_canceled_came_back(world: World) -> None:
    carried_out(world)
    world.look_again(WEBHOOK)
    world.provider.became(REFERENCE, AnswerState.CANCELED)
    world.look_again(WEBHOOK)
    assert world.stands().status is PayoutStatus.RETURNED
    assert world.balances() == {"in_transit:tremendous": 100_00, "rewards_liability": -100_00}
    world.look_again(WEBHOOK)
    assert [change.status.value for change in world.stands().history] == ["earned", "settled", "returned"]


def test_done_after_it_was_recorded_that_nothing_moved_is_put_before_a_person(world: World) -> None:
    world.look_again(SWEEP)
    world.clock.advance(timedelta(hours=1))
    world.look_again(SWEEP)
    carried_out(world)
    world.look_again(WEBHOOK)
    assert world.stands().status is PayoutStatus.FAILED
    assert world.stands().attention is not None
    assert world.notices.enqueued[-1] == Notice("payout", PAYOUT_ID, 1)


def test_the_end_of_a_draft_that_was_not_saved_says_nothing_of_the_saved_one() -> None:
    world = World(Channel.MERCHANDISE)
    world.released()
    orphan = world.provider.submit(builders.frozen_request(), world.clock.now())
    world.pay(PAYOUT_ID, 1, "token-1")
    shop = world.provider
    assert isinstance(shop, MemoryDraftingProvider)
    shop.become(orphan.provider_id, AnswerState.CANCELED)
    world.look_again(ProviderHint("printful", "orders", orphan.provider_id))
    assert world.state_of() is AnswerState.PENDING
    assert world.stands().status is PayoutStatus.SUBMITTED


@pytest.mark.parametrize("attention", [None, OUTCOME_UNKNOWN])
def test_a_draft_is_deleted_once_its_fulfillment_gave_up_and_then_proven_absent(attention: str | None) -> None:
    world = World(Channel.MERCHANDISE)
    world.store.put(replace(world.submitted(), attention=attention))
    world.provider.submit(builders.frozen_request(), world.clock.now())
    hint = ProviderHint("printful", "payout", PAYOUT_ID)
    assert world.look_again(hint).looked is Looked.UNDER_WAY
    assert world.asked("discard") == (0 if attention is None else 1)
    for _ in range(2):
        world.clock.advance(timedelta(hours=1))
        world.look_again(hint)
    expected = PayoutStatus.SUBMITTED if attention is None else PayoutStatus.FAILED
    assert world.stands().status is expected
    assert world.provider.till == []


def test_a_draft_whose_fulfillment_was_stopped_without_a_word_is_deleted_and_proven_absent() -> None:
    world = World(Channel.MERCHANDISE)
    world.submitted()
    world.provider.submit(builders.frozen_request(), world.clock.now())
    hint = ProviderHint("printful", "payout", PAYOUT_ID)
    world.clock.advance(DRAFT_ABANDONED_AFTER - timedelta(seconds=1))
    assert world.look_again(hint).looked is Looked.UNDER_WAY
    assert world.asked("discard") == 0
    world.clock.advance(timedelta(seconds=1))
    world.look_again(hint)
    assert world.asked("discard") == 1
    for _ in range(2):
        world.clock.advance(timedelta(hours=1))
        world.look_again(hint)
    assert world.stands().status is PayoutStatus.FAILED
    assert world.provider.till == []


def test_a_draft_that_was_charged_meanwhile_is_not_deleted() -> None:
    world = World(Channel.MERCHANDISE)
    world.released()
    world.pay(PAYOUT_ID, 1, "token-1")
    world.settle(PAYOUT_ID, 1, "States.Timeout")
    assert world.look_again(ProviderHint("printful", "payout", PAYOUT_ID)).looked is Looked.UNDER_WAY
    assert world.asked("discard") == 0
    assert world.stands().status is PayoutStatus.SUBMITTED


@pytest.mark.parametrize(
    ("fault", "error"), [(Fault.DID_NOTHING, ProviderUnavailable), (Fault.ANSWER_LOST, OutcomeUnknown)]
)
def test_a_look_up_that_fails_is_no_absence(world: World, fault: Fault, error: type[Exception]) -> None:
    for hint in (SWEEP, WEBHOOK):
        world.provider.next_look_ups.append(fault)
        with pytest.raises(error):
            world.look_again(hint)
    assert world.store.commits == []
