"""Webhooks are signed as each provider signs, and tried again when they are not taken."""

import hashlib
import hmac
import time

import pytest

from local.sandbox.settings import Settings
from sandbox.live import BASIC, BEARER, SECRETS, Client, Receiver, StartSandbox
from sandbox.samples import check, gift_card, merchandise

pytestmark = pytest.mark.enable_socket


def digest(secret: bytes, message: bytes) -> str:
    return hmac.new(secret, message, hashlib.sha256).hexdigest()


def deliveries(sandbox: Client) -> list[tuple[str, int]]:
    found = sandbox.call("GET", "/_sandbox/webhooks").body["deliveries"]
    return [(delivery["state"], len(delivery["attempts"])) for delivery in found]


def set_target(sandbox: Client, receiver: Receiver) -> None:
    body = {"url": receiver.url, "secrets": SECRETS}
    assert sandbox.call("POST", "/_sandbox/webhooks", json_body=body).status == 200


def order(sandbox: Client) -> None:
    path = "/tremendous/api/v2/orders"
    assert sandbox.call("POST", path, headers=BEARER, json_body=gift_card()).status == 200


def test_tremendous_signs_the_raw_body(sandbox: Client, webhooks: Receiver) -> None:
    order(sandbox)
    sandbox.advance(1000)

    [hook] = webhooks.received
    expected = digest(SECRETS["tremendous"].encode(), hook.raw)
    assert hook.headers["Tremendous-Webhook-Signature"] == f"sha256={expected}"
    assert hook.path == "/provider-updates/tremendous"
    assert hook.headers["X-Extra"] == "kept"


def test_lob_signs_the_time_in_milliseconds_and_the_body(sandbox: Client, webhooks: Receiver) -> None:
    before = time.time()
    sandbox.call("POST", "/lob/v1/checks", headers=BASIC, json_body=check())
    sandbox.advance(1000)

    hook = webhooks.received[0]
    timestamp = hook.headers["Lob-Signature-Timestamp"]
    expected = digest(SECRETS["lob"].encode(), f"{timestamp}.".encode() + hook.raw)
    assert hook.headers["Lob-Signature"] == expected
    # The signature's time is the real one, however far the sandbox's clock was moved.
    assert before - 1 <= int(timestamp) / 1000 <= time.time() + 1


def test_printful_signs_with_the_decoded_secret(sandbox: Client, webhooks: Receiver) -> None:
    sandbox.call("POST", "/printful/v2/orders", headers=BEARER, json_body=merchandise())
    sandbox.advance(1000)

    hook = webhooks.received[0]
    expected = digest(bytes.fromhex(SECRETS["printful"]), hook.raw)
    assert hook.headers["x-pf-webhook-signature"] == expected


def test_a_webhook_that_is_not_taken_is_tried_again_and_says_how_often(
    start_sandbox: StartSandbox, receiver: Receiver
) -> None:
    receiver.statuses = [500, 302]
    with start_sandbox(Settings(webhook_delay_seconds=0, step_delay_seconds=10_000)) as sandbox:
        set_target(sandbox, receiver)
        sandbox.call("POST", "/printful/v2/orders", headers=BEARER, json_body=merchandise())
        for _ in range(3):
            sandbox.advance(10)

        assert [hook.body["retries"] for hook in receiver.received] == [0, 1, 2]
        assert deliveries(sandbox) == [("delivered", 3)]


def test_a_webhook_that_is_never_taken_is_given_up(start_sandbox: StartSandbox, receiver: Receiver) -> None:
    receiver.statuses = [500] * 12
    with start_sandbox(Settings(webhook_delay_seconds=0, step_delay_seconds=10_000)) as sandbox:
        set_target(sandbox, receiver)
        order(sandbox)
        for _ in range(12):
            sandbox.advance(240)

        assert len(receiver.received) == 10
        assert deliveries(sandbox) == [("failed", 10)]


def test_without_a_target_webhooks_are_noted_and_not_sent(sandbox: Client) -> None:
    order(sandbox)

    assert deliveries(sandbox) == [("not sent", 0)]


def test_a_target_is_shown_without_its_secrets(sandbox: Client, webhooks: Receiver) -> None:
    shown = sandbox.call("GET", "/_sandbox/webhooks").body["target"]

    assert shown == {
        "url": webhooks.url,
        "headers": {"X-Extra": "kept"},
        "secrets_for": ["tremendous", "lob", "stripe", "printful"],
    }


def test_a_target_that_makes_no_sense_is_refused(sandbox: Client) -> None:
    for body, told in (
        ({}, "url must be where to send webhooks"),
        ({"url": "http://x/", "secrets": {"paypal": "s"}}, "secrets has 'paypal'"),
        ({"url": "http://x/", "secrets": {"printful": "no hex"}}, "must be hexadecimal"),
    ):
        refused = sandbox.call("POST", "/_sandbox/webhooks", json_body=body)
        assert refused.status == 400
        assert told in refused.body["error"]
    assert sandbox.call("GET", "/_sandbox/webhooks").body["target"] is None
