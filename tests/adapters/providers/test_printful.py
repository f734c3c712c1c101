from datetime import date

import pytest

from adapters.providers.conftest import Sandbox
from adapters.providers.orders import NOW, ORDER, REFERENCE, SECRETS
from adapters.providers.servers import RESET, Scripted
from guerdon.adapters.providers.build import build_provider
from guerdon.application.ports import DraftingProvider
from guerdon.application.records import AnswerState, ProviderAnswer
from guerdon.domain.errors import OutcomeUnknown, ProviderNotReady, ProviderUnavailable
from guerdon.domain.money import Money

COSTS = {"calculation_status": "done", "currency": "USD", "subtotal": "11.45", "total": "17.09"}
CALCULATING = {"calculation_status": "calculating", "currency": None, "total": None}


def drafting(name_of_server: str) -> DraftingProvider:
    provider = build_provider("printful", SECRETS["printful"], name_of_server)
    assert isinstance(provider, DraftingProvider)
    return provider


@pytest.fixture
def printful(scripted: Scripted) -> DraftingProvider:
    return drafting(scripted.url)


@pytest.fixture
def live(sandbox: Sandbox) -> DraftingProvider:
    return drafting(f"{sandbox.url}/printful")


def order(status: str = "draft", **more: object) -> dict[str, object]:
    known = {"id": 123, "external_id": REFERENCE, "created_at": "2026-11-22T12:00:00Z", "costs": COSTS}
    return {"data": {**known, "status": status, **more}}


def problem(status: int, message: str = "Bad request") -> dict[str, object]:
    return {"code": status, "result": message, "error": {"reason": "BadRequest", "message": message}}


def methods(scripted: Scripted) -> list[tuple[str, str]]:
    return [(said.method, said.path) for said in scripted.asked]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("draft", (AnswerState.PREPARED, None, None)),
        ("pending", (AnswerState.PENDING, Money(1709, "USD"), None)),
        ("inprocess", (AnswerState.PENDING, Money(1709, "USD"), None)),
        ("onhold", (AnswerState.PENDING, Money(1709, "USD"), None)),
        ("partial", (AnswerState.PENDING, Money(1709, "USD"), None)),
        ("fulfilled", (AnswerState.DONE, Money(1709, "USD"), date(2026, 11, 22))),
        ("failed", (AnswerState.CANCELED, None, None)),
        ("canceled", (AnswerState.CANCELED, None, None)),
    ],
)
def test_each_status_has_one_meaning(
    printful: DraftingProvider,
    scripted: Scripted,
    status: str,
    expected: tuple[AnswerState, Money | None, date | None],
) -> None:
    scripted.says(200, order(status))
    state, cost, value_on = expected

    answer = printful.look_up_resource("orders", "123", NOW)

    assert answer == ProviderAnswer(REFERENCE, "123", state, status, cost, value_on)


def test_the_frozen_bytes_make_a_draft_in_our_store(printful: DraftingProvider, scripted: Scripted) -> None:
    scripted.says(200, order())
    request = printful.freeze(ORDER)

    answer = printful.submit(request, NOW)

    said = scripted.asked[0]
    assert answer.state is AnswerState.PREPARED
    assert (said.method, said.path, said.body.decode()) == ("POST", "/v2/orders", request.body)
    assert (said.headers["authorization"], said.headers["x-pf-store-id"]) == ("Bearer pf_key", "10")


@pytest.mark.parametrize(
    "body",
    [order("archived"), order(external_id=None), order("fulfilled", costs={**COSTS, "total": "1.005"}), {"data": []}],
)
def test_a_success_that_says_something_else_is_unknown(
    printful: DraftingProvider, scripted: Scripted, body: object
) -> None:
    scripted.says(200, body)

    with pytest.raises(OutcomeUnknown):
        printful.submit(printful.freeze(ORDER), NOW)


def test_a_refusal_because_the_draft_is_there_gives_the_draft(printful: DraftingProvider, scripted: Scripted) -> None:
    scripted.says(400, problem(400, "Order with this External ID already exists"))
    scripted.says(200, order("pending"))

    answer = printful.submit(printful.freeze(ORDER), NOW)

    assert (answer.provider_id, answer.state) == ("123", AnswerState.PENDING)


def test_a_refusal_of_what_is_not_there_is_a_refusal(printful: DraftingProvider, scripted: Scripted) -> None:
    scripted.says(400, problem(400, "Ada Byron cannot be shipped to"))
    scripted.says(404, problem(404))

    answer = printful.submit(printful.freeze(ORDER), NOW)

    assert answer == ProviderAnswer(REFERENCE, "", AnswerState.REFUSED, "400 BadRequest")


