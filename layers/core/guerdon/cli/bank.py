"""`guerdon bank`: the bank's statement clears the checks that were mailed."""

import json
import re
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from guerdon.adapters.bank.bank_csv import read_bank_csv
from guerdon.adapters.bank.reading import BadPlace, Statement
from guerdon.cli.endings import Ending, explained, stop
from guerdon.cli.options import AsJson, StackName
from guerdon.cli.output import console, plain_table, show
from guerdon.cli.stack import world_of
from guerdon.domain.checks import BankLine
from guerdon.domain.glossary import UNMATCHED

bank_app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)

_ACCOUNT = re.compile(r"[a-z0-9][a-z0-9-]{0,39}", re.ASCII)
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])", re.ASCII)

Account = Annotated[
    str,
    typer.Option("--account", metavar="NAME", help='The account\'s name in your books, such as "operating".'),
]


@bank_app.callback()
def bank() -> None:
    """Take the bank's statements in, and list what they say. Only they clear a check."""


@bank_app.command(name="import")
def import_statement(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV as the bank exports it, or camt.053 (.xml).")],
    *,
    account: Account,
    currency: Annotated[
        str, typer.Option("--currency", help="The account's currency, where the file does not say.")
    ] = "USD",
    stack: StackName = "guerdon",
) -> None:
    """Clear the checks that a statement says were paid, each by its number and exact amount.

    A line that names no check of yours, or another amount, posts nothing and is listed for a person, as guerdon bank
    lines and guerdon reconcile show. A file with a mistake is not taken in at all; the same file twice changes nothing.
    Ends with status 1 if a line cleared nothing.
    """
    _known(account)
    read = _read(file, account, currency)
    if not isinstance(read, Statement):
        stop(Ending.FINDINGS, "\n".join(bad.words for bad in read))
    with explained():
        opened = world_of(context).open_stack(stack)
        done = opened.clear_checks(read.lines, opened.caller())
    passed = f"; {read.passed_over} passed over: money that came in, or not booked yet" if read.passed_over else ""
    typer.echo(
        f"{len(done.cleared)} checks cleared, {done.known} were already, "
        f"{len(done.unmatched)} lines cleared nothing{passed}"
    )
    if done.unmatched:
        _show(done.unmatched)
        raise typer.Exit(Ending.FINDINGS)


@bank_app.command()
def lines(
    context: typer.Context,
    *,
    account: Annotated[str | None, typer.Option("--account", metavar="NAME", help="Whose lines.")] = None,
    month: Annotated[str | None, typer.Option("--month", metavar="YYYY-MM", help="Booked in this month.")] = None,
    stack: StackName = "guerdon",
    as_json: AsJson = False,
) -> None:
    """List the lines that cleared no check; with --account and --month all lines of that month."""
    if (account is None) is not (month is None):
        raise typer.BadParameter("--account and --month go together", param_hint="--account")
    if month is not None and not _MONTH.fullmatch(month):
        raise typer.BadParameter(f"{month!r} is no month such as 2026-11", param_hint="--month")
    with explained():
        store = world_of(context).open_stack(stack).store
        wanted = store.bank_lines(account, month) if account and month else store.unmatched_bank_lines()
        found = sorted(wanted, key=lambda line: (line.booked_on, line.account, line.line_id))
    if as_json:
        typer.echo(json.dumps([line_json(line) for line in found], indent=2))
    elif found:
        _show(found)
    else:
        typer.echo("there is none; take a statement in with: guerdon bank import FILE --account NAME")


def line_json(line: BankLine) -> dict[str, object]:
    """A line for a script."""
    return {
        "account": line.account,
        "line": line.line_id,
        "booked_on": line.booked_on.isoformat(),
        "amount": line.amount.words,
        "check_number": line.check_number,
        "cleared": line.cleared,
        "why": line.why,
    }


def _show(lines: Sequence[BankLine]) -> None:
    table = plain_table("booked", "account", "check", "amount", "what came of it", "line", right=("amount", "check"))
    for line in lines:
        came = f"cleared {line.cleared}" if line.cleared else UNMATCHED[line.why or ""].words
        table.add_row(
            line.booked_on.isoformat(), line.account, line.check_number or "", line.amount.words, came, line.line_id
        )
    show(console(), table)


def _known(account: str) -> None:
    if not _ACCOUNT.fullmatch(account):
        wanted = "lower-case letters, digits and dashes, up to 40, such as operating"
        raise typer.BadParameter(f"{account!r} is no account name: {wanted}", param_hint="--account")


def _read(file: Path, account: str, currency: str) -> Statement | tuple[BadPlace, ...]:
    if file.suffix.lower() != ".xml":
        return read_bank_csv(file, account, currency)
    try:
        # Only this needs a hardened reader of XML, which whoever imports CSV need not install.
        reader = import_module("guerdon.adapters.bank.camt053")
    except ModuleNotFoundError:
        stop(Ending.USAGE, "error: camt.053 needs defusedxml: pip install 'guerdon[bank]'")
    read: Statement | tuple[BadPlace, ...] = reader.read_camt053(file, account)
    return read
