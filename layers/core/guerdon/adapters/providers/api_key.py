"""A provider's API key, and how it is changed without a failed call and without a deployment."""

import base64
from collections.abc import Callable, Mapping

from guerdon.adapters.providers.secrets import text_of
from guerdon.domain.errors import SecretMissing

ReadAgain = Callable[[], Mapping[str, object]]
"""Gives a provider's secret as it is by now, parsed."""


class ApiKey:
    """One provider's key, which is looked up again when the provider does not know it any more.

    Attributes:
        text: The key itself; it belongs in a header and nowhere else.
    """

    def __init__(self, provider: str, secret: Mapping[str, object], read_again: ReadAgain | None = None) -> None:
        """The key in a provider's secret.

        Args:
            provider: The provider's name, for errors.
            secret: The provider's secret, parsed.
            read_again: Gives the secret afresh; None where nobody may change it.

        Raises:
            SecretMissing: `secret` lacks api_key.
        """
        self.text = text_of(provider, secret, "api_key")
        self._provider = provider
        self._read_again = read_again

    def renew(self) -> bool:
        """Take the key that stands in the secret by now; whether it is another one than before."""
        if self._read_again is None:
            return False
        try:
            text = text_of(self._provider, self._read_again(), "api_key")
        except SecretMissing:
            # Somebody is at work on it. The provider's answer to the older key stands.
            return False
        changed = text != self.text
        self.text = text
        return changed


def bearer(key: str) -> str:
    """The header Authorization of a provider that wants the key as it is."""
    return f"Bearer {key}"


def basic(key: str) -> str:
    """The header Authorization of a provider that wants the key as a user without a password."""
    return f"Basic {base64.b64encode(f'{key}:'.encode()).decode()}"
