"""Options that several commands share."""

from datetime import datetime
from typing import Annotated, Final

import typer

from guerdon.domain.channel import Channel

DAY: Final = "%Y-%m-%d"

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
FirstDay = Annotated[
    datetime | None,
    typer.Option("--from", formats=[DAY], help="The first day on which they were earned.", metavar="DAY"),
]
OfProgram = Annotated[str | None, typer.Option("--program", help="Only of this program.", metavar="NAME")]
OfChannel = Annotated[Channel | None, typer.Option("--channel", help="Only by this channel.", metavar="NAME")]
Confirm = Annotated[
    str | None,
    typer.Option("--confirm", help="Count and sum, as the preview prints them: for a script.", metavar="COUNT:SUM"),
]
