"""`guerdon pause` and `guerdon resume`: nothing new is submitted for a while, and then it goes on."""

from typing import Annotated, Final

import typer

from guerdon.application.lift_funds_hold import FundsTried
from guerdon.application.pause_payouts import CannotPause, subject_of
from guerdon.cli.endings import Ending, explained, stop
from guerdon.cli.options import Reason, StackName
from guerdon.cli.output import moment_text
from guerdon.cli.stack import world_of
from guerdon.domain.actions import AuditAction
from guerdon.domain.channel import Channel
from guerdon.domain.pausing import EVERYTHING, Pause, PauseScope, ScopeKind
from guerdon.stack import Stack

FREED_TOGETHER: Final = 500
"""Payouts that are set going between two looks at what still waits."""

_Channel = Annotated[
    Channel | None, typer.Option("--channel", help=f"Only what is paid by one of {', '.join(Channel)}.", metavar="NAME")
]
_Program = Annotated[str | None, typer.Option("--program", help="Only what a program rewards.", metavar="NAME")]


def pause(
    context: typer.Context,
    *,
    channel: _Channel = None,
    program: _Program = None,
    reason: Reason,
    stack: StackName = "guerdon",
) -> None:
    """Stop everything, a channel or a program from paying: nothing new is sent to a provider.

    Deals are received and decided as ever; what comes to be paid is blocked, in order, and goes on with guerdon
    resume. What was sent to a provider already, or is about to be at this very moment, is finished: its money may have
    moved. What it did is looked up, settled, taken back and told as ever. Pausing what is paused changes nothing.
    """
    scope = _scope(channel, program)
    with explained():
        opened = world_of(context).open_stack(stack)
        paused = opened.pause(scope, opened.caller(), reason)
    if isinstance(paused, CannotPause):
        stop(Ending.FINDINGS, f"{scope.words}: not paused: {paused.why}")
    begun = "paused" if paused.is_new else "was paused already,"
    typer.echo(f"{scope.words}: {begun} {_since(paused.pause)}")


def resume(
    context: typer.Context,
    *,
    channel: _Channel = None,
    program: _Program = None,
    reason: Reason,
    stack: StackName = "guerdon",
) -> None:
    """End a pause, and set going what it stopped, in the order in which it was stopped.

    Name what was paused: everything, a channel or a program, each of which is a pause of its own. What another pause
    stops stays as it is. If this is interrupted, or AWS takes no more, the sweep does the rest within minutes, and so
    does the same command; each payout is started once. Resuming what is not paused changes nothing.

    With a channel whose provider was out of money, the payout that has waited longest for it is tried at once, and the
    others follow within minutes of its acceptance.
    """
    scope = _scope(channel, program)
    with explained():
        opened = world_of(context).open_stack(stack)
        caller = opened.caller()
        resumed = opened.resume(scope, caller, reason)
        if isinstance(resumed, CannotPause):
            stop(Ending.FINDINGS, f"{scope.words}: not resumed: {resumed.why}")
        ended = resumed.ended
        outcome = f"resumed; it was paused {_since(ended)}" if ended else _not_paused(opened, scope)
        typer.echo(f"{scope.words}: {outcome}")
        count, broke_off = _set_going(opened, caller)
        typer.echo(f"{count} payout{'' if count == 1 else 's'} set going, in the order in which they were stopped")
        if broke_off is not None:
            stop(Ending.STACK, f"error: {broke_off}. {_to_go_words(opened.free_paused.to_go())}")
        pauses = opened.store.pauses()
        tried = opened.lift_funds_hold(channel, caller, reason) if channel is not None else None
    if isinstance(tried, FundsTried):
        typer.echo(_funds_words(tried))
    for still in pauses.paused if pauses else ():
        typer.echo(f"still paused: {still.scope.words}, {_since(still)}")


def _scope(channel: Channel | None, program: str | None) -> PauseScope:
    if channel is not None and program is not None:
        raise typer.BadParameter("name a channel or a program: each is a pause of its own", param_hint="--program")
    if channel is not None:
        return PauseScope(ScopeKind.CHANNEL, channel.value)
    return PauseScope(ScopeKind.PROGRAM, program) if program is not None else EVERYTHING


def _set_going(opened: Stack, caller: str) -> tuple[int, str | None]:
    """How many were set going, and what kept it from going on, if anything did."""
    count = 0
    while True:
        freed = opened.free_paused(caller, FREED_TOGETHER)
        count += len(freed.payout_ids)
        # What somebody else was faster with is theirs, or the sweep's.
        if freed.broke_off is not None or not freed.more or not freed.payout_ids:
            return count, freed.broke_off


def _to_go_words(count: int) -> str:
    waiting = f"{count:,} more still wait" if count != 1 else "1 more still waits"
    return f"The sweep starts the one at hand; {waiting}, and it sets them going in the same order, within minutes"


def _funds_words(tried: FundsTried) -> str:
    if tried.payout_id is None:
        then = "" if tried.broke_off is None else f"; the sweep goes on with the others: {tried.broke_off}"
        return f"{tried.started} more set going that had waited for the provider's money{then}"
    return f"{tried.payout_id} is tried now; the others that wait for money follow once the provider takes it"


def _since(paused: Pause) -> str:
    return f"since {moment_text(paused.since)} by {paused.by}: {paused.reason}"


def _not_paused(opened: Stack, scope: PauseScope) -> str:
    subject = subject_of(scope).subject_id
    for line in opened.reviews.audit_of_subject(subject).rows:
        if line.action is AuditAction.RESUMED:
            return f"is not paused: resumed on {moment_text(line.at)} by {line.actor}: {line.reason}"
    return "is not paused"
