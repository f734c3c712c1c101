"""The headers that every answer carries, so that a browser lets nothing of others into a page of ours."""

from collections.abc import Mapping


def headers(sign_in_origin: str) -> Mapping[str, str]:
    """The headers of every answer.

    Args:
        sign_in_origin: Scheme and host of the sign-in: signing out is a form of ours that leads there.
    """
    policy = (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self' data:",  # Plots; an image may not load or run anything.
        f"form-action 'self' {sign_in_origin}".rstrip(),
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
    return {
        "cache-control": "no-store",
        "content-security-policy": "; ".join(policy),
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        # Under "no-referrer" browsers would send forms with the origin "null", which we refuse.
        "referrer-policy": "same-origin",
        "strict-transport-security": "max-age=63072000; includeSubDomains",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
    }