def test_an_order_under_way_wins_over_a_draft_with_the_same_reference(
    printful: DraftingProvider, scripted: Scripted
) -> None:
    scripted.says(200, order())
    newest = [order("draft", id=9, external_id="po_other-1"), order("pending", id=124), order("canceled", id=125)]
    scripted.says(200, {"data": [one["data"] for one in newest]})

    found = printful.look_up(printful.freeze(ORDER), NOW)

    assert found is not None
    assert (found.provider_id, found.state) == ("124", AnswerState.PENDING)
    assert methods(scripted) == [("GET", f"/v2/orders/@{REFERENCE}"), ("GET", "/v2/orders?limit=100")]


def test_an_order_of_somebody_else_is_nothing_of_ours(printful: DraftingProvider, scripted: Scripted) -> None:
    scripted.says(200, order(external_id=None))

    assert printful.look_up_resource("orders", "123", NOW) is None
    assert printful.look_up_resource("products", "123", NOW) is None


def test_a_draft_whose_costs_are_being_calculated_is_not_confirmed(
    printful: DraftingProvider, scripted: Scripted
) -> None:
    scripted.says(200, order(costs=CALCULATING))

    with pytest.raises(ProviderNotReady):
        printful.confirm(printful.freeze(ORDER), "123", NOW)

    assert methods(scripted) == [("GET", "/v2/orders/123")]


def test_an_order_that_was_confirmed_before_is_not_confirmed_again(
    printful: DraftingProvider, scripted: Scripted
) -> None:
    scripted.says(200, order("inprocess"))

    answer = printful.confirm(printful.freeze(ORDER), "123", NOW)

    assert answer.state is AnswerState.PENDING
    assert methods(scripted) == [("GET", "/v2/orders/123")]


@pytest.mark.parametrize("body", [order(external_id="po_other-1"), order(external_id=None)])
def test_the_draft_of_another_attempt_is_not_confirmed(
    printful: DraftingProvider, scripted: Scripted, body: object
) -> None:
    scripted.says(200, body)

    with pytest.raises(OutcomeUnknown):
        printful.confirm(printful.freeze(ORDER), "123", NOW)

    assert methods(scripted) == [("GET", "/v2/orders/123")]


def test_a_draft_that_is_gone_proves_nothing(printful: DraftingProvider, scripted: Scripted) -> None:
    scripted.says(404, problem(404))

    with pytest.raises(OutcomeUnknown, match="the draft 123 is not there any more"):
        printful.confirm(printful.freeze(ORDER), "123", NOW)


def test_a_refused_confirmation_leaves_the_draft_to_be_discarded(
    printful: DraftingProvider, scripted: Scripted
) -> None:
    scripted.says(200, order())
    scripted.says(400, problem(400))
    scripted.says(200, order())

    answer = printful.confirm(printful.freeze(ORDER), "123", NOW)

    assert answer == ProviderAnswer(REFERENCE, "123", AnswerState.REFUSED, "400 BadRequest")
    assert [method for method, _ in methods(scripted)] == ["GET", "POST", "GET"]


def test_a_confirmation_refused_for_costs_that_are_calculated_anew_is_not_ready(
    printful: DraftingProvider, scripted: Scripted
) -> None:
    scripted.says(200, order())
    scripted.says(400, problem(400))
    scripted.says(200, order(costs=CALCULATING))

    with pytest.raises(ProviderNotReady):
        printful.confirm(printful.freeze(ORDER), "123", NOW)


def test_a_refused_confirmation_of_an_order_that_went_on_is_told_as_it_stands(
    printful: DraftingProvider, scripted: Scripted
) -> None:
    scripted.says(200, order())
    scripted.says(400, problem(400, "already confirmed"))
    scripted.says(200, order("pending"))

    answer = printful.confirm(printful.freeze(ORDER), "123", NOW)

    assert answer.state is AnswerState.PENDING


def test_a_confirmation_whose_answer_is_lost_is_unknown(printful: DraftingProvider, scripted: Scripted) -> None:
    scripted.says(200, order())
    scripted.breaks(RESET)

    with pytest.raises(OutcomeUnknown):
        printful.confirm(printful.freeze(ORDER), "123", NOW)

    assert methods(scripted) == [("GET", "/v2/orders/123"), ("POST", "/v2/orders/123/confirmation")]


@pytest.mark.parametrize("status", [204, 404])
def test_a_discarded_draft_may_be_gone_already(printful: DraftingProvider, scripted: Scripted, status: int) -> None:
    scripted.says(status, b"" if status == 204 else problem(404))

    printful.discard("123")

    assert methods(scripted) == [("DELETE", "/v2/orders/123")]


