"""The `guerdon` command."""

import typer

from guerdon.cli.arm import arm, disarm
from guerdon.cli.budgets import budgets
from guerdon.cli.evaluate import evaluate
from guerdon.cli.ledger import ledger
from guerdon.cli.publish import publish
from guerdon.cli.release import release
from guerdon.cli.resend import resend
from guerdon.cli.resolve import resolve
from guerdon.cli.send import send
from guerdon.cli.status import status
from guerdon.cli.wiring import real_world

_HELP = """Referral rewards: a deal closes, and the advocate who referred it is paid exactly once.

Commands that speak to a stack find it by --stack in the account and region of your AWS credentials.
They end with status 0 when done, 1 when something that you gave is wrong or refused, 2 when the command
was not understood, and 3 when the stack could not be reached or said no.
"""

# Help without boxes: it is read in pipes and logs too.
app = typer.Typer(
    help=_HELP, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None
)
app.command()(publish)
app.command()(evaluate)
app.command()(send)
app.command()(status)
app.command()(ledger)
app.command()(budgets)
app.command()(arm)
app.command()(disarm)
app.command()(release)
app.command()(resend)
app.command()(resolve)


def main() -> None:
    """Run the command in the real world."""
    app(obj=real_world(), prog_name="guerdon")
