"""Faults: what moved is always in the till, whatever the caller got to see."""

from concurrent.futures import ThreadPoolExecutor
from threading import Semaphore
from typing import Any

import pytest
import urllib3

from local.sandbox.settings import Settings
from sandbox.live import BASIC, BEARER, Client, Receiver, Reply, StartSandbox
from sandbox.samples import CREDIT, check, gift_card, merchandise

pytestmark = pytest.mark.enable_socket

MONEY_CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "tremendous": (
        "/tremendous/api/v2/orders",
        {"headers": BEARER, "json_body": gift_card()},
    ),
    "lob": ("/lob/v1/checks", {"headers": {**BASIC, "Idempotency-Key": "k"}, "json_body": check()}),
    "stripe": (
        "/stripe/v1/customers/cus_77/balance_transactions",
        {"headers": {**BEARER, "Idempotency-Key": "k"}, "form": CREDIT},
    ),
}
PROVIDERS = [*MONEY_CALLS, "printful"]
RETRIED = [("tremendous", 201), ("lob", 200), ("stripe", 200)]


def pay(sandbox: Client, provider: str) -> Reply:
    if provider == "printful":
        order = sandbox.call("POST", "/printful/v2/orders", headers=BEARER, json_body=merchandise()).body["data"]["id"]
        sandbox.advance(1000)
        path = f"/printful/v2/orders/{order}/confirmation"
        return sandbox.call("POST", path, headers=BEARER)
    path, request = MONEY_CALLS[provider]
    return sandbox.call("POST", path, **request)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_failure_does_nothing_and_answers_in_the_providers_shape(sandbox: Client, provider: str) -> None:
    sandbox.fault(provider, "failure", status=503)
    failed = pay(sandbox, provider)

    assert failed.status == 503
    assert isinstance(failed.body, dict)
    assert sandbox.till() == []


@pytest.mark.parametrize(
    ("provider", "header"),
    [
        ("tremendous", "Retry-After"),
        ("lob", "X-Rate-Limit-Reset"),
        ("stripe", "Stripe-Rate-Limited-Reason"),
        ("printful", "X-Ratelimit-Policy"),
    ],
)
def test_a_rate_limit_does_nothing_and_has_the_providers_headers(sandbox: Client, provider: str, header: str) -> None:
    sandbox.fault(provider, "rate_limit")
    limited = pay(sandbox, provider)

    assert limited.status == 429
    assert header in limited.headers
    assert sandbox.till() == []


@pytest.mark.parametrize(("provider", "status"), [("tremendous", 402), ("lob", 401), ("printful", 400)])
def test_an_account_out_of_funds_pays_nothing(sandbox: Client, provider: str, status: int) -> None:
    sandbox.fault(provider, "out_of_funds")

    assert pay(sandbox, provider).status == status
    assert sandbox.till() == []


@pytest.mark.parametrize("provider", PROVIDERS)
def test_timeout_after_pays_once_and_gives_no_answer(sandbox: Client, provider: str) -> None:
    sandbox.fault(provider, "timeout_after", hold_seconds=0)

    with pytest.raises(urllib3.exceptions.ProtocolError):
        pay(sandbox, provider)
    assert [row["state"] for row in sandbox.till()] == ["paid"]


@pytest.mark.parametrize(("provider", "status"), RETRIED)
def test_a_retry_after_timeout_after_finds_what_was_paid(sandbox: Client, provider: str, status: int) -> None:
    sandbox.fault(provider, "timeout_after", hold_seconds=0)
    with pytest.raises(urllib3.exceptions.ProtocolError):
        pay(sandbox, provider)

    assert pay(sandbox, provider).status == status
    assert len(sandbox.till()) == 1


@pytest.mark.parametrize("provider", PROVIDERS)
def test_timeout_before_pays_nothing_and_gives_no_answer(sandbox: Client, provider: str) -> None:
    sandbox.fault(provider, "timeout_before", hold_seconds=0)

    with pytest.raises(urllib3.exceptions.ProtocolError):
        pay(sandbox, provider)
    assert sandbox.till() == []


def test_timeout_after_holds_the_connection_until_the_caller_gives_up(sandbox: Client) -> None:
    sandbox.fault("tremendous", "timeout_after")
    impatient = Client(sandbox.base_url, urllib3.PoolManager(retries=False, timeout=0.2))

    with pytest.raises(urllib3.exceptions.ReadTimeoutError):
        pay(impatient, "tremendous")
    assert len(sandbox.till()) == 1


@pytest.mark.parametrize("provider", MONEY_CALLS)
def test_twenty_calls_at_once_under_one_key_pay_once(sandbox: Client, provider: str) -> None:
    with ThreadPoolExecutor(20) as pool:
        replies = list(pool.map(lambda _: pay(sandbox, provider), range(20)))

    assert {reply.status for reply in replies} <= {200, 201}
    assert len(sandbox.till()) == 1


