"""One sign-in on its way through the identity provider: what our page remembers of it until the person comes back.

It is kept in the browser, in a cookie that only our host can set and no script can read, so that nobody can fill a
table by opening the sign-in page. `state` ties the answer to the browser that asked (RFC 6749, 10.12), `nonce` the
token to this sign-in (OpenID Connect Core, 15.5.2), and `verifier` the code to whoever asked for it (RFC 7636).
"""

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import msgspec

from guerdon.console.operations import BASE

SECONDS: Final = 600
"""How long a person may take at the identity provider."""

_LOCAL: Final = re.compile(rf"{BASE}(?:/[\x21-\x5b\x5d-\x7e]*)?(?:\?[\x21-\x5b\x5d-\x7e]*)?")
_LONGEST: Final = 1_500


@dataclass(frozen=True, slots=True)
class Underway:
    """A sign-in that has begun.

    Attributes:
        then: The page that the person wanted.
    """

    state: str
    nonce: str
    verifier: str
    then: str

    @property
    def challenge(self) -> str:
        """What the provider is told of the verifier."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

    @property
    def kept(self) -> str:
        """It as the value of a cookie."""
        return base64.urlsafe_b64encode(msgspec.json.encode(self)).decode().rstrip("=")


def begun(secret: Callable[[], str], then: str) -> Underway:
    """A new sign-in, after which the person goes on to `then`."""
    return Underway(secret(), secret(), secret(), local(then))


def remembered(value: str) -> Underway | None:
    """The sign-in that a cookie keeps; None if it keeps none."""
    try:
        kept = msgspec.json.decode(base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)), type=Underway)
    except (ValueError, msgspec.DecodeError):
        return None
    return kept if all((kept.state, kept.nonce, kept.verifier)) else None


def local(address: str) -> str:
    """The address, if it is one of the console's own pages; otherwise the console's first page.

    Whoever sends somebody a link to the sign-in must not be able to choose where they come out.
    """
    fits = len(address) <= _LONGEST and _LOCAL.fullmatch(address) and not address.startswith(f"{BASE}/signin")
    return address if fits else BASE
