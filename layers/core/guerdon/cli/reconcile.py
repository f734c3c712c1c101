"""`guerdon reconcile`: how the comparisons with providers' and banks' statements stand, and what a person does."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from guerdon.adapters.statements.reading import BadLine, read_statement
from guerdon.application.reconciliation_ports import ReconciliationStore
from guerdon.application.reconciliation_records import ItemState, ReconciliationItem, ReconciliationRun
from guerdon.application.resolve_item import CannotResolveItem
from guerdon.cli.endings import Ending, explained, stop
from guerdon.cli.options import AsJson, Reason, StackName
from guerdon.cli.output import console, moment_text, plain_table, show
from guerdon.cli.stack import world_of
from guerdon.domain.channel import PROVIDER_OF
from guerdon.domain.glossary import DIFFERENCE
from guerdon.domain.reconciliation import BANK, StatementLine
from guerdon.stack import Stack

reconcile_app = typer.Typer(invoke_without_command=True, add_completion=False, rich_markup_mode=None)

_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])", re.ASCII)
_PROVIDERS = tuple(PROVIDER_OF.values())
_SOURCES = (*_PROVIDERS, BANK)

Provider = Annotated[
    str | None, typer.Option("--provider", metavar="NAME", help=f"Only this one: {', '.join(_SOURCES)}.")
]
Month = Annotated[str | None, typer.Option("--month", metavar="YYYY-MM", help="Only what is about this month.")]


@reconcile_app.callback()
def reconcile(  # noqa: PLR0913 - each is an option of its own.
    context: typer.Context,
    *,
    provider: Provider = None,
    month: Month = None,
    file: Annotated[
        Path | None,
        typer.Option(
            "--file",
            metavar="CSV",
            help="First hold this file, exported at the provider, against the journal; it needs --provider.",
        ),
    ] = None,
    stack: StackName = "guerdon",
    as_json: AsJson = False,
) -> None:
    """Say when each statement was last compared with the journal, and what differs.

    With --month it lists what was found about that month, resolved or not. Ends with status 1 while anything is open.
    """
    if context.invoked_subcommand is not None:
        return
    _known(provider)
    wanted = _month(month)
    if file is not None and provider not in _PROVIDERS:
        raise typer.BadParameter(f"a file needs one of {', '.join(_PROVIDERS)}", param_hint="--provider")
    with explained():
        opened = world_of(context).open_stack(stack)
        if file is not None and provider is not None:
            _compare_file(opened, provider, file)
        items = _items(opened.store, provider, wanted)
        runs = [run for name in _SOURCES if (run := opened.store.reconciliation_run(name)) and provider in {None, name}]
    if as_json:
        content = {"runs": [_run_json(run) for run in runs], "items": [item_json(item) for item in items]}
        typer.echo(json.dumps(content, indent=2))
    else:
        _show(console(), runs, items)
    if any(item.state is ItemState.OPEN for item in items):
        raise typer.Exit(Ending.FINDINGS)


@reconcile_app.command()
def run(
    context: typer.Context,
    *,
    provider: Provider = None,
    month: Month = None,
    stack: StackName = "guerdon",
) -> None:
    """Have the statements compared now, rather than at the next scheduled run.

    The functions that have the providers' keys do it, so this needs the right to invoke them. Of banks, the lines that
    were imported are looked at. With --month it compares that month of the providers' statements once more.
    """
    _known(provider)
    wanted = _month(month)
    with explained():
        opened = world_of(context).open_stack(stack)
        for name in [provider] if provider else _SOURCES:
            counted = asdict(opened.reconcile_bank()) if name == BANK else opened.reconcile_now(name, wanted)
            said = ", ".join(f"{counted[key]} {key}" for key in ("lines", "matched", "undecided", "differing"))
            typer.echo(f"{name}: {said}")


@reconcile_app.command()
def resolve(
    context: typer.Context,
    items: Annotated[list[str], typer.Argument(metavar="ITEM", help="One or more items, ri_….")],
    *,
    reason: Reason,
    stack: StackName = "guerdon",
) -> None:
    """Say why nothing remains to be done about a difference.

    It changes neither the journal nor anything at the provider. Your AWS identity and your reason are kept. The same
    difference found again stays resolved; another amount is another difference.
    """
    with explained():
        opened = world_of(context).open_stack(stack)
        caller = opened.caller()
        refused = False
        for item_id in items:
            resolved = opened.resolve_item(item_id, caller, reason)
            if isinstance(resolved, CannotResolveItem):
                typer.echo(f"{item_id}: not resolved: {resolved.why}", err=True)
                refused = True
            else:
                typer.echo(f"{item_id}: resolved by {resolved.resolved_by or 'itself'}: {resolved.reason}")
    if refused:
        raise typer.Exit(Ending.FINDINGS)


def _compare_file(opened: Stack, provider: str, file: Path) -> None:
    lines = read_statement(provider, file)
    wrong = [line.words for line in lines if isinstance(line, BadLine)]
    if wrong or not lines:
        stop(Ending.FINDINGS, "\n".join(wrong) or f"{file}: there is no line in it")
    done = opened.compare_file(provider, [line for line in lines if isinstance(line, StatementLine)])
    typer.echo(f"{file}: {done.lines} lines, {done.matched} matched, {done.differing} differing", err=True)


def _known(provider: str | None) -> None:
    if provider is not None and provider not in _SOURCES:
        raise typer.BadParameter(f"{provider!r} is none of {', '.join(_SOURCES)}", param_hint="--provider")


def _month(month: str | None) -> str | None:
    if month is None or _MONTH.fullmatch(month):
        return month
    raise typer.BadParameter(f"{month!r} is no month such as 2026-11", param_hint="--month")


def _items(store: ReconciliationStore, provider: str | None, month: str | None) -> list[ReconciliationItem]:
    found: Iterable[ReconciliationItem] = store.items_of_month(month) if month else store.open_items()
    wanted = [item for item in found if provider in {None, item.source}]
    return sorted(wanted, key=lambda item: (item.source, item.on, item.item_id))


def _show(out: Console, runs: Sequence[ReconciliationRun], items: Sequence[ReconciliationItem]) -> None:
    table = plain_table("Source", "Last run", "Lines", "Matched", "Too early", "Differing")
    for run in runs:
        ended = moment_text(run.finished_at) if run.finished_at else "never"
        table.add_row(run.source, ended, *map(str, (run.lines, run.matched, run.undecided, run.differing)))
    if runs:
        show(out, table)
    else:
        out.print("No statement was compared yet. Runs are daily; guerdon reconcile run does one now.")
    out.print()
    if not items:
        out.print("Nothing differs.")
        return
    listed = plain_table("Item", "Source", "Date", "What", "Books", "Statement", "Payout", "State", "Details")
    for item in items:
        listed.add_row(
            item.item_id,
            item.source,
            item.on.isoformat(),
            DIFFERENCE[item.difference].words,
            item.here.words if item.here else "",
            item.there.words if item.there else "",
            item.payout_id or "",
            _state(item),
            item.detail,
        )
    show(out, listed)


def _state(item: ReconciliationItem) -> str:
    if item.state is ItemState.OPEN:
        return "open"
    return f"resolved: {item.reason}"


def _run_json(run: ReconciliationRun) -> dict[str, object]:
    return {
        "source": run.source,
        "finished_at": moment_text(run.finished_at) if run.finished_at else None,
        "since": run.since.isoformat() if run.since else None,
        "lines": run.lines,
        "matched": run.matched,
        "undecided": run.undecided,
        "differing": run.differing,
    }


def item_json(item: ReconciliationItem) -> dict[str, object]:
    """An item as a script reads it; amounts in minor units."""
    return {
        "item_id": item.item_id,
        "source": item.source,
        "difference": item.difference.value,
        "on": item.on.isoformat(),
        "detail": item.detail,
        "reference": item.reference,
        "line_id": item.line_id,
        "payout_id": item.payout_id,
        "program": item.program,
        "legal_entity": item.legal_entity,
        "here_minor": item.here.amount_minor if item.here else None,
        "here_currency": item.here.currency if item.here else None,
        "there_minor": item.there.amount_minor if item.there else None,
        "there_currency": item.there.currency if item.there else None,
        "state": item.state.value,
        "found_at": moment_text(item.found_at),
        "seen_at": moment_text(item.seen_at),
        "resolved_by": item.resolved_by,
        "reason": item.reason,
    }
