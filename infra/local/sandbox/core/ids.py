"""Identifiers in the shapes that providers give them."""

import secrets
import string

_LOWER = string.ascii_lowercase + string.digits
_UPPER = string.ascii_uppercase + string.digits
_MIXED = string.ascii_letters + string.digits
_HEX = "0123456789abcdef"


def lower(length: int) -> str:
    """Lower-case letters and digits."""
    return _pick(_LOWER, length)


def upper(length: int) -> str:
    """Upper-case letters and digits."""
    return _pick(_UPPER, length)


def mixed(length: int) -> str:
    """Letters of both cases and digits."""
    return _pick(_MIXED, length)


def hexadecimal(length: int) -> str:
    """Hexadecimal digits."""
    return _pick(_HEX, length)


def _pick(alphabet: str, length: int) -> str:
    return "".join(secrets.choice(alphabet) for _ in range(length))
