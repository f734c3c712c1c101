"""Whether a provider's secret is whole and its key is taken, by questions that change nothing there.

Each provider's folder has an `access.py` with the same three names: FIELDS, what its secret must hold; MODES, what the
beginning of a key says; and `wants`, which asks the provider and yields what it still needs.
"""

from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from importlib import import_module
from types import ModuleType
from typing import Final
from urllib.parse import urlencode

from guerdon.adapters.providers.api_key import ApiKey, bearer
from guerdon.adapters.providers.build import UnknownProvider
from guerdon.adapters.providers.http import ProviderHttp
from guerdon.adapters.providers.json_shapes import decoded
from guerdon.adapters.providers.secrets import text_of
from guerdon.application.doctor.facts import Answered, KeyMode, ProviderAccess
from guerdon.domain.channel import PROVIDER_OF
from guerdon.domain.errors import OutcomeUnknown, SecretMissing

Wants = Callable[[Mapping[str, object], str], Iterator[str]]

_NOT_TAKEN: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


class KeyRefused(Exception):
    """The provider does not take the key, or not for this question."""

    def __init__(self, status: int) -> None:
        self.status = status
        super().__init__(f"the key was answered {status}")


class Questions:
    """Asks one provider with one key, by GET alone."""

    def __init__(
        self,
        provider: str,
        base_url: str,
        secret: Mapping[str, object],
        *,
        written: Callable[[str], str] = bearer,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Nothing is connected yet. A key that is not taken is not read again: whether it is taken is the question.

        Raises:
            SecretMissing: The secret lacks api_key.
        """
        accepting = {"Accept": "application/json", **(headers or {})}
        self._http = ProviderHttp(provider, base_url, ApiKey(provider, secret), written=written, headers=accepting)

    def ask(self, path: str, query: Mapping[str, str] | None = None) -> Mapping[str, object] | None:
        """The answer's JSON object; None when the provider says in its own JSON that there is no such thing.

        Raises:
            KeyRefused: It does not take the key.
            OutcomeUnknown: It was not reached, or answered anything else.
        """
        reply = self._http.get(f"{path}?{urlencode(query)}" if query else path)
        if reply.status in _NOT_TAKEN:
            raise KeyRefused(reply.status)
        content = decoded(reply.body, dict)
        if reply.status == HTTPStatus.NOT_FOUND and content is not None:
            return None
        if reply.status != HTTPStatus.OK or content is None:
            raise self._http.no_clear_answer(f"it answered {reply.status}")
        return content


def look_at_access(provider: str, secret: Mapping[str, object], base_url: str) -> ProviderAccess:
    """What of a provider's secret is in place, and whether the provider takes its key; it changes nothing there.

    Raises:
        UnknownProvider: There is none of that name.
    """
    module = _access_of(provider)
    fields: tuple[str, ...] = module.FIELDS
    missing = tuple(field for field in fields if not _usable(provider, secret, field))
    mode = _mode(module.MODES, secret)
    if missing:
        return ProviderAccess(fields, missing, mode, Answered.NOT_ASKED)
    wants: Wants = module.wants
    try:
        wanted = tuple(wants(secret, base_url))
    except KeyRefused as no:
        return ProviderAccess(fields, (), mode, Answered.REFUSED, str(no.status))
    except OutcomeUnknown as unknown:
        return ProviderAccess(fields, (), mode, Answered.UNCLEAR, unknown.detail)
    return ProviderAccess(fields, (), mode, Answered.YES, "", wanted)


def mode_of(provider: str, key: str) -> KeyMode:
    """What a provider's key may do, as its beginning says.

    Raises:
        UnknownProvider: There is none of that name.
    """
    return _mode(_access_of(provider).MODES, {"api_key": key})


def _access_of(provider: str) -> ModuleType:
    if provider not in PROVIDER_OF.values():
        raise UnknownProvider(provider)
    return import_module(f"guerdon.adapters.providers.{provider}.access")


def _usable(provider: str, secret: Mapping[str, object], field: str) -> bool:
    """Whether a field has a value: text, or for a postal address an object in the provider's own field names."""
    value = secret.get(field)
    if isinstance(value, dict):
        return bool(value)
    try:
        return bool(text_of(provider, secret, field))
    except SecretMissing:
        return False


def _mode(modes: Mapping[str, KeyMode], secret: Mapping[str, object]) -> KeyMode:
    key = secret.get("api_key")
    text = key.strip() if isinstance(key, str) else ""
    return next((mode for prefix, mode in modes.items() if text.startswith(prefix)), KeyMode.UNTOLD)
