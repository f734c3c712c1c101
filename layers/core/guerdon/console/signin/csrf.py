"""The guard against forms that another site sends in a person's name: a token, and the page that it comes from."""

import hashlib
import hmac
from typing import Final

from guerdon.console.http import Request

_PURPOSE: Final = b"csrf"


def token_of(session_id: str) -> str:
    """The token of a session: derived from its secret id, so that it needs no place of its own and ends with it."""
    return hmac.new(session_id.encode(), _PURPOSE, hashlib.sha256).hexdigest()


def fits(session_id: str, token: str) -> bool:
    """Whether a form brought its session's token."""
    return hmac.compare_digest(token_of(session_id).encode(), token.encode())


def sent_from(request: Request, origin: str) -> bool:
    """Whether a form was sent from a page of `origin`. Browsers say so with every form; what does not is refused."""
    said = request.headers.get("origin")
    return said == origin if said is not None else request.headers.get("sec-fetch-site") == "same-origin"
