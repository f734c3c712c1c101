"""Printful signs the raw body with the hex-decoded secret; there is no timestamp."""

import hashlib
import hmac


def sign(secret: str, payload: bytes, _now_seconds: float) -> dict[str, str]:
    """The header `x-pf-webhook-signature`: the hex HMAC-SHA256 of the raw body."""
    digest = hmac.new(bytes.fromhex(secret), payload, hashlib.sha256)
    return {"x-pf-webhook-signature": digest.hexdigest()}
