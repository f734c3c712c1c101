"""`guerdon schema`: the JSON Schema of program files, for editors."""

import json

import typer

from guerdon.domain.grammar.schema import program_schema


def schema() -> None:
    """Print the JSON Schema of program files, so that editors complete keys and mark mistakes.

    It is published as docs/program.schema.json too. What a schema cannot see, such as a gap between tiers or a rule
    that can never win, is found by guerdon check.
    """
    typer.echo(json.dumps(program_schema(), ensure_ascii=False, indent=2))
