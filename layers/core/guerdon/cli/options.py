"""Options that several commands share."""

from typing import Annotated

import typer

StackName = Annotated[
    str,
    typer.Option("--stack", envvar="GUERDON_STACK", help="Name of the CloudFormation stack.", metavar="NAME"),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a script instead of text for a person.")]
