"""What Printful refuses in a new order, as its published v2 specification has it."""

from dataclasses import dataclass

from local.sandbox.core.money import NotAnAmountError, to_minor
from local.sandbox.core.records import JsonObject
from local.sandbox.printful.errors import invalid

_SHIPPING = ("STANDARD", "EXPRESS", "PRIORITY", "STANDARD_CARBON_OFFSET")
_EXTERNAL_ID_LENGTH_MAX = 32
_NEEDS_STATE = ("US", "CA", "AU")


@dataclass(frozen=True, slots=True)
class NewOrder:
    """A valid order; items keep the fields they came with."""

    external_id: str | None
    shipping: str
    recipient: JsonObject
    items: list[JsonObject]
    retail_costs: JsonObject
    customization: JsonObject


def read_order(body: JsonObject) -> NewOrder:
    """Check an order.

    Raises:
        RefusalError: a 400 that says which field is wrong.
    """
    external_id = body.get("external_id")
    if external_id is not None and (
        not isinstance(external_id, str) or not 0 < len(external_id) <= _EXTERNAL_ID_LENGTH_MAX
    ):
        raise invalid("external_id must be text of 1 to 32 characters")
    shipping = body.get("shipping", "STANDARD")
    if shipping not in _SHIPPING:
        raise invalid(f"shipping must be one of {', '.join(_SHIPPING)}")
    items = body.get("order_items", [])
    if not isinstance(items, list):
        raise invalid("order_items must be an array")
    for item in items:
        _check_item(item)
    return NewOrder(
        external_id=external_id,
        shipping=shipping,
        recipient=_recipient(body.get("recipient")),
        items=items,
        retail_costs=_object(body, "retail_costs"),
        customization=_object(body, "customization"),
    )


def _recipient(recipient: object) -> JsonObject:
    if not isinstance(recipient, dict):
        raise invalid("Missing required parameters: recipient")
    for name in ("address1", "city", "country_code"):
        if not isinstance(recipient.get(name), str) or not recipient[name]:
            raise invalid(f"Missing required parameters: recipient.{name}")
    if recipient["country_code"] in _NEEDS_STATE and not recipient.get("state_code"):
        raise invalid("Missing required parameters: recipient.state_code")
    return recipient


def _check_item(item: object) -> None:
    if not isinstance(item, dict):
        raise invalid("Each of order_items must be an object")
    source = item.get("source")
    variants = {"catalog": "catalog_variant_id", "warehouse": "warehouse_product_variant_id"}
    if source not in variants:
        raise invalid("order_items.source must be catalog or warehouse")
    variant = item.get(variants[source])
    if not isinstance(variant, int) or isinstance(variant, bool) or variant < 1:
        raise invalid(f"order_items.{variants[source]} must be the number of a variant")
    if source == "catalog" and not item.get("placements"):
        raise invalid("order_items.placements must hold at least one placement")
    quantity = item.get("quantity", 1)
    if not isinstance(quantity, int) or isinstance(quantity, bool) or quantity < 1:
        raise invalid("order_items.quantity must be a whole number of at least 1")
    _check_retail_price(item.get("retail_price"))


def _check_retail_price(price: object) -> None:
    if price is None:
        return
    try:
        to_minor(price, "USD")
    except NotAnAmountError as error:
        raise invalid(f"order_items.retail_price {error}") from error


def _object(body: JsonObject, name: str) -> JsonObject:
    value = body.get(name) or {}
    if not isinstance(value, dict):
        raise invalid(f"{name} must be an object")
    return value
