"""Stripe's endpoints under `/stripe/v1`."""

from starlette.datastructures import Headers

from local.sandbox.core import ids
from local.sandbox.core.auth import basic_key, bearer_key
from local.sandbox.core.bodies import fingerprint, form_object
from local.sandbox.core.calls import Answer, Call, Endpoint, Provider
from local.sandbox.core.records import JsonObject
from local.sandbox.stripe import resources
from local.sandbox.stripe.errors import StripeErrors, answer, invalid, missing
from local.sandbox.stripe.validation import read_transaction

_KEYS = "stripe_idempotency_keys"
_KEY_LENGTH_MAX = 255
_PAGE_DEFAULT, _PAGE_MAX = 10, 100
_SERVER_ERROR = 500


def create_transaction(call: Call) -> Answer:
    """`POST /customers/{id}/balance_transactions`, replayed for 24 hours under one key."""
    replayed = _replay(call)
    if replayed is not None:
        return replayed
    holder = resources.customer(call.world, call.parameters["id"])
    new = read_transaction(call.body)
    created = Answer(200, resources.create(call, holder, new))
    keep(call, created)
    return _stamped(call, created)


def list_transactions(call: Call) -> Answer:
    """`GET /customers/{id}/balance_transactions`, newest first, paged by cursor."""
    customer_id = call.parameters["id"]
    resources.customer(call.world, customer_id)
    found = resources.transactions_of(call.world, customer_id)
    limit = _limit(call.query.get("limit"))
    start = 0
    if (cursor := call.query.get("starting_after")) is not None:
        start = _position(found, cursor, "starting_after") + 1
    elif (cursor := call.query.get("ending_before")) is not None:
        start = max(_position(found, cursor, "ending_before") - limit, 0)
    listed = {
        "object": "list",
        "url": f"/v1/customers/{customer_id}/balance_transactions",
        "has_more": start + limit < len(found),
        "data": found[start : start + limit],
    }
    return _stamped(call, Answer(200, listed))


def get_transaction(call: Call) -> Answer:
    """`GET /customers/{id}/balance_transactions/{transaction}`."""
    resources.customer(call.world, call.parameters["id"])
    transaction_id = call.parameters["transaction"]
    found = call.world.records.get(resources.TRANSACTIONS, transaction_id)
    if found is None or found["customer"] != call.parameters["id"]:
        raise missing("customer balance transaction", transaction_id, "transaction")
    return _stamped(call, Answer(200, found))


def get_customer(call: Call) -> Answer:
    """`GET /customers/{id}`."""
    return _stamped(call, Answer(200, resources.customer(call.world, call.parameters["id"])))


def keep(call: Call, given: Answer) -> None:
    """Remember an answer for the call's idempotency key; a 500 too, other failures not."""
    key = _idempotency_key(call)
    if key is None or given.status not in (200, _SERVER_ERROR):
        return
    kept = {
        "fingerprint": _call_print(call),
        "at": call.world.clock.timestamp(),
        "status": given.status,
        "body": given.body,
    }
    call.world.records.put(_KEYS, _scoped(call, key), kept)


def api_key(headers: Headers) -> str | None:
    """The key, by bearer or basic authentication."""
    return bearer_key(headers) or basic_key(headers)


PROVIDER = Provider(
    name=resources.NAME,
    prefix="/stripe/v1",
    endpoints=(
        Endpoint("POST", "/customers/{id}/balance_transactions", create_transaction, moves_money=True),
        Endpoint("GET", "/customers/{id}/balance_transactions", list_transactions),
        Endpoint("GET", "/customers/{id}/balance_transactions/{transaction}", get_transaction),
        Endpoint("GET", "/customers/{id}", get_customer),
    ),
    errors=StripeErrors(),
    api_key=api_key,
    read_body=form_object,
    keep_failure=keep,
)


def _replay(call: Call) -> Answer | None:
    key = _idempotency_key(call)
    kept = None if key is None else call.world.records.get(_KEYS, _scoped(call, key))
    if key is None or kept is None:
        return None
    age_seconds = call.world.clock.timestamp() - kept["at"]
    if age_seconds >= call.world.settings.idempotency_window_seconds:
        return None
    if kept["fingerprint"] != _call_print(call):
        return answer(
            400,
            "Keys for idempotent requests can only be used with the same parameters they were"
            f" first used with. Try using a key other than '{key}'.",
            kind="idempotency_error",
        )
    replayed = _stamped(call, Answer(kept["status"], kept["body"]))
    return Answer(replayed.status, replayed.body, {**replayed.headers, "Idempotent-Replayed": "true"})


def _idempotency_key(call: Call) -> str | None:
    key = call.headers.get("Idempotency-Key")
    if key is not None and len(key) > _KEY_LENGTH_MAX:
        raise invalid("Idempotency keys must be at most 255 characters", "Idempotency-Key")
    return key or None


def _scoped(call: Call, key: str) -> str:
    """Keys are apart by API key; only its fingerprint is kept."""
    return f"{fingerprint(call.account)}:{key}"


def _call_print(call: Call) -> str:
    return fingerprint({"path": call.path, "body": call.body})


def _stamped(call: Call, given: Answer) -> Answer:
    headers = {
        "Request-Id": f"req_{ids.mixed(14)}",
        "Stripe-Version": call.headers.get("Stripe-Version", resources.API_VERSION),
    }
    if (key := call.headers.get("Idempotency-Key")) is not None:
        headers["Idempotency-Key"] = key
    return Answer(given.status, given.body, headers)


def _limit(value: str | None) -> int:
    text = value or str(_PAGE_DEFAULT)
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= _PAGE_MAX:
        raise invalid("This value must be from 1 to 100.", "limit")
    return int(text)


def _position(found: list[JsonObject], transaction_id: str, param: str) -> int:
    for position, transaction in enumerate(found):
        if transaction["id"] == transaction_id:
            return position
    raise missing("customer balance transaction", transaction_id, param)
