"""From an HTTP request to a delivery that is believed, read and ready to be stored, or to a refusal."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from guerdon.adapters.crm.connections import Connection, connection_named
from guerdon.adapters.crm.problems import FieldProblem
from guerdon.adapters.crm.standard import payload, signature
from guerdon.adapters.refusal import Refusal
from guerdon.application.receive_event import Delivery

BODY_BYTES_MOST: Final = 128 * 1024
"""A deal event is a few kilobytes; this is what EventBridge, SQS and a DynamoDB item leave room for."""

_SOURCES: Final = {"standard": (signature, payload)}

Configured = Callable[[], Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Request:
    """What arrived: header names in lower case, the body as raw bytes."""

    connection: str
    headers: Mapping[str, str]
    body: bytes


def read_delivery(
    request: Request, configured: Configured, configured_anew: Configured, now: datetime
) -> Delivery | Refusal:
    """Believe and read one request.

    Only the newest secret is believed from a list that may be minutes old. For any other the list is read afresh: it
    may have been added since, or taken away.

    Args:
        request: What arrived.
        configured: Gives the connections, which may be minutes old.
        configured_anew: Gives them afresh; asked once when the name is not known, or the signature is not one by the
            newest secret.
        now: The present.

    Raises:
        SecretMissing: The connection is configured, but not completely: our side's fault.
    """
    refused = _unreadable(request)
    if refused:
        return refused
    connection = connection_named(request.connection, configured())
    doubt = _doubt(connection.newest_only if connection else None, request, now)
    if doubt:
        connection = connection_named(request.connection, configured_anew())
        doubt = _doubt(connection, request, now)
    if doubt or connection is None:
        return doubt or _unknown(request.connection)
    return _read(connection, request)


def _unreadable(request: Request) -> Refusal | None:
    if len(request.body) > BODY_BYTES_MOST:
        return Refusal(413, "body_too_large", f"the body is over {BODY_BYTES_MOST} bytes: send one deal a message")
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json" and not (
        media_type.startswith("application/") and media_type.endswith("+json")
    ):
        return Refusal(415, "not_json", "send the header Content-Type: application/json")
    return None


def _doubt(connection: Connection | None, request: Request, now: datetime) -> Refusal | None:
    if connection is None or connection.source not in _SOURCES:
        return _unknown(request.connection)
    source_signature, _ = _SOURCES[connection.source]
    why = source_signature.refusal(request.headers, request.body, connection.secrets, now)
    return Refusal(401, "invalid_signature", why) if why else None


def _unknown(name: str) -> Refusal:
    return Refusal(404, "unknown_connection", f"no connection is called {name[:63]!r}: check the address")


def _read(connection: Connection, request: Request) -> Delivery | Refusal:
    source_signature, source_payload = _SOURCES[connection.source]
    try:
        text = request.body.decode("utf-8", "strict")
    except UnicodeDecodeError as error:
        return Refusal(400, "invalid_event", f"the body is not UTF-8: byte {error.start} cannot be read")
    event = source_payload.read_event(text)
    if isinstance(event, FieldProblem):
        return Refusal(400, "invalid_event", event.message, event.field or None)
    return Delivery(
        connection=connection.name,
        source_account=connection.source_account,
        delivery_id=source_signature.delivery_id(request.headers)[:200],
        body=text,
        body_sha256=hashlib.sha256(request.body).hexdigest(),
        event=event,
    )
