"""`guerdon publish`: check program files, and make them the current versions of their programs."""

from pathlib import Path
from typing import Annotated

import typer

from guerdon.application.programs import Published
from guerdon.cli.endings import Ending, explained, stop
from guerdon.cli.options import StackName
from guerdon.cli.program_check import provider_findings
from guerdon.cli.stack import World, world_of
from guerdon.cli.yaml_document import YamlDocument, YamlProblem, read_yaml
from guerdon.domain.document import Finding
from guerdon.domain.program import Program
from guerdon.domain.program_document import read_program


def publish(
    context: typer.Context,
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE", help="Program files in YAML.", exists=True, dir_okay=False)
    ],
    *,
    stack: StackName = "guerdon",
    check: Annotated[
        bool, typer.Option("--check", help="Only say what is wrong with the files; no cloud is asked.")
    ] = False,
) -> None:
    """Check program files and publish new versions.

    All files are checked before the first is published; if anything is wrong with one, none is. A file that says
    what the current version says publishes nothing. Findings name the file, the line and the column.
    """
    world = world_of(context)
    checked = [(file, *checked_program(file, world)) for file in files]
    findings = [line for _, _, lines in checked for line in lines]
    if findings:
        stop(Ending.FINDINGS, "\n".join(findings))
    if check:
        typer.echo(f"{len(files)} program files are in order" if len(files) > 1 else f"{files[0]} is in order")
        return
    with explained():
        opened = world.open_stack(stack)
        caller = opened.caller()
        for file, document, _ in checked:
            published = opened.publish(document.node if document else None, caller)
            if not isinstance(published, Published):
                stop(Ending.FINDINGS, "\n".join(f"{file}: {finding.place}: {finding.message}" for finding in published))
            number = published.number
            said = f"version {number} published" if published.new else f"unchanged, version {number}"
            typer.echo(f"{published.program}: {said}")


def checked_program(file: Path, world: World) -> tuple[YamlDocument | None, list[str]]:
    """The document in `file`, or None, and what is wrong with it, a line each."""
    document, program, lines = read_program_file(file)
    if document is None or program is None:
        return document, lines
    return document, located(file, document, provider_findings(program, world.capabilities))


def read_program_file(file: Path) -> tuple[YamlDocument | None, Program | None, list[str]]:
    """What stands in a program file, as far as it can be read, and what is wrong with it, a line each."""
    read = read_yaml(_content(file))
    if isinstance(read, YamlProblem):
        return None, None, [f"{file}:{read.place.line}:{read.place.column}: {read.message}"]
    program, findings = read_program(read.node)
    return read, program, located(file, read, findings)


def located(file: Path, document: YamlDocument, findings: tuple[Finding, ...]) -> list[str]:
    """Findings as lines that an editor can jump to: "file:line:column: place: message", in the file's order."""
    placed = sorted(
        ((document.place_of(finding.path), finding) for finding in findings),
        key=lambda entry: (entry[0].line, entry[0].column),
    )
    return [f"{file}:{place.line}:{place.column}: {finding.place}: {finding.message}" for place, finding in placed]


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        stop(Ending.USAGE, f"error: {file} cannot be read: {error.strerror}")
