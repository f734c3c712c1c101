"""What the providers' webhooks have in common: an HMAC-SHA256 in hex, compared in constant time."""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

TOLERANCE_SECONDS: Final = 300
"""How far a signed timestamp may be from now, in either direction; Stripe's own default."""

NO_SECRET: Final = "no secret is configured for this provider"
NO_MATCH: Final = "the signature matches no secret of this provider"


def header(headers: Mapping[str, str], name: str) -> str:
    """The value of a header whichever way its name is spelled; empty when there is none."""
    wanted = name.lower()
    return next((value.strip() for key, value in headers.items() if key.lower() == wanted), "")


def refusal(presented: Iterable[str], keys: Iterable[bytes], signed: bytes) -> str | None:
    """Why none of the presented signatures is one of `signed` under one of `keys`, or None when one is.

    An empty key never counts: it would be everyone's.
    """
    usable = [key for key in keys if key]
    if not usable:
        return NO_SECRET
    given = [signature.encode("utf-8", "surrogatepass") for signature in presented]
    expected = [hmac.new(key, signed, hashlib.sha256).hexdigest().encode() for key in usable]
    # Every pair is compared, so that the time taken says nothing about which secret or place matched.
    matches = [hmac.compare_digest(one, other) for one in expected for other in given]
    return None if any(matches) else NO_MATCH


def whole_number(text: str) -> int | None:
    """A timestamp header as the number that it is, of up to 13 digits so that milliseconds can be read; else None."""
    if not (text.isascii() and text.isdigit() and len(text) <= len("1700000000000")):
        return None
    return int(text)


def is_fresh(seconds: float, now: datetime) -> bool:
    """Whether a signed moment is within the tolerance of `now`, before or after."""
    return abs(now.timestamp() - seconds) <= TOLERANCE_SECONDS
