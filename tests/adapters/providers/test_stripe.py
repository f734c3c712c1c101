import json
from datetime import date
from urllib.parse import parse_qs

import pytest

from adapters.providers.conftest import Sandbox
from adapters.providers.orders import NOW, ORDER, REFERENCE, SECRETS, to, worth
from adapters.providers.servers import RESET, Scripted
from guerdon.adapters.providers.build import build_provider
from guerdon.application.ports import PayoutProvider
from guerdon.application.records import AnswerState, ProviderAnswer
from guerdon.domain.errors import OutcomeUnknown, ProviderUnavailable
from guerdon.domain.money import Money

RESOURCE = "customer_balance_transactions"


@pytest.fixture
def stripe(scripted: Scripted) -> PayoutProvider:
    return build_provider("stripe", SECRETS["stripe"], scripted.url)


def transaction(**more: object) -> dict[str, object]:
    return {
        "id": "cbtxn_1",
        "object": "customer_balance_transaction",
        "amount": -12550,
        "currency": "usd",
        "created": 1795348800,
        "metadata": {"guerdon_attempt": REFERENCE},
        **more,
    }


def page(*transactions: dict[str, object], has_more: bool = False) -> dict[str, object]:
    url = "/v1/customers/cus_77/balance_transactions"
    return {"object": "list", "data": list(transactions), "has_more": has_more, "url": url}


def problem(code: str | None, kind: str = "invalid_request_error") -> dict[str, object]:
    return {"error": {"type": kind, "code": code, "message": "No such customer: ada@example.com"}}


def test_a_credit_is_done_at_once_at_what_it_is(stripe: PayoutProvider, scripted: Scripted) -> None:
    scripted.says(200, transaction())

    assert stripe.submit(stripe.freeze(ORDER), NOW) == ProviderAnswer(
        reference=REFERENCE,
        provider_id="cbtxn_1",
        state=AnswerState.DONE,
        detail="created",
        cost=Money(12550, "USD"),
        value_on=date(2026, 11, 22),
    )


def test_the_frozen_parameters_go_under_our_reference_as_the_key(stripe: PayoutProvider, scripted: Scripted) -> None:
    scripted.says(200, transaction())
    scripted.says(200, transaction())
    request = stripe.freeze(ORDER)

    stripe.submit(request, NOW)
    stripe.submit(request, NOW)

    first, second = scripted.asked
    assert (first.method, first.path) == ("POST", "/v1/customers/cus_77/balance_transactions")
    assert first.headers["idempotency-key"] == REFERENCE
    assert first.headers["authorization"] == "Bearer sk_test_key"
    assert first.body == second.body
    assert parse_qs(first.body.decode()) == {
        "amount": ["-12550"],
        "currency": ["usd"],
        "description": ["Referral reward: Refer a friend"],
        "metadata[guerdon_attempt]": [REFERENCE],
        "metadata[guerdon_payout]": [REFERENCE.removesuffix("-1")],
    }


@pytest.mark.parametrize(
    "body",
    [
        transaction(metadata={}),
        transaction(metadata={"guerdon_attempt": "po_other-1"}),
        transaction(currency="zzz"),
        {"id": "cbtxn_1"},
        {},
        [],
        b"",
        b"<html>",
        b"\xff",
    ],
)
def test_a_success_that_says_something_else_is_unknown(
    stripe: PayoutProvider, scripted: Scripted, body: object
) -> None:
    scripted.says(200, body)

    with pytest.raises(OutcomeUnknown):
        stripe.submit(stripe.freeze(ORDER), NOW)


@pytest.mark.parametrize(
    ("status", "body", "detail"),
    [
        (400, problem("parameter_invalid_integer"), "400 parameter_invalid_integer"),
        (404, problem("resource_missing"), "404 resource_missing"),
        (400, problem(None), "400"),
    ],
)
def test_a_refusal_carries_stripes_code_and_nobodys_address(
    stripe: PayoutProvider, scripted: Scripted, status: int, body: object, detail: str
) -> None:
    scripted.says(status, body)

    answer = stripe.submit(stripe.freeze(ORDER), NOW)

    assert answer == ProviderAnswer(REFERENCE, "", AnswerState.REFUSED, detail)


@pytest.mark.parametrize("status", [401, 403, 404, 429])
def test_a_call_that_was_not_looked_at_is_certainly_nothing_done(
    stripe: PayoutProvider, scripted: Scripted, status: int
) -> None:
    scripted.says(status, problem(None))

    with pytest.raises(ProviderUnavailable) as raised:
        stripe.submit(stripe.freeze(ORDER), NOW)

    assert "ada@example.com" not in str(raised.value)
    assert len(scripted.asked) == 1


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, problem("api_error")),
        (503, b"<html>"),
        (409, problem("idempotency_key_in_use")),
        (400, problem(None, "idempotency_error")),
        (307, b""),
    ],
)
def test_an_answer_that_proves_nothing_is_unknown_and_not_tried_again(
    stripe: PayoutProvider, scripted: Scripted, status: int, body: object
) -> None:
    scripted.says(status, body, **{"Stripe-Should-Retry": "true"})

    with pytest.raises(OutcomeUnknown):
        stripe.submit(stripe.freeze(ORDER), NOW)

    assert len(scripted.asked) == 1


def test_a_lost_answer_is_unknown_and_not_tried_again(stripe: PayoutProvider, scripted: Scripted) -> None:
    scripted.breaks(RESET)

    with pytest.raises(OutcomeUnknown):
        stripe.submit(stripe.freeze(ORDER), NOW)

    assert len(scripted.asked) == 1


