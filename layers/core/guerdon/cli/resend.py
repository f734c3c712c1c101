"""`guerdon resend`: an event is evaluated once more, which is safe at any time."""

from typing import Annotated

import typer

from guerdon.application.records import InboxEvent
from guerdon.cli.endings import Ending, explained
from guerdon.cli.options import ReasonIfAny, StackName
from guerdon.cli.stack import world_of
from guerdon.domain import glossary


def resend(
    context: typer.Context,
    events: Annotated[list[str], typer.Argument(metavar="EVENT", help="One or more event ids, ev_….")],
    *,
    reason: ReasonIfAny = None,
    stack: StackName = "guerdon",
) -> None:
    """Have events evaluated once more, at any time and as often as you like.

    An event without an outcome is decided if it can be by now. One that is decided stays as it is: what is due for
    its payouts is started again, and what was started or mailed before is not done twice.
    Your AWS identity is kept with it.
    """
    with explained():
        opened = world_of(context).open_stack(stack)
        caller = opened.caller()
        unknown = False
        for event_id in events:
            sent = opened.resend(event_id, caller, reason)
            if sent is None:
                typer.echo(f"{event_id}: not sent: there is no such event", err=True)
                unknown = True
            else:
                typer.echo(f"{event_id}: {_what_happens(sent)}")
    if unknown:
        raise typer.Exit(Ending.FINDINGS)


def _what_happens(event: InboxEvent) -> str:
    if event.outcome is None:
        return "sent to be decided; guerdon status tells what came of it"
    return f"decided before: {glossary.OUTCOME[event.outcome].words}; sent to start again what is due"
