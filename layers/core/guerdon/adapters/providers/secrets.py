"""Reading a provider's secret, which is a JSON object in Secrets Manager."""

from collections.abc import Mapping

from guerdon.domain.errors import SecretMissing


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
