"""The provider sandbox of the year: the very application of `make sandbox`, on a clock that somebody else moves."""

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from guerdon.adapters.providers.build import build_provider
from guerdon.application.ports import PayoutProvider
from guerdon.domain.channel import PROVIDER_OF, Channel
from local.sandbox.__main__ import listen
from local.sandbox.app import app_of
from local.sandbox.core.faults import Fault, kind_for
from local.sandbox.core.world import World
from local.sandbox.server import server_for
from local.sandbox.settings import Settings

SECRETS: Final[dict[str, dict[str, object]]] = {
    "tremendous": {"api_key": "TEST_local", "funding_source_id": "balance", "campaign_id": "SANDBOXCAMPAIGN"},
    "lob": {"api_key": "test_local", "bank_account": "bank_local", "from_address": "adr_local"},
    "stripe": {"api_key": "sk_test_local"},
    "printful": {"api_key": "local", "store_id": "1"},
}
_PATHS: Final = {
    "tremendous": "/tremendous/api/v2",
    "lob": "/lob/v1",
    "stripe": "/stripe",
    "printful": "/printful",
}
_NOT_HISTORY: Final = frozenset({"agenda", "deliveries", "sandbox"})
"""Collections of the running sandbox's own: its clock, its webhooks, and what is still to come."""


@dataclass(frozen=True, slots=True)
class PlayedProviders:
    """The four providers as a client sees them, and what they keep."""

    url: str
    world: World
    loop: asyncio.AbstractEventLoop

    def providers(self) -> dict[Channel, PayoutProvider]:
        """The production clients of them, by channel."""
        return {
            channel: build_provider(name, SECRETS[name], self.url + _PATHS[name])
            for channel, name in PROVIDER_OF.items()
        }

    def catch_up(self) -> None:
        """Let the providers do what is due by their clock."""
        asyncio.run_coroutine_threadsafe(self.world.catch_up(), self.loop).result()

    def have_a_bad_moment(self, provider: str, fault: str) -> None:
        """What the next call that moves money meets."""
        self.world.faults.add(Fault(provider, kind_for(provider, fault, _PATHS)))

    def history(self) -> dict[str, Any]:
        """What they keep, in the form that `POST /_sandbox/history` takes."""
        kept = self.world.records.everything()
        # The way through JSON is that of the sandbox's own files: fractions are numbers in them.
        plain: list[list[Any]] = json.loads(json.dumps(kept, default=float))
        records = [entry for entry in plain if entry[0] not in _NOT_HISTORY]
        return {"last_number": self.world.records.next_number(), "records": records}


@contextmanager
def played_providers(now: Callable[[], datetime]) -> Iterator[PlayedProviders]:
    """Serve them on a free port of this machine while the context lasts; `now` is their time."""
    world = World(Settings(webhook_delay_seconds=0), lambda: now().timestamp())
    listener = listen(0)
    server = server_for(app_of(world))
    loop = asyncio.new_event_loop()
    serving = threading.Thread(
        target=lambda: loop.run_until_complete(server.serve(sockets=[listener])), name="played providers", daemon=True
    )
    serving.start()
    while not server.started and serving.is_alive():
        time.sleep(0.005)
    try:
        yield PlayedProviders(f"http://127.0.0.1:{listener.getsockname()[1]}", world, loop)
    finally:
        server.should_exit = True
        serving.join()
        loop.close()
        listener.close()
