import pytest
import stripe
import urllib3

from sandbox.live import BEARER, Client, Receiver, Reply
from sandbox.samples import CREDIT

pytestmark = pytest.mark.enable_socket

TRANSACTIONS = "/stripe/v1/customers/cus_77/balance_transactions"


def credit(sandbox: Client, key: str | None = "key-1", path: str = TRANSACTIONS, **changes: str) -> Reply:
    headers = {**BEARER, "Idempotency-Key": key} if key else BEARER
    form = list((dict(CREDIT) | changes).items())
    return sandbox.call("POST", path, headers=headers, form=form)


@pytest.fixture
def official(sandbox: Client) -> stripe.StripeClient:
    """The official SDK, pointed at the sandbox."""
    return stripe.StripeClient(
        "sk_test_sandbox",
        base_addresses={"api": f"{sandbox.base_url}/stripe"},
        max_network_retries=0,
    )


def test_a_credit_is_a_negative_amount_and_a_positive_row_of_the_till(sandbox: Client) -> None:
    created = credit(sandbox)

    assert created.status == 200
    assert (created.body["amount"], created.body["ending_balance"]) == (-5000, -5000)
    assert created.body["type"] == "adjustment"
    assert created.body["metadata"] == {"guerdon_attempt": "payout-3-1"}
    assert sandbox.till() == [
        {
            "provider": "stripe",
            "reference": "payout-3-1",
            "amount": 5000,
            "currency": "USD",
            "state": "paid",
        }
    ]


def test_taking_a_credit_back_is_a_row_of_the_opposite_sign(sandbox: Client) -> None:
    credit(sandbox)
    taken_back = credit(sandbox, "key-2", amount="2000")

    assert taken_back.body["ending_balance"] == -3000
    assert [row["amount"] for row in sandbox.till()] == [5000, -2000]


def test_the_same_key_and_parameters_replay_the_first_answer(sandbox: Client) -> None:
    first, again = credit(sandbox), credit(sandbox)

    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.body == first.body
    assert len(sandbox.till()) == 1


def test_the_same_key_with_other_parameters_is_an_idempotency_error(sandbox: Client) -> None:
    credit(sandbox)
    refused = credit(sandbox, amount="-6000")

    assert refused.status == 400
    assert refused.body["error"]["type"] == "idempotency_error"
    assert [row["amount"] for row in sandbox.till()] == [5000]


def test_a_key_is_forgotten_after_24_hours(sandbox: Client) -> None:
    first = credit(sandbox)
    sandbox.advance(24 * 60 * 60)

    assert credit(sandbox).body["id"] != first.body["id"]
    assert len(sandbox.till()) == 2


def test_a_500_is_replayed_under_its_key(sandbox: Client) -> None:
    sandbox.fault("stripe", "failure")
    first, again = credit(sandbox), credit(sandbox)

    assert (first.status, again.status) == (500, 500)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert sandbox.till() == []


@pytest.mark.parametrize("status", [502, 503])
def test_other_failures_are_not_replayed(sandbox: Client, status: int) -> None:
    sandbox.fault("stripe", "failure", status=status)
    first, again = credit(sandbox), credit(sandbox)

    assert (first.status, again.status) == (status, 200)
    assert len(sandbox.till()) == 1


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"amount": "50.00"}, "amount"),
        ({"amount": "0"}, "amount"),
        ({"currency": "dollars"}, "currency"),
        ({"description": "x" * 351}, "description"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_refused_request_is_not_kept_under_its_key(sandbox: Client, changes: dict[str, str], param: str) -> None:
    refused = credit(sandbox, **changes)
    assert (refused.status, refused.body["error"]["param"]) == (400, param)
    assert sandbox.till() == []

    assert credit(sandbox).status == 200


def test_a_balance_keeps_the_currency_of_its_first_credit(sandbox: Client) -> None:
    credit(sandbox, currency="jpy")
    refused = credit(sandbox, "key-2", currency="usd")

    assert (refused.status, refused.body["error"]["param"]) == (400, "currency")
    assert [(row["amount"], row["currency"]) for row in sandbox.till()] == [(5000, "JPY")]


@pytest.mark.parametrize("customer", ["cus_missing_1", "acct_1"])
def test_an_unknown_customer_is_a_404(sandbox: Client, customer: str) -> None:
    path = f"/stripe/v1/customers/{customer}/balance_transactions"
    refused = credit(sandbox, path=path)

    assert (refused.status, refused.body["error"]["code"]) == (404, "resource_missing")
    assert sandbox.till() == []


def test_the_official_sdk_credits_pages_and_reads(official: stripe.StripeClient, sandbox: Client) -> None:
    balance = official.v1.customers.balance_transactions
    for number in range(3):
        balance.create(
            "cus_77",
            {"amount": -100, "currency": "usd", "metadata": {"guerdon_attempt": f"p-{number}"}},
            {"idempotency_key": f"key-{number}"},
        )

    first_page = balance.list("cus_77", {"limit": 2})
    found = list(first_page.auto_paging_iter())

    assert first_page.has_more is True
    assert [one.metadata["guerdon_attempt"] for one in found if one.metadata] == [
        "p-2",
        "p-1",
        "p-0",
    ]
    assert balance.retrieve("cus_77", found[0].id).ending_balance == -300
    assert official.v1.customers.retrieve("cus_77").balance == -300
    assert len(sandbox.till("stripe")) == 3


def test_the_official_sdk_understands_the_errors(official: stripe.StripeClient, sandbox: Client) -> None:
    balance = official.v1.customers.balance_transactions
    balance.create("cus_77", {"amount": -1, "currency": "usd"}, {"idempotency_key": "key"})

    with pytest.raises(stripe.IdempotencyError):
        balance.create("cus_77", {"amount": -2, "currency": "usd"}, {"idempotency_key": "key"})
    with pytest.raises(stripe.InvalidRequestError, match="No such customer"):
        balance.create("cus_missing", {"amount": -1, "currency": "usd"})
    sandbox.fault("stripe", "rate_limit")
    with pytest.raises(stripe.RateLimitError):
        balance.create("cus_77", {"amount": -1, "currency": "usd"})
    assert [row["amount"] for row in sandbox.till()] == [1]


def test_the_official_sdk_accepts_the_webhooks_signature(sandbox: Client, webhooks: Receiver) -> None:
    credit(sandbox)
    sandbox.advance(1000)

    [hook] = webhooks.received
    signature = hook.headers["Stripe-Signature"]
    event = stripe.Webhook.construct_event(hook.raw, signature, "whsec_sandbox")
    assert event.type == "customer.updated"
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(hook.raw, signature, "whsec_other")


def test_basic_authentication_works_too(sandbox: Client) -> None:
    headers = urllib3.make_headers(basic_auth="sk_test_sandbox:")
    assert sandbox.call("GET", "/stripe/v1/customers/cus_1", headers=headers).status == 200
