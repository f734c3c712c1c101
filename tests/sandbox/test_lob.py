from typing import Any

import pytest

from sandbox.live import BASIC, Client, Receiver, Reply
from sandbox.samples import address, check

pytestmark = pytest.mark.enable_socket

CHECKS = "/lob/v1/checks"


def send(sandbox: Client, key: str | None = "key-1", **changes: object) -> Reply:
    headers = {**BASIC, "Idempotency-Key": key} if key else BASIC
    return sandbox.call("POST", CHECKS, headers=headers, json_body=check(**changes))


def get(sandbox: Client, path: str) -> Reply:
    return sandbox.call("GET", f"{CHECKS}{path}", headers=BASIC)


def test_a_check_is_paid_under_our_own_reference(sandbox: Client) -> None:
    created = send(sandbox)

    assert created.status == 200
    assert created.body["object"] == "check"
    assert created.body["amount"] == 250.0
    assert created.body["check_number"] == 10000
    assert created.body["to"]["name"] == "ADA BYRON"
    assert created.body["tracking_events"] == []
    assert sandbox.till() == [
        {
            "provider": "lob",
            "reference": "payout-2-1",
            "amount": 25000,
            "currency": "USD",
            "state": "paid",
        }
    ]


@pytest.mark.parametrize(("key", "reference"), [("key-1", "key-1"), (None, None)])
def test_without_metadata_the_reference_is_the_idempotency_key_or_else_the_check(
    sandbox: Client, key: str | None, reference: str | None
) -> None:
    created = send(sandbox, key, metadata={})

    assert [row["reference"] for row in sandbox.till()] == [reference or created.body["id"]]


def test_a_used_key_brings_back_its_check_for_24_hours(sandbox: Client) -> None:
    first = send(sandbox)
    # Lob does not compare what was sent under the key.
    again = send(sandbox, amount="999.00")
    assert again.body["id"] == first.body["id"]
    assert len(sandbox.till()) == 1

    sandbox.advance(24 * 60 * 60)
    assert send(sandbox).body["id"] != first.body["id"]
    assert len(sandbox.till()) == 2


def test_two_idempotency_keys_in_one_request_are_refused(sandbox: Client) -> None:
    headers = {**BASIC, "Idempotency-Key": "key-1"}
    refused = sandbox.call("POST", f"{CHECKS}?idempotency_key=key-2", headers=headers, json_body=check())

    assert refused.status == 422
    assert sandbox.till() == []


def test_a_form_with_brackets_makes_the_same_check(sandbox: Client) -> None:
    form = [
        ("bank_account", "bank_8cad8df5354d33f"),
        *((f"to[{name}]", value) for name, value in address().items()),
        ("from", "adr_210a8d4b0b76d77b"),
        ("amount", "250.00"),
        ("use_type", "operational"),
        ("message", "Thank you."),
        ("metadata[guerdon_attempt]", "payout-2-1"),
    ]
    created = sandbox.call("POST", CHECKS, headers=BASIC, form=form)

    assert created.status == 200
    assert created.body["to"]["address_line1"] == "185 BERRY ST"
    assert [row["reference"] for row in sandbox.till()] == ["payout-2-1"]


@pytest.mark.parametrize(
    ("changes", "code", "message"),
    [
        ({"amount": "10.005"}, "invalid", "amount has more than 2 decimal places"),
        ({"amount": "1000000.00"}, "invalid", "amount must be greater than 0 and at most 999999.99"),
        ({"amount": 0}, "invalid", "amount must be greater than 0 and at most 999999.99"),
        ({"amount": "ten"}, "invalid", "amount is not a number"),
        (
            {"use_type": None},
            "mail_use_type_can_not_be_null",
            "use_type must be one of marketing, operational",
        ),
        (
            {"to": address(address_country="DE")},
            "invalid_check_international",
            "checks cannot be sent internationally",
        ),
        (
            {"to": address(address_line2="x" * 39)},
            "address_length_exceeds_limit",
            "to.address_line1 and to.address_line2 must be at most 50 characters together",
        ),
        (
            {"message": "x" * 401},
            "invalid",
            "message length must be less than or equal to 400 characters",
        ),
        (
            {"memo": "x" * 41},
            "invalid",
            "memo length must be less than or equal to 40 characters",
        ),
        ({"message": None}, "invalid", "exactly one of message and check_bottom is required"),
        ({"bank_account": None}, "invalid", "bank_account is required"),
        ({"from": None}, "invalid", "from is required"),
        ({"send_date": "2020-01-01"}, "invalid", "send_date must be in the future and within 180 days"),
    ],
)
def test_a_wrong_check_is_refused_and_not_paid(
    sandbox: Client, changes: dict[str, Any], code: str, message: str
) -> None:
    refused = send(sandbox, **changes)

    assert refused.status == 422
    assert refused.body == {"error": {"message": message, "status_code": 422, "code": code}}
    assert sandbox.till() == []


