"""The statements that providers give by their APIs: the sandbox for what they say, scripted for how it is asked."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from adapters.providers.conftest import PATHS, Sandbox
from adapters.providers.orders import ORDER, SECRETS
from adapters.providers.servers import Scripted
from guerdon.adapters.providers.build import build_statements
from guerdon.application.reconciliation_ports import StatementSource
from guerdon.application.records import FrozenRequest
from guerdon.domain.channel import PROVIDER_OF
from guerdon.domain.errors import OutcomeUnknown
from guerdon.domain.money import Money
from guerdon.domain.reconciliation import LineKind, LineState

SINCE = date(2026, 9, 1)
NOW = datetime(2026, 11, 22, 14, tzinfo=UTC)
ONE = "po_aaaaaaaaaaaaaaaaaaaaaaaa-1"
CREDIT = FrozenRequest(ONE, "POST", "/v1/customers/cus_77/balance_transactions", "application/json", "{}")


def source(name: str, url: str, request: FrozenRequest | None = CREDIT) -> StatementSource:
    return build_statements(name, SECRETS[name], url, lambda: NOW, lambda _: request)


def order(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - the provider's own fields
    known = {"id": "ORDER1", "external_id": ONE, "created_at": "2026-11-21T23:30:00.000-05:00", "status": "EXECUTED"}
    return {**known, "payment": {"total": 126.0}, **more}


def test_tremendous_orders_are_lines_at_their_total_on_their_day_in_utc(scripted: Scripted) -> None:
    scripted.says(200, {"orders": [order()]})
    scripted.says(200, {"orders": []})
    scripted.says(200, {"transactions": []})

    (line,) = source("tremendous", scripted.url).lines(SINCE, ())

    assert (line.line_id, line.reference, line.amount, line.on) == (
        "ORDER1",
        ONE,
        Money(12_600, "USD"),
        date(2026, 11, 22),
    )
    assert (line.kind, line.state, line.detail) == (LineKind.PAYOUT, LineState.DONE, "EXECUTED")
    assert [said.path for said in scripted.asked] == [
        "/orders?created_at%5Bgte%5D=2026-09-01T00%3A00%3A00Z&limit=100&offset=0",
        "/orders?created_at%5Bgte%5D=2026-09-01T00%3A00%3A00Z&limit=100&offset=1",
        "/balance_transactions?created_at%5Bgte%5D=2026-09-01T00%3A00%3A00Z&limit=100&offset=0",
    ]


def test_a_reference_that_is_none_of_ours_is_left_out_since_it_may_name_people(scripted: Scripted) -> None:
    scripted.says(200, {"orders": [order(external_id="ada@example.com")]})
    scripted.says(200, {"orders": []})
    scripted.says(200, {"transactions": []})

    (line,) = source("tremendous", scripted.url).lines(SINCE, ())

    assert line.reference is None


@pytest.mark.parametrize(
    ("more", "state", "amount"),
    [
        ({"status": "OPEN", "payment": None}, LineState.UNDER_WAY, 0),
        ({"status": "PENDING APPROVAL", "payment": None}, LineState.UNDER_WAY, 0),
        ({"status": "SOMETHING NEW"}, LineState.UNDER_WAY, 12_600),
        ({"status": "FAILED", "payment": None}, LineState.UNDONE, 0),
        ({"status": "CANCELED", "payment": None}, LineState.UNDONE, 0),
        ({"status": "CANCELED", "payment": {"total": 126.0, "refund": {"total": 126.0}}}, LineState.RETURNED, 12_600),
    ],
)
def test_each_status_of_an_order_has_one_state(
    scripted: Scripted, more: dict[str, Any], state: LineState, amount: int
) -> None:
    scripted.says(200, {"order": order(**more)})

    (line,) = source("tremendous", scripted.url).lines_of(ONE, None)

    assert (line.state, line.amount) == (state, Money(amount, "USD"))


def test_changes_of_tremendous_balance_that_are_no_orders_are_lines_of_their_own(scripted: Scripted) -> None:
    said = {"created_at": "2026-11-20T10:00:00Z", "balance": None, "description": "to Ada, ada@example.com"}
    scripted.says(200, {"orders": []})
    scripted.says(
        200,
        {
            "transactions": [
                {**said, "amount": 500.0, "currency_code": "EUR", "action": "Deposit"},
                {**said, "amount": -2.5, "action": "Fee"},
                {**said, "amount": -2.5, "action": "Fee"},
                {**said, "amount": -126.0, "action": "Order", "order": {"id": "ORDER1"}},
            ]
        },
    )
    scripted.says(200, {"transactions": []})

    deposit, fee, again = source("tremendous", scripted.url).lines(SINCE, ())

    assert (deposit.kind, deposit.amount) == (LineKind.FUNDING, Money(-50_000, "EUR"))
    assert (fee.kind, fee.amount, fee.detail) == (LineKind.CHARGE, Money(250, "USD"), "Fee")
    assert again.line_id == f"{fee.line_id}-2"
    assert "Ada" not in repr((deposit, fee, again))


@pytest.mark.parametrize(
    "movement",
    [
        {"created_at": "yesterday", "amount": 1, "action": "Fee"},
        {"created_at": "2026-11-20T10:00:00Z", "amount": 1.005, "action": "Fee"},
    ],
)
def test_a_change_of_the_balance_that_cannot_be_read_stops_the_statement(
    scripted: Scripted, movement: dict[str, Any]
) -> None:
    scripted.says(200, {"orders": []})
    scripted.says(200, {"transactions": [movement]})

    with pytest.raises(OutcomeUnknown):
        list(source("tremendous", scripted.url).lines(SINCE, ()))


def test_tremendous_is_asked_page_by_page_until_one_is_empty(scripted: Scripted) -> None:
    scripted.says(200, {"orders": [order(id=f"A{number}") for number in range(10)]})
    scripted.says(200, {"orders": [order(id="B")]})
    scripted.says(200, {"orders": []})
    scripted.says(200, {"transactions": []})

    assert len(list(source("tremendous", scripted.url).lines(SINCE, ()))) == 11
    asked = [said.path.rpartition("&")[2] for said in scripted.asked]
    assert asked == ["offset=0", "offset=10", "offset=11", "offset=0"]


def check(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - the provider's own fields
    known = {
        "id": "chk_1",
        "amount": 250.0,
        "metadata": {"guerdon_attempt": ONE},
        "status": "rendered",
        "date_created": "2026-11-20T10:00:00.000Z",
        "send_date": "2026-11-20T10:05:00.000Z",
        "tracking_events": [],
    }
    return {**known, **more}


def test_lob_is_asked_on_by_the_cursor_of_its_answer_and_at_its_own_address(scripted: Scripted) -> None:
    scripted.says(200, {"data": [check()], "next_url": "https://elsewhere.example/v1/checks?limit=100&after=chk_1"})
    scripted.says(200, {"data": [check(id="chk_2", metadata={})], "next_url": None})

    first, second = source("lob", scripted.url).lines(SINCE, ())

    assert (first.line_id, first.reference, first.state, first.amount) == (
        "chk_1",
        ONE,
        LineState.DONE,
        Money(25_000, "USD"),
    )
    assert (second.reference, second.on) == (None, date(2026, 11, 20))
    assert [said.path for said in scripted.asked] == [
        "/checks?date_created%5Bgte%5D=2026-09-01&limit=100",
        "/checks?date_created%5Bgte%5D=2026-09-01&limit=100&after=chk_1",
    ]


@pytest.mark.parametrize(
    ("more", "state"),
    [
        ({"status": "processed"}, LineState.UNDER_WAY),
        ({"deleted": True}, LineState.UNDONE),
        ({"status": "failed"}, LineState.UNDONE),
        ({"tracking_events": [{"name": "Returned to Sender", "time": "2026-11-21T10:00:00Z"}]}, LineState.RETURNED),
    ],
)
def test_each_way_of_a_check_has_one_state(scripted: Scripted, more: dict[str, Any], state: LineState) -> None:
    scripted.says(200, {"data": [check(**more), check(id="chk_other", metadata={})]})

    (line,) = source("lob", scripted.url).lines_of(ONE, "chk_1")

    assert line.state is state


def credit(amount: int, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - the provider's own fields
    created = int(datetime(2026, 11, 20, 10, tzinfo=UTC).timestamp())
    known = {"id": "cbtxn_1", "object": "customer_balance_transaction", "currency": "usd", "created": created}
    return {**known, "amount": amount, "metadata": {"guerdon_attempt": ONE}, **more}


def listed(*transactions: Mapping[str, Any]) -> dict[str, Any]:
    url = "/v1/customers/cus_77/balance_transactions"
    return {"object": "list", "url": url, "has_more": False, "data": list(transactions)}


def test_stripe_is_asked_about_the_customers_of_the_attempts_and_only_our_credits_count(scripted: Scripted) -> None:
    other = "po_bbbbbbbbbbbbbbbbbbbbbbbb-1"
    scripted.says(
        200,
        listed(
            credit(-10_000),
            credit(-500, id="cbtxn_refund", metadata={}),
            credit(-700, id="cbtxn_2", metadata={"guerdon_attempt": other}),
            credit(-900, id="cbtxn_old", created=0),
        ),
    )

    lines = list(source("stripe", scripted.url).lines(SINCE, (ONE, "po_cccccccccccccccccccccccc-1")))

    assert [(line.line_id, line.reference, line.amount) for line in lines] == [
        ("cbtxn_1", ONE, Money(10_000, "USD")),
        ("cbtxn_2", other, Money(700, "USD")),
    ]
    assert len(scripted.asked) == 1


@pytest.mark.parametrize(
    ("debit", "state", "amount"),
    [(10_000, LineState.RETURNED, 10_000), (4_000, LineState.DONE, 6_000)],
)
def test_a_debit_under_the_same_reference_undoes_the_credit_or_a_part_of_it(
    scripted: Scripted, debit: int, state: LineState, amount: int
) -> None:
    scripted.says(200, listed(credit(-10_000), credit(debit, id="cbtxn_9")))

    (line,) = source("stripe", scripted.url).lines_of(ONE, None)

    assert (line.state, line.amount) == (state, Money(amount, "USD"))


def test_a_customer_that_is_gone_has_no_lines_and_without_a_request_nobody_is_asked_about(scripted: Scripted) -> None:
    scripted.says(404, {"error": {"code": "resource_missing", "message": "no such customer", "type": "x"}})

    assert source("stripe", scripted.url).lines_of(ONE, None) == ()
    assert source("stripe", scripted.url, None).lines_of(ONE, None) == ()
    assert len(scripted.asked) == 1


def parcel(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - the provider's own fields
    costs = {"calculation_status": "done", "currency": "USD", "total": "42.43"}
    known = {"id": 7, "status": "fulfilled", "created_at": "2026-11-20T10:00:00Z", "external_id": ONE, "costs": costs}
    return {**known, **more}


def test_printful_orders_are_lines_until_a_page_is_all_older_and_drafts_are_none(scripted: Scripted) -> None:
    old = [parcel(id=number, created_at="2026-08-01T10:00:00Z") for number in range(1000, 1100)]
    scripted.says(200, {"data": [parcel(), parcel(id=8, status="draft"), *old[:98]]})
    scripted.says(200, {"data": old})

    (line,) = source("printful", scripted.url).lines(SINCE, ())

    assert (line.line_id, line.amount, line.state) == ("7", Money(4_243, "USD"), LineState.DONE)
    assert [said.path for said in scripted.asked] == [
        "/v2/orders?limit=100&offset=0",
        "/v2/orders?limit=100&offset=100",
    ]


@pytest.mark.parametrize(
    ("status", "state", "amount"),
    [
        ("pending", LineState.UNDER_WAY, 4_243),
        ("onhold", LineState.UNDER_WAY, 4_243),
        ("canceled", LineState.UNDONE, 0),
        ("failed", LineState.UNDONE, 0),
    ],
)
def test_each_status_of_a_printful_order_has_one_state(
    scripted: Scripted, status: str, state: LineState, amount: int
) -> None:
    scripted.says(200, {"data": parcel(status=status)})

    (line,) = source("printful", scripted.url).lines_of(ONE, "7")

    assert (line.state, line.amount) == (state, Money(amount, "USD"))


@pytest.mark.parametrize("name", PROVIDER_OF.values())
def test_a_statement_that_is_refused_or_cannot_be_read_is_no_statement(scripted: Scripted, name: str) -> None:
    ask: Callable[[], list[Any]] = lambda: list(source(name, scripted.url).lines(SINCE, (ONE,)))  # noqa: E731 - asked twice.
    scripted.says(401, {"error": {"code": "no", "message": "no"}})
    with pytest.raises(OutcomeUnknown):
        ask()
    scripted.says(200, b"<html>")
    with pytest.raises(OutcomeUnknown):
        ask()


@pytest.mark.parametrize("name", PROVIDER_OF.values())
def test_what_was_paid_in_the_sandbox_is_in_its_statement_at_what_the_till_says(sandbox: Sandbox, name: str) -> None:
    provider = sandbox.provider(name)
    request = provider.freeze(ORDER)
    made = provider.submit(request, datetime.now(UTC))
    if name == "printful":
        sandbox.advance(10_000)
        provider.confirm(request, made.provider_id, datetime.now(UTC))  # type: ignore[attr-defined] # It drafts.
    sandbox.advance(20_000)
    statements = build_statements(
        name,
        SECRETS[name],
        sandbox.url + PATHS[name],
        lambda: datetime.now(UTC) + timedelta(days=1),
        lambda _: request,
    )

    listed = list(statements.lines(datetime.now(UTC).date() - timedelta(days=2), (request.reference,)))
    alone = statements.lines_of(request.reference, made.provider_id)

    (paid,) = [line for line in listed if line.kind is LineKind.PAYOUT]
    assert alone == (paid,)
    ((_, reference, minor, currency, _),) = sandbox.till()
    assert (paid.reference, paid.amount, paid.state) == (reference, Money(minor, currency), LineState.DONE)
