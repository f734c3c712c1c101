"""The sandbox's own controls under `/_sandbox`.

GET    /_sandbox           the page: till, requests, webhooks
GET    /_sandbox/till      what really moved; ?provider= for one
GET    /_sandbox/requests  the calls received
GET    /_sandbox/webhooks  the target and every delivery; POST sets the target
GET    /_sandbox/faults    pending and fired; POST queues one, DELETE clears
POST   /_sandbox/plant     {"provider", "difference"}: a mistake in its statement; "reference" names a payment
POST   /_sandbox/clock     {"advance_seconds": n}, and does all that is due by then
POST   /_sandbox/history   {"last_number": n, "records": [[collection, key, record], …]}: keeps what another world made
POST   /_sandbox/reset     forgets everything but the webhook target
"""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from local.sandbox.core.clock import iso
from local.sandbox.core.faults import KINDS, Fault, UnknownFaultError, kind_for
from local.sandbox.core.records import JsonObject
from local.sandbox.core.world import World
from local.sandbox.page.render import render_page
from local.sandbox.plant import DIFFERENCES, NothingToPlantError, plant

_PROVIDERS = ("tremendous", "lob", "stripe", "printful")
_STATUS_MIN, _STATUS_MAX, _TIMES_MAX = 400, 599, 10_000

Handler = Callable[[Request], Awaitable[Response]]


class BadControlError(ValueError):
    """A request to a control that makes no sense; the message says what to send."""


def admin_routes(world: World) -> list[Route]:
    """The routes of the controls of this world."""
    controls = Controls(world)
    return [
        Route("/_sandbox", controls.page),
        Route("/_sandbox/till", controls.till),
        Route("/_sandbox/requests", controls.requests),
        Route("/_sandbox/webhooks", controls.webhooks),
        Route("/_sandbox/webhooks", _explaining(controls.set_webhooks), methods=["POST"]),
        Route("/_sandbox/faults", controls.faults),
        Route("/_sandbox/faults", _explaining(controls.add_fault), methods=["POST"]),
        Route("/_sandbox/faults", controls.clear_faults, methods=["DELETE"]),
        Route("/_sandbox/plant", _explaining(controls.plant), methods=["POST"]),
        Route("/_sandbox/clock", _explaining(controls.advance_clock), methods=["POST"]),
        Route("/_sandbox/history", _explaining(controls.take_history), methods=["POST"]),
        Route("/_sandbox/reset", controls.reset, methods=["POST"]),
    ]


