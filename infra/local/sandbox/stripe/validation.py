"""What Stripe refuses in a new customer balance transaction."""

import re
from dataclasses import dataclass

from local.sandbox.core.records import JsonObject
from local.sandbox.stripe.errors import invalid

_KNOWN = ("amount", "currency", "description", "metadata", "expand")
_DESCRIPTION_LENGTH_MAX = 350
_METADATA_KEYS_MAX, _METADATA_KEY_LENGTH_MAX, _METADATA_VALUE_LENGTH_MAX = 50, 40, 500
_AMOUNT_MAX = 99_999_999_99


@dataclass(frozen=True, slots=True)
class NewTransaction:
    """A valid transaction; a negative `amount_minor` is a credit to the customer."""

    amount_minor: int
    currency: str
    description: str | None
    metadata: dict[str, str]


def read_transaction(body: JsonObject) -> NewTransaction:
    """Check the parameters.

    Raises:
        RefusalError: a 400 that names the first wrong one.
    """
    for name in body:
        if name not in _KNOWN:
            raise invalid(f"Received unknown parameter: {name}", name, "parameter_unknown")
    for name in ("amount", "currency"):
        if body.get(name) in (None, ""):
            raise invalid(f"Missing required param: {name}.", name, "parameter_missing")
    description = body.get("description") or None
    if description is not None and len(description) > _DESCRIPTION_LENGTH_MAX:
        raise invalid("Invalid string: must be at most 350 characters", "description")
    return NewTransaction(
        amount_minor=_amount(body["amount"]),
        currency=_currency(body["currency"]),
        description=description,
        metadata=_metadata(body.get("metadata")),
    )


def _amount(value: object) -> int:
    if not isinstance(value, str) or not re.fullmatch(r"-?\d{1,15}", value, re.ASCII):
        raise invalid(f"Invalid integer: {value}", "amount", "parameter_invalid_integer")
    amount = int(value)
    if amount == 0 or abs(amount) > _AMOUNT_MAX:
        raise invalid("The amount must be other than 0 and of at most 10 digits", "amount")
    return amount


def _currency(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[a-zA-Z]{3}", value):
        raise invalid(f"Invalid currency: {value}.", "currency")
    return value.lower()


def _metadata(value: object) -> dict[str, str]:
    if value in (None, ""):
        return {}
    if not isinstance(value, dict) or len(value) > _METADATA_KEYS_MAX:
        raise invalid("Metadata must be an object of at most 50 keys", "metadata")
    for key, text in value.items():
        if not isinstance(text, str) or len(text) > _METADATA_VALUE_LENGTH_MAX:
            raise invalid("Metadata values must be text of at most 500 characters", "metadata")
        if len(key) > _METADATA_KEY_LENGTH_MAX:
            raise invalid("Metadata keys must be at most 40 characters", "metadata")
    return value
