"""`guerdon arm` and `guerdon disarm`: which channels may move money."""

from typing import Annotated

import typer

from guerdon.application.arm_channel import CannotArm
from guerdon.application.review.standing import observed_by
from guerdon.cli.endings import Ending, explained, stop
from guerdon.cli.options import ReasonIfAny, StackName
from guerdon.cli.stack import world_of
from guerdon.cli.standing import observed_words
from guerdon.domain import glossary
from guerdon.domain.channel import Channel

_Channels = Annotated[list[Channel], typer.Argument(metavar="CHANNEL", help=f"One or more of {', '.join(Channel)}.")]


def arm(
    context: typer.Context, channels: _Channels, *, reason: ReasonIfAny = None, stack: StackName = "guerdon"
) -> None:
    """Let channels move money and mail advocates.

    A new stack observes: it decides and shows what it would pay, and nothing moves until a person arms a channel.
    Your AWS identity is recorded with the change. What was decided before stays as it is, also what is still held: see
    it with guerdon status --waiting, and pay it with guerdon release --blocked observing for the days that you name.
    """
    _switch(context, channels, stack, reason, armed=True)


def disarm(
    context: typer.Context, channels: _Channels, *, reason: ReasonIfAny = None, stack: StackName = "guerdon"
) -> None:
    """Keep channels from moving money.

    New payouts of the channel are blocked until it is armed again; what is at the provider already goes on.
    """
    _switch(context, channels, stack, reason, armed=False)


def _switch(context: typer.Context, channels: list[Channel], stack: str, reason: str | None, *, armed: bool) -> None:
    with explained():
        opened = world_of(context).open_stack(stack)
        caller = opened.caller()
        for channel in channels:
            changed = opened.arm(channel, caller, reason, armed=armed)
            if isinstance(changed, CannotArm):
                stop(Ending.FINDINGS, f"{glossary.CHANNEL[channel].words}: not changed: {changed.why}")
            state = "armed" if armed else "not armed"
            now = f"now {state}, changed by {caller}" if changed else f"was {state} already"
            typer.echo(f"{glossary.CHANNEL[channel].words}: {now}")
        if armed:
            observed = observed_by(opened.store)
            for channel in channels:
                if count := observed.get(channel, 0):
                    typer.echo(f"{glossary.CHANNEL[channel].words}: {observed_words(count)}")
