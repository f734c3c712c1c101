"""Lob signs the time in milliseconds, a dot and the raw body."""

import hashlib
import hmac


def sign(secret: str, payload: bytes, now_seconds: float) -> dict[str, str]:
    """The headers `Lob-Signature` (hex HMAC-SHA256) and `Lob-Signature-Timestamp`."""
    timestamp = str(int(now_seconds * 1000))
    digest = hmac.new(secret.encode(), f"{timestamp}.".encode() + payload, hashlib.sha256)
    return {"Lob-Signature": digest.hexdigest(), "Lob-Signature-Timestamp": timestamp}
