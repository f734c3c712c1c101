"""A browser of a few lines: it keeps cookies, and goes where it is sent within the console."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Final
from urllib.parse import urlencode, urlsplit

from fakes.clock import FakeClock
from fakes.identity import SIGN_IN, MemoryIdentity
from fakes.sessions import MemorySessions
from guerdon.console.app import Console
from guerdon.console.http import FORM, Request, Response
from guerdon.console.signin.gate import SignIn

ORIGIN: Final = "https://console.example"
SESSION: Final = "__Host-guerdon-session"
UNDERWAY: Final = "__Host-guerdon-signin"


@dataclass(slots=True)
class Place:
    """A console behind its real gate, at an identity provider in memory."""

    clock: FakeClock
    identity: MemoryIdentity
    sessions: MemorySessions
    console: Console

    def browser(self) -> "Browser":
        """A browser that was never here."""
        return Browser(self)


def gate(clock: FakeClock, identity: MemoryIdentity, sessions: MemorySessions) -> SignIn:
    numbers = count(1)
    return SignIn(identity, identity.tokens, sessions, clock, ORIGIN, lambda: f"secret-{next(numbers)}")


@dataclass(slots=True)
class Browser:
    """One person's browser.

    Attributes:
        cookies: What it keeps for the console.
    """

    place: Place
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, address: str, headers: Mapping[str, str] | None = None) -> Response:
        parts = urlsplit(address)
        return self._ask(Request("GET", parts.path, parts.query, {**self._sent, **(headers or {})}))

    def post(self, address: str, typed: Mapping[str, str], origin: str | None = ORIGIN) -> Response:
        headers = {"content-type": FORM, **({} if origin is None else {"origin": origin}), **self._sent}
        return self._ask(Request("POST", address, "", headers, urlencode(typed).encode()))

    def sign_in(self, then: str = "/console") -> Response:
        """All of a sign-in, up to the answer to what the provider sends back."""
        begun = self.get(f"/console/signin?{urlencode({'then': then})}")
        assert begun.headers["location"].startswith(SIGN_IN)
        return self.come_back(self.place.identity.sign_in_on(begun.headers["location"]))

    def come_back(self, said: Mapping[str, str]) -> Response:
        return self.get(f"/console/signin/callback?{urlencode(said)}")

    def token(self) -> str:
        """What a form of this session brings along, as a page of it has it."""
        found = re.search(r'name="csrf" value="([^"]+)"', self.get("/console/samples").body.decode())
        assert found is not None
        return found[1]

    @property
    def _sent(self) -> dict[str, str]:
        return {"cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}

    def _ask(self, request: Request) -> Response:
        answer = self.place.console(request)
        for cookie in answer.cookies:
            name, _, value = cookie.partition(";")[0].partition("=")
            if "Max-Age=0" in cookie:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
        return answer
