"""Printful's webhooks: `x-pf-webhook-signature` is the hex HMAC of the raw body; the secret itself is hex.

The signature carries no time, so an old webhook can be replayed; it is a hint, and asking again is harmless.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Final

import msgspec

from guerdon.adapters.providers import signatures
from guerdon.adapters.providers.json_shapes import decoded
from guerdon.application.ports import ProviderHint

_ID_MOST: Final = 2**63 - 1
"""A number of any length would be one that no order has, in a path and in a queue's message."""


_CREATED: Final = "order_created"
_UNDER_WAY: Final = frozenset({"draft", "pending", "inprocess"})
"""What an order is between our own calls and its end. Each of these steps is told of, and looking it up would cost an
invocation and find what our calls were answered: a draft is confirmed and an order is paid without it."""


class _Order(msgspec.Struct, frozen=True):
    id: Annotated[int, msgspec.Meta(gt=0, le=_ID_MOST)]
    status: str | None = None


class _Data(msgspec.Struct, frozen=True):
    order: _Order


class _Webhook(msgspec.Struct, frozen=True):
    data: _Data
    type: str | None = None


def verify(headers: Mapping[str, str], body: bytes, secrets: Sequence[str], now: datetime) -> str | None:
    """Why a webhook is not believed to be Printful's, or None when it is; `now` plays no part."""
    del now
    signature = signatures.header(headers, "x-pf-webhook-signature")
    if not signature:
        return "the header x-pf-webhook-signature is required"
    return signatures.refusal([signature], [_key(secret) for secret in secrets], body)


def hint_from(body: bytes) -> ProviderHint | None:
    """The order that a webhook is about, its shipments included; None when it is about none, or about no end of it."""
    webhook = decoded(body, _Webhook)
    if webhook is None or webhook.type == _CREATED or webhook.data.order.status in _UNDER_WAY:
        return None
    return ProviderHint("printful", "orders", str(webhook.data.order.id))


def _key(secret: str) -> bytes:
    """The key of a secret; empty, and so of no use, for one that is not hex."""
    try:
        return bytes.fromhex(secret)
    except ValueError:
        return b""
