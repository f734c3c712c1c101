"""Sign a deal event and POST it, as a CRM does it: the same delivery again until somebody answers for it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final, Protocol

import urllib3

from guerdon.adapters.crm.standard import signature

TRIES_MOST: Final = 8
_PAUSE_FIRST_SECONDS: Final = 0.5
_PAUSE_MOST_SECONDS: Final = 10.0
_TIMEOUT: Final = urllib3.Timeout(connect=5, read=35)
"""The endpoint's own function gives up after 30 seconds."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer."""

    status: int
    body: bytes


class Post(Protocol):
    """Makes one POST request."""

    def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """The answer, whatever its status.

        Raises:
            NotReached: There was none.
        """


class NotReached(Exception):
    """Nobody answered: the connection failed, broke, or took too long."""


@dataclass(frozen=True, slots=True)
class Transport:
    """What sending needs of the world.

    Attributes:
        post: Makes one request.
        pause: Waits that many seconds.
        now: The present; a signature is believed for five minutes.
    """

    post: Post
    pause: Callable[[float], None]
    now: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Target:
    """Where a delivery goes.

    Attributes:
        api_url: Root of the stack's HTTP API.
        connection: Name of the connection that the secret belongs to.
        secret: "whsec_" and base64.
        host: Host header to send, where the API is not reached by its own name.
    """

    api_url: str
    connection: str
    secret: str
    host: str | None = None

    @property
    def url(self) -> str:
        """The full address of the connection."""
        return f"{self.api_url.rstrip('/')}/events/{self.connection}"


@dataclass(frozen=True, slots=True)
class Accepted:
    """It is durable on the other side."""

    event_id: str
    tries: int


@dataclass(frozen=True, slots=True)
class Declined:
    """It was refused for good: the same again would be refused again.

    Attributes:
        code: The endpoint's stable word for it; empty when something else than our endpoint answered.
        field: The field at fault, if it is one.
    """

    status: int
    code: str
    message: str
    field: str | None = None

    @property
    def words(self) -> str:
        """The refusal in one line."""
        place = f"{self.field}: " if self.field else ""
        return f"{self.status} {self.code}: {place}{self.message}" if self.code else f"{self.status}: {self.message}"


@dataclass(frozen=True, slots=True)
class GaveUp:
    """Nobody took it and nobody refused it."""

    why: str
    tries: int


def send_event(target: Target, delivery_id: str, body: bytes, transport: Transport) -> Accepted | Declined | GaveUp:
    """Deliver `body` byte for byte under `delivery_id`.

    An answer of 5xx or 429, or none at all, may mean that it was taken or that it was not: the same delivery is sent
    again, which is safe, since one delivery id with the same bytes is one event.

    Raises:
        ValueError: The target's secret is not "whsec_" and base64.
    """
    why = ""
    for attempt in range(1, TRIES_MOST + 1):
        if attempt > 1:
            transport.pause(min(_PAUSE_FIRST_SECONDS * 2 ** (attempt - 2), _PAUSE_MOST_SECONDS))
        try:
            reply = transport.post(target.url, _headers(target, delivery_id, body, transport.now()), body)
        except NotReached as error:
            why = str(error)
            continue
        if HTTPStatus.OK <= reply.status < HTTPStatus.MULTIPLE_CHOICES:
            event_id = _object(reply.body).get("event_id")
            if isinstance(event_id, str):
                return Accepted(event_id, attempt)
            return Declined(reply.status, "", "the answer names no event: is this a Guerdon endpoint?")
        if reply.status < HTTPStatus.INTERNAL_SERVER_ERROR and reply.status != HTTPStatus.TOO_MANY_REQUESTS:
            return _declined(reply)
        why = f"it answered {reply.status}"
    return GaveUp(f"{target.url} did not take it: {why}", TRIES_MOST)


def http_post() -> Post:
    """A Post over urllib3, without retries or redirects of its own: both are decided here."""
    pool = urllib3.PoolManager(timeout=_TIMEOUT, retries=False)

    def post(url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        try:
            answer = pool.request("POST", url, body=body, headers=headers, redirect=False)
        except urllib3.exceptions.HTTPError as error:
            raise NotReached(f"nobody answers at {url}: {type(error).__name__}") from error
        return Reply(answer.status, answer.data)

    return post


def _headers(target: Target, delivery_id: str, body: bytes, now: datetime) -> dict[str, str]:
    # Signed anew for each try: a signature is only believed for five minutes.
    headers = {
        "content-type": "application/json",
        **signature.sign(target.secret, delivery_id, now, body),
    }
    return headers | {"host": target.host} if target.host else headers


def _declined(reply: Reply) -> Declined:
    error = _object(reply.body).get("error")
    if not isinstance(error, dict):
        return Declined(reply.status, "", "the answer is not one of a Guerdon endpoint: check the address")
    field = error.get("field")
    return Declined(
        status=reply.status,
        code=str(error.get("code", "")),
        message=str(error.get("message", "")),
        field=field if isinstance(field, str) else None,
    )


def _object(body: bytes) -> dict[str, Any]:
    try:
        content = json.loads(body)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}
