"""What an order costs at Printful: items, shipping and tax, by the sandbox's own price list.

Prices never change, so that a test can say what an order costs; they are not the retail prices,
so that a cost is never the promised value by accident.
"""

from decimal import Decimal

from local.sandbox.core.money import to_major, to_minor
from local.sandbox.core.records import JsonObject

CURRENCY = "USD"
_BASE_PRICE_MINOR, _PRICE_STEP_MINOR, _PRICE_STEPS = 995, 150, 10
_SHIPPING_MINOR = {"US": (479, 220), "CA": (829, 250)}
_SHIPPING_ELSEWHERE_MINOR = (659, 175)
_SALES_TAX_PERCENT = {"US": Decimal("7.25"), "CA": Decimal(5)}
_VAT_PERCENT = {"DE": Decimal(19), "FR": Decimal(20), "GB": Decimal(20), "LV": Decimal(21)}
_NAMES = (
    "subtotal",
    "discount",
    "shipping",
    "digitization",
    "additional_fee",
    "fulfillment_fee",
    "retail_delivery_fee",
    "tax",
    "vat",
    "total",
)


def item_price_minor(item: JsonObject) -> int:
    """One piece's price in US cents, by its variant."""
    variant = item.get("catalog_variant_id") or item.get("warehouse_product_variant_id") or 0
    return _BASE_PRICE_MINOR + _PRICE_STEP_MINOR * (int(variant) % _PRICE_STEPS)


def costs_minor(items: list[JsonObject], country_code: str) -> dict[str, int]:
    """The parts of the cost in US cents, `total` included."""
    subtotal = sum(item_price_minor(item) * item.get("quantity", 1) for item in items)
    pieces = sum(item.get("quantity", 1) for item in items)
    first, further = _SHIPPING_MINOR.get(country_code, _SHIPPING_ELSEWHERE_MINOR)
    shipping = first + further * (pieces - 1) if pieces else 0
    tax = _share(subtotal + shipping, _SALES_TAX_PERCENT.get(country_code))
    vat = _share(subtotal + shipping, _VAT_PERCENT.get(country_code))
    parts = dict.fromkeys(_NAMES, 0)
    return parts | {
        "subtotal": subtotal,
        "shipping": shipping,
        "tax": tax,
        "vat": vat,
        "total": subtotal + shipping + tax + vat,
    }


def costs_json(status: str, parts: dict[str, int]) -> JsonObject:
    """The `costs` object: texts once calculated, nulls before."""
    if status != "done":
        return {"calculation_status": status, "currency": None, **dict.fromkeys(_NAMES)}
    texts = {name: _text(minor) for name, minor in parts.items()}
    return {"calculation_status": status, "currency": CURRENCY, **texts}


def retail_costs_json(status: str, items: list[JsonObject], given: JsonObject) -> JsonObject:
    """The `retail_costs` object, from the items' retail prices and what the order gave."""
    subtotal = sum(to_minor(item.get("retail_price") or "0", CURRENCY) * item.get("quantity", 1) for item in items)
    discount, shipping, tax = (to_minor(given.get(name) or "0", CURRENCY) for name in ("discount", "shipping", "tax"))
    total = subtotal - discount + shipping + tax
    return {
        "calculation_status": status,
        "currency": given.get("currency", CURRENCY),
        "subtotal": _text(subtotal) if status == "done" else None,
        "discount": _text(discount),
        "shipping": _text(shipping),
        "tax": _text(tax),
        "vat": "0.00",
        "total": _text(total) if status == "done" else None,
    }


def _share(amount_minor: int, percent: Decimal | None) -> int:
    """A percentage of an amount, rounded half to even; nothing where no tax is due."""
    return 0 if percent is None else int((amount_minor * percent / 100).to_integral_value())


def _text(amount_minor: int) -> str:
    return str(to_major(amount_minor, CURRENCY))
