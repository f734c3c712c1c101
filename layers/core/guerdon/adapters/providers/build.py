"""A provider by its name. Each one's modules are loaded only when it is asked for: Stripe's SDK is large."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from types import ModuleType
from typing import Protocol

from guerdon.adapters.providers.api_key import ReadAgain
from guerdon.application.ports import PayoutOrder, PayoutProvider, ProviderHint
from guerdon.application.reconciliation_ports import StatementSource
from guerdon.application.records import FrozenRequest
from guerdon.domain.channel import PROVIDER_OF, Channel


class Verify(Protocol):
    """Whether a webhook is its provider's own."""

    def __call__(self, headers: Mapping[str, str], body: bytes, secrets: Sequence[str], now: datetime) -> str | None:
        """Why it is not believed, or None when it is; header names in any case, the body raw."""


class HintFrom(Protocol):
    """What a webhook that is believed is about."""

    def __call__(self, body: bytes) -> ProviderHint | None:
        """A hint; None when the webhook is about nothing that Guerdon follows."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """How one provider's webhooks are verified and read."""

    verify: Verify
    hint_from: HintFrom


class UnknownProvider(LookupError):
    """There is no provider of that name; the message lists those that there are."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no provider is called {name[:40]!r}; there are {', '.join(PROVIDER_OF.values())}")


def build_provider(
    name: str, secret: Mapping[str, object], base_url: str, read_again: ReadAgain | None = None
) -> PayoutProvider:
    """The provider, ready to be called; nothing is connected yet.

    Args:
        name: One of the providers in `domain/channel.py`.
        secret: The provider's secret, parsed.
        base_url: Where its API is, such as "https://api.lob.com/v1".
        read_again: Gives the secret afresh, for when the provider does not know its key any more.

    Raises:
        SecretMissing: The secret lacks a field.
        UnknownProvider: There is none of that name.
    """
    build: Callable[..., PayoutProvider] = _module(name, "payouts").Payouts
    return build(secret, base_url, read_again)


def build_statements(  # noqa: PLR0913 - a secret in two forms, and what each provider's statement is read by.
    name: str,
    secret: Mapping[str, object],
    base_url: str,
    now: Callable[[], datetime],
    request_of: Callable[[str], FrozenRequest | None],
    *,
    read_again: ReadAgain | None = None,
) -> StatementSource:
    """The provider's statement, ready to be read; nothing is connected yet.

    Args:
        name: One of the providers in `domain/channel.py`.
        secret: The provider's secret, parsed.
        base_url: Where its API is.
        now: Gives the time, by which Lob's checks count as mailed.
        request_of: Gives the frozen request of a reference, by which Stripe's customers are found.
        read_again: Gives the secret afresh, for when the provider does not know its key any more.

    Raises:
        SecretMissing: The secret lacks a field.
        UnknownProvider: There is none of that name.
    """
    module = _module(name, "statements")
    needs: Mapping[str, tuple[object, ...]] = {"lob": (now,), "stripe": (request_of,)}
    build: Callable[..., StatementSource] = module.Statements
    return build(secret, base_url, *needs.get(name, ()), read_again=read_again)


def webhook_of(name: str) -> Webhook:
    """How a provider's webhooks are verified and read; loads neither an HTTP client nor an SDK.

    Raises:
        UnknownProvider: There is none of that name.
    """
    module = _module(name, "webhooks")
    return Webhook(module.verify, module.hint_from)


def unmet(channel: Channel, order: PayoutOrder) -> str | None:
    """What keeps a channel's provider from carrying `order` out, in words without personal data, or None.

    Needs no secret and loads neither an HTTP client nor an SDK, so that the release check can ask it.
    """
    provider_unmet: Callable[[PayoutOrder], str | None] = _module(PROVIDER_OF[channel], "capabilities").unmet
    return provider_unmet(order)


def _module(provider: str, file: str) -> ModuleType:
    """One file of a provider's folder; the names in it are the same in every folder."""
    if provider not in PROVIDER_OF.values():
        raise UnknownProvider(provider)
    return import_module(f"guerdon.adapters.providers.{provider}.{file}")
