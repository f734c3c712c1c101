"""Tremendous's orders and rewards: how they look and how they go on by themselves.

An order executes at once. Behind `ada+pending@…` it waits for approval and gets it, behind
`ada+canceled@…` it is canceled instead, behind `ada+undelivered@…` the mail bounces; the faults
`pending`, `pending_then_canceled` and `undelivered` do the same for any recipient.
"""

import uuid
from collections.abc import Callable
from datetime import datetime

from local.sandbox.core import ids
from local.sandbox.core.agenda import Effect
from local.sandbox.core.calls import Call
from local.sandbox.core.clock import after, iso
from local.sandbox.core.money import to_major
from local.sandbox.core.records import JsonObject
from local.sandbox.core.till import PAID, REFUNDED, Movement
from local.sandbox.core.webhooks import Event
from local.sandbox.core.world import World
from local.sandbox.tremendous.validation import NewOrder

NAME = "tremendous"
ORDERS, EXTERNAL_IDS, REWARDS = "tremendous_orders", "tremendous_external_ids", "tremendous_rewards"
CHARGES = "tremendous_charges"
OPENING_BALANCE_USD_MINOR = 10_000_000_00
_MAGIC = {
    "+pending@": "pending",
    "+canceled@": "pending_then_canceled",
    "+undelivered@": "undelivered",
}


def balance_usd_minor(world: World) -> int:
    """What is left of the balance, in US cents."""
    spent = sum(row["amount"] for row in world.till.rows(NAME) if row["state"] == PAID)
    return OPENING_BALANCE_USD_MINOR - spent


def balance_changes(world: World) -> list[JsonObject]:
    """Every change of the balance, oldest first: the deposit, each order, each refund, and charges of other kinds."""
    orders = world.records.all(ORDERS)
    opened_at = orders[0]["created_at"] if orders else iso(world.clock.now())
    changes = [_change(opened_at, OPENING_BALANCE_USD_MINOR, "Deposit")]
    for order in orders:
        shown = {"id": order["id"], "external_id": order["external_id"]}
        if order["status"] == "EXECUTED" or order["refunded"]:
            changes.append(_change(order["created_at"], -order["cost_usd_minor"], "Order", shown))
        if order["refunded"]:
            changes.append(_change(order["created_at"], order["cost_usd_minor"], "Refund", shown))
    changes += [_change(charge["created_at"], -charge["usd_minor"], "Fee") for charge in world.records.all(CHARGES)]
    return sorted(changes, key=lambda change: str(change["created_at"]))


def _change(created_at: str, usd_minor: int, action: str, order: JsonObject | None = None) -> JsonObject:
    amount = float(to_major(usd_minor, "USD"))
    shown: JsonObject = {"created_at": created_at, "amount": amount, "currency_code": "USD", "action": action}
    # The running balance may be null, says Tremendous.
    shown |= {"balance": None, "description": action}
    return shown if order is None else {**shown, "order": order}


def outcome_of(call: Call, order: NewOrder) -> str | None:
    """How this order will turn out: by a fault, else by the recipient's address."""
    email = str(order.recipient.get("email", ""))
    magic = next((outcome for mark, outcome in _MAGIC.items() if mark in email), None)
    return call.outcome or magic


def create(call: Call, new: NewOrder, fingerprint: str) -> JsonObject:
    """Make the order and start what follows; returns its record."""
    world, now = call.world, call.world.clock.now()
    outcome = outcome_of(call, new)
    order_id, reward_id = ids.upper(12), ids.upper(12)
    record: JsonObject = {
        "id": order_id,
        "external_id": new.external_id,
        "campaign_id": new.campaign_id,
        "created_at": iso(now),
        "status": "OPEN",
        "channel": "API",
        "reward_id": reward_id,
        "cost_usd_minor": new.cost_usd_minor,
        "refunded": False,
        "fingerprint": fingerprint,
        "outcome": outcome,
        "webhook_mode": call.lasting_webhook_mode,
    }
    reward: JsonObject = {
        "id": reward_id,
        "order_id": order_id,
        "created_at": iso(now),
        "value": {"denomination": float(to_major(new.value_minor, new.currency))} | {"currency_code": new.currency},
        "recipient": new.recipient,
        "custom_fields": new.reward.get("custom_fields", []),
        "delivery": {"method": new.method, "status": "PENDING"},
    }
    world.records.put(REWARDS, reward_id, reward)
    if new.external_id is not None:
        world.records.put(EXTERNAL_IDS, new.external_id, {"order_id": order_id})
    announce(world, record, "ORDERS.CREATED", now, call.webhook_mode)
    later = after(now, world.settings.step_delay_seconds)
    if outcome in ("pending", "pending_then_canceled"):
        record["status"] = "PENDING APPROVAL"
        world.records.put(ORDERS, order_id, record)
        effect = "tremendous approve" if outcome == "pending" else "tremendous cancel"
        world.agenda.plan(effect, {"order_id": order_id}, later)
    else:
        execute(world, record, now)
    return record


