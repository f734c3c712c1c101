"""`guerdon release`: a person decides that payouts which wait shall be tried again."""

from datetime import datetime
from typing import Annotated, Final

import typer

from guerdon.application.release_again import CannotRelease
from guerdon.application.release_range import BY_THEMSELVES
from guerdon.cli.endings import Ending, explained
from guerdon.cli.options import DAY, Confirm, FirstDay, OfChannel, OfProgram, Reason, StackName
from guerdon.cli.release_range import range_of, release_range
from guerdon.cli.stack import world_of
from guerdon.domain.payout import BlockReason
from guerdon.stack import Stack

_RANGED: Final = ", ".join(reason for reason in BlockReason if reason not in BY_THEMSELVES)


def release(  # noqa: PLR0913 - each is an option of the command.
    context: typer.Context,
    payouts: Annotated[
        list[str] | None, typer.Argument(metavar="[PAYOUT]...", help="One or more payout ids, po_….")
    ] = None,
    *,
    blocked: Annotated[
        BlockReason | None,
        typer.Option("--blocked", metavar="REASON", help=f"Instead, all that waits for one reason: {_RANGED}."),
    ] = None,
    first: FirstDay = None,
    last: Annotated[
        datetime | None, typer.Option("--to", formats=[DAY], help="The last such day.", metavar="DAY")
    ] = None,
    program: OfProgram = None,
    channel: OfChannel = None,
    confirm: Confirm = None,
    reason: Reason,
    stack: StackName = "guerdon",
) -> None:
    """Try blocked, failed or returned payouts again: some by their ids, or all of a reason and a range of days.

    Each goes through the release check anew, under its next run, so what blocked it must be gone: look first, with
    guerdon status PAYOUT. What waits for approval is approved by this. Releasing one that is under way is refused.
    A range of approval has what waits for it only because it was told late; what is over a limit is approved by its id.

    A range is shown first, with count and sum; it is released once you confirm that, in the order in which it was
    earned, and refused if it changed meanwhile. Days are those of each payout's legal entity. Interrupted, the same
    command goes on with the rest. Your AWS identity and your reason are kept with each decision.
    """
    if blocked is None and any((first, last, program, channel, confirm)):
        raise typer.BadParameter("a range of days needs --blocked REASON", param_hint="--blocked")
    wanted = range_of(blocked, first, last, program, channel) if blocked else None
    if (wanted is None) is (not payouts):
        raise typer.BadParameter("give payout ids, or --blocked REASON with --from and --to", param_hint="PAYOUT")
    with explained():
        opened = world_of(context).open_stack(stack)
        if wanted is not None:
            release_range(opened, wanted, confirm, opened.caller(), reason)
        else:
            _release_each(opened, payouts or [], opened.caller(), reason)


def _release_each(opened: Stack, payouts: list[str], caller: str, reason: str) -> None:
    refused = False
    for payout_id in payouts:
        decided = opened.release(payout_id, caller, reason)
        if isinstance(decided, CannotRelease):
            typer.echo(f"{payout_id}: not released: {decided.why}", err=True)
            refused = True
        else:
            typer.echo(f"{payout_id}: released as run {decided.run}, decided by {caller}")
    if refused:
        raise typer.Exit(Ending.FINDINGS)
