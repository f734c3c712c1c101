"""An identity provider in memory: it signs real tokens, and redeems codes as Cognito does."""

import base64
import hashlib
import json
from functools import cache
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

from guerdon.adapters.oidc.keys import Keys
from guerdon.adapters.oidc.tokens import Tokens
from guerdon.application.ports import Clock

ISSUER: Final = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Pool"
CLIENT: Final = "console-client"
SIGN_IN: Final = "https://guerdon-api.auth.us-east-1.amazoncognito.com"
KEY_ID: Final = "key-1"


@cache
def private_key(name: str = KEY_ID) -> RSAPrivateKey:
    """A key by its name, made once: making one takes long."""
    del name
    return generate_private_key(public_exponent=65537, key_size=2048)


def key_set(*names: str) -> bytes:
    """The public keys of these names, as a provider publishes them."""
    keys = [
        {**json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(private_key(name).public_key())), "kid": name, "alg": "RS256"}
        for name in names
    ]
    return json.dumps({"keys": keys}).encode()


class MemoryIdentity:
    """An identity provider.

    Attributes:
        person: The claims about whoever signs in next.
        fetches: How often its keys were read.
        published: The names of the keys that it publishes.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.person: dict[str, Any] = {
            "sub": "subject-1",
            "email": "pat@guerdon.example",
            "email_verified": True,
            "cognito:groups": ["finance"],
        }
        self.fetches = 0
        self.published = [KEY_ID]
        self._codes: dict[str, dict[str, str]] = {}

    @property
    def tokens(self) -> Tokens:
        return Tokens(ISSUER, CLIENT, Keys(self._fetch, self.clock))

    def token(self, *, key: str = KEY_ID, **claims: object) -> str:
        """A token about the person; what is named differs, and None leaves a claim out."""
        now = int(self.clock.now().timestamp())
        usual = {"iss": ISSUER, "aud": CLIENT, "iat": now, "exp": now + 3600, "token_use": "id", **self.person}
        said = {name: value for name, value in {**usual, **claims}.items() if value is not None}
        return jwt.encode(said, private_key(key), algorithm="RS256", headers={"kid": key})

    def authorize_url(self, redirect_uri: str, state: str, nonce: str, challenge: str) -> str:
        asked = {"redirect_uri": redirect_uri, "state": state, "nonce": nonce, "code_challenge": challenge}
        return f"{SIGN_IN}/oauth2/authorize?{urlencode(asked)}"

    def sign_out_url(self, then: str) -> str:
        return f"{SIGN_IN}/logout?{urlencode({'logout_uri': then})}"

    def sign_in_on(self, authorize_url: str) -> dict[str, str]:
        """The person signs in on that page; what it sends them back with."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(authorize_url).query).items()}
        code = f"code-{len(self._codes) + 1}"
        self._codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def redeem(self, code: str, verifier: str, redirect_uri: str) -> str | None:
        asked = self._codes.pop(code, None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
        if asked is None or asked["code_challenge"] != challenge or asked["redirect_uri"] != redirect_uri:
            return None
        return self.token(nonce=asked["nonce"])

    def _fetch(self) -> bytes:
        self.fetches += 1
        return key_set(*self.published)
