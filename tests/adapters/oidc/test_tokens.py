"""A token is believed only if the provider made it, for us, and it is still good."""

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from fakes.clock import FakeClock
from fakes.identity import CLIENT, ISSUER, KEY_ID, MemoryIdentity, key_set, private_key
from guerdon.adapters.oidc.keys import Keys
from guerdon.adapters.oidc.tokens import Claims, NotBelieved, Tokens
from guerdon.domain.errors import BusUnavailable

CLOCK = FakeClock()
NOW = CLOCK.now()
SECONDS = int(NOW.timestamp())


@pytest.fixture
def identity() -> MemoryIdentity:
    return MemoryIdentity(FakeClock())


def judged(identity: MemoryIdentity, token: str, nonce: str | None = None) -> Claims | NotBelieved:
    return identity.tokens.claims(token, NOW, nonce)


def why(identity: MemoryIdentity, token: str, nonce: str | None = None) -> str:
    found = judged(identity, token, nonce)
    assert isinstance(found, NotBelieved)
    return found.why


def public_pem() -> bytes:
    return private_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def part(value: dict[str, Any]) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def test_a_token_of_the_provider_is_believed(identity: MemoryIdentity) -> None:
    identity.person["email"] = "Pat@Guerdon.example"

    assert judged(identity, identity.token(nonce="n"), "n") == Claims("subject-1", "pat@guerdon.example", ("finance",))


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"iss": "https://evil.example"}, "InvalidIssuerError"),
        ({"iss": ISSUER + "2"}, "InvalidIssuerError"),
        ({"aud": "another-client"}, "InvalidAudienceError"),
        ({"aud": [CLIENT, "another"]}, "made for others"),
        ({"exp": SECONDS - 31}, "expired"),
        ({"exp": None}, "MissingRequiredClaimError"),
        ({"exp": "9999999999"}, "no moment"),
        ({"exp": True}, "no moment"),
        ({"exp": float("nan")}, "no moment"),
        ({"iat": float("inf")}, "no moment"),
        ({"iat": SECONDS + 31}, "future"),
        ({"iat": None}, "MissingRequiredClaimError"),
        ({"nbf": SECONDS + 31}, "future"),
        ({"sub": None}, "MissingRequiredClaimError"),
        ({"token_use": "access"}, "no ID token"),
        ({"email_verified": False}, "vouch"),
        ({"email_verified": "true"}, "vouch"),
        ({"email": None}, "vouch"),
        ({"email": " "}, "vouch"),
        ({"email": "pat@guerdon.example\n"}, "vouch"),
    ],
)
def test_a_token_that_says_something_wrong_is_not(identity: MemoryIdentity, claims: dict[str, Any], said: str) -> None:
    assert said in why(identity, identity.token(**claims))


def test_a_token_lasts_to_its_end_and_half_a_minute_for_clocks(identity: MemoryIdentity) -> None:
    token = identity.token(exp=SECONDS)

    assert isinstance(identity.tokens.claims(token, NOW + timedelta(seconds=29), None), Claims)
    assert isinstance(identity.tokens.claims(token, NOW + timedelta(seconds=30), None), NotBelieved)


@pytest.mark.parametrize("nonce", ["another", None])
def test_a_token_for_another_sign_in_is_not_believed(identity: MemoryIdentity, nonce: str | None) -> None:
    assert "another sign-in" in why(identity, identity.token(nonce=nonce), "ours")


def test_a_token_that_is_not_signed_is_not_believed(identity: MemoryIdentity) -> None:
    body = identity.token().split(".")[1]

    for algorithm in ("none", "None", "NONE"):
        assert why(identity, f"{part({'alg': algorithm, 'kid': KEY_ID})}.{body}.")


def test_a_token_that_is_signed_with_the_public_key_as_a_secret_is_not_believed(identity: MemoryIdentity) -> None:
    body = identity.token().split(".")[1]
    signed = f"{part({'alg': 'HS256', 'kid': KEY_ID})}.{body}"
    for secret in (key_set(KEY_ID), public_pem()):
        signature = urlsafe_b64encode(hmac.digest(secret, signed.encode(), "sha256")).decode().rstrip("=")
        assert why(identity, f"{signed}.{signature}")


def test_a_changed_token_is_not_believed(identity: MemoryIdentity) -> None:
    header, body, signature = identity.token().split(".")
    said = json.loads(urlsafe_b64decode(body + "=="))
    forged = part({**said, "cognito:groups": ["admin"]})

    assert why(identity, f"{header}.{forged}.{signature}")
    assert why(identity, f"{header}.{body}.{signature[:-8]}AAAAAAAA")


@pytest.mark.parametrize("token", ["", ".", "..", "a.b.c", "é.é.é", "\ud800.a.b", "x" * 9_000, "\x00", "e30.e30.e30"])
def test_what_is_no_token_is_not_believed(identity: MemoryIdentity, token: str) -> None:
    assert why(identity, token)


def test_a_token_of_a_key_that_is_not_the_providers_is_not_believed(identity: MemoryIdentity) -> None:
    token = identity.token(key="of-somebody-else")

    assert "does not have" in why(identity, token)


def test_a_new_key_is_found_and_made_up_ones_are_not_looked_for_each_time() -> None:
    clock = FakeClock()
    identity = MemoryIdentity(clock)
    tokens = identity.tokens
    assert isinstance(tokens.claims(identity.token(), clock.now(), None), Claims)

    for number in range(20):
        assert isinstance(tokens.claims(identity.token(key=f"made-up-{number % 2}"), clock.now(), None), NotBelieved)
    assert identity.fetches == 1

    clock.advance(timedelta(minutes=1))
    identity.published = ["key-2"]
    assert isinstance(tokens.claims(identity.token(key="key-2"), clock.now(), None), Claims)
    assert isinstance(tokens.claims(identity.token(), clock.now(), None), NotBelieved)


@pytest.mark.parametrize("document", [b"", b"{}", b'{"keys": []}', b'{"keys": [{"kty": "RSA"}]}', b"\xff"])
def test_keys_that_cannot_be_read_are_an_outage_and_no_judgment(identity: MemoryIdentity, document: bytes) -> None:
    tokens = Tokens(ISSUER, CLIENT, Keys(lambda: document, FakeClock()))

    with pytest.raises(BusUnavailable):
        tokens.claims(identity.token(), NOW, None)
