"""Reading a provider's secret, which is a JSON object in Secrets Manager."""

import re
from collections.abc import Mapping
from typing import Final

from guerdon.domain.errors import SecretMissing

_HEX: Final = re.compile(r"(?:[0-9a-fA-F]{2})+", re.ASCII)


def text_of(provider: str, secret: Mapping[str, object], field: str) -> str:
    """One field of a provider's secret.

    Raises:
        SecretMissing: It is not there, is empty, or could not travel in an HTTP header: a pasted line break
            would otherwise end up, key and all, in an exception's text.
    """
    value = secret.get(field)
    if not isinstance(value, str):
        raise SecretMissing(provider, field)
    text = value.strip()
    if not (text and text.isascii() and text.isprintable()):
        raise SecretMissing(provider, field)
    return text


def wrong_with(provider: str, signing_secret: str) -> str | None:
    """What is wrong with a secret that a person typed for a provider's webhooks; None if nothing that can be told."""
    if not (signing_secret and signing_secret.isascii() and signing_secret.isprintable()):
        return "it is empty, or has characters that no secret has: copy it again"
    if provider == "stripe" and not signing_secret.startswith("whsec_"):
        return "Stripe's begin with whsec_: this is another value"
    if provider == "printful" and not _HEX.fullmatch(signing_secret):
        return "Printful's are pairs of the digits 0 to 9 and letters a to f: this is another value"
    return None


def signing_secrets(provider: str, configured: Mapping[str, object]) -> tuple[str, ...]:
    """What a provider may sign its webhooks with, the newest first; at least one.

    Args:
        provider: One of the providers in `domain/channel.py`.
        configured: The secret of all providers' webhooks, parsed: a list for each.

    Raises:
        SecretMissing: There is no list for this one, or none of texts.
    """
    values = configured.get(provider)
    if not isinstance(values, list) or not values or not all(isinstance(value, str) for value in values):
        raise SecretMissing("webhooks", provider)
    return tuple(values)
