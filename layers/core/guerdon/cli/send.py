"""`guerdon send`: sign a deal event and POST it, as a CRM does."""

import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from guerdon.adapters.crm.connections import connection_named
from guerdon.cli.endings import Ending, explained, stop
from guerdon.cli.options import StackName
from guerdon.cli.sending import Accepted, Declined, GaveUp, Target, Transport, send_event
from guerdon.cli.stack import world_of

Url = Annotated[
    str | None, typer.Option("--url", envvar="GUERDON_API_URL", help="Root of the HTTP API, if not the stack's own.")
]
Host = Annotated[
    str | None,
    typer.Option("--host", envvar="GUERDON_API_HOST", help="Host header, if the API is not reached by its name."),
]


def send(  # noqa: PLR0913 - each option of a command is a parameter to Typer.
    context: typer.Context,
    event: Annotated[
        Path, typer.Argument(metavar="EVENT", help="The file to send, byte for byte.", exists=True, dir_okay=False)
    ],
    *,
    connection: Annotated[
        str, typer.Option("--connection", envvar="GUERDON_CONNECTION", help="Name of the connection.", metavar="NAME")
    ],
    stack: StackName = "guerdon",
    secret: Annotated[
        str | None,
        typer.Option(
            "--secret",
            envvar="GUERDON_CONNECTION_SECRET",
            help="Secret to sign with: whsec_ and base64. Better given by the variable than typed.",
            show_default=False,
        ),
    ] = None,
    secret_from_stack: Annotated[
        bool, typer.Option("--secret-from-stack", help="Read the connection's secret from the stack instead.")
    ] = False,
    url: Url = None,
    host: Host = None,
    delivery_id: Annotated[
        str | None, typer.Option("--delivery-id", help="Delivery id; the same one again is a repeated delivery.")
    ] = None,
    repeat: Annotated[int, typer.Option("--repeat", min=1, max=100, help="How often to send the same delivery.")] = 1,
) -> None:
    """Sign a deal event and POST it to a connection, as a CRM does.

    Prints the event's id once it is accepted. An answer of 5xx, or none, is tried again under the same delivery id;
    a refusal is printed with the field at fault and ends with status 1.
    """
    world = world_of(context)
    with explained():
        opened = world.open_stack(stack) if secret_from_stack or url is None else None
        if secret_from_stack and opened is not None:
            secret = _stored_secret(connection, opened.connections())
        root = url or (opened.api_url if opened else "")
    if not secret:
        stop(Ending.USAGE, "error: there is nothing to sign with: give --secret or --secret-from-stack")
    target = Target(root, connection, secret, host)
    delivery = delivery_id or f"msg_{uuid.uuid4().hex}"
    for _ in range(repeat):
        _deliver(event, target, delivery, world.transport)


def _deliver(event: Path, target: Target, delivery: str, transport: Transport) -> None:
    try:
        answer = send_event(target, delivery, event.read_bytes(), transport)
    except ValueError as error:
        stop(Ending.USAGE, f"error: {error}")
    match answer:
        case Accepted(event_id):
            typer.echo(event_id)
        case Declined():
            stop(Ending.FINDINGS, f"{event}: {answer.words}")
        case GaveUp(why, tries):
            stop(Ending.STACK, f"error: {why} (tried {tries} times; send it again with --delivery-id {delivery})")


def _stored_secret(name: str, configured: Mapping[str, object]) -> str:
    connection = connection_named(name, configured)
    if connection is None:
        there_are = ", ".join(sorted(configured)) or "none yet"
        stop(Ending.FINDINGS, f"error: the stack has no connection {name!r}; there are: {there_are}")
    return connection.secrets[0]
