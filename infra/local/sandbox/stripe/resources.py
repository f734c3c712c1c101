"""Stripe's customers and the transactions on their balance.

Every customer whose id begins with `cus_` exists, unless the id contains `missing`. A balance
has the currency of its first transaction for ever.
"""

from local.sandbox.core import ids
from local.sandbox.core.calls import Call
from local.sandbox.core.records import JsonObject
from local.sandbox.core.till import PAID, Movement
from local.sandbox.core.webhooks import Event
from local.sandbox.core.world import World
from local.sandbox.stripe.errors import invalid, missing
from local.sandbox.stripe.validation import NewTransaction

NAME = "stripe"
API_VERSION = "2026-06-24.dahlia"
CUSTOMERS, TRANSACTIONS = "stripe_customers", "stripe_transactions"


def customer(world: World, customer_id: str) -> JsonObject:
    """The customer as it is now.

    Raises:
        RefusalError: a 404, there is no such customer.
    """
    if not customer_id.startswith("cus_") or "missing" in customer_id:
        raise missing("customer", customer_id, "id")
    return world.records.get(CUSTOMERS, customer_id) or {
        "id": customer_id,
        "object": "customer",
        "balance": 0,
        "created": int(world.clock.timestamp()),
        "currency": None,
        "description": None,
        "email": None,
        "livemode": False,
        "metadata": {},
        "name": None,
    }


def create(call: Call, holder: JsonObject, new: NewTransaction) -> JsonObject:
    """Put the transaction on the customer's balance; returns it.

    Raises:
        RefusalError: the customer's balance is in another currency.
    """
    world = call.world
    if holder["currency"] not in (None, new.currency):
        raise invalid(
            f"The customer's balance is in {holder['currency']}, not in {new.currency}.",
            "currency",
        )
    balance_before = holder["balance"]
    holder |= {"balance": balance_before + new.amount_minor, "currency": new.currency}
    world.records.put(CUSTOMERS, holder["id"], holder)
    transaction: JsonObject = {
        "id": f"cbtxn_{ids.mixed(24)}",
        "object": "customer_balance_transaction",
        "amount": new.amount_minor,
        "checkout_session": None,
        "created": int(world.clock.timestamp()),
        "credit_note": None,
        "currency": new.currency,
        "customer": holder["id"],
        "customer_account": None,
        "description": new.description,
        "ending_balance": holder["balance"],
        "invoice": None,
        "livemode": call.account.startswith(("sk_live_", "rk_live_")),
        "metadata": new.metadata,
        "type": "adjustment",
    }
    world.records.put(TRANSACTIONS, transaction["id"], transaction)
    movement = Movement(
        provider=NAME,
        reference=new.metadata.get("guerdon_attempt") or transaction["id"],
        amount=-new.amount_minor,
        currency=new.currency.upper(),
        state=PAID,
    )
    world.till.pay(transaction["id"], movement)
    _announce(call, holder, {"balance": balance_before})
    return transaction


def transactions_of(world: World, customer_id: str) -> list[JsonObject]:
    """A customer's transactions, newest first."""
    found = world.records.all(TRANSACTIONS)
    return [found_one for found_one in reversed(found) if found_one["customer"] == customer_id]


def _announce(call: Call, holder: JsonObject, before: JsonObject) -> None:
    """Stripe has no event for the transaction itself, only for the customer it changed."""
    world, now = call.world, call.world.clock.now()
    body = {
        "id": f"evt_{ids.mixed(24)}",
        "object": "event",
        "api_version": API_VERSION,
        "created": int(now.timestamp()),
        "data": {"object": dict(holder), "previous_attributes": before},
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": call.headers.get("Idempotency-Key")},
        "type": "customer.updated",
    }
    world.webhooks.announce(Event(NAME, "customer.updated", holder["id"], body), now, call.webhook_mode)
