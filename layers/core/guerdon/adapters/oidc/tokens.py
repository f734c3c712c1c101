"""Believes an ID token only if the identity provider made it, for us, and it is still good.

The checks are those of OpenID Connect Core, 3.1.3.7.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import isfinite
from typing import Any, Final

import jwt

from guerdon.adapters.oidc.keys import Keys

LEEWAY: Final = timedelta(seconds=30)
"""By how much two clocks may differ."""

_ALGORITHMS: Final = ["RS256"]
"""What Cognito signs with. A list of one: a token does not get to choose how it is checked."""

_REQUIRED: Final = ["iss", "aud", "sub", "exp", "iat"]
_ADDRESS: Final = re.compile(r"[^\s@]+@[^\s@]+")
"""What can stand in the books for a person: an empty or a broken-up name would stand for nobody in particular."""

_LONGEST: Final = 8_192
"""Bytes of a token; API Gateway takes no larger header anyway."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a believed token says."""

    subject: str
    email: str
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotBelieved:
    """A token is not believed; `why` names what is wrong and never quotes the token."""

    why: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """Judges ID tokens of one client of one issuer."""

    issuer: str
    client_id: str
    keys: Keys

    def claims(self, token: str, now: datetime, nonce: str | None) -> Claims | NotBelieved:
        """What the token says, if it is to be believed.

        Args:
            token: As it was handed over.
            now: The present moment. The times in the token are held against it and not against the machine's.
            nonce: What the sign-in asked for; None for a token that no sign-in of ours asked for.

        Raises:
            BusUnavailable: The key that signed it is not known here, and the provider could not be asked.
        """
        if len(token) > _LONGEST or not token.isascii():
            return NotBelieved("it is too long, or no token")
        try:
            key_id = jwt.get_unverified_header(token).get("kid")
            key = self.keys.key(key_id) if isinstance(key_id, str) else None
            if key is None:
                return NotBelieved("it is signed with a key that the identity provider does not have")
            said = jwt.decode(
                token,
                key,
                algorithms=_ALGORITHMS,
                audience=self.client_id,
                issuer=self.issuer,
                options={"require": _REQUIRED, "verify_exp": False, "verify_iat": False, "verify_nbf": False},
            )
        except jwt.InvalidTokenError as error:
            return NotBelieved(
                f"{type(error).__name__}: it was not made for us by the identity provider, or was changed"
            )
        return self._judged(said, now, nonce)

    def _judged(self, said: dict[str, Any], now: datetime, nonce: str | None) -> Claims | NotBelieved:
        wrong = _wrong_time(said, now)
        if wrong:
            return NotBelieved(wrong)
        if said.get("token_use", "id") != "id":
            return NotBelieved("it is no ID token")
        if said["aud"] != self.client_id:
            return NotBelieved("it was made for others too")
        if nonce is not None and said.get("nonce") != nonce:
            return NotBelieved("it answers another sign-in")
        email, groups = said.get("email"), said.get("cognito:groups", [])
        if not isinstance(email, str) or not _ADDRESS.fullmatch(email) or said.get("email_verified") is not True:
            return NotBelieved("the identity provider does not vouch for its email address")
        named = [group for group in groups if isinstance(group, str)] if isinstance(groups, list) else []
        return Claims(str(said["sub"]), email.lower(), tuple(named))


def _wrong_time(said: dict[str, Any], now: datetime) -> str:
    """What is wrong with the times in the token; "" for nothing. Each is a number of seconds since 1970."""
    seconds, leeway = now.timestamp(), LEEWAY.total_seconds()
    for name in ("exp", "iat", "nbf"):
        at = said.get(name, seconds)
        if isinstance(at, bool) or not isinstance(at, int | float) or not isfinite(at):
            return f"its {name} is no moment"
        if name == "exp" and seconds >= at + leeway:
            return "it has expired"
        if name != "exp" and at > seconds + leeway:
            return "it is from the future"
    return ""
