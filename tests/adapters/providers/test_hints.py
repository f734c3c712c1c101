"""Which webhooks are believed while what a provider signs with is changed."""

import hashlib
import hmac
import json
from collections.abc import Sequence

import pytest

from builders import NOW
from guerdon.adapters.providers.hints import read_hint
from guerdon.adapters.providers.secrets import signing_secrets
from guerdon.adapters.refusal import Refusal
from guerdon.application.ports import ProviderHint
from guerdon.domain.errors import SecretMissing

OLDER, NEWER = "older", "newer"
BODY = json.dumps({"payload": {"resource": {"id": "ORDER1", "type": "orders"}}}).encode()
HINT = ProviderHint("tremendous", "orders", "ORDER1")


def signed(secret: str) -> dict[str, str]:
    digest = hmac.new(secret.encode(), BODY, hashlib.sha256).hexdigest()
    return {"tremendous-webhook-signature": f"sha256={digest}"}


class Vault:
    """What is kept and what would be read afresh, with how often the latter was asked for."""

    def __init__(self, kept: Sequence[str], anew: Sequence[str] | None = None) -> None:
        self.kept, self.anew, self.asked_anew = kept, kept if anew is None else anew, 0

    def secrets_of(self, provider: str) -> Sequence[str]:
        assert provider == "tremendous"
        return self.kept

    def secrets_anew(self, provider: str) -> Sequence[str]:
        assert provider == "tremendous"
        self.asked_anew += 1
        return self.anew

    def read(self, secret: str) -> ProviderHint | Refusal | None:
        return read_hint(
            "tremendous", signed(secret), BODY, secrets_of=self.secrets_of, secrets_anew=self.secrets_anew, now=NOW
        )


def test_the_newest_secret_is_believed_without_asking_again() -> None:
    vault = Vault([NEWER, OLDER])
    assert vault.read(NEWER) == HINT
    assert vault.asked_anew == 0


@pytest.mark.parametrize(
    ("kept", "anew"),
    [
        pytest.param([NEWER, OLDER], [NEWER, OLDER], id="it still stands in the list"),
        pytest.param([NEWER], [OLDER], id="the rotation was taken back meanwhile"),
    ],
)
def test_an_older_secret_is_believed_if_a_list_read_afresh_has_it(kept: list[str], anew: list[str]) -> None:
    vault = Vault(kept, anew)
    assert vault.read(OLDER) == HINT
    assert vault.asked_anew == 1


def test_a_secret_that_was_added_meanwhile_is_found() -> None:
    vault = Vault([OLDER], [NEWER, OLDER])
    assert vault.read(NEWER) == HINT
    assert vault.asked_anew == 1


def test_an_older_secret_that_was_taken_away_meanwhile_is_not_believed() -> None:
    refused = Vault([NEWER, OLDER], [NEWER]).read(OLDER)
    assert refused == Refusal(401, "invalid_signature", "the signature matches no secret of this provider")


@pytest.mark.parametrize("configured", [{}, {"lob": []}, {"lob": "text"}, {"lob": [7]}, {"lob": None}])
def test_a_provider_without_a_list_of_secrets_is_our_own_fault(configured: dict[str, object]) -> None:
    with pytest.raises(SecretMissing, match="secret webhooks has no lob"):
        signing_secrets("lob", configured)
