"""`guerdon resolve`: a person says that events which needed them are dealt with."""

from typing import Annotated

import typer

from guerdon.application.resolve_event import CannotResolve
from guerdon.cli.endings import Ending, explained
from guerdon.cli.options import StackName
from guerdon.cli.stack import world_of


def resolve(
    context: typer.Context,
    events: Annotated[list[str], typer.Argument(metavar="EVENT", help="One or more event ids, ev_….")],
    *,
    stack: StackName = "guerdon",
) -> None:
    """Take events that needed attention off the list of what waits.

    It changes nothing about what the event earned: correct the deal in the CRM first, if it should have earned
    something. Your AWS identity is recorded. Resolving one twice keeps whoever was first.
    """
    with explained():
        opened = world_of(context).open_stack(stack)
        caller = opened.caller()
        refused = False
        for event_id in events:
            resolved = opened.resolve(event_id, caller)
            if isinstance(resolved, CannotResolve):
                typer.echo(f"{event_id}: not resolved: {resolved.why}", err=True)
                refused = True
            else:
                typer.echo(f"{event_id}: dealt with by {resolved.resolved_by}")
    if refused:
        raise typer.Exit(Ending.FINDINGS)
