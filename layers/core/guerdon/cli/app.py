"""The `guerdon` command."""

import typer

from guerdon.cli.arm import arm, disarm
from guerdon.cli.audit import audit
from guerdon.cli.bank import bank_app
from guerdon.cli.benchmark import benchmark
from guerdon.cli.budgets import budgets
from guerdon.cli.check import check
from guerdon.cli.checks import checks, void
from guerdon.cli.doctor import doctor
from guerdon.cli.erase import erase
from guerdon.cli.explain import explain
from guerdon.cli.export import export
from guerdon.cli.first_payout import first_payout
from guerdon.cli.generate import generate
from guerdon.cli.ledger import ledger_app
from guerdon.cli.month import month_app
from guerdon.cli.pause import pause, resume
from guerdon.cli.publish import publish
from guerdon.cli.reconcile import reconcile_app
from guerdon.cli.redrive import redrive
from guerdon.cli.release import release
from guerdon.cli.resend import resend
from guerdon.cli.resolve import resolve
from guerdon.cli.rotate import rotate_app
from guerdon.cli.schema import schema
from guerdon.cli.send import send
from guerdon.cli.simulate import simulate
from guerdon.cli.status import status
from guerdon.cli.unclaimed import list_unclaimed
from guerdon.cli.wiring import real_world
from guerdon.cli.write_off import write_off

_HELP = """Referral rewards: a deal closes, and the advocate who referred it is paid exactly once.

Commands that speak to a stack find it by --stack in the account and region of your AWS credentials.
They end with status 0 when done, 1 when something that you gave is wrong or refused, 2 when the command
was not understood, and 3 when the stack could not be reached or said no.
"""

# Help without boxes: it is read in pipes and logs too.
app = typer.Typer(
    help=_HELP, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None
)
app.command()(check)
app.command()(schema)
app.command()(publish)
app.command()(explain)
app.command()(simulate)
app.command()(generate)
app.command()(benchmark)
app.command()(send)
app.command()(status)
app.add_typer(ledger_app, name="ledger")
app.add_typer(month_app, name="month")
app.command()(export)
app.command()(budgets)
app.command()(arm)
app.command()(disarm)
app.command()(pause)
app.command()(resume)
app.command()(release)
app.add_typer(reconcile_app, name="reconcile")
app.command()(resend)
app.command()(redrive)
app.command()(resolve)
app.add_typer(rotate_app, name="rotate")
app.command()(audit)
app.command()(erase)
app.add_typer(bank_app, name="bank")
app.command()(checks)
app.command()(void)
app.command()(write_off)
app.command(name="unclaimed")(list_unclaimed)
app.command()(doctor)
app.command()(first_payout)


def main() -> None:
    """Run the command in the real world."""
    app(obj=real_world(), prog_name="guerdon")
