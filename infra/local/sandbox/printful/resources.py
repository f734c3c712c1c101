"""Printful's orders: a draft, its costs a step later, charged and made once it is confirmed."""

from collections.abc import Callable
from datetime import datetime

from local.sandbox.core import ids
from local.sandbox.core.agenda import Effect
from local.sandbox.core.calls import Call
from local.sandbox.core.clock import after, iso
from local.sandbox.core.records import JsonObject
from local.sandbox.core.till import PAID, REFUNDED, Movement
from local.sandbox.core.webhooks import Event
from local.sandbox.core.world import World
from local.sandbox.printful import costs
from local.sandbox.printful.validation import NewOrder

NAME = "printful"
ORDERS = "printful_orders"
STORE_ID = 10
_FIRST_ID = 100_000_000


def create(call: Call, new: NewOrder) -> JsonObject:
    """Make a draft; its costs come a step later."""
    world, now = call.world, call.world.clock.now()
    number = _FIRST_ID + world.records.next_number()
    items = [_item(world, item) for item in new.items]
    record: JsonObject = {
        "id": number,
        "external_id": new.external_id,
        "status": "draft",
        "shipping": new.shipping,
        "recipient": new.recipient,
        "items": items,
        "retail_costs": new.retail_costs,
        "customization": new.customization,
        "calculation_status": "calculating",
        "shipment": None,
        "outcome": None,
        "created_at": _seconds(now),
        "updated_at": _seconds(now),
        "webhook_mode": call.lasting_webhook_mode,
    }
    world.records.put(ORDERS, str(number), record)
    announce(world, record, "order_created", now, call.webhook_mode)
    _plan(world, record, "printful calculate", now)
    return record


def calculate(world: World, record: JsonObject, at: datetime) -> None:
    """Have the costs ready."""
    record["calculation_status"] = "done"
    _save(world, record, at)
    announce(world, record, "order_updated", at, record["webhook_mode"])


def confirm(call: Call, record: JsonObject) -> None:
    """Charge the order and submit it for fulfillment."""
    world, now = call.world, call.world.clock.now()
    record["status"] = "pending"
    record["outcome"] = call.outcome
    record["webhook_mode"] = call.lasting_webhook_mode or record["webhook_mode"]
    _save(world, record, now)
    movement = Movement(
        provider=NAME,
        reference=record["external_id"] or str(record["id"]),
        amount=cost_parts(record)["total"],
        currency=costs.CURRENCY,
        state=PAID,
    )
    world.till.pay(str(record["id"]), movement)
    announce(world, record, "order_updated", now, call.webhook_mode or record["webhook_mode"])
    # A pending order is taken up after ten steps instead of one.
    steps = 10 if call.outcome == "pending" else 1
    _plan(world, record, "printful process", now, steps)


def process(world: World, record: JsonObject, at: datetime) -> None:
    """Take the order into production, or fail it, or put it on hold."""
    status, event = {
        "failed_later": ("failed", "order_failed"),
        "on_hold": ("onhold", "order_put_hold"),
    }.get(record["outcome"], ("inprocess", "order_updated"))
    record["status"] = status
    _save(world, record, at)
    if status == "failed":
        world.till.mark(NAME, str(record["id"]), REFUNDED)
    announce(world, record, event, at, record["webhook_mode"])
    if event != "order_updated":
        announce(world, record, "order_updated", at, record["webhook_mode"])
    else:
        _plan(world, record, "printful ship", at)


def ship(world: World, record: JsonObject, at: datetime) -> None:
    """Send the one parcel."""
    record["status"] = "fulfilled"
    record["shipment"] = {
        "id": record["id"] + 1,
        "shipment_status": "shipped",
        "delivery_status": "in_transit",
        "tracking_number": f"SBX{ids.upper(12)}",
        "shipped_at": _seconds(at),
    }
    _save(world, record, at)
    announce(world, record, "shipment_sent", at, record["webhook_mode"])
    announce(world, record, "order_updated", at, record["webhook_mode"])
    if record["outcome"] == "returned":
        _plan(world, record, "printful return", at)


def return_parcel(world: World, record: JsonObject, at: datetime) -> None:
    """The parcel comes back; the order stays charged, as Printful has made it."""
    record["shipment"].update(shipment_status="returned", delivery_status="return_to_sender")
    _save(world, record, at)
    announce(world, record, "shipment_returned", at, record["webhook_mode"])


def cost_parts(record: JsonObject) -> dict[str, int]:
    """The order's cost by part, in US cents; a fee that was put on it later is a part too."""
    parts = costs.costs_minor(record["items"], record["recipient"]["country_code"])
    fee = record.get("additional_fee_minor", 0)
    return parts | {"additional_fee": fee, "total": parts["total"] + fee}


def order_json(record: JsonObject) -> JsonObject:
    """The order as the API shows it."""
    status = record["calculation_status"]
    shown: JsonObject = {
        "id": record["id"],
        "external_id": record["external_id"],
        "store_id": STORE_ID,
        "shipping": record["shipping"],
        "status": record["status"],
        "created_at": record["created_at"],
        "updated_at": record["updated_at"],
        "recipient": record["recipient"],
        "costs": costs.costs_json(status, cost_parts(record)),
        "retail_costs": costs.retail_costs_json(status, record["items"], record["retail_costs"]),
        "order_items": [item_json(record, item) for item in record["items"]],
        "_links": links(record),
    }
    if record["customization"]:
        shown["customization"] = record["customization"]
    return shown


