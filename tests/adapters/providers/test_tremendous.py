from datetime import date

import pytest

from adapters.providers.conftest import Sandbox
from adapters.providers.orders import NOW, ORDER, REFERENCE, SECRETS, to, worth
from adapters.providers.servers import RESET, Scripted
from guerdon.adapters.providers.build import build_provider
from guerdon.application.ports import PayoutProvider
from guerdon.application.records import AnswerState, ProviderAnswer
from guerdon.domain.errors import OutcomeUnknown, ProviderUnavailable
from guerdon.domain.money import Money


@pytest.fixture
def tremendous(scripted: Scripted) -> PayoutProvider:
    return build_provider("tremendous", SECRETS["tremendous"], scripted.url)


def order(status: str = "EXECUTED", **more: object) -> dict[str, object]:
    known = {"id": "ORDER1", "external_id": REFERENCE, "created_at": "2026-11-21T23:30:00.000-05:00"}
    return {"order": {**known, "status": status, "payment": {"subtotal": 125.5, "total": 126.0, "fees": 0.5}, **more}}


def test_an_executed_order_is_done_at_its_total_in_us_dollars(tremendous: PayoutProvider, scripted: Scripted) -> None:
    scripted.says(200, order())

    assert tremendous.submit(tremendous.freeze(ORDER), NOW) == ProviderAnswer(
        reference=REFERENCE,
        provider_id="ORDER1",
        state=AnswerState.DONE,
        detail="EXECUTED",
        cost=Money(12600, "USD"),
        value_on=date(2026, 11, 22),
    )


def test_the_frozen_bytes_are_what_is_sent(tremendous: PayoutProvider, scripted: Scripted) -> None:
    scripted.says(200, order())
    request = tremendous.freeze(ORDER)

    tremendous.submit(request, NOW)

    said = scripted.asked[0]
    assert (said.method, said.path, said.body.decode()) == ("POST", "/orders", request.body)
    assert said.headers["authorization"] == "Bearer TEST_key"
    assert said.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("status", "more", "state"),
    [
        ("OPEN", {}, AnswerState.PENDING),
        ("PENDING APPROVAL", {}, AnswerState.PENDING),
        ("PENDING INTERNAL PAYMENT APPROVAL", {}, AnswerState.PENDING),
        ("FAILED", {}, AnswerState.CANCELED),
        ("CANCELED", {}, AnswerState.CANCELED),
        ("CANCELED", {"payment": {"total": 126.0, "refund": {"total": 126.0}}}, AnswerState.RETURNED),
    ],
)
def test_each_status_has_one_meaning(
    tremendous: PayoutProvider, scripted: Scripted, status: str, more: dict[str, object], state: AnswerState
) -> None:
    scripted.says(200, order(status, **more))

    answer = tremendous.look_up_resource("orders", "ORDER1", NOW)

    assert answer is not None
    assert (answer.state, answer.detail, answer.value_on) == (state, status, None)


@pytest.mark.parametrize(
    "body",
    [
        order("SOMETHING NEW"),
        order(external_id="po_other-1"),
        order(payment={"total": 1.005}),
        {"orders": []},
        b"<html>",
    ],
)
def test_a_success_that_says_something_else_is_unknown(
    tremendous: PayoutProvider, scripted: Scripted, body: object
) -> None:
    scripted.says(200, body)

    with pytest.raises(OutcomeUnknown):
        tremendous.submit(tremendous.freeze(ORDER), NOW)


def test_an_order_of_somebody_else_is_nothing_of_ours(tremendous: PayoutProvider, scripted: Scripted) -> None:
    scripted.says(200, order(external_id=None))

    assert tremendous.look_up_resource("orders", "ORDER1", NOW) is None


def test_a_hint_about_something_else_is_not_looked_up(tremendous: PayoutProvider, scripted: Scripted) -> None:
    assert tremendous.look_up_resource("members", "M1", NOW) is None
    assert scripted.asked == []


def test_a_refusal_repeats_nobodys_data(tremendous: PayoutProvider, scripted: Scripted) -> None:
    scripted.says(422, {"errors": {"message": "ada@example.com is blocked", "payload": {"reward": {}}}})

    answer = tremendous.submit(tremendous.freeze(ORDER), NOW)

    assert answer == ProviderAnswer(REFERENCE, "", AnswerState.REFUSED, "422")


def test_a_lost_answer_is_unknown(tremendous: PayoutProvider, scripted: Scripted) -> None:
    scripted.breaks(RESET)

    with pytest.raises(OutcomeUnknown):
        tremendous.submit(tremendous.freeze(ORDER), NOW)


