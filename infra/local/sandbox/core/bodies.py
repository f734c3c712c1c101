"""Reading request bodies: JSON, and forms with bracketed names such as `to[name]`."""

import hashlib
import json
from collections.abc import Iterable
from decimal import Decimal
from urllib.parse import parse_qsl

from starlette.requests import Request

from local.sandbox.core.calls import UnreadableBodyError
from local.sandbox.core.records import JsonObject


async def json_object(request: Request) -> JsonObject:
    """The JSON object in the body, numbers with a fraction as Decimal; {} for an empty body.

    Raises:
        UnreadableBodyError: it is not JSON, or not an object.
    """
    raw = await request.body()
    if not raw.strip():
        return {}
    try:
        value = json.loads(raw, parse_float=Decimal, parse_constant=_no_constant)
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise UnreadableBodyError(f"The request body is not valid JSON: {error}") from error
    if not isinstance(value, dict):
        raise UnreadableBodyError("The request body must be a JSON object.")
    return value


async def form_object(request: Request) -> JsonObject:
    """The url-encoded form in the body, brackets folded into objects.

    Raises:
        UnreadableBodyError: it is not text, or its brackets do not fit together.
    """
    raw = await request.body()
    try:
        pairs = parse_qsl(raw.decode(), keep_blank_values=True, max_num_fields=1000)
    except ValueError as error:
        raise UnreadableBodyError(f"The request body is not a valid form: {error}") from error
    return fold(pairs)


async def any_object(request: Request) -> JsonObject:
    """The body by its content type: JSON, multipart form or url-encoded form.

    Raises:
        UnreadableBodyError: the body is not what its content type says.
    """
    content_type = request.headers.get("Content-Type", "")
    if content_type.startswith("application/json"):
        return await json_object(request)
    if content_type.startswith("multipart/form-data"):
        form = await request.form()
        return fold((name, value) for name, value in form.multi_items() if isinstance(value, str))
    return await form_object(request)


def fold(pairs: Iterable[tuple[str, str]]) -> JsonObject:
    """Make `to[name]=Ada` the object {"to": {"name": "Ada"}}.

    Raises:
        UnreadableBodyError: a name is used both as a value and as an object.
    """
    folded: JsonObject = {}
    for name, value in pairs:
        *parents, last = name.replace("]", "").split("[")
        place = folded
        for parent in parents:
            inner = place.setdefault(parent, {})
            if not isinstance(inner, dict):
                raise UnreadableBodyError(f"The field {name!r} is given as value and as object.")
            place = inner
        if isinstance(place.get(last), dict):
            raise UnreadableBodyError(f"The field {name!r} is given as value and as object.")
        place[last] = value
    return folded


def fingerprint(value: object) -> str:
    """The same text for payloads that mean the same, whatever their order or number format."""
    canonical = json.dumps(_plain(value), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)
    return str(value.normalize()) if isinstance(value, Decimal) else value


def _no_constant(name: str) -> None:
    raise UnreadableBodyError(f"The request body is not valid JSON: {name} is not a number.")
