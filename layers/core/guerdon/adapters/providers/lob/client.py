"""Lob's HTTP API: checks. Paths are relative to `…/v1`."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final
from urllib.parse import parse_qs, quote, urlsplit

import msgspec

from guerdon.adapters.providers.api_key import ApiKey, basic
from guerdon.adapters.providers.http import ProviderHttp, Reply, read
from guerdon.adapters.providers.json_shapes import Moment, decoded

NAME: Final = "lob"
CHECKS_PATH: Final = "/checks"
PAGE_SIZE: Final = 100
"""The most that one page of a list holds."""

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
    check_number: int | None = None
    metadata: dict[str, str] | None = None
    status: str | None = None
    send_date: Moment | None = None
    date_created: Moment | None = None
    deleted: bool = False
    tracking_events: tuple[TrackingEvent, ...] | None = None

    @property
    def reference(self) -> str | None:
        """Our own reference, if it carries one."""
        return (self.metadata or {}).get(REFERENCE_KEY)


class _Checks(msgspec.Struct, frozen=True):
    data: tuple[Check, ...]
    next_url: str | None = None


class _Problem(msgspec.Struct, frozen=True):
    code: str | None = None


class _ProblemAnswer(msgspec.Struct, frozen=True):
    error: _Problem


class LobClient:
    """Calls with one API key. Every method raises as `ProviderHttp` says."""

    def __init__(self, key: ApiKey, base_url: str) -> None:
        self._http = ProviderHttp(NAME, base_url, key, written=basic, headers={"Accept": "application/json"})

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

    def checks_since(self, since: date) -> Iterator[Check]:
        """Every check made on that day (UTC) or later, the newest first."""
        query = {"date_created[gte]": since.isoformat(), "limit": str(PAGE_SIZE)}
        while True:
            reply = self._http.look_up(CHECKS_PATH, query)
            if reply is None:
                raise self._http.no_clear_answer("the list of checks does not exist")
            page = read(NAME, reply, _Checks)
            yield from page.data
            # Only the cursor is taken from the address that Lob names: it is Lob's own host that is asked again.
            after = parse_qs(urlsplit(page.next_url or "").query).get("after")
            if not after:
                return
            query["after"] = after[0]


def error_code(reply: Reply) -> str | None:
    """Lob's own code of an error, such as "failed_deliverability_strictness"."""
    answer = decoded(reply.body, _ProblemAnswer)
    return answer.error.code if answer else None
