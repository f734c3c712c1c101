"""Tremendous's webhooks: `Tremendous-Webhook-Signature: sha256=<hex>` over the raw body.

The signature carries no time, so an old webhook can be replayed; it is a hint, and asking again is harmless.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import msgspec

from guerdon.adapters.providers import signatures
from guerdon.adapters.providers.json_shapes import ResourceId, decoded
from guerdon.application.ports import ProviderHint

_RESOURCES: Final = frozenset({"orders", "rewards"})


class _Resource(msgspec.Struct, frozen=True):
    id: ResourceId
    type: str


class _Payload(msgspec.Struct, frozen=True):
    resource: _Resource


class _Webhook(msgspec.Struct, frozen=True):
    payload: _Payload


def verify(headers: Mapping[str, str], body: bytes, secrets: Sequence[str], now: datetime) -> str | None:
    """Why a webhook is not believed to be Tremendous's, or None when it is; `now` plays no part."""
    del now
    presented = signatures.header(headers, "Tremendous-Webhook-Signature")
    scheme, _, signature = presented.partition("=")
    if scheme != "sha256" or not signature:
        return "the header Tremendous-Webhook-Signature must be sha256= and a signature"
    return signatures.refusal([signature], [secret.encode() for secret in secrets], body)


def hint_from(body: bytes) -> ProviderHint | None:
    """The order or reward that a webhook is about; None when it is about neither."""
    webhook = decoded(body, _Webhook)
    if webhook is None or webhook.payload.resource.type not in _RESOURCES:
        return None
    return ProviderHint("tremendous", webhook.payload.resource.type, webhook.payload.resource.id)
