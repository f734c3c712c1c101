"""A call to a played provider: read, checked, given its faults, answered, logged."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Protocol

from starlette.datastructures import Headers, QueryParams
from starlette.requests import Request
from starlette.responses import Response

from local.sandbox.core.clock import iso
from local.sandbox.core.faults import ANSWER, BEFORE, OUTCOME, WEBHOOK, Fault
from local.sandbox.core.records import JsonObject
from local.sandbox.core.world import World

Body = JsonObject | list[Any] | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a provider answers: a status, a JSON body (None for an empty one), headers."""

    status: int
    body: Body
    headers: Mapping[str, str] = field(default_factory=dict)


class RefusalError(Exception):
    """The provider refuses the call with this answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"refused with {answer.status}: {answer.body}")
        self.answer = answer


class UnreadableBodyError(ValueError):
    """A request body that is not what its content type says; the message tells why."""


@dataclass(slots=True)
class Call:
    """One authenticated call, as a provider's handler sees it.

    Attributes:
        account: the API key it was made with.
        outcome: the name of the fault that changes how the work turns out, if any.
        webhook_mode: the name of the fault that changes its webhooks, if any; handlers keep it
            with what they create, since it holds for all later webhooks of it too.
    """

    world: World
    method: str
    path: str
    parameters: Mapping[str, str]
    query: QueryParams
    headers: Headers
    body: JsonObject
    account: str
    outcome: str | None = None
    webhook_mode: str | None = None

    @property
    def lasting_webhook_mode(self) -> str | None:
        """The webhook fault that also holds for what comes after this call."""
        return None if self.webhook_mode == "webhook_first" else self.webhook_mode


class Errors(Protocol):
    """The refusals that every provider has, each in its own shape."""

    def unauthorized(self) -> Answer:
        """The API key is missing."""

    def unknown_path(self, method: str, path: str) -> Answer:
        """There is no such endpoint."""

    def unreadable(self, reason: str) -> Answer:
        """The body cannot be read."""

    def failure(self, status: int) -> Answer:
        """The provider broke down with `status`."""

    def rate_limit(self, now_seconds: float) -> Answer:
        """Too many requests."""

    def refused(self) -> Answer:
        """The request is invalid, as the fault `refuse` says."""

    def out_of_funds(self) -> Answer:
        """The account cannot pay."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One operation of a provider's API; `moves_money` marks where a plain fault strikes."""

    method: str
    path: str
    handle: Callable[[Call], Answer]
    moves_money: bool = False


@dataclass(frozen=True, slots=True)
class Provider:
    """A played provider.

    Attributes:
        prefix: what its paths begin with here, the provider's own version included.
        api_key: the key in the headers, or None when there is none.
        read_body: the request's body as an object; raises UnreadableBodyError.
        keep_failure: told of an answer given by the fault `failure`, for providers whose
            idempotency replays it.
    """

    name: str
    prefix: str
    endpoints: tuple[Endpoint, ...]
    errors: Errors
    api_key: Callable[[Headers], str | None]
    read_body: Callable[[Request], Awaitable[JsonObject]]
    keep_failure: Callable[[Call, Answer], None] | None = None


class Dispatcher:
    """Answers the calls to one provider."""

    def __init__(self, world: World, provider: Provider) -> None:
        self._world = world
        self._provider = provider

    def serving(self, endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
        """The HTTP handler of one endpoint."""

        async def serve(request: Request) -> Response:
            taken: dict[str, Fault] = {}
            try:
                answer = await self._answer(request, endpoint, taken)
            except RefusalError as refusal:
                answer = refusal.answer
            silent = _silent(taken)
            self._log(request, None if silent else answer.status, taken)
            if silent is not None:
                await self._say_nothing(request, silent)
            return _response(answer)

        return serve

    async def unknown(self, request: Request) -> Response:
        """Answer a path that the provider does not have."""
        answer = self._provider.errors.unknown_path(request.method, request.url.path)
        self._log(request, answer.status, {})
        return _response(answer)

    async def _answer(self, request: Request, endpoint: Endpoint, taken: dict[str, Fault]) -> Answer:
        errors = self._provider.errors
        account = self._provider.api_key(request.headers)
        if account is None:
            return errors.unauthorized()
        try:
            body = await self._provider.read_body(request)
        except UnreadableBodyError as error:
            return errors.unreadable(str(error))
        path = request.url.path
        taken |= self._world.faults.take(self._provider.name, request.method, path, moves_money=endpoint.moves_money)
        call = Call(
            world=self._world,
            method=request.method,
            path=path,
            parameters=request.path_params,
            query=request.query_params,
            headers=request.headers,
            body=body,
            account=account,
            outcome=taken[OUTCOME].kind.name if OUTCOME in taken else None,
            webhook_mode=taken[WEBHOOK].kind.name if WEBHOOK in taken else None,
        )
        if BEFORE in taken:
            return self._instead(call, taken[BEFORE])
        since = self._world.records.next_number()
        answer = endpoint.handle(call)
        if call.webhook_mode == "webhook_first":
            await self._world.webhooks.send_first(since)
        return answer

    def _instead(self, call: Call, fault: Fault) -> Answer:
        """The answer of a fault that comes before any work."""
        errors = self._provider.errors
        match fault.kind.name:
            case "rate_limit":
                return errors.rate_limit(self._world.clock.timestamp())
            case "refuse":
                return errors.refused()
            case "out_of_funds":
                return errors.out_of_funds()
            case _:
                answer = errors.failure(fault.status)
        if fault.kind.name == "failure" and self._provider.keep_failure is not None:
            self._provider.keep_failure(call, answer)
        return answer

    async def _say_nothing(self, request: Request, fault: Fault) -> None:
        """Keep the connection open for a while, then cut it without an answer."""
        settings = self._world.settings
        hold = settings.hold_seconds if fault.hold_seconds is None else fault.hold_seconds
        try:
            async with asyncio.timeout(hold):
                await _disconnected(request)
        except TimeoutError:
            request.state.transport.abort()
            await _disconnected(request)

    def _log(self, request: Request, status: int | None, taken: Mapping[str, Fault]) -> None:
        key = request.headers.get("Idempotency-Key") or request.query_params.get("idempotency_key")
        self._world.requests.append(
            {
                "at": iso(self._world.clock.now()),
                "provider": self._provider.name,
                "method": request.method,
                "path": request.url.path,
                "idempotency_key": key,
                "status": status,
                "fault": "+".join(fault.kind.name for fault in taken.values()) or None,
            }
        )


def _silent(taken: Mapping[str, Fault]) -> Fault | None:
    """The fault that wants no answer, if there is one."""
    before = taken.get(BEFORE)
    if before is not None and before.kind.name == "timeout_before":
        return before
    return taken.get(ANSWER)


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        continue


def _response(answer: Answer) -> Response:
    headers = dict(answer.headers)
    if answer.body is None:
        return Response(status_code=answer.status, headers=headers)
    content = json.dumps(answer.body, default=_number).encode()
    headers.setdefault("Content-Type", "application/json; charset=utf-8")
    return Response(content, status_code=answer.status, headers=headers)


def _number(value: object) -> float:
    """Decimals leave as JSON numbers; nothing else unknown to JSON may leave."""
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{type(value).__name__} is not JSON")
