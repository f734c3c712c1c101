import pytest

from sandbox.live import BEARER, Client, Receiver, Reply
from sandbox.samples import merchandise

pytestmark = pytest.mark.enable_socket

ORDERS = "/printful/v2/orders"


def draft(sandbox: Client, **changes: object) -> Reply:
    return sandbox.call("POST", ORDERS, headers=BEARER, json_body=merchandise(**changes))


def get(sandbox: Client, path: str) -> Reply:
    return sandbox.call("GET", f"{ORDERS}{path}", headers=BEARER)


def confirm(sandbox: Client, order_id: object) -> Reply:
    return sandbox.call("POST", f"{ORDERS}/{order_id}/confirmation", headers=BEARER)


def ready_draft(sandbox: Client, **changes: object) -> int:
    """A draft whose costs are calculated; returns its id."""
    order_id: int = draft(sandbox, **changes).body["data"]["id"]
    sandbox.advance(1000)
    return order_id


def test_a_draft_costs_nothing(sandbox: Client) -> None:
    created = draft(sandbox)

    assert created.status == 200
    assert created.body["data"]["status"] == "draft"
    assert created.body["data"]["costs"]["calculation_status"] == "calculating"
    assert created.body["data"]["costs"]["total"] is None
    assert sandbox.till() == []


def test_a_draft_cannot_be_confirmed_while_its_costs_are_calculated(sandbox: Client) -> None:
    order_id = draft(sandbox).body["data"]["id"]
    refused = confirm(sandbox, order_id)

    message = "The order cannot be confirmed while its costs are being calculated."
    assert (refused.status, refused.body) == (
        400,
        {
            "code": 400,
            "result": message,
            "error": {"reason": "BadRequest", "message": message},
        },
    )
    assert sandbox.till() == []


def test_a_confirmed_order_is_charged_with_shipping_and_tax(sandbox: Client) -> None:
    order_id = ready_draft(sandbox)

    costs = get(sandbox, f"/{order_id}").body["data"]["costs"]
    assert costs == {
        "calculation_status": "done",
        "currency": "USD",
        "subtotal": "11.45",
        "discount": "0.00",
        "shipping": "4.79",
        "digitization": "0.00",
        "additional_fee": "0.00",
        "fulfillment_fee": "0.00",
        "retail_delivery_fee": "0.00",
        "tax": "1.18",
        "vat": "0.00",
        "total": "17.42",
    }
    confirmed = confirm(sandbox, order_id)
    assert (confirmed.status, confirmed.body["data"]["status"]) == (200, "pending")
    assert sandbox.till() == [
        {
            "provider": "printful",
            "reference": "payout-4-1",
            "amount": 1742,
            "currency": "USD",
            "state": "paid",
        }
    ]


def test_an_order_cannot_be_confirmed_twice(sandbox: Client) -> None:
    order_id = ready_draft(sandbox)
    confirm(sandbox, order_id)

    assert confirm(sandbox, order_id).status == 400
    assert len(sandbox.till()) == 1


def test_an_external_id_is_not_unique_and_finds_the_oldest_order(sandbox: Client) -> None:
    first, second = (draft(sandbox).body["data"]["id"] for _ in range(2))
    assert first != second
    assert get(sandbox, "/@payout-4-1").body["data"]["id"] == first

    sandbox.call("DELETE", f"{ORDERS}/{first}", headers=BEARER)
    assert get(sandbox, "/@payout-4-1").body["data"]["id"] == second
    assert get(sandbox, "/@payout-9-1").status == 404


def test_two_confirmed_orders_of_one_external_id_are_two_rows_of_the_till(
    sandbox: Client,
) -> None:
    """The sandbox hides no double payment behind a reference."""
    orders = [draft(sandbox).body["data"]["id"] for _ in range(2)]
    sandbox.advance(1000)
    for order_id in orders:
        confirm(sandbox, order_id)

    assert [row["reference"] for row in sandbox.till()] == ["payout-4-1", "payout-4-1"]


def test_only_a_draft_can_be_deleted(sandbox: Client) -> None:
    order_id = ready_draft(sandbox)
    deleted = sandbox.call("DELETE", f"{ORDERS}/{order_id}", headers=BEARER)
    assert (deleted.status, deleted.body) == (204, None)
    assert confirm(sandbox, order_id).status == 404

    charged = ready_draft(sandbox)
    confirm(sandbox, charged)
    refused = sandbox.call("DELETE", f"{ORDERS}/{charged}", headers=BEARER)
    assert (refused.status, refused.body["error"]["reason"]) == (409, 409)
    assert [row["state"] for row in sandbox.till()] == ["paid"]


def test_an_order_is_made_shipped_and_told_of(sandbox: Client, webhooks: Receiver) -> None:
    order_id = ready_draft(sandbox)
    confirm(sandbox, order_id)
    sandbox.advance(10_000)

    assert get(sandbox, f"/{order_id}").body["data"]["status"] == "fulfilled"
    told = [(hook.body["type"], hook.body["data"]["order"]["status"]) for hook in webhooks.received]
    assert told == [
        ("order_created", "draft"),
        ("order_updated", "draft"),
        ("order_updated", "pending"),
        ("order_updated", "inprocess"),
        ("shipment_sent", "fulfilled"),
        ("order_updated", "fulfilled"),
    ]
    [shipment] = get(sandbox, f"/{order_id}/shipments").body["data"]
    assert shipment["shipment_status"] == "shipped"
    assert webhooks.received[4].body["data"]["shipment"]["id"] == shipment["id"]


@pytest.mark.parametrize(
    ("fault", "status", "state"),
    [("failed_later", "failed", "refunded"), ("on_hold", "onhold", "paid")],
)
def test_a_confirmed_order_can_still_go_wrong(sandbox: Client, fault: str, status: str, state: str) -> None:
    sandbox.fault("printful", fault)
    order_id = ready_draft(sandbox)
    confirm(sandbox, order_id)
    sandbox.advance(10_000)

    assert get(sandbox, f"/{order_id}").body["data"]["status"] == status
    assert [row["state"] for row in sandbox.till()] == [state]


def test_an_order_without_funds_is_charged_nothing(sandbox: Client) -> None:
    sandbox.fault("printful", "out_of_funds")
    order_id = ready_draft(sandbox)

    assert confirm(sandbox, order_id).status == 400
    assert sandbox.till() == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"recipient": None}, "Missing required parameters: recipient"),
        (
            {"recipient": {"address1": "x", "city": "y", "country_code": "US"}},
            "Missing required parameters: recipient.state_code",
        ),
        ({"shipping": "PIGEON"}, "shipping must be one of STANDARD, EXPRESS, PRIORITY,"),
        ({"order_items": [{}]}, "order_items.source must be catalog or warehouse"),
        ({"external_id": "x" * 33}, "external_id must be text of 1 to 32 characters"),
    ],
)
def test_a_wrong_order_is_refused(sandbox: Client, changes: dict[str, object], message: str) -> None:
    refused = draft(sandbox, **changes)

    assert refused.status == 400
    assert refused.body["error"]["message"].startswith(message)
    assert get(sandbox, "").body["paging"]["total"] == 0
