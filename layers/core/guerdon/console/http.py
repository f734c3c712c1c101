"""Requests and answers, whatever carries them: API Gateway, or a server of the tests."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import parse_qsl, quote, unquote

HTML: Final = "text/html; charset=utf-8"
JSON: Final = "application/json"
FORM: Final = "application/x-www-form-urlencoded"

FIELDS_MOST: Final = 100
"""Fields of a form: millions of empty ones would fit into a body, and take seconds to tell apart."""

_ESCAPED: Final = re.compile(r"~([0-9A-F]{2})")


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asks.

    Attributes:
        path: The path as it was sent, still percent-encoded or not: no segment of ours needs it (`segment`).
        query: The query's text, without the question mark.
        headers: By lower-case names.
    """

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def cookies(self) -> Mapping[str, str]:
        """The cookies by name. Ours are plain tokens, so nothing is quoted; what others set is not looked at."""
        pairs = (pair.partition("=") for pair in self.headers.get("cookie", "").split(";"))
        return {name.strip(): value.strip() for name, _, value in pairs if name.strip()}

    @property
    def content_type(self) -> str:
        """The media type of the body, without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def form_fields(self) -> list[tuple[str, str]]:
        """The fields of a form in their order; none if they are more than any form of ours has."""
        try:
            return parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=FIELDS_MOST)
        except ValueError:
            return []

    @property
    def query_fields(self) -> list[tuple[str, str]]:
        """The query's fields in their order."""
        return parse_qsl(self.query, keep_blank_values=True)


@dataclass(frozen=True, slots=True)
class Response:
    """What is answered.

    Attributes:
        headers: Names in lower case; `set-cookie` is apart, since there may be several.
        cookies: Whole values of `set-cookie`.
    """

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: tuple[str, ...] = ()

    def with_cookies(self, *cookies: str) -> "Response":
        """The same, setting these cookies too."""
        return replace(self, cookies=(*self.cookies, *cookies))

    def with_headers(self, headers: Mapping[str, str]) -> "Response":
        """The same with these headers too; a header that is set already stays as it is."""
        return replace(self, headers={**headers, **self.headers})


def html(text: str, status: int = 200) -> Response:
    """A page."""
    return Response(status, text.encode(), {"content-type": HTML})


def json_text(text: bytes, status: int = 200) -> Response:
    """JSON that is written already."""
    return Response(status, text, {"content-type": JSON})


def problem(status: int, code: str, message: str, name: str | None = None) -> Response:
    """What the JSON API answers when it does not do what was asked: the same shape as the event endpoint's."""
    error = {"code": code, "message": message} | ({} if name is None else {"field": name})
    return json_text(json.dumps({"error": error}).encode(), status)


def see_other(location: str) -> Response:
    """Go on there, with a GET."""
    return Response(303, b"", {"location": location})


def segment(text: str) -> str:
    """An id as one segment of a path: whatever is not a letter, digit, "-", "_" or "." becomes ~XX of its UTF-8 bytes.

    Percent-encoding would not do: API Gateway decodes it before it hands the path on, so that an id with a slash
    would become two segments.
    """
    return quote(text, safe="").replace("~", "%7E").replace("%", "~") if text not in {".", ".."} else "~2E" * len(text)


def unsegment(text: str) -> str:
    """The id that `segment` made this of; what is percent-encoded is taken too."""
    return unquote(_ESCAPED.sub(r"%\1", text))


def download(name: str, media_type: str, content: bytes) -> Response:
    """A file that the browser saves under `name`, which is plain ASCII without quotes."""
    headers = {"content-type": media_type, "content-disposition": f'attachment; filename="{name}"'}
    return Response(200, content, headers)
