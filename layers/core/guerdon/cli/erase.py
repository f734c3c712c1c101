"""`guerdon erase`: everything that names a person goes, and the books stay as they are."""

from typing import Annotated

import typer

from guerdon.application.erase_advocate import CannotErase
from guerdon.cli.endings import Ending, explained, stop
from guerdon.cli.options import Reason, StackName
from guerdon.cli.output import moment_text
from guerdon.cli.stack import world_of


def erase(
    context: typer.Context,
    person: Annotated[
        str, typer.Argument(metavar="PERSON", help="The id of an advocate, ad_…, or of a referred customer, rf_….")
    ],
    *,
    reason: Reason,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether you are sure.")] = False,
    stack: StackName = "guerdon",
) -> None:
    """Erase a person for good: name, email and postal address, wherever Guerdon has them.

    Rewards, payouts and the journal know people by opaque ids and stay as they are. It is refused while something is
    owed to the person or under way. Providers and the CRM have records of their own. Your AWS identity and your reason
    are kept.
    """
    if not yes:
        typer.confirm(f"Erase all that names {person}? It cannot be undone", abort=True)
    with explained():
        opened = world_of(context).open_stack(stack)
        erased = opened.erase(person, opened.caller(), reason)
    if isinstance(erased, CannotErase):
        stop(Ending.FINDINGS, f"{person}: not erased: {erased.why}")
    since = f"was erased on {moment_text(erased.at)} already" if erased.again else "erased"
    found = f"{erased.bodies} stored events and {erased.requests} requests to providers named them"
    typer.echo(f"{person}: {since}; {found}")
