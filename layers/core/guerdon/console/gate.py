"""Who comes in: what the console asks of sign-in, so that tests may stand at the door themselves."""

from dataclasses import dataclass
from typing import Protocol

from guerdon.console.http import Request, Response
from guerdon.console.signin.principal import Principal


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who came in.

    Attributes:
        csrf: What a form of theirs must bring along; "" where there are no forms, as with a bearer token.
    """

    who: Principal
    csrf: str


class Gate(Protocol):
    """Tells who asks."""

    def own_page(self, request: Request) -> Response | None:
        """The answer, if the request is for a page of the sign-in itself."""

    def of_page(self, request: Request) -> Visitor | Response:
        """Who asks for a page; or where they go to sign in, or why they may not come in."""

    def of_form(self, request: Request, csrf: str) -> Visitor | Response:
        """Who sent a form, if it was sent from a page of ours; otherwise why it is not taken."""

    def of_api(self, request: Request) -> Visitor | Response:
        """Who asks the JSON API, or why not."""
