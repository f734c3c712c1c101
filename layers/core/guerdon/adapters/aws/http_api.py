"""Requests and answers of API Gateway HTTP APIs, payload format 2.0."""

import base64
import json
from collections.abc import Mapping
from typing import Any, Final

from guerdon.adapters.refusal import Refusal

RETRY_AFTER_SECONDS: Final = "5"

Answer = dict[str, Any]


def body_of(event: Mapping[str, Any]) -> bytes | Refusal:
    """The raw bytes that the caller sent; a body that is neither text nor JSON by its content type is in base64."""
    body: str = event.get("body") or ""
    if event.get("isBase64Encoded"):
        try:
            return base64.b64decode(body, validate=True)
        except ValueError:
            return Refusal(400, "not_base64", "the body is marked as base64 and is none: send it as it is")
    return body.encode("utf-8", "surrogatepass")


def headers_of(event: Mapping[str, Any]) -> dict[str, str]:
    """The request's headers with lower-case names; a header that came twice has its values joined by commas."""
    return {name.lower(): value for name, value in (event.get("headers") or {}).items()}


def answer(status: int, content: Mapping[str, object], **headers: str) -> Answer:
    """A JSON answer."""
    return {
        "statusCode": status,
        "headers": {"content-type": "application/json", "cache-control": "no-store", **headers},
        "body": json.dumps(content),
    }


def refused(refusal: Refusal) -> Answer:
    """What the sender got wrong, and where."""
    error = {"code": refusal.code, "message": refusal.message}
    if refusal.field is not None:
        error["field"] = refusal.field
    return answer(refusal.status, {"error": error})


def unavailable() -> Answer:
    """Our side is down: 503, so that the sender tries again."""
    message = "this is our fault, not yours: nothing was lost, send the same message again"
    headers = {"retry-after": RETRY_AFTER_SECONDS}
    return answer(503, {"error": {"code": "try_again", "message": message}}, **headers)
