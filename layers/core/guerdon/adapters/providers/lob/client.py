"""Lob's HTTP API: checks. Paths are relative to `…/v1`."""

import base64
from decimal import Decimal
from typing import Final
from urllib.parse import quote

import msgspec

from guerdon.adapters.providers.http import ProviderHttp, Reply, read
from guerdon.adapters.providers.json_shapes import Moment, decoded

NAME: Final = "lob"
CHECKS_PATH: Final = "/checks"
REFERENCE_KEY: Final = "guerdon_attempt"
"""The metadata under which a check carries our reference."""


class TrackingEvent(msgspec.Struct, frozen=True):
    """Something that happened to a check in the mail."""

    name: str
    time: Moment


class Check(msgspec.Struct, frozen=True):
    """A check; `amount` in US dollars, `status` of its rendering, `send_date` when it can no longer be canceled."""

    id: str
    amount: Decimal | None = None
    metadata: dict[str, str] | None = None
    status: str | None = None
    send_date: Moment | None = None
    deleted: bool = False
    tracking_events: tuple[TrackingEvent, ...] | None = None

    @property
    def reference(self) -> str | None:
        """Our own reference, if it carries one."""
        return (self.metadata or {}).get(REFERENCE_KEY)


class _Checks(msgspec.Struct, frozen=True):
    data: tuple[Check, ...]


class _Problem(msgspec.Struct, frozen=True):
    code: str | None = None


class _ProblemAnswer(msgspec.Struct, frozen=True):
    error: _Problem


class LobClient:
    """Calls with one API key. Every method raises as `ProviderHttp` says."""

    def __init__(self, api_key: str, base_url: str) -> None:
        user = base64.b64encode(f"{api_key}:".encode()).decode()
        self._http = ProviderHttp(NAME, base_url, {"Authorization": f"Basic {user}", "Accept": "application/json"})

    def create(self, path: str, content_type: str, body: bytes, key: str) -> Reply:
        """Send a check under an idempotency key, which gives back the check that it made before."""
        return self._http.change("POST", path, body, {"Content-Type": content_type, "Idempotency-Key": key})

    def cancel(self, check_id: str) -> Reply:
        """Cancel a check, which Lob does until its send date has passed."""
        return self._http.change("DELETE", f"{CHECKS_PATH}/{quote(check_id, safe='')}", b"", {})

    def check(self, check_id: str) -> Check | None:
        """The check under Lob's id."""
        reply = self._http.look_up(f"{CHECKS_PATH}/{quote(check_id, safe='')}")
        return None if reply is None else read(NAME, reply, Check)

    def checks_of(self, reference: str) -> tuple[Check, ...]:
        """The checks whose metadata carries `reference`; Lob filters, and at most ten come back."""
        query = {f"metadata[{REFERENCE_KEY}]": reference, "limit": "10"}
        reply = self._http.look_up(CHECKS_PATH, query)
        if reply is None:
            raise self._http.no_clear_answer("the list of checks does not exist")
        return read(NAME, reply, _Checks).data


def error_code(reply: Reply) -> str | None:
    """Lob's own code of an error, such as "failed_deliverability_strictness"."""
    answer = decoded(reply.body, _ProblemAnswer)
    return answer.error.code if answer else None
