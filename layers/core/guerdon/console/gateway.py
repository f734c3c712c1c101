"""The console behind API Gateway, payload format 2.0."""

import base64
from collections.abc import Callable, Mapping
from http import HTTPStatus
from traceback import extract_tb
from typing import Any, Final

from guerdon.adapters.aws.http_api import Answer, body_of, headers_of, refused
from guerdon.adapters.refusal import Refusal
from guerdon.console.http import Request, Response
from guerdon.console.protection import headers
from guerdon.console.rendering import plain_page

_FAILED: Final = "This is our fault, not yours. If you sent a form, look first whether it was carried out."


def answered(
    console: Callable[[Request], Response], event: Mapping[str, Any], failed: Callable[[str, list[str]], None]
) -> Answer:
    """The answer to one event of API Gateway.

    Args:
        console: Answers requests.
        event: As Lambda hands it over.
        failed: Is told the class of an exception that nobody expected, and the places that it came through.
    """
    request = request_of(event)
    if isinstance(request, Refusal):
        return refused(request)
    try:
        answer = console(request)
    except Exception as error:  # noqa: BLE001 - a person waits at the other end, and gets a page for whatever it was
        failed(type(error).__name__, places(error))
        page = plain_page("Something went wrong", _FAILED, None, HTTPStatus.INTERNAL_SERVER_ERROR)
        answer = page.with_headers(headers(""))
    return {
        "statusCode": int(answer.status),
        "headers": dict(answer.headers),
        "cookies": list(answer.cookies),
        # In base64, since it may be a spreadsheet.
        "body": base64.b64encode(answer.body).decode(),
        "isBase64Encoded": True,
    }


def request_of(event: Mapping[str, Any]) -> Request | Refusal:
    """The request in an event; or why its body cannot be read."""
    body = body_of(event)
    if isinstance(body, Refusal):
        return body
    # API Gateway takes cookies out of the headers; the emulator leaves them there.
    cookies = {"cookie": "; ".join(event["cookies"])} if event.get("cookies") else {}
    return Request(
        method=event["requestContext"]["http"]["method"],
        path=event["rawPath"],
        query=event.get("rawQueryString", ""),
        headers={**headers_of(event), **cookies},
        body=body,
    )


def places(error: Exception) -> list[str]:
    """Where it was raised, innermost last, without what was at work there: that may be somebody's name."""
    return [f"{frame.name}:{frame.lineno}" for frame in extract_tb(error.__traceback__)]
