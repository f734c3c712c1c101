"""`guerdon publish`: check program files, and make them the current versions of their programs."""

from pathlib import Path
from typing import Annotated

import typer

from guerdon.application.programs import Published
from guerdon.cli.endings import Ending, explained, stop
from guerdon.cli.options import ReasonIfAny, StackName
from guerdon.cli.program_files import open_program
from guerdon.cli.stack import world_of
from guerdon.domain.program import Program


def publish(
    context: typer.Context,
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE", help="Program files in YAML.", exists=True, dir_okay=False)
    ],
    *,
    reason: ReasonIfAny = None,
    stack: StackName = "guerdon",
    check: Annotated[
        bool, typer.Option("--check", help="Only say what is wrong with the files; no cloud is asked.")
    ] = False,
) -> None:
    """Check program files and publish new versions.

    All files are checked before the first is published, as guerdon check does; if there is an error in one, none is
    published. Warnings are said and keep nothing from being published. A file that says what the current version says
    publishes nothing. Your AWS identity is kept with the version.
    """
    world = world_of(context)
    checked = [open_program(file, world) for file in files]
    for line in (line for opened in checked for line in opened.lines):
        typer.echo(line, err=True)
    if any(opened.errors for opened in checked):
        raise typer.Exit(Ending.FINDINGS)
    if check:
        typer.echo(f"{len(files)} program files are in order" if len(files) > 1 else f"{files[0]} is in order")
        return
    with explained():
        opened_stack = world.open_stack(stack)
        caller = opened_stack.caller()
        for opened in checked:
            published = opened_stack.publish(opened.document.node if opened.document else None, caller, reason)
            if not isinstance(published, Published):
                said = "\n".join(f"{opened.file}: {finding.place}: {finding.message}" for finding in published)
                stop(Ending.FINDINGS, said)
            number = published.number
            said = f"version {number} published" if published.new else f"unchanged, version {number}"
            typer.echo(f"{published.program}: {said}{_in_force(opened.program)}")


def _in_force(program: Program | None) -> str:
    """For which deals a version is in force, as the end of a line; nothing when it is for all of them."""
    if program is None or program.effective_from is None:
        return ""
    since = program.effective_from.astimezone(program.zone).isoformat(sep=" ", timespec="minutes")
    return f", in force for deals that were {program.judged_by} from {since} on; earlier ones keep the version before"
