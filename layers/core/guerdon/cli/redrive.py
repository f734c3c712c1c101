"""`guerdon redrive`: dead letters go back to where they belong."""

from collections import Counter
from typing import Annotated, Final

import typer

from guerdon.application.redrive import DeadLetter, Fate
from guerdon.cli.endings import Ending, explained
from guerdon.cli.options import StackName
from guerdon.cli.stack import world_of


def redrive(
    context: typer.Context,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what is there, and move nothing.")] = False,
    stack: StackName = "guerdon",
) -> None:
    """Move dead letters back to the queues that they come from, and say what each was about, by ids.

    Find out first why they failed: the log has it, under the same ids. A message that fails again comes back after
    some minutes. It may be done at any time and any number of times: a message only points at rows, and whoever reads
    it does nothing twice. What cannot be read stays where it is, and the command ends with status 1. A queue forgets
    its messages after 14 days; the sweep works from the rows, and needs none of them.
    """
    done: Counter[Fate] = Counter()
    with explained():
        for letter, fate in world_of(context).open_stack(stack).redrive(dry_run=dry_run):
            done[fate] += 1
            typer.echo(_line(letter, fate, dry_run=dry_run), err=fate is Fate.LEFT)
    if not done:
        typer.echo("There are no dead letters.")
    if done[Fate.LEFT]:
        raise typer.Exit(Ending.FINDINGS)


_DONE: Final = {Fate.MOVED: "moved to", Fate.DELETED: "deleted: it comes again by itself"}
_WOULD: Final = {Fate.MOVED: "would be moved to", Fate.DELETED: "would be deleted: it comes again by itself"}


def _line(letter: DeadLetter, fate: Fate, *, dry_run: bool) -> str:
    named = f"{letter.queue}: {letter.about or letter.message_id}, since {letter.since:%Y-%m-%d %H:%M} UTC"
    if fate is Fate.LEFT:
        return f"{named}: left there: {letter.why}"
    words = (_WOULD if dry_run else _DONE)[fate]
    return f"{named}: {words} {letter.target}" if fate is Fate.MOVED else f"{named}: {words}"
