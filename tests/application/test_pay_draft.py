"""Providers that draft first: only the draft whose id was saved is ever confirmed."""

from datetime import datetime, timedelta

import pytest

from builders import PAYOUT_ID, usd
from fakes.provider import Fault, MemoryDraftingProvider, Movement
from guerdon.application.pay_payout import CONFIRMS_MOST, PayPayout
from guerdon.application.records import AnswerState, FrozenRequest, ProviderAnswer
from guerdon.domain.channel import Channel
from guerdon.domain.errors import OutcomeUnknown, ProviderNotReady
from guerdon.domain.payout import BlockReason, PayoutStatus
from world import World

REFERENCE = f"{PAYOUT_ID}-1"


class Shop(MemoryDraftingProvider):
    """A drafting provider at which another process is faster, right after the first draft was made."""

    faster: PayPayout | None = None
    keeps_drafts = False

    def discard(self, provider_id: str) -> None:
        if not self.keeps_drafts:
            super().discard(provider_id)

    def submit(self, request: FrozenRequest, now: datetime) -> ProviderAnswer:
        answer = super().submit(request, now)
        faster, self.faster = self.faster, None
        if faster is not None:
            faster(PAYOUT_ID, 1, "token-of-the-faster")
        return answer


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def world(shop: Shop) -> World:
    world = World(Channel.MERCHANDISE, provider=shop)
    world.released()
    return world


def pay(world: World, waiting: str = "token-1") -> None:
    world.pay(PAYOUT_ID, 1, world.wait_under(waiting))


def test_a_draft_is_saved_and_then_confirmed(world: World, shop: Shop) -> None:
    pay(world)
    assert shop.calls == [("submit", REFERENCE), ("confirm", "printful-1")]
    assert shop.till == [Movement(REFERENCE, "printful-1", usd("100.00"))]
    assert world.state_of() is AnswerState.PENDING
    assert world.fulfillments.rung == []


def test_of_two_drafts_only_the_saved_one_is_confirmed_and_the_other_deleted(world: World, shop: Shop) -> None:
    shop.faster = world.other_process().pay
    pay(world)
    assert shop.calls == [
        ("submit", REFERENCE),
        ("submit", REFERENCE),
        ("confirm", "printful-2"),
        ("discard", "printful-1"),
        ("look_up", REFERENCE),
    ]
    assert shop.discarded == ["printful-1"]
    assert shop.till == [Movement(REFERENCE, "printful-2", usd("100.00"))]


def test_a_draft_whose_answer_was_lost_is_made_anew_and_one_is_paid(world: World, shop: Shop) -> None:
    shop.next_submits.append(Fault.ANSWER_LOST)
    with pytest.raises(OutcomeUnknown):
        pay(world)
    pay(world, "token-2")
    assert [one.provider_id for one in shop.till] == ["printful-2"]


def test_a_confirmation_whose_answer_was_lost_is_asked_for_again_and_paid_once(world: World, shop: Shop) -> None:
    shop.next_confirms.append(Fault.ANSWER_LOST)
    with pytest.raises(OutcomeUnknown):
        pay(world)
    pay(world, "token-2")
    assert shop.till == [Movement(REFERENCE, "printful-1", usd("100.00"))]
    assert world.asked("submit") == 1
    assert world.state_of() is AnswerState.PENDING


def test_a_draft_that_is_not_ready_yet_is_confirmed_a_moment_later(world: World, shop: Shop) -> None:
    shop.next_confirms.extend([Fault.NOT_READY] * (CONFIRMS_MOST - 1))
    pay(world)
    assert [name for name, _ in shop.calls] == ["submit", *["confirm"] * CONFIRMS_MOST]
    assert world.clock.pauses == [1, 2, 3, 4, 5, 6, 7, 8, 9]
    assert shop.till == [Movement(REFERENCE, "printful-1", usd("100.00"))]


def test_a_draft_that_is_not_ready_for_long_is_confirmed_by_the_next_try(world: World, shop: Shop) -> None:
    shop.next_confirms.extend([Fault.NOT_READY] * CONFIRMS_MOST)
    with pytest.raises(ProviderNotReady):
        pay(world)
    assert shop.till == []
    pay(world, "token-2")
    assert [name for name, _ in shop.calls] == ["submit", *["confirm"] * CONFIRMS_MOST, "confirm"]
    assert len(shop.till) == 1


def test_a_refused_confirmation_counts_once_the_draft_is_deleted(world: World, shop: Shop) -> None:
    shop.next_confirms.append(AnswerState.OUT_OF_FUNDS)
    world.pay(PAYOUT_ID, 1, "nobody waits")
    assert [name for name, _ in shop.calls] == ["submit", "confirm", "discard", "look_up"]
    assert shop.till == []
    assert (world.stands().status, world.stands().reason) == (PayoutStatus.BLOCKED, BlockReason.FUNDS)


def test_a_refused_draft_that_cannot_be_deleted_proves_nothing(world: World, shop: Shop) -> None:
    shop.next_confirms.append(AnswerState.REFUSED)
    shop.keeps_drafts = True
    with pytest.raises(OutcomeUnknown, match="still there"):
        pay(world)
    assert world.state_of() is AnswerState.PREPARED


def test_a_refused_draft_moves_nothing(world: World, shop: Shop) -> None:
    shop.next_submits.append(AnswerState.REFUSED)
    world.pay(PAYOUT_ID, 1, "nobody waits")
    assert shop.calls == [("submit", REFERENCE)]
    assert world.stands().status is PayoutStatus.FAILED
    assert world.balances() == {}


def test_a_refused_draft_proves_nothing_when_another_draft_was_saved_meanwhile(world: World, shop: Shop) -> None:
    shop.next_submits.append(AnswerState.REFUSED)
    shop.faster = world.other_process().pay
    pay(world)
    assert world.state_of() is AnswerState.PENDING
    assert shop.till == [Movement(REFERENCE, "printful-1", usd("100.00"))]
    assert world.stands().status is PayoutStatus.SUBMITTED


def test_a_confirmed_order_is_looked_up_by_every_later_try(world: World, shop: Shop) -> None:
    pay(world)
    shop.became(REFERENCE, AnswerState.DONE)
    world.clock.advance(timedelta(days=2))
    pay(world, "token-2")
    assert [name for name, _ in shop.calls] == ["submit", "confirm", "look_up"]
    assert world.fulfillments.rung == [("token-2", PAYOUT_ID, 1)]
