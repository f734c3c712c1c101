"""`guerdon checks` and `guerdon void`: checks that were mailed, and those that are taken back."""

import json
from datetime import date
from typing import Annotated

import typer

from guerdon.application.void_check import CannotVoid
from guerdon.cli.endings import Ending, explained, stop
from guerdon.cli.options import AsJson, Reason, StackName
from guerdon.cli.output import console, plain_table, show
from guerdon.cli.stack import world_of
from guerdon.domain.checks import STALE_AFTER_DAYS, Check, mailed_by


def checks(  # noqa: PLR0913 - each is an option of its own.
    context: typer.Context,
    *,
    stale: Annotated[bool, typer.Option("--stale", help="Only those that a bank need not pay any more.")] = False,
    stale_after: Annotated[
        int, typer.Option("--stale-after", metavar="DAYS", min=1, help="When a check is stale.")
    ] = STALE_AFTER_DAYS,
    number: Annotated[
        str | None,
        typer.Option("--number", metavar="NUMBER", help="The checks of this number, whatever became of them."),
    ] = None,
    stack: StackName = "guerdon",
    as_json: AsJson = False,
) -> None:
    """List the checks that are outstanding, the oldest first: mailed, and neither cashed nor voided.

    A stale one is older than the six months for which a bank is bound to pay it (UCC 4-404). Nothing happens to it by
    itself: it may still be cashed, until a person voids it with guerdon void.
    """
    world = world_of(context)
    today = world.transport.now().date()
    with explained():
        store = world.open_stack(stack).store
        found = store.checks_numbered(number.lstrip("0")) if number else store.outstanding_checks()
        listed = [one for one in mailed_by(found, date.max) if not stale or one.is_stale(today, stale_after)]
    if as_json:
        typer.echo(json.dumps([_as_json(one, today, stale_after) for one in listed], indent=2))
        return
    if not listed:
        typer.echo("there is none")
        return
    table = plain_table(
        "mailed", "days", "check", "amount", "state", "payout", "program", right=("days", "amount", "check")
    )
    for one in listed:
        days = str(one.age_days(today))
        table.add_row(
            one.mailed_on.isoformat(),
            days,
            one.number or "?",
            one.amount.words,
            one.stands(today, stale_after),
            one.payout_id,
            one.program,
        )
    show(console(), table)


def void(
    context: typer.Context,
    payout: Annotated[str, typer.Argument(metavar="PAYOUT", help="The payout that the check was mailed for, po_….")],
    *,
    reason: Reason,
    stack: StackName = "guerdon",
) -> None:
    """Void a check that was mailed and not cashed: what it was written for is owed again.

    Have your bank stop it first: this changes the books only, and a check that is cashed all the same is found by the
    bank's statement. The payout comes back and waits: guerdon release PAYOUT mails a new check, and guerdon write-off
    says that nothing will be paid. Your AWS identity and your reason are kept.
    """
    with explained():
        opened = world_of(context).open_stack(stack)
        voided = opened.void_check(payout, opened.caller(), reason)
    if isinstance(voided, CannotVoid):
        stop(Ending.FINDINGS, f"{payout}: not voided: {voided.why}")
    typer.echo(f"{payout}: check {voided.number or '?'} over {voided.amount.words} is void; the payout came back")


def _as_json(check: Check, today: date, stale_after: int) -> dict[str, object]:
    return {
        "payout": check.payout_id,
        "check": check.check_id,
        "number": check.number,
        "amount": check.amount.words,
        "mailed_on": check.mailed_on.isoformat(),
        "days": check.age_days(today),
        "state": check.stands(today, stale_after),
        "program": check.program,
        "legal_entity": check.legal_entity,
        "cleared_on": check.cleared_on.isoformat() if check.cleared_on else None,
        "account": check.account,
    }
