"""Stripe's webhooks: `Stripe-Signature: t=…,v1=…`, the hex HMAC of the timestamp, a dot and the raw body.

Stripe's SDK can verify them too. It is not loaded where webhooks arrive, and it accepts any time in the future.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from guerdon.adapters.providers import signatures
from guerdon.adapters.providers.json_shapes import ResourceId, decoded
from guerdon.application.ports import ProviderHint


class _Object(msgspec.Struct, frozen=True):
    object: str
    id: ResourceId
    customer: ResourceId


class _Data(msgspec.Struct, frozen=True):
    object: _Object


class _Event(msgspec.Struct, frozen=True):
    data: _Data


def verify(headers: Mapping[str, str], body: bytes, secrets: Sequence[str], now: datetime) -> str | None:
    """Why a webhook is not believed to be Stripe's, or None when it is."""
    presented = signatures.header(headers, "Stripe-Signature")
    pairs = [pair.strip().partition("=") for pair in presented.split(",")]
    timestamp = next((value for key, _, value in pairs if key == "t"), "")
    given = [value for key, _, value in pairs if key == "v1"]
    seconds = signatures.whole_number(timestamp)
    if seconds is None or not given:
        return "the header Stripe-Signature must have t= with seconds since 1970, and v1= with a signature"
    if not signatures.is_fresh(seconds, now):
        return f"the time of Stripe-Signature is more than {signatures.TOLERANCE_SECONDS} seconds from now"
    signed = timestamp.encode() + b"." + body
    return signatures.refusal(given, [secret.encode() for secret in secrets], signed)


def hint_from(body: bytes) -> ProviderHint | None:
    """The balance transaction that a webhook is about, with its customer; None when it is about something else.

    Stripe answers a credit at once and sends no event of its own about one, so that this is rare.
    """
    event = decoded(body, _Event)
    if event is None or event.data.object.object != "customer_balance_transaction":
        return None
    of = event.data.object
    return ProviderHint("stripe", "customer_balance_transactions", f"{of.customer}/{of.id}")