class Controls:
    """The handlers; each answers JSON but for the page."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def page(self, _request: Request) -> Response:
        """The page for people."""
        return HTMLResponse(render_page(self._world))

    async def till(self, request: Request) -> Response:
        """The till's rows, amounts in integer minor units."""
        return JSONResponse(self._world.till.rows(request.query_params.get("provider")))

    async def requests(self, _request: Request) -> Response:
        """The latest calls received, oldest first."""
        return JSONResponse(list(self._world.requests))

    async def webhooks(self, _request: Request) -> Response:
        """The target without its secrets, and the deliveries."""
        target = self._world.webhooks.target
        shown = None
        if target is not None:
            signed = [provider for provider in _PROVIDERS if provider in target["secrets"]]
            shown = {"url": target["url"], "headers": target["headers"], "secrets_for": signed}
        return JSONResponse({"target": shown, "deliveries": self._world.webhooks.deliveries()})

    async def set_webhooks(self, request: Request) -> Response:
        """Set where webhooks go and how they are signed."""
        body = await _body(request)
        url = body.get("url")
        if not isinstance(url, str) or not url.startswith(("http://", "https://")):
            raise BadControlError("url must be where to send webhooks, http://…/{provider}")
        headers = _texts(body, "headers")
        secrets = _texts(body, "secrets")
        for provider in secrets:
            if provider not in _PROVIDERS:
                known = ", ".join(_PROVIDERS)
                raise BadControlError(f"secrets has {provider!r}; there are: {known}")
        _check_hex(secrets.get("printful", ""))
        self._world.webhooks.set_target(url, headers, secrets)
        return await self.webhooks(request)

    async def faults(self, _request: Request) -> Response:
        """Pending and fired faults, and the kinds there are."""
        kinds = {kind.name: {"meaning": kind.meaning, "providers": sorted(kind.providers)} for kind in KINDS.values()}
        queue = [fault.as_json() for fault in self._world.faults.all()]
        return JSONResponse({"faults": queue, "kinds": kinds})

    async def add_fault(self, request: Request) -> Response:
        """Queue a fault."""
        body = await _body(request)
        try:
            kind = kind_for(body.get("provider"), body.get("fault"), _PROVIDERS)
        except UnknownFaultError as error:
            raise BadControlError(str(error)) from error
        fault = Fault(
            provider=body["provider"],
            kind=kind,
            times=_whole(body, "times", 1, 1, _TIMES_MAX),
            path=_text(body, "path"),
            method=_text(body, "method"),
            status=_whole(body, "status", 500, _STATUS_MIN, _STATUS_MAX),
            hold_seconds=_seconds(body, "hold_seconds"),
        )
        self._world.faults.add(fault)
        return JSONResponse(fault.as_json(), status_code=201)

    async def clear_faults(self, _request: Request) -> Response:
        """Forget all faults."""
        self._world.faults.clear()
        return Response(status_code=204)

    async def plant(self, request: Request) -> Response:
        """Plant a difference in a provider's statement."""
        body = await _body(request)
        provider, difference = body.get("provider"), body.get("difference")
        if provider not in _PROVIDERS:
            raise BadControlError(f"provider must be one of {', '.join(_PROVIDERS)}")
        if difference not in DIFFERENCES:
            raise BadControlError(f"difference must be one of {', '.join(DIFFERENCES)}")
        try:
            planted = plant(self._world, provider, difference, _text(body, "reference"))
        except NothingToPlantError as error:
            raise BadControlError(str(error)) from error
        return JSONResponse(planted, status_code=201)

    async def advance_clock(self, request: Request) -> Response:
        """Move the clock forward and do all that is due by then."""
        seconds = _seconds(await _body(request), "advance_seconds")
        if seconds is None:
            raise BadControlError("advance_seconds must be a number of seconds, 0 or more")
        self._world.clock.advance(seconds)
        await self._world.catch_up()
        self._world.agenda.wake()
        now = iso(self._world.clock.now())
        return JSONResponse({"now": now, "advanced_seconds": self._world.clock.advanced_seconds})

    async def take_history(self, request: Request) -> Response:
        """Keep records that another sandbox's world made; one whose key is known stays as it is."""
        body = await _body(request)
        told, last = body.get("records"), body.get("last_number")
        if not isinstance(last, int) or not isinstance(told, list) or not all(_is_record(entry) for entry in told):
            raise BadControlError("send the last_number that was given, and records as [collection, key, record]")
        records = self._world.records
        records.go_on_from(last)
        new = [entry for entry in told if records.get(entry[0], entry[1]) is None]
        for collection, key, record in new:
            records.put(collection, key, record)
        return JSONResponse({"taken": len(new), "known": len(told) - len(new)})

    async def reset(self, _request: Request) -> Response:
        """Forget everything but the webhook target."""
        self._world.reset()
        return Response(status_code=204)


def _is_record(entry: object) -> bool:
    """Whether it is [collection, key, record]."""
    match entry:
        case [str(), str(), dict()]:
            return True
        case _:
            return False


def _explaining(handler: Handler) -> Handler:
    """Answer a control that makes no sense with a 400 that says why."""

    async def handle(request: Request) -> Response:
        try:
            return await handler(request)
        except BadControlError as error:
            return JSONResponse({"error": str(error)}, status_code=400)

    return handle


async def _body(request: Request) -> JsonObject:
    try:
        body: Any = json.loads(await request.body() or b"{}")
    except ValueError as error:
        raise BadControlError(f"The request body is not valid JSON: {error}") from error
    if not isinstance(body, dict):
        raise BadControlError("The request body must be a JSON object.")
    return body


def _text(body: JsonObject, name: str) -> str | None:
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        raise BadControlError(f"{name} must be text")
    return value


def _texts(body: JsonObject, name: str) -> dict[str, str]:
    values = body.get(name) or {}
    if not isinstance(values, dict) or not all(isinstance(text, str) for text in values.values()):
        raise BadControlError(f"{name} must be an object of texts")
    return values


def _whole(body: JsonObject, name: str, default: int, least: int, most: int) -> int:
    value = body.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise BadControlError(f"{name} must be a whole number from {least} to {most}")
    return value


def _seconds(body: JsonObject, name: str) -> float | None:
    value = body.get(name)
    if value is None:
        return None
    if not isinstance(value, int | float) or isinstance(value, bool) or value < 0:
        raise BadControlError(f"{name} must be a number of seconds, 0 or more")
    return float(value)


def _check_hex(secret: str) -> None:
    try:
        bytes.fromhex(secret)
    except ValueError as error:
        raise BadControlError("secrets.printful must be hexadecimal") from error