def test_lines_of_exactly_50_characters_fit(sandbox: Client) -> None:
    line_2 = "x" * (50 - len("185 Berry St"))
    assert send(sandbox, to=address(address_line2=line_2)).status == 200


def test_a_check_is_canceled_within_its_window(sandbox: Client) -> None:
    check_id = send(sandbox).body["id"]
    sandbox.advance(290)

    canceled = sandbox.call("DELETE", f"{CHECKS}/{check_id}", headers=BASIC)

    assert (canceled.status, canceled.body) == (200, {"id": check_id, "deleted": True})
    assert get(sandbox, f"/{check_id}").body["deleted"] is True
    assert [row["state"] for row in sandbox.till()] == ["canceled"]

    sandbox.advance(10_000)
    assert get(sandbox, f"/{check_id}").body["tracking_events"] == []


def test_a_check_cannot_be_canceled_after_its_window(sandbox: Client) -> None:
    check_id = send(sandbox).body["id"]
    sandbox.advance(300)

    refused = sandbox.call("DELETE", f"{CHECKS}/{check_id}", headers=BASIC)

    assert refused.status == 422
    assert refused.body["error"]["code"] == "not_deletable"
    assert [row["state"] for row in sandbox.till()] == ["paid"]


def test_a_check_is_rendered_then_mailed_with_an_event_for_each(sandbox: Client, webhooks: Receiver) -> None:
    check_id = send(sandbox).body["id"]
    sandbox.advance(10_000)

    assert [hook.body["event_type"]["id"] for hook in webhooks.received] == [
        "check.created",
        "check.rendered_pdf",
        "check.rendered_thumbnails",
        "check.mailed",
    ]
    mailed = get(sandbox, f"/{check_id}").body
    assert mailed["status"] == "rendered"
    assert [event["name"] for event in mailed["tracking_events"]] == ["Mailed"]
    assert webhooks.received[-1].body["reference_id"] == check_id


def test_a_check_that_cannot_be_rendered_is_not_charged(sandbox: Client, webhooks: Receiver) -> None:
    sandbox.fault("lob", "failed_later")
    check_id = send(sandbox).body["id"]
    sandbox.advance(10_000)

    assert get(sandbox, f"/{check_id}").body["status"] == "failed"
    assert [row["state"] for row in sandbox.till()] == ["refunded"]
    assert webhooks.received[-1].body["event_type"]["id"] == "check.failed"


def test_a_returned_check_comes_back_after_it_was_mailed(sandbox: Client, webhooks: Receiver) -> None:
    sandbox.fault("lob", "returned")
    check_id = send(sandbox).body["id"]
    sandbox.advance(10_000)

    names = [event["name"] for event in get(sandbox, f"/{check_id}").body["tracking_events"]]
    assert names == ["Mailed", "Returned to Sender"]
    assert [row["state"] for row in sandbox.till()] == ["refunded"]
    assert webhooks.received[-1].body["event_type"]["id"] == "check.returned_to_sender"


def test_checks_are_listed_by_metadata_newest_first_page_by_page(sandbox: Client) -> None:
    for number in range(3):
        send(sandbox, f"key-{number}", metadata={"guerdon_attempt": "wanted"}, amount=number + 1)
    send(sandbox, "key-9", metadata={"guerdon_attempt": "other"})

    first = get(sandbox, "?metadata[guerdon_attempt]=wanted&limit=2").body
    assert [found["amount"] for found in first["data"]] == [3.0, 2.0]
    assert first["count"] == 2
    second = sandbox.pool.request("GET", first["next_url"], headers=BASIC).json()
    assert [found["amount"] for found in second["data"]] == [1.0]
    assert second["next_url"] is None


def test_an_unknown_check_and_an_unknown_path_are_lobs_own_errors(sandbox: Client) -> None:
    assert get(sandbox, "/chk_0").body["error"]["code"] == "not_found"
    unknown = sandbox.call("GET", "/lob/v1/postcards", headers=BASIC)
    assert unknown.body["error"]["code"] == "unrecognized_endpoint"


@pytest.mark.parametrize(
    ("path", "status"),
    [("bank_accounts/bank_1", 200), ("bank_accounts/bank_missing", 404), ("addresses/adr_missing", 404)],
)
def test_a_bank_account_or_address_is_there_unless_its_id_says_otherwise(
    sandbox: Client, path: str, status: int
) -> None:
    assert sandbox.call("GET", f"/lob/v1/{path}", headers=BASIC).status == status


@pytest.mark.parametrize(("account", "verified"), [("bank_1", True), ("bank_unverified", False)])
def test_a_bank_account_is_verified_unless_its_id_says_otherwise(
    sandbox: Client, account: str, *, verified: bool
) -> None:
    assert sandbox.call("GET", f"/lob/v1/bank_accounts/{account}", headers=BASIC).body["verified"] is verified