def test_a_fault_fires_as_often_as_it_was_queued_for(sandbox: Client) -> None:
    sandbox.fault("lob", "failure", times=2)

    assert [pay(sandbox, "lob").status for _ in range(3)] == [500, 500, 200]
    [fault] = sandbox.call("GET", "/_sandbox/faults").body["faults"]
    assert (fault["times"], fault["fired"]) == (2, 2)


def test_a_plain_fault_waits_for_the_call_that_moves_money(sandbox: Client) -> None:
    """A draft and a look-up pass; the confirmation is struck."""
    sandbox.fault("printful", "failure")

    assert pay(sandbox, "printful").status == 500
    assert sandbox.call("GET", "/printful/v2/orders", headers=BEARER).status == 200
    assert sandbox.till() == []


def test_a_fault_can_strike_a_look_up(sandbox: Client) -> None:
    pay(sandbox, "tremendous")
    sandbox.fault("tremendous", "failure", method="GET", path="/orders/payout-1-1")
    path = "/tremendous/api/v2/orders/payout-1-1"

    assert sandbox.call("GET", path, headers=BEARER).status == 500
    assert sandbox.call("GET", path, headers=BEARER).status == 200


def test_cleared_faults_do_not_fire(sandbox: Client) -> None:
    sandbox.fault("lob", "failure")
    assert sandbox.call("DELETE", "/_sandbox/faults").status == 204

    assert pay(sandbox, "lob").status == 200


@pytest.mark.parametrize(
    ("provider", "fault", "told"),
    [
        ("paypal", "failure", "There are: lob, printful, stripe, tremendous."),
        ("lob", "earthquake", "There are: failure, rate_limit,"),
        ("stripe", "out_of_funds", "Unknown fault 'out_of_funds' for stripe."),
    ],
)
def test_an_unknown_fault_is_refused_with_what_exists(sandbox: Client, provider: str, fault: str, told: str) -> None:
    body = {"provider": provider, "fault": fault}
    refused = sandbox.call("POST", "/_sandbox/faults", json_body=body)

    assert refused.status == 400
    assert told in refused.body["error"]
    assert sandbox.call("GET", "/_sandbox/faults").body["faults"] == []


def test_webhook_first_comes_before_the_answer(sandbox: Client, webhooks: Receiver) -> None:
    seen: list[int] = []
    webhooks.on_receive = lambda: seen.append(len(sandbox.till()))
    sandbox.fault("tremendous", "webhook_first")

    pay(sandbox, "tremendous")

    assert [hook.body["event"] for hook in webhooks.received] == ["ORDERS.CREATED"]
    assert seen == [1]


def test_webhook_first_and_timeout_after_strike_the_same_call(sandbox: Client, webhooks: Receiver) -> None:
    sandbox.fault("lob", "webhook_first")
    sandbox.fault("lob", "timeout_after", hold_seconds=0)

    with pytest.raises(urllib3.exceptions.ProtocolError):
        pay(sandbox, "lob")
    assert [hook.body["event_type"]["id"] for hook in webhooks.received] == ["check.created"]
    assert len(sandbox.till()) == 1


def test_webhook_twice_sends_the_same_event_twice(sandbox: Client, webhooks: Receiver) -> None:
    sandbox.fault("tremendous", "webhook_twice")
    pay(sandbox, "tremendous")
    sandbox.advance(1000)

    first, second = webhooks.received
    assert first.body == second.body


def test_webhook_never_holds_for_everything_that_follows(sandbox: Client, webhooks: Receiver) -> None:
    sandbox.fault("lob", "webhook_never")
    pay(sandbox, "lob")
    sandbox.advance(10_000)

    assert webhooks.received == []
    deliveries = sandbox.call("GET", "/_sandbox/webhooks").body["deliveries"]
    assert {delivery["state"] for delivery in deliveries} == {"not sent"}
    assert len(deliveries) == 4


def test_without_settings_things_happen_by_themselves(start_sandbox: StartSandbox, receiver: Receiver) -> None:
    arrived = _Arrival(receiver)
    with start_sandbox(Settings(webhook_delay_seconds=0, step_delay_seconds=0)) as sandbox:
        target = {"url": receiver.url, "secrets": {"tremendous": "secret"}}
        sandbox.call("POST", "/_sandbox/webhooks", json_body=target)
        pay(sandbox, "tremendous")
        arrived.wait_for(2)

    assert [hook.body["event"] for hook in receiver.received] == [
        "ORDERS.CREATED",
        "REWARDS.DELIVERY.SUCCEEDED",
    ]


class _Arrival:
    """Counts webhooks as they arrive."""

    def __init__(self, receiver: Receiver) -> None:
        self._semaphore = Semaphore(0)
        receiver.on_receive = self._semaphore.release

    def wait_for(self, count: int) -> None:
        assert all(self._semaphore.acquire(timeout=5) for _ in range(count))
