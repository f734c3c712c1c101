"""`guerdon release --blocked`: all that waits for one reason and was earned in a range of days, after a preview."""

from collections.abc import Iterable

import typer
from rich.console import Console

from guerdon.application.release_again import CannotRelease
from guerdon.application.release_range import Found, Range
from guerdon.cli.endings import Ending, stop
from guerdon.cli.output import console, moment_text, plain_table, show
from guerdon.domain import glossary
from guerdon.domain.errors import BusUnavailable, StoreBusy
from guerdon.domain.payout import Payout
from guerdon.stack import Stack


def release_range(opened: Stack, wanted: Range, confirmation: str | None, caller: str, reason: str) -> None:
    """Show what the range holds, have that confirmed, and release it."""
    found = _or_stop(opened.release_range.preview(wanted))
    if not found.payouts:
        typer.echo("Nothing that was earned in those days waits for that.")
        return
    _show(console(), found)
    if confirmation is None:
        _ask(found)
        confirmation = found.confirmation
    found = _or_stop(opened.release_range.confirmed(wanted, confirmation))
    _say(found, opened.release_range(found, caller, reason), caller)


def _or_stop(found: Found | CannotRelease) -> Found:
    if isinstance(found, CannotRelease):
        stop(Ending.FINDINGS, f"not released: {found.why}")
    return found


def _show(out: Console, found: Found) -> None:
    table = plain_table("Paid by", "Payouts", "Value", right=("Payouts", "Value"))
    for one in found.sums:
        table.add_row(glossary.CHANNEL[one.channel].words, str(one.count), one.value.words)
    show(out, table)
    count = len(found.payouts)
    to = f"{found.advocates} {'person' if found.advocates == 1 else 'people'}"
    if found.earned:
        oldest, newest = map(moment_text, found.earned)
        typer.echo(f"{count} in all, to {to}, earned from {oldest} to {newest}")
    for pause in found.pauses:
        typer.echo(f"{pause.scope.words} is paused since {moment_text(pause.since)}: those wait until that is resumed")
    typer.echo(f"In a script: --confirm {found.confirmation}")


def _ask(found: Found) -> None:
    count = str(len(found.payouts))
    if typer.prompt(f"Type {count} to release them", default="", show_default=False) != count:
        stop(Ending.FINDINGS, "not released: it was not confirmed")


def _say(found: Found, released: Iterable[Payout | CannotRelease], caller: str) -> None:
    done = seen = 0
    broke_off = None
    try:
        for payout, decided in zip(found.payouts, released, strict=True):
            seen += 1
            if isinstance(decided, CannotRelease):
                typer.echo(f"{payout.payout_id}: not released: {decided.why}", err=True)
            else:
                done += 1
    except (BusUnavailable, StoreBusy) as away:
        broke_off = away
    typer.echo(f"{done} released, the first earned first, decided by {caller}")
    if broke_off is not None:
        at_hand, left = found.payouts[seen].payout_id, len(found.payouts) - seen - 1
        if isinstance(broke_off, BusUnavailable):
            stop(Ending.STACK, f"error: {broke_off}. {at_hand} is released too, and the sweep starts it; {_rest(left)}")
        stop(Ending.STACK, f"error: {broke_off}. {at_hand} may be released; {_rest(left)}")
    if done < len(found.payouts):
        raise typer.Exit(Ending.FINDINGS)


def _rest(count: int) -> str:
    return f"the {count:,} after it are not yet: type the same command again" if count else "it was the last one"
