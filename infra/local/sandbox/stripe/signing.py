"""Stripe signs the time in seconds, a dot and the raw body."""

import hashlib
import hmac


def sign(secret: str, payload: bytes, now_seconds: float) -> dict[str, str]:
    """The header `Stripe-Signature: t=…,v1=…` with the hex HMAC-SHA256."""
    timestamp = int(now_seconds)
    digest = hmac.new(secret.encode(), f"{timestamp}.".encode() + payload, hashlib.sha256)
    return {"Stripe-Signature": f"t={timestamp},v1={digest.hexdigest()}"}
