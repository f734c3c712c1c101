"""Printful's endpoints under `/printful/v2`.

The specification does not promise that an external_id is unique, so it is not: two drafts may
carry the same one, and `@external_id` finds the oldest of them that still exists.
"""

from local.sandbox.core.auth import bearer_key
from local.sandbox.core.bodies import json_object
from local.sandbox.core.calls import Answer, Call, Endpoint, Provider
from local.sandbox.core.records import JsonObject
from local.sandbox.printful import resources
from local.sandbox.printful.errors import PrintfulErrors, answer, invalid, not_found
from local.sandbox.printful.validation import read_order

_DELETABLE = ("draft", "failed", "canceled")
_PAGE_DEFAULT, _PAGE_MAX = 20, 100


def create_order(call: Call) -> Answer:
    """`POST /orders`: a draft, which costs nothing until it is confirmed."""
    record = resources.create(call, read_order(call.body))
    return Answer(200, {"data": resources.order_json(record)})


def get_order(call: Call) -> Answer:
    """`GET /orders/{id}`, by number or by `@external_id`."""
    return Answer(200, {"data": resources.order_json(_order(call))})


def list_orders(call: Call) -> Answer:
    """`GET /orders`, newest first, with offset and limit."""
    records = list(reversed(call.world.records.all(resources.ORDERS)))
    offset = _whole(call, "offset", 0)
    limit = min(_whole(call, "limit", _PAGE_DEFAULT), _PAGE_MAX)
    orders = [resources.order_json(record) for record in records[offset : offset + limit]]
    paging = {"total": len(records), "offset": offset, "limit": limit}
    here = f"https://api.printful.com/v2/orders?limit={limit}&offset={offset}"
    return Answer(200, {"data": orders, "paging": paging, "_links": {"self": {"href": here}}})


def delete_order(call: Call) -> Answer:
    """`DELETE /orders/{id}`, only while nothing was charged for it."""
    record = _order(call)
    if record["status"] not in _DELETABLE:
        return answer(409, f"An order in status {record['status']} cannot be deleted.")
    call.world.records.remove(resources.ORDERS, str(record["id"]))
    return Answer(204, None)


def confirm_order(call: Call) -> Answer:
    """`POST /orders/{id}/confirmation`: charges the order, once its costs are calculated."""
    record = _order(call)
    if record["status"] != "draft":
        raise invalid(f"An order in status {record['status']} cannot be confirmed.")
    if not record["items"]:
        raise invalid("An order without items cannot be confirmed.")
    if record["calculation_status"] != "done":
        raise invalid("The order cannot be confirmed while its costs are being calculated.")
    resources.confirm(call, record)
    links = {"order": resources.links(record)["self"], **resources.links(record)}
    return Answer(200, {"data": resources.order_json(record), "_links": links})


def list_items(call: Call) -> Answer:
    """`GET /orders/{id}/order-items`."""
    record = _order(call)
    items = [resources.item_json(record, item) for item in record["items"]]
    paging = {"total": len(items), "offset": 0, "limit": _PAGE_MAX}
    return Answer(200, {"data": items, "paging": paging})


def list_shipments(call: Call) -> Answer:
    """`GET /orders/{id}/shipments`."""
    record = _order(call)
    shipments = [resources.shipment_json(record)] if record["shipment"] else []
    links = {"self": resources.links(record)["shipments"]}
    return Answer(200, {"data": shipments, "_links": links})


PROVIDER = Provider(
    name=resources.NAME,
    prefix="/printful/v2",
    endpoints=(
        Endpoint("POST", "/orders", create_order),
        Endpoint("GET", "/orders", list_orders),
        Endpoint("GET", "/orders/{id}", get_order),
        Endpoint("DELETE", "/orders/{id}", delete_order),
        Endpoint("POST", "/orders/{id}/confirmation", confirm_order, moves_money=True),
        Endpoint("GET", "/orders/{id}/order-items", list_items),
        Endpoint("GET", "/orders/{id}/shipments", list_shipments),
    ),
    errors=PrintfulErrors(),
    api_key=bearer_key,
    read_body=json_object,
)


def _order(call: Call) -> JsonObject:
    wanted = call.parameters["id"]
    if wanted.startswith("@"):
        for record in call.world.records.all(resources.ORDERS):
            if record["external_id"] == wanted[1:]:
                return record
        raise not_found()
    found = call.world.records.get(resources.ORDERS, wanted)
    if found is None:
        raise not_found()
    return found


def _whole(call: Call, name: str, default: int) -> int:
    value = call.query.get(name, str(default))
    if not value.isascii() or not value.isdigit():
        raise invalid(f"{name} must be a whole number")
    return int(value)
