"""`guerdon write-off`: a person decides that rewards are not paid, by their ids or by a range of days."""

from datetime import datetime
from typing import Annotated

import typer

from guerdon.application.write_off import CannotWriteOff
from guerdon.cli.endings import Ending, explained, stop
from guerdon.cli.options import DAY, Confirm, FirstDay, OfChannel, OfProgram, Reason, StackName
from guerdon.cli.release_range import range_of, write_off_range
from guerdon.cli.stack import world_of
from guerdon.domain.ledger import FORFEITED
from guerdon.domain.payout import BlockReason


def write_off(  # noqa: PLR0913 - each is an option of the command.
    context: typer.Context,
    payout: Annotated[
        str | None,
        typer.Argument(
            metavar="[PAYOUT]", help="A payout that came back, failed, waits for approval or stays blocked, po_…."
        ),
    ] = None,
    *,
    to: Annotated[
        str,
        typer.Option("--to", metavar="ACCOUNT", help=f"unclaimed_property:XX (XX is the state) or {FORFEITED}."),
    ],
    blocked: Annotated[
        BlockReason | None,
        typer.Option(
            "--blocked", metavar="REASON", help="Instead, all that waits only because it was told late: approval."
        ),
    ] = None,
    first: FirstDay = None,
    last: Annotated[
        datetime | None, typer.Option("--until", formats=[DAY], help="The last such day.", metavar="DAY")
    ] = None,
    program: OfProgram = None,
    channel: OfChannel = None,
    confirm: Confirm = None,
    reason: Reason,
    stack: StackName = "guerdon",
) -> None:
    """Decide that a reward will not be paid: one that could not be, or that nobody approves.

    It is for what came back or failed, for what waits for approval, and for what is blocked where releasing it again
    may not help: its details are missing, or its fulfillment stopped. It is refused while any attempt of that may have
    been paid. It goes to a state's unclaimed property, or to income; it is posted at once and cannot be taken back
    here. Your AWS identity and your reason are kept.

    A range of days is shown first, with count and sum, and written off once you confirm that, as guerdon release does
    it. It has what waits for approval only because it was told late; what is over a limit is decided by its id.
    """
    if blocked is None and any((first, last, program, channel, confirm)):
        raise typer.BadParameter("a range of days needs --blocked approval", param_hint="--blocked")
    if (blocked is None) is (payout is None):
        raise typer.BadParameter(
            "give a payout's id, or --blocked approval with --from and --until", param_hint="PAYOUT"
        )
    wanted = range_of(blocked, first, last, program, channel, until="--until") if blocked else None
    if wanted is not None and to != FORFEITED:
        raise typer.BadParameter(f"a range goes to {FORFEITED}: nobody approved it", param_hint="--to")
    with explained():
        opened = world_of(context).open_stack(stack)
        if wanted is not None:
            write_off_range(opened, wanted, confirm, opened.caller(), reason)
            return
        written = opened.write_off(payout or "", to, opened.caller(), reason)
    if isinstance(written, CannotWriteOff):
        stop(Ending.FINDINGS, f"{payout}: not written off: {written.why}")
    typer.echo(f"{payout}: {written.value.words} written off to {written.written_off_to}")
