"""A scripted provider and the provider sandbox, each on a free port of this machine."""

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import urllib3

from adapters.providers.orders import SECRETS
from adapters.providers.servers import Scripted, serve
from guerdon.adapters.providers.build import build_provider
from guerdon.application.ports import PayoutProvider
from local.sandbox.__main__ import listen
from local.sandbox.app import create_app
from local.sandbox.server import server_for
from local.sandbox.settings import Settings

PATHS = {"tremendous": "/tremendous/api/v2", "lob": "/lob/v1", "stripe": "/stripe", "printful": "/printful"}


@dataclass(frozen=True, slots=True)
class Sandbox:
    """The provider sandbox: its providers, its till, its faults, its clock."""

    url: str
    pool: urllib3.PoolManager = field(default_factory=lambda: urllib3.PoolManager(retries=False))

    def provider(self, name: str) -> PayoutProvider:
        """Our adapter, talking to the sandbox."""
        return build_provider(name, SECRETS[name], self.url + PATHS[name])

    def till(self) -> list[tuple[str, str, int, str, str]]:
        """Every movement of money: provider, our reference, minor units, currency, state."""
        rows = self.pool.request("GET", f"{self.url}/_sandbox/till").json()
        return [(row["provider"], row["reference"], row["amount"], row["currency"], row["state"]) for row in rows]

    def fault(self, provider: str, fault: str, **more: Any) -> None:  # noqa: ANN401 - the sandbox's own fields
        """Have the next call of a provider go wrong."""
        body = {"provider": provider, "fault": fault, **more}
        assert self.pool.request("POST", f"{self.url}/_sandbox/faults", json=body).status == 201

    def advance(self, seconds: float) -> None:
        """Let time pass at the providers."""
        body = {"advance_seconds": seconds}
        assert self.pool.request("POST", f"{self.url}/_sandbox/clock", json=body).status == 200


@pytest.fixture
def scripted(socket_enabled: None) -> Iterator[Scripted]:  # noqa: ARG001 - opens sockets for this test
    script = Scripted()
    server = serve(script)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield script
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def sandbox(socket_enabled: None) -> Iterator[Sandbox]:  # noqa: ARG001 - opens sockets for this test
    """A sandbox in which nothing happens by itself until a test advances its clock."""
    listener = listen(0)
    server = server_for(create_app(Settings(webhook_delay_seconds=1000, step_delay_seconds=1000, hold_seconds=0)))
    serving = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])))
    serving.start()
    while not server.started and serving.is_alive():
        serving.join(0.005)
    yield Sandbox(f"http://127.0.0.1:{listener.getsockname()[1]}")
    server.should_exit = True
    serving.join()
    listener.close()