def item_json(record: JsonObject, item: JsonObject) -> JsonObject:
    """One item, summarized."""
    variant = "catalog_variant_id" if item["source"] == "catalog" else "warehouse_product_variant_id"
    price = costs.costs_json("done", {"price": costs.item_price_minor(item)})["price"]
    return {
        "id": item["id"],
        "type": "order_item",
        "source": item["source"],
        variant: item[variant],
        "external_id": item.get("external_id"),
        "quantity": item.get("quantity", 1),
        "name": item.get("name") or f"Sandbox item {item[variant]}",
        "price": price,
        "retail_price": item.get("retail_price") or price,
        "currency": costs.CURRENCY,
        "retail_currency": record["retail_costs"].get("currency", costs.CURRENCY),
        "_links": {"self": {"href": f"/v2/orders/{record['id']}/order-items/{item['id']}"}},
    }


def shipment_json(record: JsonObject) -> JsonObject:
    """The order's one shipment."""
    shipment = record["shipment"]
    items = [
        {
            "id": item["id"] + 1,
            "order_item_id": item["id"],
            "order_item_external_id": item.get("external_id"),
            "order_item_name": item.get("name"),
            "quantity": item.get("quantity", 1),
        }
        for item in record["items"]
    ]
    return {
        "id": shipment["id"],
        "order_id": record["id"],
        "order_external_id": record["external_id"],
        "carrier": "USPS",
        "service": "USPS Ground Advantage",
        "shipment_status": shipment["shipment_status"],
        "shipped_at": shipment["shipped_at"],
        "delivery_status": shipment["delivery_status"],
        "delivered_at": None,
        "departure_address": {
            "country_name": "United States",
            "country_code": "US",
            "state_code": "CA",
        },
        "is_reshipment": False,
        "tracking_url": f"https://tools.usps.com/go/{shipment['tracking_number']}",
        "tracking_events": [],
        "estimated_delivery": None,
        "shipment_items": items,
        "_links": {"self": {"href": f"/v2/shipments/{shipment['id']}"}},
    }


def links(record: JsonObject) -> JsonObject:
    """The order's HATEOAS links."""
    base = f"https://api.printful.com/v2/orders/{record['id']}"
    return {
        "self": {"href": base},
        "order_confirmation": {"href": f"{base}/confirmation"},
        "order_invoices": {"href": f"{base}/invoices"},
        "order_items": {"href": f"{base}/order-items"},
        "shipments": {"href": f"{base}/shipments"},
    }


def announce(world: World, record: JsonObject, event: str, at: datetime, mode: str | None) -> None:
    """Send a webhook about the order, with its shipment where it is about that."""
    data: JsonObject = {
        "order": {
            "id": record["id"],
            "external_id": record["external_id"],
            "status": record["status"],
            "store_id": STORE_ID,
            "dashboard_url": f"https://www.printful.com/dashboard?order_id={record['id']}",
            "created_at": record["created_at"],
            "updated_at": record["updated_at"],
        }
    }
    if event.startswith("shipment_"):
        shipment = record["shipment"]
        data["shipment"] = {
            "id": shipment["id"],
            "status": shipment["shipment_status"],
            "store_id": STORE_ID,
            "tracking_number": shipment["tracking_number"],
            "created_at": shipment["shipped_at"],
            "ship_date": shipment["shipped_at"][:10],
            "shipped_at": shipment["shipped_at"],
            "reshipment": False,
        }
    body = {
        "type": event,
        "occurred_at": _seconds(at),
        "retries": 0,
        "store_id": STORE_ID,
        "data": data,
    }
    world.webhooks.announce(Event(NAME, event, str(record["id"]), body), at, mode)


def define_effects(world: World) -> None:
    """Tell the agenda what orders do by themselves."""
    world.agenda.define("printful calculate", _effect(world, calculate))
    world.agenda.define("printful process", _effect(world, process))
    world.agenda.define("printful ship", _effect(world, ship))
    world.agenda.define("printful return", _effect(world, return_parcel))


def _effect(world: World, step: Callable[[World, JsonObject, datetime], None]) -> Effect:
    def happen(data: JsonObject, due: datetime) -> None:
        record = world.records.get(ORDERS, data["order_id"])
        if record is not None:
            step(world, record, due)

    return happen


def _item(world: World, item: JsonObject) -> JsonObject:
    return {**item, "id": _FIRST_ID + world.records.next_number()}


def _save(world: World, record: JsonObject, at: datetime) -> None:
    record["updated_at"] = _seconds(at)
    world.records.put(ORDERS, str(record["id"]), record)


def _plan(world: World, record: JsonObject, name: str, at: datetime, steps: int = 1) -> None:
    due = after(at, steps * world.settings.step_delay_seconds)
    world.agenda.plan(name, {"order_id": str(record["id"])}, due)


def _seconds(moment: datetime) -> str:
    """A moment as Printful writes it, without fractions."""
    return f"{iso(moment)[:19]}Z"
