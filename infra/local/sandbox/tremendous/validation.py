"""What Tremendous refuses in a new order (`POST /orders` with one reward)."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from local.sandbox.core.money import NotAnAmountError, to_minor
from local.sandbox.core.records import JsonObject
from local.sandbox.tremendous.errors import invalid

_ID = re.compile(r"[A-Z0-9]{4,20}")
_METHODS = ("EMAIL", "LINK", "PHONE")

# Tremendous bills in USD whatever the reward's currency. These rates are the sandbox's own and
# never change, so that a test can say what an order costs.
USD_PER_UNIT = {
    "USD": Decimal(1),
    "AUD": Decimal("0.66"),
    "BRL": Decimal("0.18"),
    "CAD": Decimal("0.73"),
    "CHF": Decimal("1.13"),
    "EUR": Decimal("1.09"),
    "GBP": Decimal("1.27"),
    "INR": Decimal("0.012"),
    "JPY": Decimal("0.0067"),
    "KWD": Decimal("3.26"),
    "MXN": Decimal("0.055"),
    "SEK": Decimal("0.095"),
}


@dataclass(frozen=True, slots=True)
class NewOrder:
    """A valid order for one reward; `value_minor` in minor units of `currency`."""

    external_id: str | None
    campaign_id: str | None
    value_minor: int
    currency: str
    method: str
    recipient: JsonObject
    reward: JsonObject

    @property
    def cost_usd_minor(self) -> int:
        """What Tremendous charges for it, in US cents; it takes no fee from a balance."""
        exact = Decimal(self.reward["value"]["denomination"]) * USD_PER_UNIT[self.currency]
        return int((exact * 100).to_integral_value())


def read_order(body: JsonObject) -> NewOrder:
    """Check an order.

    Raises:
        RefusalError: a 400 that mirrors the wrong fields.
    """
    _check_payment(body.get("payment"))
    external_id = body.get("external_id")
    if external_id is not None and (not isinstance(external_id, str) or not external_id):
        raise invalid({"external_id": "must be a non-empty string"})
    rewards = body.get("rewards")
    reward = body.get("reward") or (rewards[0] if isinstance(rewards, list) and rewards else None)
    if not isinstance(reward, dict):
        raise invalid({"reward": "is missing"})
    campaign_id = _campaign(reward)
    value_minor, currency = _value(reward.get("value"))
    method = _method(reward.get("delivery"))
    recipient = _recipient(reward.get("recipient"), method)
    return NewOrder(external_id, campaign_id, value_minor, currency, method, recipient, reward)


def _check_payment(payment: object) -> None:
    source = payment.get("funding_source_id") if isinstance(payment, dict) else None
    if not isinstance(source, str):
        raise invalid({"payment": {"funding_source_id": "is missing"}})
    if source != "balance" and not _ID.fullmatch(source):
        raise invalid({"payment": {"funding_source_id": "is not a funding source of yours"}})


def _campaign(reward: JsonObject) -> str | None:
    campaign_id, products = reward.get("campaign_id"), reward.get("products")
    if campaign_id is None and not products:
        raise invalid({"reward": {"products": "either products or campaign_id must be given"}})
    if campaign_id is not None and not (isinstance(campaign_id, str) and _ID.fullmatch(campaign_id)):
        raise invalid({"reward": {"campaign_id": "is not a campaign of yours"}})
    return campaign_id


def _value(value: object) -> tuple[int, str]:
    if not isinstance(value, dict):
        raise invalid({"reward": {"value": "is missing"}})
    currency = value.get("currency_code", "USD")
    if currency not in USD_PER_UNIT:
        known = ", ".join(USD_PER_UNIT)
        raise invalid({"reward": {"value": {"currency_code": f"must be one of {known}"}}})
    denomination: Any = value.get("denomination")
    try:
        minor = to_minor(None if isinstance(denomination, str) else denomination, currency)
    except NotAnAmountError as error:
        raise invalid({"reward": {"value": {"denomination": str(error)}}}) from error
    if minor <= 0:
        raise invalid({"reward": {"value": {"denomination": "must be greater than 0"}}})
    return minor, currency


def _method(delivery: object) -> str:
    method = delivery.get("method") if isinstance(delivery, dict) else "EMAIL"
    if method not in _METHODS:
        raise invalid({"reward": {"delivery": {"method": f"must be one of {_METHODS}"}}})
    return str(method)


def _recipient(recipient: object, method: str) -> JsonObject:
    if not isinstance(recipient, dict):
        raise invalid({"reward": {"recipient": "is missing"}})
    needed = {"EMAIL": "email", "PHONE": "phone"}.get(method)
    value = recipient.get(needed) if needed else "not needed"
    if not isinstance(value, str) or not value:
        raise invalid({"reward": {"recipient": {needed: "is missing"}}})
    if needed == "email" and "@" not in value:
        raise invalid({"reward": {"recipient": {"email": "is not an email address"}}})
    return recipient
