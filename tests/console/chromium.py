"""Chromium for the tests of the console that need no cloud, and a console that it can open."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from playwright.sync_api import Browser, sync_playwright

from console.runner import wsgi
from guerdon.console.app import Console

CHROMIUM: Final = shutil.which("chromium") or shutil.which("chromium-browser")
ARGS: Final = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")

NEEDS_CHROMIUM: Final = (
    pytest.mark.enable_socket,  # Playwright talks to the browser over pipes, whose loop wants a pair of sockets.
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here: install it, by apt install chromium"),
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A Chromium while the context lasts."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGS))
        yield opened
        opened.close()


class _Silent(WSGIRequestHandler):
    """Says nothing about what it answers."""

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def served(console: Console) -> Iterator[str]:
    """Where a console answers while the context lasts.

    Chromium keeps cookies that are Secure of this host, although it is not HTTPS.
    """
    with make_server("localhost", 0, wsgi(console), handler_class=_Silent) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://localhost:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
