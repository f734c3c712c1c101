"""Tremendous signs the raw body with the webhook's private key; there is no timestamp."""

import hashlib
import hmac


def sign(secret: str, payload: bytes, _now_seconds: float) -> dict[str, str]:
    """The signature header: `sha256=` and the hex HMAC-SHA256 of the raw body."""
    digest = hmac.new(secret.encode(), payload, hashlib.sha256).hexdigest()
    return {"Tremendous-Webhook-Signature": f"sha256={digest}"}
