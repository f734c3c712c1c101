"""The two ways that providers take an API key."""

import base64
import binascii

from starlette.datastructures import Headers


def bearer_key(headers: Headers) -> str | None:
    """The key of an `Authorization: Bearer` header."""
    scheme, _, key = headers.get("Authorization", "").partition(" ")
    return key.strip() or None if scheme.lower() == "bearer" else None


def basic_key(headers: Headers) -> str | None:
    """The user name of basic authentication; the password stays empty."""
    scheme, _, encoded = headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, _, _password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return user or None
