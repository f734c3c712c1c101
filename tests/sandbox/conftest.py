"""A live sandbox on a free local port, and a receiver of its webhooks."""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from local.sandbox.__main__ import listen
from local.sandbox.app import create_app
from local.sandbox.server import server_for
from local.sandbox.settings import Settings
from sandbox.live import SECRETS, Client, Received, Receiver, StartSandbox


@pytest.fixture
def start_sandbox() -> StartSandbox:
    @contextmanager
    def start(settings: Settings) -> Iterator[Client]:
        listener = listen(0)
        server = server_for(create_app(settings))
        thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])))
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.005)
        try:
            yield Client(f"http://127.0.0.1:{listener.getsockname()[1]}")
        finally:
            server.should_exit = True
            thread.join()
            listener.close()

    return start


@pytest.fixture
def sandbox(start_sandbox: StartSandbox) -> Iterator[Client]:
    """A sandbox in which nothing happens by itself until a test advances the clock."""
    with start_sandbox(Settings(webhook_delay_seconds=1000, step_delay_seconds=1000)) as client:
        yield client


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            kept.received.append(Received(self.path, dict(self.headers.items()), raw))
            if kept.on_receive is not None:
                kept.on_receive()
            self.send_response(kept.statuses.pop(0) if kept.statuses else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep the test's output quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept = Receiver(f"http://127.0.0.1:{server.server_port}/provider-updates/{{provider}}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield kept
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def webhooks(sandbox: Client, receiver: Receiver) -> Receiver:
    """The receiver, set as the sandbox's webhook target."""
    body = {"url": receiver.url, "headers": {"X-Extra": "kept"}, "secrets": SECRETS}
    assert sandbox.call("POST", "/_sandbox/webhooks", json_body=body).status == 200
    return receiver
