"""`guerdon ledger`: the trial balance, balances of any cut at any time, the entries, and whether all is as sealed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console

from guerdon.application.books import Books, Standing
from guerdon.application.month_end.verify_closes import CloseFinding
from guerdon.application.verify_ledger import Verified, VerifyLedger
from guerdon.cli.endings import Ending, explained
from guerdon.cli.ledger_tables import (
    entry_json,
    sealed_words,
    show_balances,
    show_entries,
    show_paid,
    show_trial_balance,
    standing_json,
)
from guerdon.cli.moments import begin_of, end_of
from guerdon.cli.options import AsJson, StackName
from guerdon.cli.output import console, moment_text
from guerdon.cli.stack import world_of
from guerdon.domain.balances import DIMENSIONS, balances_by
from guerdon.domain.hours import hour_of
from guerdon.domain.ledger import Entry

ledger_app = typer.Typer(invoke_without_command=True, add_completion=False, rich_markup_mode=None)

_WORDS = ", ".join(DIMENSIONS)


@ledger_app.callback()
def ledger(  # noqa: PLR0913 - each is an option of its own.
    context: typer.Context,
    *,
    at: Annotated[
        str | None,
        typer.Option(
            "--at",
            metavar="DAY|TIME",
            help="As of then: all that was posted before the end of that day, or before that time; UTC if it names no "
            "offset.",
        ),
    ] = None,
    by: Annotated[
        str | None, typer.Option("--by", metavar="WORDS", help=f"Print balances by these instead: {_WORDS}.")
    ] = None,
    where: Annotated[
        list[str] | None,
        typer.Option(
            "--where", metavar="WORD=VALUE", help="Only what has this value, such as program=customer-referral."
        ),
    ] = None,
    stack: StackName = "guerdon",
    entries: Annotated[bool, typer.Option("--entries", help="Print every journal entry as well.")] = False,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="DAY|TIME", help="Of the entries, print only those posted from then on."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print the trial balance, and what was paid.

    Every entry sums to zero in each currency, and so does the trial balance. It is read from the last seal and what
    was posted since, however long the journal is; --entries reads it all.
    """
    if context.invoked_subcommand is not None:
        _refuse_misplaced(context)
        return
    moment = end_of(at, "--at") if at else None
    first = begin_of(since, "--since") if since else None
    dimensions, only = _dimensions(by), _only(where or ())
    world = world_of(context)
    with explained():
        books, now = Books(world.open_stack(stack).store), world.transport.now()
        standing = books.at(now, moment)
        listed = list(books.entries(now, moment, first)) if entries or first else None
    if as_json:
        typer.echo(json.dumps(_as_json(standing, listed, dimensions, only), indent=2))
        return
    out = console()
    if not standing.totals:
        then = f"No entry was posted before {moment_text(moment)}." if moment else "The journal has no entries yet"
        out.print(then if moment else f"{then}: nothing has been earned.")
        return
    _show(out, standing, listed, dimensions, only)


@ledger_app.command()
def verify(
    context: typer.Context,
    *,
    since: Annotated[
        str | None,
        typer.Option(
            "--since",
            metavar="DAY|TIME",
            help="Read the entries from this hour on, on top of the balances that were sealed before; all of them by "
            "default.",
        ),
    ] = None,
    kept: Annotated[
        str | None,
        typer.Option("--kept", metavar="SHA256", help="A seal's digest that you kept: the chain must still have it."),
    ] = None,
    stack: StackName = "guerdon",
    as_json: AsJson = False,
) -> None:
    """Compute every seal anew from the entries, and name what is not as it was sealed.

    A changed, missing or extra entry, a broken link of the chain, a wrong balance, and a month's close that does not
    fit them. Ends with status 1 if there is any.
    """
    first = hour_of(begin_of(since, "--since")) if since else None
    world = world_of(context)
    with explained():
        opened = world.open_stack(stack)
        verified = VerifyLedger(opened.store)(world.transport.now(), first, kept)
        closes = opened.verify_closes()
    if as_json:
        typer.echo(json.dumps(_verified_json(verified, closes), indent=2))
    else:
        _show_verified(console(), verified, closes)
    if verified.findings or closes:
        raise typer.Exit(Ending.FINDINGS)


