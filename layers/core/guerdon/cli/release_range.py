"""`guerdon release --blocked` and `guerdon write-off --blocked`: a range of days, shown first and then confirmed."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

import typer
from rich.console import Console

from guerdon.application.release_again import CannotRelease
from guerdon.application.release_range import Found, Range
from guerdon.application.write_off import CannotWriteOff
from guerdon.cli.endings import Ending, stop
from guerdon.cli.output import console, moment_text, plain_table, show
from guerdon.domain import glossary
from guerdon.domain.channel import Channel
from guerdon.domain.errors import BusUnavailable, StoreBusy
from guerdon.domain.payout import BlockReason, Payout
from guerdon.stack import Stack


def release_range(opened: Stack, wanted: Range, confirmation: str | None, caller: str, reason: str) -> None:
    """Show what the range holds, have that confirmed, and release it."""
    ranged = opened.release_range
    found = _shown(ranged.preview(wanted), _RELEASED)
    if found.payouts:
        found = _or_stop(ranged.confirmed(wanted, confirmation or _asked(found, _RELEASED)), _RELEASED)
        _say(found, ranged(found, caller, reason), _RELEASED, caller)


def write_off_range(opened: Stack, wanted: Range, confirmation: str | None, caller: str, reason: str) -> None:
    """Show what the range holds, have that confirmed, and write it off."""
    ranged = opened.write_off_range
    found = _shown(ranged.preview(wanted), _WRITTEN_OFF)
    if found.payouts:
        found = _or_stop(ranged.confirmed(wanted, confirmation or _asked(found, _WRITTEN_OFF)), _WRITTEN_OFF)
        _say(found, ranged(found, caller, reason), _WRITTEN_OFF, caller)


_Cannot = CannotRelease | CannotWriteOff
_RELEASED: Final = "released"
_WRITTEN_OFF: Final = "written off"


def _shown(preview: Found | _Cannot, done: str) -> Found:
    found = _or_stop(preview, done)
    if found.payouts:
        _show(console(), found)
    else:
        typer.echo("Nothing that was earned in those days waits for that.")
    if found.apart:
        more = f" {'more' if found.payouts else 'that wait for approval'}"
        typer.echo(
            f"{len(found.apart)}{more} are over a limit, or wait for more than that they were told late: each is "
            "decided by itself; guerdon status --waiting lists them"
        )
    return found


def _or_stop(found: Found | _Cannot, done: str) -> Found:
    if isinstance(found, _Cannot):
        stop(Ending.FINDINGS, f"not {done}: {found.why}")
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


def _asked(found: Found, done: str) -> str:
    """The confirmation, once a person typed the count."""
    count = str(len(found.payouts))
    what = "release them" if done == _RELEASED else "write them off"
    if typer.prompt(f"Type {count} to {what}", default="", show_default=False) != count:
        stop(Ending.FINDINGS, f"not {done}: it was not confirmed")
    return found.confirmation


def _say(found: Found, decisions: Iterable[Payout | _Cannot], done: str, caller: str) -> None:
    count = seen = 0
    broke_off = None
    try:
        for payout, decided in zip(found.payouts, decisions, strict=True):
            seen += 1
            if isinstance(decided, _Cannot):
                typer.echo(f"{payout.payout_id}: not {done}: {decided.why}", err=True)
            else:
                count += 1
    except (BusUnavailable, StoreBusy) as away:
        broke_off = away
    typer.echo(f"{count} {done}, the first earned first, decided by {caller}")
    if broke_off is not None:
        at_hand, left = found.payouts[seen].payout_id, len(found.payouts) - seen - 1
        if isinstance(broke_off, BusUnavailable):
            stop(Ending.STACK, f"error: {broke_off}. {at_hand} is {done} too, and the sweep starts it; {_rest(left)}")
        stop(Ending.STACK, f"error: {broke_off}. {at_hand} may be {done}; {_rest(left)}")
    if count < len(found.payouts):
        raise typer.Exit(Ending.FINDINGS)


def _rest(count: int) -> str:
    return f"the {count:,} after it are not yet: type the same command again" if count else "it was the last one"


def range_of(  # noqa: PLR0913 - each is what one option says.
    blocked: BlockReason,
    first: datetime | None,
    last: datetime | None,
    program: str | None,
    channel: Channel | None,
    *,
    until: str = "--to",
) -> Range:
    """The range that options name; `until` is the one that names its last day."""
    if first is None or last is None:
        raise typer.BadParameter(f"name the days: --from DAY {until} DAY", param_hint="--from")
    if last < first:
        raise typer.BadParameter(f"{until} is before --from", param_hint=until)
    return Range(blocked, first.date(), last.date(), program, channel)
