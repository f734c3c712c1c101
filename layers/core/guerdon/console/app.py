"""The console: takes a request to the pages, to the JSON API or to the sign-in, and guards every answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from guerdon.application.review.services import Services
from guerdon.console.api_answers import ApiAnswers
from guerdon.console.assets import asset
from guerdon.console.gate import Gate
from guerdon.console.http import Request, Response, problem
from guerdon.console.operations import API, BASE, Operation
from guerdon.console.page_answers import PageAnswers
from guerdon.console.protection import headers
from guerdon.console.registry import OPERATIONS
from guerdon.console.rendering import plain_page
from guerdon.domain.errors import Retryable

BODY_MOST: Final = 3_000_000
"""Bytes of a body: a program file of 200,000 characters has at most 12 bytes each, in a form or as escaped JSON, and no
other form has as much. Anybody can send one, and it is taken apart before it is known who they are."""

_READS: Final = frozenset({"GET", "HEAD"})
_BUSY: Final = (
    "Something that the console needs did not answer in time. If you were only looking, open the page again. If you "
    "sent a form, look first whether it was carried out."
)


@dataclass(frozen=True, slots=True)
class Console:
    """The console over its services, behind a gate.

    Attributes:
        sign_in_origin: Scheme and host of the sign-in; "" where there is none, as in tests.
    """

    services: Services
    gate: Gate
    operations: Sequence[Operation] = OPERATIONS
    sign_in_origin: str = ""
    _pages: PageAnswers = field(init=False)
    _api: ApiAnswers = field(init=False)
    _headers: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_pages", PageAnswers(self.services, self.gate, self.operations))
        object.__setattr__(self, "_api", ApiAnswers(self.services, self.gate, self.operations))
        object.__setattr__(self, "_headers", headers(self.sign_in_origin))

    def __call__(self, request: Request) -> Response:
        """The answer to one request; it raises only what is a mistake of ours."""
        of_api = request.path == API or request.path.startswith(f"{API}/")
        try:
            answer = self._answer(request, of_api=of_api)
        except Retryable:
            status = HTTPStatus.SERVICE_UNAVAILABLE
            busy = problem(status, "try_again", _BUSY) if of_api else plain_page("Try again", _BUSY, None, status)
            answer = busy.with_headers({"retry-after": "5"})
        return answer.with_headers(self._headers)

    def _answer(self, request: Request, *, of_api: bool) -> Response:
        if len(request.body) > BODY_MOST:
            return problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", f"send at most {BODY_MOST:,} bytes")
        own = (asset(request.path) if request.method in _READS else None) or self.gate.own_page(request)
        if own is not None:
            return own
        if of_api:
            return self._api(request, request.path.removeprefix(API).rstrip("/"))
        return self._pages(request, request.path.removeprefix(BASE).rstrip("/"))
