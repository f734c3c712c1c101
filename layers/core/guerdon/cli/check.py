"""`guerdon check`: everything that is wrong with program files, or was hardly meant so."""

import json
from pathlib import Path
from typing import Annotated

import typer

from guerdon.cli.endings import Ending
from guerdon.cli.options import AsJson
from guerdon.cli.program_files import ProgramFile, open_program
from guerdon.cli.stack import world_of


def check(
    context: typer.Context,
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Program files in YAML.", exists=True, dir_okay=False)
    ],
    *,
    strict: Annotated[bool, typer.Option("--strict", help="Let warnings fail as errors do.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say everything that is wrong with program files, with file, line and column; no cloud is asked.

    An error keeps a file from being published: it is not understood, or deals would fail by it later. A warning is
    about what was hardly meant so, such as a rule that can never win or a tier that pays less than the one below.

    Ends with status 0 when every file is in order or has warnings only, with 1 when there is an error (with --strict:
    or a warning), and with 2 when a file cannot be opened.
    """
    world = world_of(context)
    opened = [open_program(file, world) for file in files]
    if as_json:
        typer.echo(json.dumps({"files": [_as_json(one) for one in opened]}, indent=2))
    else:
        for one in opened:
            for line in (*one.lines, _summary(one)):
                typer.echo(line)
    if any(one.errors or (strict and one.warnings) for one in opened):
        raise typer.Exit(Ending.FINDINGS)


def _summary(opened: ProgramFile) -> str:
    counted = [
        f"{number} {word}{'' if number == 1 else 's'}"
        for number, word in ((opened.errors, "error"), (opened.warnings, "warning"))
        if number
    ]
    return f"{opened.file}: {', '.join(counted)}" if counted else f"{opened.file} is in order"


def _as_json(opened: ProgramFile) -> dict[str, object]:
    return {
        "file": str(opened.file),
        "errors": opened.errors,
        "warnings": opened.warnings,
        "findings": [
            {
                "line": place.line,
                "column": place.column,
                "path": list(finding.path),
                "place": finding.place,
                "severity": finding.severity.value,
                "code": finding.code,
                "message": finding.message,
            }
            for place, finding in opened.found
        ],
    }
