"""Tremendous's endpoints under `/tremendous/api/v2`."""

from local.sandbox.core.auth import bearer_key
from local.sandbox.core.bodies import fingerprint, json_object
from local.sandbox.core.calls import Answer, Call, Endpoint, Provider, RefusalError
from local.sandbox.core.records import JsonObject
from local.sandbox.core.world import World
from local.sandbox.tremendous import resources
from local.sandbox.tremendous.errors import TremendousErrors, answer, not_found
from local.sandbox.tremendous.validation import read_order

_PAGE_DEFAULT, _PAGE_MAX = 10, 100
_CAMPAIGN = {
    "id": "SANDBOXCAMPAIGN",
    "name": "Referral rewards",
    "description": "The sandbox's one campaign",
    "products": ["OKMHM2X2OHYV"],
}


def create_order(call: Call) -> Answer:
    """`POST /orders`: 200 for a new order, 201 for a known external_id, 409 if it changed."""
    new = read_order(call.body)
    print_of_body = fingerprint(call.body)
    if new.external_id is not None:
        known = call.world.records.get(resources.EXTERNAL_IDS, new.external_id)
        if known is not None:
            record = _order(call.world, known["order_id"])
            if record["fingerprint"] != print_of_body:
                message = "An order with this external_id exists, with different parameters"
                return answer(409, message, {"external_id": "is already taken"})
            return Answer(201, {"order": resources.order_json(call.world, record)})
    if new.cost_usd_minor > resources.balance_usd_minor(call.world):
        return TremendousErrors().out_of_funds()
    record = resources.create(call, new, print_of_body)
    return Answer(200, {"order": resources.order_json(call.world, record)})


def get_order(call: Call) -> Answer:
    """`GET /orders/{id}`, by Tremendous's id or by ours."""
    record = _order(call.world, call.parameters["id"])
    return Answer(200, {"order": resources.order_json(call.world, record)})


def list_orders(call: Call) -> Answer:
    """`GET /orders`, newest first, with offset, limit, external_id and created_at[gte], created_at[lte]."""
    records = list(reversed(call.world.records.all(resources.ORDERS)))
    wanted = call.query.get("external_id")
    if wanted is not None:
        records = [record for record in records if record["external_id"] == wanted]
    records = _made_between(call, records)
    page = _page(call, records)
    orders = [resources.order_json(call.world, record) for record in page]
    return Answer(200, {"orders": orders, "total_count": len(records)})


def list_balance_transactions(call: Call) -> Answer:
    """`GET /balance_transactions`, newest first, with offset, limit and created_at[gte], created_at[lte]."""
    changes = _made_between(call, list(reversed(resources.balance_changes(call.world))))
    return Answer(200, {"transactions": _page(call, changes), "total_count": len(changes)})


def approve_order(call: Call) -> Answer:
    """`POST /orders/{id}/approve`."""
    return _decide(call, approve=True)


def reject_order(call: Call) -> Answer:
    """`POST /orders/{id}/reject`."""
    return _decide(call, approve=False)


def get_reward(call: Call) -> Answer:
    """`GET /rewards/{id}`."""
    return Answer(200, {"reward": resources.reward_json(_reward(call))})


def cancel_reward(call: Call) -> Answer:
    """`POST /rewards/{id}/cancel`, only after its delivery failed."""
    reward = _reward(call)
    _only_after_failure(reward, "canceled")
    record = _order(call.world, reward["order_id"])
    resources.refund(call.world, record, call.world.clock.now())
    return Answer(200, {"reward": resources.reward_json(reward)})


def resend_reward(call: Call) -> Answer:
    """`POST /rewards/{id}/resend`, only after its delivery failed."""
    reward = _reward(call)
    _only_after_failure(reward, "resent")
    updated = call.body.get("updated_email") or call.body.get("email")
    if isinstance(updated, str):
        reward["recipient"]["email"] = updated
    record = _order(call.world, reward["order_id"])
    resources.resend(call.world, record, call.world.clock.now())
    return Answer(200, {})


def list_funding_sources(call: Call) -> Answer:
    """`GET /funding_sources`: the balance."""
    cents = resources.balance_usd_minor(call.world)
    source = {
        "id": "SANDBOXBALANCE",
        "method": "balance",
        "usage_permissions": ["api_orders", "dashboard_orders"],
        "status": "active",
        "meta": {"available_cents": cents, "pending_cents": 0, "currency_code": "USD"},
    }
    return Answer(200, {"funding_sources": [source]})


def list_campaigns(_call: Call) -> Answer:
    """`GET /campaigns`."""
    return Answer(200, {"campaigns": [_CAMPAIGN]})


PROVIDER = Provider(
    name=resources.NAME,
    prefix="/tremendous/api/v2",
    endpoints=(
        Endpoint("POST", "/orders", create_order, moves_money=True),
        Endpoint("GET", "/orders", list_orders),
        Endpoint("GET", "/orders/{id}", get_order),
        Endpoint("POST", "/orders/{id}/approve", approve_order),
        Endpoint("POST", "/orders/{id}/reject", reject_order),
        Endpoint("GET", "/rewards/{id}", get_reward),
        Endpoint("POST", "/rewards/{id}/cancel", cancel_reward),
        Endpoint("POST", "/rewards/{id}/resend", resend_reward),
        Endpoint("GET", "/funding_sources", list_funding_sources),
        Endpoint("GET", "/balance_transactions", list_balance_transactions),
        Endpoint("GET", "/campaigns", list_campaigns),
    ),
    errors=TremendousErrors(),
    api_key=bearer_key,
    read_body=json_object,
)


def _order(world: World, order_id: str) -> JsonObject:
    known = world.records.get(resources.EXTERNAL_IDS, order_id) or {"order_id": order_id}
    record = world.records.get(resources.ORDERS, known["order_id"])
    if record is None:
        raise not_found("Order")
    return record


def _reward(call: Call) -> JsonObject:
    reward = call.world.records.get(resources.REWARDS, call.parameters["id"])
    if reward is None:
        raise not_found("Reward")
    return reward


def _decide(call: Call, *, approve: bool) -> Answer:
    record = _order(call.world, call.parameters["id"])
    if record["status"] != "PENDING APPROVAL":
        return answer(422, f"The order is {record['status']}, it waits for no approval")
    decide = resources.approve if approve else resources.cancel
    decide(call.world, record, call.world.clock.now())
    return Answer(200, {"order": resources.order_json(call.world, record)})


def _only_after_failure(reward: JsonObject, what: str) -> None:
    if reward["delivery"]["status"] != "FAILED":
        message = f"Only rewards whose delivery failed can be {what}"
        raise RefusalError(answer(422, message, {"id": "delivery has not failed"}))


def _made_between(call: Call, records: list[JsonObject]) -> list[JsonObject]:
    """Those whose created_at is in the bounds that are asked for."""
    first, last = call.query.get("created_at[gte]", ""), call.query.get("created_at[lte]", "~")
    return [record for record in records if first <= record["created_at"] <= last]


def _page(call: Call, records: list[JsonObject]) -> list[JsonObject]:
    offset = _whole(call, "offset", 0)
    return records[offset : offset + min(_whole(call, "limit", _PAGE_DEFAULT), _PAGE_MAX)]


def _whole(call: Call, name: str, default: int) -> int:
    value = call.query.get(name, str(default))
    if not value.isascii() or not value.isdigit():
        raise RefusalError(answer(400, "Invalid parameters", {name: "must be a whole number"}))
    return int(value)
