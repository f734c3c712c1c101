"""The door of the console: sign-in at the identity provider, a session in a cookie, roles from groups."""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Final, Protocol
from urllib.parse import urlencode

from guerdon.adapters.oidc.tokens import Claims, NotBelieved
from guerdon.application.ports import Clock
from guerdon.application.sessions import SEEN_EVERY, Session, SessionStore
from guerdon.console.gate import Visitor
from guerdon.console.http import FORM, Request, Response, problem, see_other
from guerdon.console.operations import BASE
from guerdon.console.rendering import plain_page
from guerdon.console.signin import csrf, flow
from guerdon.console.signin.principal import Principal, Role, role_of

SIGN_IN: Final = f"{BASE}/signin"
CALLBACK: Final = f"{BASE}/signin/callback"
SIGNED_OUT: Final = f"{BASE}/signed-out"

_SESSION: Final = "__Host-guerdon-session"
_UNDERWAY: Final = "__Host-guerdon-signin"
_RULES: Final = "Path=/; Secure; HttpOnly; SameSite=Lax"
_BEARER: Final = "Bearer "
_AGAIN: Final = ("Sign in", SIGN_IN)


class Provider(Protocol):
    """What the sign-in needs of the identity provider; adapters.oidc.provider says what each does."""

    def authorize_url(self, redirect_uri: str, state: str, nonce: str, challenge: str) -> str:
        """The page that a person signs in on."""

    def sign_out_url(self, then: str) -> str:
        """The address that ends the person's session at the provider too."""

    def redeem(self, code: str, verifier: str, redirect_uri: str) -> str | None:
        """The ID token that a code is good for."""


