"""`guerdon month`: months of the books, prepared by one person, reviewed by another, and then closed."""

import csv
import json
from datetime import date
from pathlib import Path
from typing import Annotated, Final, NoReturn

import typer

from guerdon.adapters.exports.month_xlsx import as_workbook
from guerdon.adapters.report.month_page import as_page, channel_words
from guerdon.application.month_end.gather import CannotClose
from guerdon.application.month_end.open_books import OpeningBalance
from guerdon.application.month_end.pack import Pack
from guerdon.application.month_end.records import MonthClose
from guerdon.cli.endings import Ending, explained, stop
from guerdon.cli.options import AsJson, Reason, ReasonIfAny, StackName
from guerdon.cli.output import console, moment_text, plain_table, show
from guerdon.cli.stack import world_of
from guerdon.domain.channel import Channel
from guerdon.domain.errors import InvalidMoney
from guerdon.domain.money import Money

month_app = typer.Typer(
    help="Close the months of the books, each by two people.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)

COLUMNS: Final = ("program", "channel", "account", "debit", "credit", "currency")

Entity = Annotated[str, typer.Argument(metavar="ENTITY", help="The legal entity, as the program files name it.")]
Month = Annotated[str, typer.Argument(metavar="MONTH", help="Such as 2026-11.")]


@month_app.command(name="list")
def list_months(context: typer.Context, *, stack: StackName = "guerdon", as_json: AsJson = False) -> None:
    """List the months that were prepared or closed, by legal entity, with who did it."""
    with explained():
        closes = list(world_of(context).open_stack(stack).store.month_closes())
    if as_json:
        typer.echo(json.dumps([_as_json(close) for close in closes], indent=2))
        return
    out = console()
    if not closes:
        out.print("No month was prepared yet: guerdon month prepare ENTITY MONTH")
        return
    table = plain_table("Legal entity", "Month", "State", "Prepared by", "Reviewed by", "Digest")
    for close in closes:
        table.add_row(
            close.legal_entity, close.month, close.state, close.prepared_by, close.reviewed_by or "", close.sha256
        )
    show(out, table)


@month_app.command()
def prepare(
    context: typer.Context,
    entity: Entity,
    month: Month,
    *,
    time_zone: Annotated[
        str | None,
        typer.Option("--time-zone", metavar="ZONE", help="In which the month ends, if the programs do not agree."),
    ] = None,
    stack: StackName = "guerdon",
) -> None:
    """Put the pack of a month together, for another person to review; it may be done again until it is closed."""
    with explained():
        opened = world_of(context).open_stack(stack)
        close = opened.prepare_month(entity, month, opened.caller(), time_zone)
        if isinstance(close, CannotClose):
            _refused(month, close)
        found = opened.packs.pack_of(close)
    _show(found, close)
    typer.echo(f"Prepared by {close.prepared_by}. Another person reviews it: guerdon month review {entity!r} {month}")


@month_app.command()
def review(
    context: typer.Context, entity: Entity, month: Month, *, reason: ReasonIfAny = None, stack: StackName = "guerdon"
) -> None:
    """Close a month that another person prepared. It is final: all is computed anew, and must be what was prepared."""
    with explained():
        opened = world_of(context).open_stack(stack)
        close = opened.review_month(entity, month, opened.caller(), reason)
    if isinstance(close, CannotClose):
        _refused(month, close)
    at = moment_text(close.reviewed_at) if close.reviewed_at else ""
    typer.echo(f"{close.month} of {close.legal_entity}: closed by {close.reviewed_by} at {at}; keep {close.sha256}")


@month_app.command()
def pack(
    context: typer.Context,
    entity: Entity,
    month: Month,
    *,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the two files are written.")] = Path(),
    stack: StackName = "guerdon",
) -> None:
    """Write a month's pack as a page (HTML) and as a workbook (XLSX)."""
    with explained():
        opened = world_of(context).open_stack(stack)
        close = opened.store.month_close(entity, month)
        found = opened.packs.pack_of(close) if close else None
    if close is None or found is None:
        stop(Ending.FINDINGS, f"{month} of {entity} is not prepared: guerdon month prepare")
    name = "".join(letter if letter.isalnum() else "-" for letter in entity).strip("-")
    out.mkdir(parents=True, exist_ok=True)
    for suffix, content in ((".html", as_page(found, close).encode()), (".xlsx", as_workbook(found, close))):
        path = out / f"{name}-{month}{suffix}"
        path.write_bytes(content)
        typer.echo(str(path))


@month_app.command(name="open")
def open_books(  # noqa: PLR0913 - each is an option of its own.
    context: typer.Context,
    entity: Entity,
    *,
    balances: Annotated[
        Path, typer.Option("--balances", metavar="CSV", help=f"With the columns {', '.join(COLUMNS)}.")
    ],
    on: Annotated[str, typer.Option("--on", metavar="DAY", help="The day of which the balances are: 2026-10-31.")],
    reason: Reason,
    stack: StackName = "guerdon",
) -> None:
    """Post what a legal entity begins with, from the books that it kept before; once, before its first close."""
    try:
        day = date.fromisoformat(on)
    except ValueError as error:
        raise typer.BadParameter(f"{on!r} is no day: write it as 2026-10-31", param_hint="--on") from error
    found, wrong = read_balances(balances)
    if wrong:
        stop(Ending.FINDINGS, "\n".join(wrong))
    with explained():
        opened = world_of(context).open_stack(stack)
        entries = opened.open_books(entity, found, day, opened.caller(), reason)
    if isinstance(entries, CannotClose):
        stop(Ending.FINDINGS, "\n".join(f"{balances}: {why}" for why in entries.reasons))
    typer.echo(f"{len(entries)} opening entries posted for {entity}")


def read_balances(path: Path) -> tuple[list[OpeningBalance], list[str]]:
    """The balances of a CSV file, or what is wrong with its lines: then nothing of it counts."""
    found: list[OpeningBalance] = []
    wrong: list[str] = []
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        return [], [f"{path}: cannot be read: {error}"]
    lines = csv.DictReader(text.splitlines())
    lacking = [column for column in COLUMNS if column not in (lines.fieldnames or ())]
    if lacking:
        return [], [f"{path}:1: lacks the columns {', '.join(lacking)}"]
    for line in lines:
        read = _balance(line)
        if isinstance(read, str):
            wrong.append(f"{path}:{lines.line_num}: {read}")
        else:
            found.append(read)
    return found, wrong


def _balance(line: dict[str, str]) -> OpeningBalance | str:
    debit, credit = (line.get("debit") or "").strip(), (line.get("credit") or "").strip()
    if bool(debit) is bool(credit):
        return "give either a debit or a credit"
    try:
        amount = Money.parse(debit or credit, (line.get("currency") or "").strip())
    except InvalidMoney as error:
        return f"{'debit' if debit else 'credit'}: {error}"
    channel = (line.get("channel") or "").strip()
    if channel not in set(Channel):
        return f"channel: {channel!r} is none of {', '.join(Channel)}"
    signed = amount if debit else -amount
    return OpeningBalance((line["program"] or "").strip(), Channel(channel), (line["account"] or "").strip(), signed)


def _refused(month: str, refusal: CannotClose) -> NoReturn:
    stop(Ending.FINDINGS, "\n".join(f"{month}: {why}" for why in refusal.reasons))


def _show(found: Pack, close: MonthClose) -> None:
    out = console()
    out.print(f"{close.legal_entity}, {close.month} ({close.time_zone}): {found.entries} entries")
    amounts = ("Opening", "Earned", "Paid", "Reversed", "Other", "Closing")
    table = plain_table("Program", "Channel", *amounts, right=amounts)
    for movement in found.rollforward:
        minors = (
            movement.opening_minor,
            movement.earned_minor,
            -movement.paid_minor,
            -movement.reversed_minor,
            movement.other_minor,
            movement.closing_minor,
        )
        words = (Money(minor, movement.currency).words for minor in minors)
        table.add_row(movement.program, channel_words(movement.channel), *words)
    show(out, table)
    out.print(
        f"Cut-off lines: {len(found.cut_off)}. Open reconciliation items: {len(found.differences)}. "
        f"Done by hand: {len(found.actions)}.",
        soft_wrap=True,
    )


def _as_json(close: MonthClose) -> dict[str, object]:
    return {
        "legal_entity": close.legal_entity,
        "month": close.month,
        "state": close.state,
        "prepared_by": close.prepared_by,
        "reviewed_by": close.reviewed_by,
        "pack_sha256": close.pack_sha256,
        "seal_sha256": close.seal_sha256,
        "sha256": close.sha256,
    }
