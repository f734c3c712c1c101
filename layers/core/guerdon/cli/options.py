"""Options that several commands share."""

from typing import Annotated

import typer

StackName = Annotated[
    str,
    typer.Option("--stack", envvar="GUERDON_STACK", help="Name of the CloudFormation stack.", metavar="NAME"),
]
Reason = Annotated[
    str, typer.Option("--reason", help="Why, in your words; it is kept with the decision.", metavar="TEXT")
]
ReasonIfAny = Annotated[
    str | None, typer.Option("--reason", help="Why, in your words; it is kept with the change.", metavar="TEXT")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a script instead of text for a person.")]
