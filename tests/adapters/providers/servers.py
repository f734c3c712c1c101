"""A provider that says what a test tells it to, over real sockets."""

import json
import socket
import struct
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

RESET: Final = "reset"
"""Cut the connection after the request was read."""

SILENCE: Final = "silence"
"""Read the request and never answer."""


@dataclass(frozen=True, slots=True)
class Said:
    """A request as it arrived; header names in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(slots=True)
class Scripted:
    """Answers the next requests in turn, and keeps what was asked."""

    url: str = ""
    asked: list[Said] = field(default_factory=list)
    answers: deque[tuple[int, bytes, Mapping[str, str]] | str] = field(default_factory=deque)

    def says(self, status: int, body: object = None, **headers: str) -> None:
        """Answer the next request so; `body` is sent as JSON unless it is bytes."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.answers.append((status, raw, headers))

    def breaks(self, how: str) -> None:
        """Break the connection of the next request."""
        self.answers.append(how)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    script: Scripted

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that gave up is what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        script = self.server.script
        script.asked.append(Said(self.command, self.path, headers, body))
        answer = script.answers.popleft()
        if isinstance(answer, str):
            self._break(answer)
            return
        status, raw, more = answer
        self.send_response(status)
        self.send_header("Content-Length", str(len(raw)))
        for name, value in more.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)

    def _break(self, how: str) -> None:
        self.close_connection = True
        if how == RESET:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
        else:
            self.connection.recv(1)

    do_GET = do_POST = do_DELETE = _answer  # noqa: N815 - the names that the standard library calls

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's own signature
        """Tests speak for themselves."""


def serve(script: Scripted) -> ThreadingHTTPServer:
    """A server on a free port of this machine, not yet running."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.script = script
    script.url = f"http://127.0.0.1:{server.server_address[1]}"
    return server
