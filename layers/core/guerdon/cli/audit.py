"""`guerdon audit`: who did what, when, and why."""

import json
from datetime import timedelta
from typing import Annotated, Final

import typer
from rich.console import Console

from guerdon.application.audit_records import Audit
from guerdon.application.audit_trail import lines_about, lines_between
from guerdon.cli.endings import explained
from guerdon.cli.moments import begin_of
from guerdon.cli.options import AsJson, StackName
from guerdon.cli.output import console, moment_text, plain_table, show
from guerdon.cli.stack import world_of
from guerdon.domain import glossary
from guerdon.domain.deal import instant

DAYS: Final = 30
"""How far back the trail is read when nobody says."""

_A_LITTLE: Final = timedelta(hours=1)
"""How far another clock may be ahead of this one: what was just done is listed."""


def audit(
    context: typer.Context,
    *,
    since: Annotated[
        str | None,
        typer.Option(
            "--since",
            metavar="DAY|TIME",
            help=f"List what was done from then on; of the last {DAYS} days by default, or ever with --subject.",
        ),
    ] = None,
    subject: Annotated[
        str | None,
        typer.Option("--subject", metavar="ID", help="List only what was done to this: a payout, an event, a program."),
    ] = None,
    stack: StackName = "guerdon",
    as_json: AsJson = False,
) -> None:
    """List who did what to what, when, from which state to which, and why; the newest first.

    Each line was written with what it tells of, in one transaction, and nothing changes or deletes it. Times are UTC.
    """
    world = world_of(context)
    now = world.transport.now()
    begin = begin_of(since, "--since") if since else None
    with explained():
        reviews = world.open_stack(stack).reviews
        if subject is not None:
            about = lines_about(reviews, subject)
            lines = [line for line in about if begin is None or line.at >= begin]
        else:
            lines = list(lines_between(reviews, begin or now - timedelta(days=DAYS), now + _A_LITTLE))
    if as_json:
        typer.echo(json.dumps([_as_json(line) for line in lines], indent=2))
        return
    _show(console(), lines)


def _show(out: Console, lines: list[Audit]) -> None:
    if not lines:
        out.print("Nobody did anything then that is kept in the audit trail.")
        return
    table = plain_table("When", "Who", "What", "To", "From", "Now", "Why")
    for line in lines:
        table.add_row(
            moment_text(line.at),
            line.actor,
            glossary.ACTION[line.action].words,
            f"{line.subject_kind} {line.subject_id}",
            line.before or "",
            line.after or "",
            line.reason or "",
        )
    show(out, table)


def _as_json(line: Audit) -> dict[str, str | None]:
    return {
        "at": instant(line.at),
        "actor": line.actor,
        "action": line.action,
        "subject_kind": line.subject_kind,
        "subject_id": line.subject_id,
        "before": line.before,
        "after": line.after,
        "reason": line.reason,
    }