def test_a_gift_card_is_paid_once_however_often_it_is_sent(sandbox: Sandbox) -> None:
    provider = sandbox.provider("tremendous")
    request = provider.freeze(ORDER)

    answers = [provider.submit(request, NOW) for _ in range(3)]

    assert len(set(answers)) == 1
    assert (answers[0].state, answers[0].cost) == (AnswerState.DONE, Money(12550, "USD"))
    assert sandbox.till() == [("tremendous", REFERENCE, 12550, "USD", "paid")]


def test_a_gift_card_in_yen_is_not_multiplied(sandbox: Sandbox) -> None:
    provider = sandbox.provider("tremendous")

    answer = provider.submit(provider.freeze(worth(5000, "JPY")), NOW)

    assert answer.cost == Money(3350, "USD")


def test_a_call_that_timed_out_is_found_again(sandbox: Sandbox) -> None:
    sandbox.fault("tremendous", "timeout_after")
    provider = sandbox.provider("tremendous")
    request = provider.freeze(ORDER)

    with pytest.raises(OutcomeUnknown):
        provider.submit(request, NOW)
    found = provider.look_up(request, NOW)

    assert found is not None
    assert found.state is AnswerState.DONE
    assert sandbox.till() == [("tremendous", REFERENCE, 12550, "USD", "paid")]


def test_what_was_never_sent_is_not_found(sandbox: Sandbox) -> None:
    provider = sandbox.provider("tremendous")

    assert provider.look_up(provider.freeze(ORDER), NOW) is None
    assert sandbox.till() == []


def test_another_body_under_the_same_reference_is_unknown(sandbox: Sandbox) -> None:
    provider = sandbox.provider("tremendous")
    provider.submit(provider.freeze(ORDER), NOW)

    with pytest.raises(OutcomeUnknown, match="409"):
        provider.submit(provider.freeze(worth(20000, "USD")), NOW)

    assert sandbox.till() == [("tremendous", REFERENCE, 12550, "USD", "paid")]


@pytest.mark.parametrize(
    ("fault", "state"), [("refuse", AnswerState.REFUSED), ("out_of_funds", AnswerState.OUT_OF_FUNDS)]
)
def test_a_no_is_an_answer_and_nothing_moved(sandbox: Sandbox, fault: str, state: AnswerState) -> None:
    sandbox.fault("tremendous", fault)
    provider = sandbox.provider("tremendous")

    assert provider.submit(provider.freeze(ORDER), NOW).state is state
    assert sandbox.till() == []


def test_a_rate_limit_is_certainly_nothing_done(sandbox: Sandbox) -> None:
    sandbox.fault("tremendous", "rate_limit")
    provider = sandbox.provider("tremendous")

    with pytest.raises(ProviderUnavailable):
        provider.submit(provider.freeze(ORDER), NOW)

    assert sandbox.till() == []


def test_an_order_that_waits_for_approval_is_followed_to_its_end(sandbox: Sandbox) -> None:
    sandbox.fault("tremendous", "pending")
    provider = sandbox.provider("tremendous")
    request = provider.freeze(ORDER)

    waiting = provider.submit(request, NOW)
    sandbox.advance(1001)
    approved = provider.look_up_resource("orders", waiting.provider_id, NOW)

    assert (waiting.state, waiting.cost) == (AnswerState.PENDING, None)
    assert approved is not None
    assert (approved.state, approved.provider_id) == (AnswerState.DONE, waiting.provider_id)


def test_an_order_that_was_not_approved_moved_nothing(sandbox: Sandbox) -> None:
    provider = sandbox.provider("tremendous")
    request = provider.freeze(to(email="ada+canceled@example.com"))

    provider.submit(request, NOW)
    sandbox.advance(1001)
    canceled = provider.look_up(request, NOW)

    assert canceled is not None
    assert canceled.state is AnswerState.CANCELED
    assert sandbox.till() == []


def test_a_hint_about_a_reward_leads_to_its_order(sandbox: Sandbox) -> None:
    provider = sandbox.provider("tremendous")
    made = provider.submit(provider.freeze(ORDER), NOW)
    url = f"{sandbox.url}/tremendous/api/v2/orders/{made.provider_id}"
    shown = sandbox.pool.request("GET", url, headers={"Authorization": "Bearer TEST_key"}).json()
    reward_id = shown["order"]["rewards"][0]["id"]

    assert provider.look_up_resource("rewards", reward_id, NOW) == made
    assert provider.look_up_resource("rewards", "NONE", NOW) is None