def _refuse_misplaced(context: typer.Context) -> None:
    """What stands before the word would be read by nobody; above all the wrong stack must not be verified."""
    sources = map(context.get_parameter_source, context.params)
    if any(source is not None and source.name == "COMMANDLINE" for source in sources):
        word = context.invoked_subcommand
        raise typer.BadParameter(f"the options of {word} stand after it: guerdon ledger {word} --help")


def _dimensions(by: str | None) -> tuple[str, ...]:
    words = tuple(word.strip() for word in by.split(",")) if by else ()
    for word in words:
        if word not in DIMENSIONS:
            raise typer.BadParameter(f"{word!r} is none of {_WORDS}", param_hint="--by")
    return tuple(dict.fromkeys(word for word in words if word != "currency"))


def _only(where: Sequence[str]) -> Mapping[str, str]:
    only = {}
    for condition in where:
        word, equals, value = condition.partition("=")
        if not equals or word not in DIMENSIONS:
            raise typer.BadParameter(f"{condition!r} is not WORD=VALUE with a word of {_WORDS}", param_hint="--where")
        only[word] = value
    return only


def _show(
    out: Console,
    standing: Standing,
    entries: Sequence[Entry] | None,
    dimensions: Sequence[str],
    only: Mapping[str, str],
) -> None:
    if entries is not None:
        show_entries(out, entries)
        out.print()
    if dimensions or only:
        wanted = dimensions or ("account",)
        show_balances(out, wanted, balances_by(standing.totals, wanted, only))
    else:
        show_trial_balance(out, standing.totals)
        out.print()
        show_paid(out, standing.totals)
    out.print()
    out.print(sealed_words(standing), soft_wrap=True)


def _as_json(
    standing: Standing,
    entries: Sequence[Entry] | None,
    dimensions: Sequence[str],
    only: Mapping[str, str],
) -> dict[str, object]:
    content = standing_json(standing)
    if dimensions or only:
        wanted = dimensions or ("account",)
        balances = balances_by(standing.totals, wanted, only)
        names = (*wanted, "currency")
        content["balances"] = [
            {**dict(zip(names, key, strict=True)), "balance_minor": minor} for key, minor in balances.items()
        ]
    return content | ({"entries": [entry_json(entry) for entry in entries]} if entries is not None else {})


def _show_verified(out: Console, verified: Verified, closes: Sequence[CloseFinding]) -> None:
    for words in (*(one.words for one in verified.findings), *(one.words for one in closes)):
        out.print(words, soft_wrap=True)
    head = verified.head
    if head is None:
        out.print("Nothing is sealed yet: no program was published, so nothing was earned.")
        return
    off = len(verified.findings) + len(closes)
    verdict = f"{off} off" if off else "all as it was sealed"
    counts = f"Seals: {verified.seals}. Sealed entries: {verified.entries}, since then {verified.unsealed}"
    out.print(f"{counts}. Verdict: {verdict}.", soft_wrap=True)
    if head.last_hour:
        out.print(f"Sealed through {head.sealed_through} UTC; keep the last digest: {head.last_sha256}", soft_wrap=True)


def _verified_json(verified: Verified, closes: Sequence[CloseFinding]) -> dict[str, object]:
    head = verified.head
    return {
        "findings": [asdict(finding) for finding in verified.findings],
        "closes": [asdict(finding) for finding in closes],
        "seals": verified.seals,
        "sealed_entries": verified.entries,
        "unsealed_entries": verified.unsealed,
        "sealed_through": head.sealed_through if head else None,
        "last_sha256": head.last_sha256 if head else None,
    }