@pytest.mark.parametrize(
    ("status", "error"), [(409, OutcomeUnknown), (429, ProviderUnavailable), (400, ProviderUnavailable)]
)
def test_a_draft_that_is_still_there_is_said_to_be(
    printful: DraftingProvider, scripted: Scripted, status: int, error: type[Exception]
) -> None:
    scripted.says(status, problem(status))

    with pytest.raises(error):
        printful.discard("123")


def test_a_draft_moves_no_money_until_it_is_confirmed(sandbox: Sandbox, live: DraftingProvider) -> None:
    request = live.freeze(ORDER)

    draft = live.submit(request, NOW)
    before = sandbox.till()
    with pytest.raises(ProviderNotReady):
        live.confirm(request, draft.provider_id, NOW)
    sandbox.advance(1001)
    confirmed = live.confirm(request, draft.provider_id, NOW)

    assert (draft.state, draft.cost, before) == (AnswerState.PREPARED, None, [])
    assert (confirmed.state, confirmed.cost) == (AnswerState.PENDING, Money(1742, "USD"))
    assert sandbox.till() == [("printful", REFERENCE, 1742, "USD", "paid")]


def test_only_the_draft_that_was_saved_is_paid(sandbox: Sandbox, live: DraftingProvider) -> None:
    request = live.freeze(ORDER)
    loser, winner = live.submit(request, NOW), live.submit(request, NOW)
    sandbox.advance(1001)

    live.confirm(request, winner.provider_id, NOW)
    live.confirm(request, winner.provider_id, NOW)
    found = live.look_up(request, NOW)
    live.discard(loser.provider_id)
    live.discard(loser.provider_id)

    assert found is not None
    assert found.provider_id == winner.provider_id
    assert sandbox.till() == [("printful", REFERENCE, 1742, "USD", "paid")]


def test_a_confirmation_that_timed_out_is_found_again(sandbox: Sandbox, live: DraftingProvider) -> None:
    request = live.freeze(ORDER)
    draft = live.submit(request, NOW)
    sandbox.advance(1001)
    sandbox.fault("printful", "timeout_after")

    with pytest.raises(OutcomeUnknown):
        live.confirm(request, draft.provider_id, NOW)
    found = live.look_up(request, NOW)

    assert found is not None
    assert found.state is AnswerState.PENDING
    assert sandbox.till() == [("printful", REFERENCE, 1742, "USD", "paid")]


def test_an_order_is_done_once_it_is_shipped(sandbox: Sandbox, live: DraftingProvider) -> None:
    request = live.freeze(ORDER)
    draft = live.submit(request, NOW)
    sandbox.advance(1001)
    live.confirm(request, draft.provider_id, NOW)

    sandbox.advance(2002)
    shipped = live.look_up_resource("orders", draft.provider_id, NOW)

    assert shipped is not None
    assert (shipped.state, shipped.cost) == (AnswerState.DONE, Money(1742, "USD"))


@pytest.mark.parametrize(
    ("fault", "state"), [("refuse", AnswerState.REFUSED), ("out_of_funds", AnswerState.OUT_OF_FUNDS)]
)
def test_a_draft_that_was_refused_and_discarded_moved_nothing(
    sandbox: Sandbox, live: DraftingProvider, fault: str, state: AnswerState
) -> None:
    request = live.freeze(ORDER)
    draft = live.submit(request, NOW)
    sandbox.advance(1001)
    sandbox.fault("printful", fault)

    answer = live.confirm(request, draft.provider_id, NOW)
    live.discard(draft.provider_id)

    assert (answer.state, answer.provider_id) == (state, draft.provider_id)
    assert sandbox.till() == []
    assert live.look_up(request, NOW) is None


def test_an_order_that_fails_after_its_confirmation_moved_nothing_for_good(
    sandbox: Sandbox, live: DraftingProvider
) -> None:
    request = live.freeze(ORDER)
    draft = live.submit(request, NOW)
    sandbox.advance(1001)
    sandbox.fault("printful", "failed_later")
    live.confirm(request, draft.provider_id, NOW)

    sandbox.advance(1001)
    failed = live.look_up(request, NOW)

    assert failed is not None
    assert (failed.state, failed.detail) == (AnswerState.CANCELED, "failed")
    assert sandbox.till() == [("printful", REFERENCE, 1742, "USD", "refunded")]


def test_what_was_never_sent_is_not_found(live: DraftingProvider) -> None:
    assert live.look_up(live.freeze(ORDER), NOW) is None
    assert live.look_up_resource("orders", "999", NOW) is None
