"""Every provider's key is changed under way: payouts and statements alike go on with the newer one."""

import base64
from contextlib import suppress
from datetime import date
from typing import Any, Final

import pytest

from adapters.providers.orders import NOW, REFERENCE, SECRETS
from adapters.providers.servers import Scripted
from guerdon.adapters.providers.build import build_provider, build_statements
from guerdon.application.records import FrozenRequest
from guerdon.domain.channel import PROVIDER_OF
from guerdon.domain.errors import OutcomeUnknown

PROVIDERS: Final = list(PROVIDER_OF.values())
REQUEST: Final = FrozenRequest(
    REFERENCE, "POST", "/v1/customers/cus_77/balance_transactions", "application/json", '{"amount": -1}'
)


def changed(provider: str) -> dict[str, Any]:
    return {**SECRETS[provider], "api_key": "newer_key"}


def written(provider: str, key: object) -> str:
    """The header as each provider wants it; the contracts in docs of each name them."""
    return f"Basic {base64.b64encode(f'{key}:'.encode()).decode()}" if provider == "lob" else f"Bearer {key}"


def keys_in(scripted: Scripted) -> list[str]:
    return [said.headers["authorization"] for said in scripted.asked]


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_payout_goes_out_with_the_newer_key_and_the_same_bytes(name: str, scripted: Scripted) -> None:
    provider = build_provider(name, SECRETS[name], scripted.url, lambda: changed(name))
    scripted.says(401, {"error": {"message": "no such key"}})
    scripted.says(500, {})

    with pytest.raises(OutcomeUnknown):
        provider.submit(REQUEST, NOW)

    assert keys_in(scripted) == [written(name, SECRETS[name]["api_key"]), written(name, "newer_key")]
    first, second = scripted.asked
    assert (first.method, first.path, first.body) == (second.method, second.path, second.body)
    assert first.headers.get("idempotency-key") == second.headers.get("idempotency-key")


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_statement_is_read_with_the_newer_key(name: str, scripted: Scripted) -> None:
    source = build_statements(
        name, SECRETS[name], scripted.url, lambda: NOW, lambda _: REQUEST, read_again=lambda: changed(name)
    )
    scripted.says(401, {"error": {"message": "no such key"}})
    scripted.says(500, {})

    with suppress(OutcomeUnknown):
        list(source.lines(date(2026, 11, 1), (REFERENCE,)))

    assert keys_in(scripted) == [written(name, SECRETS[name]["api_key"]), written(name, "newer_key")]
