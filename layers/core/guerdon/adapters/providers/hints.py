"""From a provider's webhook to a hint that may be followed, or to a refusal."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

from guerdon.adapters.providers.build import webhook_of
from guerdon.adapters.refusal import Refusal
from guerdon.application.ports import ProviderHint
from guerdon.domain.channel import CHANNEL_OF

BODY_BYTES_MOST: Final = 1024 * 1024
"""Printful sends whole orders; none is near this."""

SecretsOf = Callable[[str], Sequence[str]]
"""The secrets that a provider signs with; several are valid at once while one rotates, the newest first."""


def read_hint(  # noqa: PLR0913 - what arrived in three parts, and what it is judged by.
    provider: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    secrets_of: SecretsOf,
    secrets_anew: SecretsOf,
    now: datetime,
) -> ProviderHint | Refusal | None:
    """The hint in a webhook, why it is refused, or None when it is genuine and about nothing that we follow.

    Only the newest secret is believed from a list that may be minutes old. For any other the list is read afresh: it
    may have been added since, or taken away.

    Args:
        provider: The last part of the address that it came to.
        headers: Its headers, with names in any case.
        body: The raw bytes.
        secrets_of: Gives a provider's secrets, which may be minutes old.
        secrets_anew: Gives them afresh; asked once when the signature is not one by the newest secret.
        now: The present.

    Raises:
        SecretMissing: No secret is configured for the provider: our side's fault.
    """
    if provider not in CHANNEL_OF:
        return Refusal(404, "unknown_provider", f"known are {', '.join(CHANNEL_OF)}")
    if len(body) > BODY_BYTES_MOST:
        return Refusal(413, "body_too_large", f"the body is over {BODY_BYTES_MOST} bytes")
    webhook = webhook_of(provider)
    why = webhook.verify(headers, body, secrets_of(provider)[:1], now)
    if why is not None:
        why = webhook.verify(headers, body, secrets_anew(provider), now)
    if why is not None:
        return Refusal(401, "invalid_signature", why)
    return webhook.hint_from(body)