class Judge(Protocol):
    """What believes tokens, or not; see adapters.oidc.tokens."""

    def claims(self, token: str, now: datetime, nonce: str | None) -> Claims | NotBelieved:
        """What the token says, if it is to be believed."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """The gate of a deployed console.

    Attributes:
        origin: Scheme and host of the console, without a slash at the end.
        secret: Makes a new secret text that nobody can guess.
    """

    provider: Provider
    tokens: Judge
    sessions: SessionStore
    clock: Clock
    origin: str
    secret: Callable[[], str]

    # --- pages of its own ---------------------------------------------------------------------------------------------

    def own_page(self, request: Request) -> Response | None:
        """The answer, if the request is for a page of the sign-in itself."""
        match request.method, request.path:
            case "GET", "/console/signin":
                return self._begin(request)
            case "GET", "/console/signin/callback":
                return self._come_back(request).with_cookies(_ended(_UNDERWAY))
            case "POST", "/console/signout":
                return self._sign_out(request)
            case "GET", "/console/signed-out":
                return plain_page("You are signed out", "Close the browser if others use this computer.", _AGAIN)
        return None

    def _begin(self, request: Request) -> Response:
        underway = flow.begun(self.secret, dict(request.query_fields).get("then", BASE))
        there = self.provider.authorize_url(self.origin + CALLBACK, underway.state, underway.nonce, underway.challenge)
        return see_other(there).with_cookies(f"{_UNDERWAY}={underway.kept}; Max-Age={flow.SECONDS}; {_RULES}")

    def _come_back(self, request: Request) -> Response:
        """What the identity provider sent the person back with."""
        said = dict(request.query_fields)
        underway = flow.remembered(request.cookies.get(_UNDERWAY, ""))
        if underway is None or not _same(said.get("state", ""), underway.state):
            told = "It took too long, or was begun in another window. Nothing happened; sign in once more."
            return plain_page("The sign-in did not come to its end", told, _AGAIN, HTTPStatus.BAD_REQUEST)
        token = self.provider.redeem(said.get("code", ""), underway.verifier, self.origin + CALLBACK)
        now = self.clock.now()
        claims = NotBelieved("it gave no token") if token is None else self.tokens.claims(token, now, underway.nonce)
        if isinstance(claims, NotBelieved):
            told = f"The identity provider's answer cannot be used: {claims.why}. Sign in once more."
            return plain_page("The sign-in did not come to its end", told, _AGAIN, HTTPStatus.BAD_REQUEST)
        role = role_of(claims.groups)
        if role is None:
            return self._no_role(claims)
        # A new id for every sign-in: one that somebody planted in the browser beforehand is worth nothing.
        session_id = self.secret()
        self._forget(request)
        self.sessions.begin(Session(_digest(session_id), claims.subject, claims.email, role.value, now, now))
        return see_other(flow.local(underway.then)).with_cookies(f"{_SESSION}={session_id}; {_RULES}")

    def _no_role(self, claims: Claims) -> Response:
        told = (
            f"You are signed in as {claims.email}, and that address is in none of the groups "
            f"{', '.join(role.value for role in Role)}. Ask whoever manages sign-in at your company to add you to one."
        )
        other = ("Sign in as somebody else", self.provider.sign_out_url(self.origin + SIGNED_OUT))
        return plain_page("You may not use this console yet", told, other, HTTPStatus.FORBIDDEN)

    def _sign_out(self, request: Request) -> Response:
        form = dict(request.form_fields) if request.content_type == FORM else {}
        visitor = self.of_form(request, form.get("csrf", ""))
        if isinstance(visitor, Response):
            return visitor
        self._forget(request)
        return see_other(self.provider.sign_out_url(self.origin + SIGNED_OUT)).with_cookies(_ended(_SESSION))

    def _forget(self, request: Request) -> None:
        session_id = request.cookies.get(_SESSION)
        if session_id:
            self.sessions.end(_digest(session_id))

    # --- who asks -----------------------------------------------------------------------------------------------------

    def of_page(self, request: Request) -> Visitor | Response:
        """Who asks for a page; or where they go to sign in."""
        visitor = self._signed_in(request)
        if visitor is not None:
            return visitor
        then = request.path + (f"?{request.query}" if request.query else "")
        return see_other(f"{SIGN_IN}?{urlencode({'then': flow.local(then)})}")

    def of_form(self, request: Request, csrf_token: str) -> Visitor | Response:
        """Who sent a form, if it was sent from a page of ours within their session."""
        if not csrf.sent_from(request, self.origin):
            told = "It was sent from a page that is not this console's. Nothing was changed."
            return plain_page("The form was not taken", told, None, HTTPStatus.FORBIDDEN)
        visitor = self._signed_in(request)
        if visitor is None:
            told = "Your session ended before the form was sent, so nothing was changed. Sign in and fill it in again."
            return plain_page("You are not signed in any more", told, _AGAIN, HTTPStatus.UNAUTHORIZED)
        if not csrf.fits(request.cookies[_SESSION], csrf_token):
            told = "It belongs to another session, so nothing was changed. Open its page again and send it from there."
            return plain_page("The form was not taken", told, None, HTTPStatus.FORBIDDEN)
        return visitor

    def of_api(self, request: Request) -> Visitor | Response:
        """Who asks the JSON API: by an ID token; to read, a session does too, so that a page's link may lead there."""
        authorization = request.headers.get("authorization", "")
        if not authorization.startswith(_BEARER):
            visitor = self._signed_in(request) if request.method in {"GET", "HEAD"} else None
            return visitor or _unauthorized("send an ID token of the console's client as a bearer token")
        claims = self.tokens.claims(authorization.removeprefix(_BEARER).strip(), self.clock.now(), None)
        if isinstance(claims, NotBelieved):
            return _unauthorized(f"the token is not taken: {claims.why}")
        role = role_of(claims.groups)
        if role is None:
            groups = ", ".join(each.value for each in Role)
            return problem(HTTPStatus.FORBIDDEN, "no_role", f"the token is of somebody in none of the groups {groups}")
        return Visitor(Principal(claims.email, role), "")

    def _signed_in(self, request: Request) -> Visitor | None:
        session_id = request.cookies.get(_SESSION)
        session = self.sessions.session(_digest(session_id)) if session_id else None
        now = self.clock.now()
        if session_id is None or session is None or now >= session.ends_at:
            return None
        if now - session.seen_at >= SEEN_EVERY:
            self.sessions.seen(session, now)
        return Visitor(Principal(session.email, Role(session.role)), csrf.token_of(session_id))


def _digest(session_id: str) -> str:
    """What the table knows of a session's id: whoever reads the table cannot sign in with it."""
    return hashlib.sha256(session_id.encode()).hexdigest()


def _same(said: str, kept: str) -> bool:
    return hmac.compare_digest(said.encode(), kept.encode())


def _ended(cookie: str) -> str:
    return f"{cookie}=; Max-Age=0; {_RULES}"


def _unauthorized(message: str) -> Response:
    refused = problem(HTTPStatus.UNAUTHORIZED, "unauthorized", message)
    return refused.with_headers({"www-authenticate": 'Bearer realm="guerdon"'})
