"""The HTTP server: uvicorn, with the one thing more that a fault needs."""

import asyncio

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol


class CuttableProtocol(H11Protocol):
    """Gives each request the connection it came by, so that a fault can cut it unanswered."""

    # uvicorn narrows asyncio's BaseTransport in the same way, so mypy sees two parents disagree.
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Keep the transport in the state that every request of this connection sees."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


def server_for(app: Starlette) -> uvicorn.Server:
    """A server for `app`, quiet but for warnings."""
    config = uvicorn.Config(
        app,
        http=CuttableProtocol,
        log_level="warning",
        access_log=False,
        lifespan="on",
        timeout_graceful_shutdown=1,
    )
    return uvicorn.Server(config)
