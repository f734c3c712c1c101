"""The fake providers are where use-case tests see money move, so what they do is held here."""

from datetime import timedelta

import pytest

from fakes.clock import FakeClock
from fakes.provider import Fault, MemoryDraftingProvider, MemoryProvider, Movement
from guerdon.application.ports import DraftingProvider, PayoutOrder
from guerdon.application.records import AdvocateDetails, AnswerState, FrozenRequest
from guerdon.domain.errors import OutcomeUnknown, ProviderNotReady, ProviderUnavailable
from guerdon.domain.money import Money

NOW = FakeClock().now()
ADA = AdvocateDetails("ad_1", "sf_1", "A-77", "Ada Byron", "ada@example.com", "US", None, None, NOW)
VALUE = Money(50_000, "USD")


def order(reference: str = "po_1-1") -> PayoutOrder:
    return PayoutOrder(reference, "po_1", "Customer referrals", VALUE, ADA, None)


@pytest.fixture
def provider() -> MemoryProvider:
    return MemoryProvider("tremendous")


@pytest.fixture
def drafting() -> MemoryDraftingProvider:
    return MemoryDraftingProvider()


@pytest.fixture
def request_(provider: MemoryProvider) -> FrozenRequest:
    return provider.freeze(order())


def test_the_same_key_moves_money_once_while_it_is_remembered(
    provider: MemoryProvider, request_: FrozenRequest
) -> None:
    first = provider.submit(request_, NOW)
    assert provider.submit(request_, NOW + timedelta(hours=23, minutes=59)) == first
    assert provider.till == [Movement("po_1-1", "tremendous-1", VALUE)]


def test_a_forgotten_key_moves_money_again(provider: MemoryProvider, request_: FrozenRequest) -> None:
    provider.submit(request_, NOW)
    provider.submit(request_, NOW + timedelta(hours=24))
    assert len(provider.till) == 2


@pytest.mark.parametrize(
    ("fault", "error", "movements"),
    [
        (Fault.DID_NOTHING, ProviderUnavailable, 0),
        (Fault.NOT_READY, ProviderNotReady, 0),
        (Fault.REQUEST_LOST, OutcomeUnknown, 0),
        (Fault.ANSWER_LOST, OutcomeUnknown, 1),
    ],
)
def test_a_fault_moves_money_or_does_not(
    provider: MemoryProvider, request_: FrozenRequest, fault: Fault, error: type[Exception], movements: int
) -> None:
    provider.next_submits.append(fault)
    with pytest.raises(error):
        provider.submit(request_, NOW)
    assert len(provider.till) == movements
    assert (provider.look_up(request_, NOW) is not None) is (movements == 1)
    assert provider.submit(request_, NOW).state is AnswerState.DONE
    assert len(provider.till) == 1


@pytest.mark.parametrize("state", [AnswerState.REFUSED, AnswerState.OUT_OF_FUNDS])
def test_a_refusal_makes_nothing_and_moves_nothing(
    provider: MemoryProvider, request_: FrozenRequest, state: AnswerState
) -> None:
    provider.next_submits.append(state)
    answer = provider.submit(request_, NOW)
    assert (answer.state, answer.provider_id) == (state, "")
    assert provider.look_up(request_, NOW) is None
    assert provider.till == []


def test_money_that_comes_back_is_seen_in_the_till(provider: MemoryProvider, request_: FrozenRequest) -> None:
    provider.next_submits.append(AnswerState.PENDING)
    provider.submit(request_, NOW)
    provider.became("po_1-1", AnswerState.DONE)
    returned = provider.became("po_1-1", AnswerState.RETURNED)
    assert provider.look_up_resource("orders", "tremendous-1", NOW) == returned
    assert [movement.amount for movement in provider.till] == [VALUE, -VALUE]


def test_every_submission_makes_a_draft_and_none_moves_money(drafting: MemoryDraftingProvider) -> None:
    request = drafting.freeze(order())
    assert isinstance(drafting, DraftingProvider)
    assert [drafting.submit(request, NOW).provider_id for _ in range(2)] == ["printful-1", "printful-2"]
    assert drafting.till == []


def test_a_draft_moves_money_once_however_often_it_is_confirmed(drafting: MemoryDraftingProvider) -> None:
    request = drafting.freeze(order())
    drafting.submit(request, NOW)
    drafting.next_confirms.append(Fault.ANSWER_LOST)
    with pytest.raises(OutcomeUnknown):
        drafting.confirm(request, "printful-1", NOW)
    assert drafting.confirm(request, "printful-1", NOW).state is AnswerState.PENDING
    assert drafting.till == [Movement("po_1-1", "printful-1", VALUE)]


def test_two_confirmed_drafts_move_money_twice(drafting: MemoryDraftingProvider) -> None:
    request = drafting.freeze(order())
    for provider_id in (drafting.submit(request, NOW).provider_id, drafting.submit(request, NOW).provider_id):
        drafting.confirm(request, provider_id, NOW)
    assert len(drafting.till) == 2


def test_a_discarded_draft_is_gone_and_discarding_it_again_is_fine(drafting: MemoryDraftingProvider) -> None:
    request = drafting.freeze(order())
    drafting.submit(request, NOW)
    drafting.discard("printful-1")
    drafting.discard("printful-1")
    assert drafting.discarded == ["printful-1"]
    assert drafting.look_up(request, NOW) is None
    assert drafting.submit(request, NOW).provider_id == "printful-2"
