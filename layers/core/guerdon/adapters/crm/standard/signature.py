"""Standard Webhooks signatures (the Standard Webhooks specification, "Verifying webhook authenticity").

The `standardwebhooks` package does the same and is what the tests hold this against; it brings an HTTP client
and a date parser along, which is a lot to load on the way of every deal, and it raises ValueError for some
malformed signatures.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

TOLERANCE_SECONDS: Final = 300
"""How far a message's timestamp may be from now, in either direction."""

_SECRET_PREFIX: Final = "whsec_"
_VERSION: Final = "v1"
_VISIBLE_ASCII: Final = re.compile(r"[!-~]+", re.ASCII)


def delivery_id(headers: Mapping[str, str]) -> str:
    """The sender's id of this message; a retry of the same message has the same one."""
    return headers.get("webhook-id", "")


def refusal(headers: Mapping[str, str], body: bytes, secrets: Iterable[str], now: datetime) -> str | None:
    """Why a message is not believed to be the sender's, or None when it is.

    Args:
        headers: With lower-case names.
        body: The raw bytes as they arrived.
        secrets: Each "whsec_" and base64; several are valid at once while one rotates.
        now: The present, for the timestamp's tolerance.
    """
    message_id, timestamp = delivery_id(headers), headers.get("webhook-timestamp", "")
    signatures = headers.get("webhook-signature", "")
    if not (message_id and timestamp and signatures):
        return "the headers webhook-id, webhook-timestamp and webhook-signature are required"
    if not _VISIBLE_ASCII.fullmatch(message_id):
        return "webhook-id must be visible ASCII characters"
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= len("9999999999")):
        return "webhook-timestamp must be seconds since 1970"
    if abs(now.timestamp() - int(timestamp)) > TOLERANCE_SECONDS:
        return f"webhook-timestamp is more than {TOLERANCE_SECONDS} seconds from now"
    presented = [
        value.encode("utf-8", "surrogatepass")
        for version, _, value in (entry.partition(",") for entry in signatures.split(" "))
        if version == _VERSION
    ]
    signed = b".".join((message_id.encode(), timestamp.encode(), body))
    keys = [key for key in map(_key, secrets) if key]
    expected = [_signature(key, signed) for key in keys]
    # Every pair is compared, so that the time taken says nothing about which secret or place matched.
    matches = [hmac.compare_digest(one, other) for one in expected for other in presented]
    return None if any(matches) else "webhook-signature matches no secret of this connection"


def sign(secret: str, message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """The three headers that a sender adds to a message.

    Raises:
        ValueError: `secret` is not "whsec_" and base64.
    """
    timestamp = str(int(at.timestamp()))
    key = _key(secret)
    if key is None:
        raise ValueError("a secret is whsec_ and base64")
    signed = b".".join((message_id.encode(), timestamp.encode(), body))
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"{_VERSION},{_signature(key, signed).decode()}",
    }


def _signature(key: bytes, signed: bytes) -> bytes:
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest())


def _key(secret: str) -> bytes | None:
    """The key of a secret; None for one that an operator mistyped, since an empty key would be everyone's.

    Many words are base64 by chance, so one without the prefix is taken for mistyped too.
    """
    if not secret.startswith(_SECRET_PREFIX):
        return None
    try:
        key = base64.b64decode(secret.removeprefix(_SECRET_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return None
    return key or None