def test_a_look_up_reads_every_page(stripe: PayoutProvider, scripted: Scripted) -> None:
    scripted.says(200, page(transaction(id="cbtxn_3", metadata={}), has_more=True))
    scripted.says(200, page(transaction(id="cbtxn_2", metadata=None), transaction(), has_more=False))

    found = stripe.look_up(stripe.freeze(ORDER), NOW)

    assert found is not None
    assert found.provider_id == "cbtxn_1"
    assert ["starting_after=cbtxn_3" in said.path for said in scripted.asked] == [False, True]


def test_a_debit_that_carries_the_credits_metadata_is_not_the_credit(
    stripe: PayoutProvider, scripted: Scripted
) -> None:
    scripted.says(200, page(transaction(id="cbtxn_2", amount=12550)))

    assert stripe.look_up(stripe.freeze(ORDER), NOW) is None


def test_two_credits_are_a_persons_business(stripe: PayoutProvider, scripted: Scripted) -> None:
    scripted.says(200, page(transaction(id="cbtxn_2"), transaction()))

    with pytest.raises(OutcomeUnknown, match="undo all but one of cbtxn_2, cbtxn_1"):
        stripe.look_up(stripe.freeze(ORDER), NOW)


def test_a_history_too_long_to_read_proves_nothing(stripe: PayoutProvider, scripted: Scripted) -> None:
    for number in range(51):
        scripted.says(
            200, page(*(transaction(id=f"t{number}_{one}", metadata={}) for one in range(100)), has_more=True)
        )

    with pytest.raises(OutcomeUnknown, match="more than 5000 transactions"):
        stripe.look_up(stripe.freeze(ORDER), NOW)


@pytest.mark.parametrize(("status", "code"), [(404, "resource_missing"), (401, None), (429, None), (500, None)])
def test_a_look_up_that_is_not_answered_clearly_leaves_the_outcome_unknown(
    stripe: PayoutProvider, scripted: Scripted, status: int, code: str | None
) -> None:
    scripted.says(status, problem(code))

    with pytest.raises(OutcomeUnknown, match=f"the look-up was answered {status}"):
        stripe.look_up(stripe.freeze(ORDER), NOW)


def test_a_look_up_whose_connection_breaks_leaves_the_outcome_unknown(
    stripe: PayoutProvider, scripted: Scripted
) -> None:
    scripted.breaks(RESET)

    with pytest.raises(OutcomeUnknown, match="the look-up got no answer"):
        stripe.look_up(stripe.freeze(ORDER), NOW)


@pytest.mark.parametrize(
    ("resource", "resource_id"), [(RESOURCE, "cbtxn_1"), ("invoices", "cus_1/in_1"), (RESOURCE, "/")]
)
def test_a_hint_without_its_customer_is_not_looked_up(
    stripe: PayoutProvider, scripted: Scripted, resource: str, resource_id: str
) -> None:
    assert stripe.look_up_resource(resource, resource_id, NOW) is None
    assert scripted.asked == []


def test_a_credit_is_made_once_however_often_it_is_sent(sandbox: Sandbox) -> None:
    provider = sandbox.provider("stripe")
    request = provider.freeze(ORDER)

    answers = [provider.submit(request, NOW) for _ in range(3)]

    assert len(set(answers)) == 1
    assert sandbox.till() == [("stripe", REFERENCE, 12550, "USD", "paid")]


def test_a_credit_in_yen_is_not_multiplied(sandbox: Sandbox) -> None:
    provider = sandbox.provider("stripe")

    answer = provider.submit(provider.freeze(worth(5000, "JPY")), NOW)

    assert answer.cost == Money(5000, "JPY")
    assert sandbox.till() == [("stripe", REFERENCE, 5000, "JPY", "paid")]


def test_a_call_that_timed_out_is_found_by_its_metadata(sandbox: Sandbox) -> None:
    sandbox.fault("stripe", "timeout_after")
    provider = sandbox.provider("stripe")
    request = provider.freeze(ORDER)

    with pytest.raises(OutcomeUnknown):
        provider.submit(request, NOW)
    found = provider.look_up(request, NOW)

    assert found is not None
    assert found == provider.look_up_resource(RESOURCE, f"cus_77/{found.provider_id}", NOW)
    assert sandbox.till() == [("stripe", REFERENCE, 12550, "USD", "paid")]


def test_other_parameters_under_the_same_key_are_unknown(sandbox: Sandbox) -> None:
    provider = sandbox.provider("stripe")
    provider.submit(provider.freeze(ORDER), NOW)

    with pytest.raises(OutcomeUnknown, match="400 idempotency_error"):
        provider.submit(provider.freeze(worth(20000, "USD")), NOW)

    assert sandbox.till() == [("stripe", REFERENCE, 12550, "USD", "paid")]


def test_a_customer_who_is_not_there_is_a_refusal(sandbox: Sandbox) -> None:
    provider = sandbox.provider("stripe")

    answer = provider.submit(provider.freeze(to(stripe_customer="cus_missing")), NOW)

    assert (answer.state, answer.detail) == (AnswerState.REFUSED, "404 resource_missing")
    assert sandbox.till() == []


def test_what_was_never_sent_is_not_found(sandbox: Sandbox) -> None:
    provider = sandbox.provider("stripe")

    assert provider.look_up(provider.freeze(ORDER), NOW) is None
    assert provider.look_up_resource(RESOURCE, "cus_77/cbtxn_none", NOW) is None


def test_the_frozen_body_is_json_of_the_parameters(sandbox: Sandbox) -> None:
    request = sandbox.provider("stripe").freeze(ORDER)

    assert json.loads(request.body)["amount"] == -12550