def execute(world: World, record: JsonObject, at: datetime) -> None:
    """Charge the order and send its reward."""
    record["status"] = "EXECUTED"
    world.records.put(ORDERS, record["id"], record)
    movement = Movement(
        provider=NAME,
        reference=record["external_id"] or record["id"],
        amount=record["cost_usd_minor"],
        currency="USD",
        state=PAID,
    )
    world.till.pay(record["id"], movement)
    _set_delivery(world, record["reward_id"], "SCHEDULED")
    later = after(at, world.settings.step_delay_seconds)
    world.agenda.plan("tremendous deliver", {"order_id": record["id"]}, later)


def approve(world: World, record: JsonObject, at: datetime) -> None:
    """Approve an order that waits, as an administrator does."""
    if record["status"] == "PENDING APPROVAL":
        execute(world, record, at)
        announce(world, record, "ORDERS.APPROVED", at, record["webhook_mode"])


def cancel(world: World, record: JsonObject, at: datetime) -> None:
    """Reject an order that waits; nothing was charged."""
    if record["status"] == "PENDING APPROVAL":
        record["status"] = "CANCELED"
        world.records.put(ORDERS, record["id"], record)
        announce(world, record, "ORDERS.CANCELED", at, record["webhook_mode"])


def refund(world: World, record: JsonObject, at: datetime) -> None:
    """Cancel the reward of an executed order and give the money back."""
    record.update(status="CANCELED", refunded=True)
    world.records.put(ORDERS, record["id"], record)
    world.till.mark(NAME, record["id"], REFUNDED)
    announce(world, record, "REWARDS.CANCELED", at, record["webhook_mode"])


def deliver(world: World, record: JsonObject, at: datetime) -> None:
    """Deliver the reward, or have the mail bounce when that is how it turns out."""
    if record["status"] != "EXECUTED":
        return
    failed = record["outcome"] == "undelivered"
    _set_delivery(world, record["reward_id"], "FAILED" if failed else "SUCCEEDED")
    event = f"REWARDS.DELIVERY.{'FAILED' if failed else 'SUCCEEDED'}"
    announce(world, record, event, at, record["webhook_mode"])


def resend(world: World, record: JsonObject, at: datetime) -> None:
    """Send a reward again whose delivery failed; this time it arrives."""
    record["outcome"] = None
    world.records.put(ORDERS, record["id"], record)
    _set_delivery(world, record["reward_id"], "SCHEDULED")
    later = after(at, world.settings.step_delay_seconds)
    world.agenda.plan("tremendous deliver", {"order_id": record["id"]}, later)


def order_json(world: World, record: JsonObject) -> JsonObject:
    """The order as the API shows it; `payment` only once it was charged, in USD."""
    shown = {name: record[name] for name in ("id", "external_id", "campaign_id", "created_at", "status", "channel")}
    if record["status"] == "EXECUTED" or record["refunded"]:
        cost = float(to_major(record["cost_usd_minor"], "USD"))
        shown["payment"] = {"subtotal": cost, "total": cost, "fees": 0, "discount": 0}
        if record["refunded"]:
            shown["payment"]["refund"] = {"total": cost}
    shown["rewards"] = [reward_json(world.records.get(REWARDS, record["reward_id"]) or {})]
    return shown


def reward_json(reward: JsonObject) -> JsonObject:
    """The reward as the API shows it; a link only when it is delivered as a link."""
    shown = {**reward, "delivery": dict(reward["delivery"])}
    if shown["delivery"]["method"] == "LINK" and shown["delivery"]["status"] != "PENDING":
        shown["delivery"]["link"] = f"https://testflight.tremendous.com/rewards/{reward['id']}"
    return shown


def announce(world: World, record: JsonObject, event: str, at: datetime, mode: str | None) -> None:
    """Send a webhook about the order, or about its reward."""
    about_reward = event.startswith("REWARDS.")
    resource = {
        "id": record["reward_id"] if about_reward else record["id"],
        "type": "rewards" if about_reward else "orders",
    }
    body = {
        "event": event,
        "uuid": str(uuid.uuid4()),
        "created_utc": iso(at),
        "payload": {"resource": resource},
    }
    world.webhooks.announce(Event(NAME, event, record["id"], body), at, mode)


def define_effects(world: World) -> None:
    """Tell the agenda what orders do by themselves."""
    world.agenda.define("tremendous approve", _effect(world, approve))
    world.agenda.define("tremendous cancel", _effect(world, cancel))
    world.agenda.define("tremendous deliver", _effect(world, deliver))


def _effect(world: World, step: Callable[[World, JsonObject, datetime], None]) -> Effect:
    def happen(data: JsonObject, due: datetime) -> None:
        record = world.records.get(ORDERS, data["order_id"])
        if record is not None:
            step(world, record, due)

    return happen


def _set_delivery(world: World, reward_id: str, status: str) -> None:
    reward = world.records.get(REWARDS, reward_id)
    if reward is not None:
        reward["delivery"]["status"] = status
        world.records.put(REWARDS, reward_id, reward)
