"""The sandbox as one ASGI application."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from local.sandbox.admin import admin_routes
from local.sandbox.core.calls import Dispatcher, Provider
from local.sandbox.core.world import World
from local.sandbox.lob import api as lob_api
from local.sandbox.lob import resources as lob_resources
from local.sandbox.lob import signing as lob_signing
from local.sandbox.printful import api as printful_api
from local.sandbox.printful import resources as printful_resources
from local.sandbox.printful import signing as printful_signing
from local.sandbox.settings import Settings
from local.sandbox.stripe import api as stripe_api
from local.sandbox.stripe import signing as stripe_signing
from local.sandbox.tremendous import api as tremendous_api
from local.sandbox.tremendous import resources as tremendous_resources
from local.sandbox.tremendous import signing as tremendous_signing

PROVIDERS = (
    tremendous_api.PROVIDER,
    lob_api.PROVIDER,
    stripe_api.PROVIDER,
    printful_api.PROVIDER,
)
_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]


def create_app(settings: Settings) -> Starlette:
    """The application; each has a world of its own."""
    return app_of(World(settings))


def app_of(world: World) -> Starlette:
    """The application of a world that nobody else serves."""
    world.webhooks.sign_with("tremendous", tremendous_signing.sign)
    world.webhooks.sign_with("lob", lob_signing.sign)
    world.webhooks.sign_with("stripe", stripe_signing.sign)
    world.webhooks.sign_with("printful", printful_signing.sign)
    tremendous_resources.define_effects(world)
    lob_resources.define_effects(world)
    printful_resources.define_effects(world)

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        agenda = asyncio.create_task(world.agenda.run())
        yield
        agenda.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await agenda

    routes = [
        Route("/", _to_page),
        *admin_routes(world),
        *(route for provider in PROVIDERS for route in _routes(world, provider)),
    ]
    return Starlette(routes=routes, lifespan=lifespan)


def _routes(world: World, provider: Provider) -> list[BaseRoute]:
    """The provider's endpoints, and its own answer for every other path under its name."""
    dispatcher = Dispatcher(world, provider)
    endpoints = [
        Route(endpoint.path, dispatcher.serving(endpoint), methods=[endpoint.method]) for endpoint in provider.endpoints
    ]
    unknown = Route("/{path:path}", dispatcher.unknown, methods=_METHODS)
    root = f"/{provider.name}"
    return [
        Mount(provider.prefix, routes=[*endpoints, unknown]),
        Mount(root, routes=[unknown]),
    ]


async def _to_page(_request: Request) -> Response:
    return RedirectResponse("/_sandbox")
