"""The console in this process, without any cloud: over the store in memory, with somebody signed in already.

`console_as(Role.FINANCE)` answers `Request`s; `get` and `post` are short for them. To look at pages, over a store
that a real deal's story filled:

    .venv/bin/python -m console.runner --port 8080 --role admin      (PYTHONPATH=layers/core:tests)
"""

import argparse
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode
from wsgiref.simple_server import make_server

from console.history import lived
from guerdon.adapters.crm.standard.payload import stored_event
from guerdon.application.review.draft_history import GatherDraftHistory
from guerdon.application.review.services import Services
from guerdon.console.app import Console
from guerdon.console.gate import Visitor
from guerdon.console.http import Request, Response, problem
from guerdon.console.operations import API, BASE
from guerdon.console.signin.principal import Principal, Role
from memory_stack import MemoryStack

CSRF: Final = "the-token-of-the-session"


@dataclass(frozen=True, slots=True)
class OpenGate:
    """Lets everybody in as the same person; a form still has to bring the session's token."""

    who: Principal

    def own_page(self, _request: Request) -> Response | None:
        return None

    def of_page(self, _request: Request) -> Visitor | Response:
        return Visitor(self.who, CSRF)

    def of_form(self, _request: Request, csrf: str) -> Visitor | Response:
        return Visitor(self.who, CSRF) if csrf == CSRF else problem(403, "csrf", "the form is not ours")

    def of_api(self, _request: Request) -> Visitor | Response:
        return Visitor(self.who, "")


def services_of(stack: MemoryStack) -> Services:
    """The console's services over a stack in memory."""
    told = stack.stack
    return Services(
        store=stack.store,
        reviews=stack.store,
        clock=stack.clock,
        pause=told.pause,
        resume=told.resume,
        lift_funds_hold=told.lift_funds_hold,
        arm=told.arm,
        release=told.release,
        resend=told.resend,
        resolve=told.resolve,
        resolve_item=told.resolve_item,
        resolve_payout=told.resolve_payout,
        void=told.void_check,
        write_off=told.write_off,
        packs=told.packs,
        prepare_month=told.prepare_month,
        review_month=told.review_month,
        publish=told.publish,
        draft_history=GatherDraftHistory(stack.store, stack.store, stack.clock, stored_event),
        erase=told.erase,
    )


def console_as(role: Role, stack: MemoryStack | None = None) -> Console:
    """The console as somebody of that role sees it."""
    who = Principal(f"{role.value}@guerdon.example", role)
    return Console(services_of(stack or MemoryStack()), OpenGate(who))


def get(console: Console, path: str, **query: str) -> Response:
    """Ask for a page below /console."""
    return console(Request("GET", BASE + path, urlencode(query)))


def post(console: Console, path: str, **typed: str) -> Response:
    """Send a form of ours to a path below /console."""
    headers = {"content-type": "application/x-www-form-urlencoded"}
    return console(Request("POST", BASE + path, "", headers, urlencode({"csrf": CSRF, **typed}).encode()))


def api(console: Console, path: str, **query: str) -> Response:
    """Read from the JSON API."""
    return console(Request("GET", API + path, urlencode(query)))


def wsgi(console: Console) -> Callable[[dict[str, Any], Callable[..., object]], Iterable[bytes]]:
    """The console as a WSGI application, for a browser or schemathesis."""

    def application(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
        headers = {
            name.removeprefix("HTTP_").replace("_", "-").lower(): value
            for name, value in environ.items()
            if name.startswith("HTTP_")
        }
        headers["content-type"] = environ.get("CONTENT_TYPE", "")
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
        answer = console(Request(environ["REQUEST_METHOD"], path, environ.get("QUERY_STRING", ""), headers, body))
        cookies = [("set-cookie", cookie) for cookie in answer.cookies]
        start_response(f"{answer.status} {_REASONS.get(answer.status, 'Answer')}", [*answer.headers.items(), *cookies])
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else answer.body]

    return application


_REASONS: Final = {200: "OK", 303: "See Other", 400: "Bad Request", 403: "Forbidden", 404: "Not Found"}


def filled() -> MemoryStack:
    """A stack that some weeks of deals went through."""
    return lived(60)


def main() -> None:
    """Serve the pages."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--role", type=Role, default=Role.ADMIN, choices=list(Role))
    chosen = parser.parse_args()
    with make_server("127.0.0.1", chosen.port, wsgi(console_as(chosen.role, filled()))) as server:
        print(f"http://127.0.0.1:{chosen.port}{BASE}", flush=True)  # noqa: T201 - a program; it talks to a terminal
        server.serve_forever()


if __name__ == "__main__":
    main()
