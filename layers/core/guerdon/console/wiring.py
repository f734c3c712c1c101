"""The console of a deployment, put together once a process."""

import secrets
from functools import cache, partial
from typing import Final
from urllib.parse import urlsplit

from guerdon import bootstrap
from guerdon.console.app import Console
from guerdon.console.signin.gate import SignIn

_SECRET_BYTES: Final = 32
"""Twice what guessing would need; a session's id is all that stands between a stranger and the books."""


@cache
def deployed_console() -> Console:
    """The console behind its sign-in."""
    parts = bootstrap.finance_console()
    secret = partial(secrets.token_urlsafe, _SECRET_BYTES)
    gate = SignIn(parts.provider, parts.tokens, parts.sessions, parts.clock, parts.origin, secret)
    there = urlsplit(parts.sign_in_url)
    return Console(parts.services, gate, sign_in_origin=f"{there.scheme}://{there.netloc}")
