"""A client for a live sandbox, and what a receiver of its webhooks keeps."""

import base64
import json
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

import urllib3

from local.sandbox.settings import Settings

BEARER = {"Authorization": "Bearer test_key"}
BASIC = {"Authorization": "Basic " + base64.b64encode(b"test_key:").decode()}
SECRETS = {
    "tremendous": "tremendous-private-key",
    "lob": "lob-secret",
    "stripe": "whsec_sandbox",
    "printful": "a01376f30766acf7",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer; `body` is parsed JSON, None when there is none."""

    status: int
    body: Any
    headers: urllib3.HTTPHeaderDict


@dataclass(frozen=True, slots=True)
class Client:
    """Calls the sandbox; refuses to retry by itself."""

    base_url: str
    pool: urllib3.PoolManager = field(default_factory=lambda: urllib3.PoolManager(retries=False, timeout=10))

    def call(
        self,
        method: str,
        path: str,
        *,
        headers: dict[str, str] | None = None,
        json_body: object = None,
        form: Sequence[tuple[str, str]] | None = None,
    ) -> Reply:
        sent: dict[str, Any] = {"headers": headers or {}}
        if json_body is not None:
            sent["json"] = json_body
        elif form is not None:
            sent |= {"fields": form, "encode_multipart": False}
        response = self.pool.request(method, self.base_url + path, **sent)
        is_json = "json" in response.headers.get("Content-Type", "")
        body = json.loads(response.data) if is_json else response.data.decode() or None
        return Reply(response.status, body, response.headers)

    def till(self, provider: str | None = None) -> list[dict[str, Any]]:
        query = f"?provider={provider}" if provider else ""
        rows: list[dict[str, Any]] = self.call("GET", f"/_sandbox/till{query}").body
        return rows

    def advance(self, seconds: float) -> None:
        body = {"advance_seconds": seconds}
        assert self.call("POST", "/_sandbox/clock", json_body=body).status == 200

    def fault(self, provider: str, fault: str, **more: object) -> None:
        body = {"provider": provider, "fault": fault, **more}
        assert self.call("POST", "/_sandbox/faults", json_body=body).status == 201


@dataclass(frozen=True, slots=True)
class Received:
    """A webhook as it arrived."""

    path: str
    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> dict[str, Any]:
        parsed: dict[str, Any] = json.loads(self.raw)
        return parsed


@dataclass(slots=True)
class Receiver:
    """Keeps the webhooks that arrive, and answers what it is told to (200 when not)."""

    url: str
    received: list[Received] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    on_receive: Callable[[], None] | None = None


StartSandbox = Callable[[Settings], AbstractContextManager[Client]]
