"""The identity provider, as the console's sign-in speaks to it."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

import msgspec
import urllib3

from guerdon.domain.errors import BusUnavailable

_SCOPE: Final = "openid email"
_OK: Final = 200
_REFUSED: Final = range(400, 500)


class _Granted(msgspec.Struct):
    id_token: str


@dataclass(frozen=True, slots=True)
class SignInProvider:
    """Cognito's sign-in, by its OAuth endpoints.

    The client is a public one, held to its one redirect address and to PKCE: there is no client secret to keep and to
    rotate, and a code that leaks cannot be redeemed without the verifier that only the browser's cookie has.

    Attributes:
        url: Where its sign-in pages and its token endpoint are, without a slash at the end.
    """

    url: str
    client_id: str
    http: urllib3.PoolManager

    def authorize_url(self, redirect_uri: str, state: str, nonce: str, challenge: str) -> str:
        """The page that a person signs in on."""
        asked = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": redirect_uri,
            "scope": _SCOPE,
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{self.url}/oauth2/authorize?{urlencode(asked)}"

    def sign_out_url(self, then: str) -> str:
        """The address that ends the person's session at the provider too, and goes on to `then`."""
        return f"{self.url}/logout?{urlencode({'client_id': self.client_id, 'logout_uri': then})}"

    def redeem(self, code: str, verifier: str, redirect_uri: str) -> str | None:
        """The ID token that a code is good for; None if it is good for none.

        Raises:
            BusUnavailable: The provider did not answer, or not in a way that it may.
        """
        form = {
            "grant_type": "authorization_code",
            "client_id": self.client_id,
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        headers = {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"}
        try:
            answer = self.http.request(
                "POST", f"{self.url}/oauth2/token", body=urlencode(form), headers=headers, redirect=False
            )
        except urllib3.exceptions.HTTPError as error:
            raise BusUnavailable(f"the sign-in did not answer: {type(error).__name__}") from error
        if answer.status in _REFUSED:
            return None
        if answer.status != _OK:
            raise BusUnavailable(f"the sign-in answered with {answer.status}")
        try:
            return msgspec.json.decode(answer.data, type=_Granted).id_token
        except (msgspec.DecodeError, UnicodeDecodeError):
            return None
