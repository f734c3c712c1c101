"""Stands between the functions and the emulator, passes every request on as it was signed, and keeps what was said."""

import json
import re
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic
from typing import Any, Final

import urllib3

OF_ONE_HOP: Final = frozenset({"connection", "content-length", "date", "keep-alive", "server", "transfer-encoding"})
"""Headers that belong to one connection; each side has its own."""

_SIGNED_BY: Final = re.compile(r"Credential=(?P<key>[^/]+)/[^/]+/[^/]+/(?P<service>[^/]+)/")


@dataclass(frozen=True, slots=True)
class Call:
    """One request of a function to AWS, and the answer.

    Attributes:
        caller: The access key that it was signed with; each function has its own.
        service: As signatures name it, such as "dynamodb".
        operation: Such as "GetItem"; the path where a service has no such name.
        asked: The request's JSON; empty if it is none.
        answer: The answer's, likewise.
    """

    caller: str
    service: str
    operation: str
    status: int
    asked: Mapping[str, Any]
    answer: Mapping[str, Any]


class Meter:
    """The calls so far, in the order in which they were answered.

    Args:
        upstream: The emulator's URL.
    """

    def __init__(self, upstream: str) -> None:
        self.pool = urllib3.PoolManager(retries=False, maxsize=32, block=False, timeout=60)
        self.upstream = upstream
        self._calls: list[Call] = []
        self._lock = threading.Lock()
        self._last = monotonic()

    @property
    def calls(self) -> list[Call]:
        """A copy of them."""
        with self._lock:
            return list(self._calls)

    @property
    def quiet_seconds(self) -> float:
        """How long nothing has been called."""
        return monotonic() - self._last

    def keep(self, call: Call) -> None:
        """Add one."""
        with self._lock:
            self._calls.append(call)
            self._last = monotonic()

    @contextmanager
    def listening(self, port: int) -> Iterator["Meter"]:
        """Pass calls on for as long as the block runs.

        Raises:
            OSError: Somebody else has the port.
        """
        server = _Server(("127.0.0.1", port), type("Handler", (_Handler,), {"meter": self}))
        thread = threading.Thread(target=server.serve_forever, name="meter", daemon=True)
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a function that is gone in the middle of a call; any other error is told as ever."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # socketserver's own types


class _Handler(BaseHTTPRequestHandler):
    meter: Meter
    protocol_version = "HTTP/1.1"
    # Small answers in two segments would wait for each other.
    wbufsize = -1

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name: value for name, value in self.headers.items() if name.lower() not in OF_ONE_HOP}
        answer = self.meter.pool.request(
            self.command,
            self.meter.upstream + self.path,
            body=body,
            headers=headers,
            redirect=False,
            decode_content=False,
        )
        # Kept before it is answered: whoever acts on the answer comes after this call.
        self.meter.keep(call_of(self.command, self.path, dict(self.headers), body, answer.status, answer.data))
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            if name.lower() not in OF_ONE_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.data)))
        self.end_headers()
        self.wfile.write(answer.data)

    do_GET = do_POST = do_PUT = do_DELETE = _pass_on  # noqa: N815 - http.server looks methods up by these names.

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's.
        """Say nothing: what is called is kept, not printed."""


def call_of(  # noqa: PLR0913, PLR0917 - the parts of a request and its answer.
    method: str, path: str, headers: Mapping[str, str], asked: bytes, status: int, answer: bytes
) -> Call:
    """What a request and its answer say."""
    signed = _SIGNED_BY.search(headers.get("Authorization", ""))
    caller, service = (signed["key"], signed["service"]) if signed else ("", "")
    operation = headers.get("X-Amz-Target", f"{method} {path}").rpartition(".")[2]
    return Call(caller, service, operation, status, _json(asked), _json(answer))


def _json(content: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
