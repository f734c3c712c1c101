"""`guerdon release`: a person decides that payouts which wait shall be tried again."""

from typing import Annotated

import typer

from guerdon.application.release_again import CannotRelease
from guerdon.cli.endings import Ending, explained
from guerdon.cli.options import StackName
from guerdon.cli.stack import world_of


def release(
    context: typer.Context,
    payouts: Annotated[list[str], typer.Argument(metavar="PAYOUT", help="One or more payout ids, po_….")],
    *,
    stack: StackName = "guerdon",
) -> None:
    """Try blocked, failed or returned payouts again.

    Each goes through the release check anew, under its next run, so what blocked it must be gone: look first, with
    guerdon status PAYOUT. What waits for approval is approved by this. Your AWS identity is recorded with the decision.
    Releasing one that is under way is refused.
    """
    with explained():
        opened = world_of(context).open_stack(stack)
        caller = opened.caller()
        refused = False
        for payout_id in payouts:
            decided = opened.release(payout_id, caller)
            if isinstance(decided, CannotRelease):
                typer.echo(f"{payout_id}: not released: {decided.why}", err=True)
                refused = True
            else:
                typer.echo(f"{payout_id}: released as run {decided.run}, decided by {caller}")
    if refused:
        raise typer.Exit(Ending.FINDINGS)
