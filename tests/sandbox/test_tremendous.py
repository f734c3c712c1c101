from typing import Any

import pytest

from sandbox.live import BEARER, Client, Receiver, Reply
from sandbox.samples import gift_card

pytestmark = pytest.mark.enable_socket

ORDERS = "/tremendous/api/v2/orders"


def order(sandbox: Client, body: dict[str, Any]) -> Reply:
    return sandbox.call("POST", ORDERS, headers=BEARER, json_body=body)


def get(sandbox: Client, path: str) -> Reply:
    return sandbox.call("GET", f"/tremendous/api/v2{path}", headers=BEARER)


def test_an_order_executes_at_once_and_is_charged_once(sandbox: Client) -> None:
    created = order(sandbox, gift_card())

    assert created.status == 200
    shown = created.body["order"]
    assert shown["status"] == "EXECUTED"
    assert shown["external_id"] == "payout-1-1"
    assert shown["payment"] == {"subtotal": 50.0, "total": 50.0, "fees": 0, "discount": 0}
    assert shown["rewards"][0]["value"] == {"denomination": 50.0, "currency_code": "USD"}
    assert shown["rewards"][0]["delivery"] == {"method": "EMAIL", "status": "SCHEDULED"}
    assert sandbox.till() == [
        {
            "provider": "tremendous",
            "reference": "payout-1-1",
            "amount": 5000,
            "currency": "USD",
            "state": "paid",
        }
    ]


def test_the_same_external_id_and_payload_bring_back_the_old_order_with_201(
    sandbox: Client,
) -> None:
    first = order(sandbox, gift_card(denomination=50))
    # 50.0 is the same number, and a different order of members the same payload.
    again = order(sandbox, dict(reversed(gift_card(denomination=50.0).items())))

    assert (first.status, again.status) == (200, 201)
    assert again.body["order"]["id"] == first.body["order"]["id"]
    assert len(sandbox.till()) == 1


def test_the_same_external_id_with_another_payload_is_a_409(sandbox: Client) -> None:
    order(sandbox, gift_card(denomination=50))
    other = order(sandbox, gift_card(denomination=60))

    assert other.status == 409
    assert other.body["errors"]["payload"] == {"external_id": "is already taken"}
    assert [row["amount"] for row in sandbox.till()] == [5000]


def test_an_order_is_found_by_its_id_and_by_ours(sandbox: Client) -> None:
    shown = order(sandbox, gift_card()).body["order"]

    assert get(sandbox, "/orders/payout-1-1").body["order"] == shown
    assert get(sandbox, f"/orders/{shown['id']}").body["order"] == shown
    assert get(sandbox, "/orders?external_id=payout-1-1").body["total_count"] == 1
    assert get(sandbox, "/orders/payout-9-1").status == 404


@pytest.mark.parametrize(
    ("currency", "denomination", "cost_usd_minor"),
    [("JPY", 5000, 3350), ("EUR", 20.5, 2234), ("KWD", 1.005, 328)],
)
def test_a_reward_in_another_currency_is_charged_in_usd(
    sandbox: Client, currency: str, denomination: float, cost_usd_minor: int
) -> None:
    created = order(sandbox, gift_card(denomination=denomination, currency=currency))

    assert created.body["order"]["payment"]["total"] == cost_usd_minor / 100
    assert [(row["amount"], row["currency"]) for row in sandbox.till()] == [(cost_usd_minor, "USD")]


@pytest.mark.parametrize(
    ("change", "payload"),
    [
        (
            {"denomination": 50.5, "currency": "JPY"},
            {"reward": {"value": {"denomination": "has more than 0 decimal places"}}},
        ),
        (
            {"denomination": 0},
            {"reward": {"value": {"denomination": "must be greater than 0"}}},
        ),
        (
            {"email": "nobody"},
            {"reward": {"recipient": {"email": "is not an email address"}}},
        ),
    ],
)
def test_a_wrong_order_is_refused_where_it_is_wrong(
    sandbox: Client, change: dict[str, Any], payload: dict[str, Any]
) -> None:
    refused = order(sandbox, gift_card(**change))

    assert refused.status == 400
    assert refused.body == {"errors": {"message": "Order failed: validation failure", "payload": payload}}
    assert sandbox.till() == []


def test_an_order_that_waits_for_approval_is_charged_when_it_is_approved(sandbox: Client, webhooks: Receiver) -> None:
    waiting = order(sandbox, gift_card(email="ada+pending@example.com")).body["order"]
    assert waiting["status"] == "PENDING APPROVAL"
    assert "payment" not in waiting
    assert sandbox.till() == []

    sandbox.advance(2000)

    assert get(sandbox, "/orders/payout-1-1").body["order"]["status"] == "EXECUTED"
    assert [row["amount"] for row in sandbox.till()] == [5000]
    assert [hook.body["event"] for hook in webhooks.received] == [
        "ORDERS.CREATED",
        "ORDERS.APPROVED",
    ]


def test_an_order_that_is_rejected_is_never_charged(sandbox: Client, webhooks: Receiver) -> None:
    sandbox.fault("tremendous", "pending_then_canceled")
    order(sandbox, gift_card())

    sandbox.advance(2000)

    canceled = get(sandbox, "/orders/payout-1-1").body["order"]
    assert canceled["status"] == "CANCELED"
    assert "payment" not in canceled
    assert sandbox.till() == []
    assert webhooks.received[-1].body["payload"]["resource"] == {
        "id": canceled["id"],
        "type": "orders",
    }


def test_a_reward_can_be_canceled_only_after_its_delivery_failed(sandbox: Client) -> None:
    reward = order(sandbox, gift_card(email="ada+undelivered@example.com")).body["order"]["rewards"][0]
    cancel = f"/tremendous/api/v2/rewards/{reward['id']}/cancel"

    assert sandbox.call("POST", cancel, headers=BEARER).status == 422
    assert [row["state"] for row in sandbox.till()] == ["paid"]

    sandbox.advance(1000)
    assert get(sandbox, f"/rewards/{reward['id']}").body["reward"]["delivery"]["status"] == "FAILED"
    assert sandbox.call("POST", cancel, headers=BEARER).status == 200

    refunded = get(sandbox, "/orders/payout-1-1").body["order"]
    assert refunded["status"] == "CANCELED"
    assert refunded["payment"]["refund"] == {"total": 50.0}
    assert [row["state"] for row in sandbox.till()] == ["refunded"]


def test_a_resent_reward_arrives(sandbox: Client) -> None:
    reward = order(sandbox, gift_card(email="ada+undelivered@example.com")).body["order"]["rewards"][0]
    sandbox.advance(1000)

    resent = sandbox.call("POST", f"/tremendous/api/v2/rewards/{reward['id']}/resend", headers=BEARER)
    sandbox.advance(1000)

    assert resent.status == 200
    delivery = get(sandbox, f"/rewards/{reward['id']}").body["reward"]["delivery"]
    assert delivery["status"] == "SUCCEEDED"
    assert [row["state"] for row in sandbox.till()] == ["paid"]


def test_the_balance_goes_down_by_what_was_charged(sandbox: Client) -> None:
    def available_cents() -> int:
        source = get(sandbox, "/funding_sources").body["funding_sources"][0]
        cents: int = source["meta"]["available_cents"]
        return cents

    before = available_cents()
    order(sandbox, gift_card())
    assert available_cents() == before - 5000


def test_an_order_beyond_the_balance_is_a_402(sandbox: Client) -> None:
    refused = order(sandbox, gift_card(denomination=10_000_001))

    assert refused.status == 402
    assert sandbox.till() == []
