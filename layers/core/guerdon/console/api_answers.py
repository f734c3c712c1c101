"""The JSON API: the same operations, for programs."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

import msgspec

from guerdon.application.review.services import Services
from guerdon.console.gate import Gate, Visitor
from guerdon.console.http import JSON, Request, Response, download, json_text, problem
from guerdon.console.openapi import document
from guerdon.console.operations import Download, NotFound, Operation, Refused
from guerdon.console.parameters import from_json, from_text
from guerdon.console.routes import Found, find

_DOCUMENT: Final = "/openapi.json"


@dataclass(frozen=True, slots=True)
class ApiAnswers:
    """Answers programs."""

    services: Services
    gate: Gate
    operations: Sequence[Operation]

    def __call__(self, request: Request, path: str) -> Response:
        """The answer to a request for a path below /console/api."""
        visitor = self.gate.of_api(request)
        if isinstance(visitor, Response):
            return visitor
        if path == _DOCUMENT and request.method in {"GET", "HEAD"}:
            return json_text(msgspec.json.encode(document(self.operations)))
        found = self._found(request, visitor, path)
        if isinstance(found, Response):
            return found
        asked = _asked(request, found)
        if isinstance(asked, Response):
            return asked
        return _told(found.operation, found.operation.run(self.services, visitor.who, asked))

    def _found(self, request: Request, visitor: Visitor, path: str) -> Found | Response:
        found = find(self.operations, "GET" if request.method == "HEAD" else request.method, path)
        if not isinstance(found, Found):
            if not found:
                return problem(HTTPStatus.NOT_FOUND, "no_such_path", "there is nothing at this address")
            refused = problem(HTTPStatus.METHOD_NOT_ALLOWED, "no_such_method", "this address takes another method")
            return refused.with_headers({"allow": ", ".join(sorted(found))})
        needed, role = found.operation.role, visitor.who.role
        if not role.may(needed):
            return problem(HTTPStatus.FORBIDDEN, "role", f"this needs the role {needed}, and yours is {role}")
        return found


def _asked(request: Request, found: Found) -> Any | Response:  # noqa: ANN401 - the operation's own parameters
    """The parameters, or what is wrong with them."""
    operation = found.operation
    if operation.method == "POST":
        if request.content_type != JSON:
            return problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "not_json", f"send the body as {JSON}")
        asked = from_json(operation, found.in_path, request.body)
    elif any(name == "sort" for name, _ in request.query_fields):
        asked = Refused("only pages are sorted; sort what you get", "sort")
    else:
        asked = from_text(operation, found.in_path, request.query_fields)
    if isinstance(asked, Refused):
        return problem(HTTPStatus.BAD_REQUEST, "bad_parameter", asked.message, asked.field)
    return asked


def _told(operation: Operation, result: object) -> Response:
    match result:
        case NotFound(message):
            return problem(HTTPStatus.NOT_FOUND, "not_found", message)
        case Refused(message, name):
            if operation.method == "GET":
                return problem(HTTPStatus.BAD_REQUEST, "bad_parameter", message, name)
            return problem(HTTPStatus.CONFLICT, "refused", message, name)
        case Download(name, media_type, content):
            return download(name, media_type, content)
    return json_text(msgspec.json.encode(result))
