"""What just happened, carried over the redirect that follows a form, and said once.

It travels in a cookie of its own that only our host can set; it is text, escaped where it is shown.
"""

import base64
import binascii
from typing import Final

from guerdon.console.http import Request

_COOKIE: Final = "__Host-guerdon-flash"
_RULES: Final = "Path=/; Secure; HttpOnly; SameSite=Lax"
_SECONDS: Final = 60


def of(message: str) -> str:
    """The cookie that carries `message`."""
    value = base64.urlsafe_b64encode(message.encode()).decode().rstrip("=")
    return f"{_COOKIE}={value}; Max-Age={_SECONDS}; {_RULES}"


def said(request: Request) -> str:
    """The message that a request brings; "" for none, or one that cannot be read."""
    value = request.cookies.get(_COOKIE, "")
    try:
        return base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)).decode()
    except (binascii.Error, ValueError):
        return ""


def over(request: Request) -> tuple[str, ...]:
    """The cookie that ends the message that a request brought, if it did."""
    return (f"{_COOKIE}=; Max-Age=0; {_RULES}",) if _COOKIE in request.cookies else ()
