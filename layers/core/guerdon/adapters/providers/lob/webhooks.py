"""Lob's webhooks: `Lob-Signature` is the hex HMAC of the timestamp header, a dot and the raw body."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import msgspec

from guerdon.adapters.providers import signatures
from guerdon.adapters.providers.json_shapes import ResourceId, decoded
from guerdon.application.ports import ProviderHint

_MILLISECONDS_FROM: Final = 100_000_000_000
"""As seconds this is the year 5138: a larger timestamp is in milliseconds. Lob's own examples have both."""

_SAYS_NOTHING: Final = frozenset({"check.rendered_pdf", "check.rendered_thumbnails"})
"""What is no step of a check's way: looking it up would cost an invocation, and find what was known."""


class _EventType(msgspec.Struct, frozen=True):
    id: str


class _Webhook(msgspec.Struct, frozen=True):
    reference_id: ResourceId
    event_type: _EventType


def verify(headers: Mapping[str, str], body: bytes, secrets: Sequence[str], now: datetime) -> str | None:
    """Why a webhook is not believed to be Lob's, or None when it is."""
    signature = signatures.header(headers, "Lob-Signature")
    timestamp = signatures.header(headers, "Lob-Signature-Timestamp")
    if not (signature and timestamp):
        return "the headers Lob-Signature and Lob-Signature-Timestamp are required"
    stamp = signatures.whole_number(timestamp)
    if stamp is None:
        return "Lob-Signature-Timestamp must be seconds or milliseconds since 1970"
    seconds = stamp / 1000 if stamp >= _MILLISECONDS_FROM else stamp
    if not signatures.is_fresh(seconds, now):
        return f"Lob-Signature-Timestamp is more than {signatures.TOLERANCE_SECONDS} seconds from now"
    signed = timestamp.encode() + b"." + body
    return signatures.refusal([signature], [secret.encode() for secret in secrets], signed)


def hint_from(body: bytes) -> ProviderHint | None:
    """The check that a webhook is about; None when it is about something else, or about its picture."""
    webhook = decoded(body, _Webhook)
    if webhook is None or not webhook.event_type.id.startswith("check.") or webhook.event_type.id in _SAYS_NOTHING:
        return None
    return ProviderHint("lob", "checks", webhook.reference_id)
