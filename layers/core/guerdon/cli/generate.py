"""`guerdon generate`: a history as a program like those of the field would have one."""

import re
from datetime import date
from pathlib import Path
from typing import Annotated, Final

import typer

from guerdon.adapters.history.writing import write_rows
from guerdon.adapters.sample_history.generate import History, Wish
from guerdon.adapters.sample_history.seasons import Size
from guerdon.application.benchmark.published import SURVEY, Kind
from guerdon.cli.endings import Ending, stop
from guerdon.cli.whole_file import whole_file
from guerdon.domain.currencies import MINOR_UNIT_EXPONENTS

_YEARS: Final = range(2003, 2190)
"""Of the first day, so that what comes before and after it is within what a history file may say."""
_MONTHS_MOST: Final = 120
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_FIRST: Final = "2026-01-01"
"""The year of the sample programs: what is invented without a wish can be simulated with them."""
_DEALS: Final = 1_000


def generate(  # noqa: PLR0913 - a command's options are its arguments.
    out: Annotated[Path, typer.Argument(metavar="OUT.csv", help="The file to write; what was in it is lost.")],
    *,
    first: Annotated[str, typer.Option("--from", metavar="DATE", help="The first day, in UTC.")] = _FIRST,
    months: Annotated[int, typer.Option("--months", min=1, max=_MONTHS_MOST, help="How long it is.")] = 12,
    deals: Annotated[
        int | None,
        typer.Option("--deals", min=0, max=100_000_000, help=f"How many deals close in it; {_DEALS:,} if left out."),
    ] = None,
    advocates: Annotated[
        int | None,
        typer.Option(
            "--advocates",
            min=0,
            max=100_000_000,
            help="How many advocates refer somebody within a year, instead of --deals.",
        ),
    ] = None,
    kind: Annotated[Kind, typer.Option("--program-kind", help="Who refers.")] = Kind.CUSTOMER,
    seed: Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same bytes.")] = 1,
    currency: Annotated[str, typer.Option("--currency", help="ISO 4217 code of all amounts.")] = "USD",
    leads: Annotated[
        bool, typer.Option("--leads", help="Write referrals that became no deal too, as guerdon benchmark needs them.")
    ] = False,
) -> None:
    """Write an invented history for guerdon simulate and guerdon benchmark.

    Advocates, methods, conversion and chosen rewards are as "The State of Business Customer Referral Programs" found
    them, products and amounts are made up. The deals are the same with --leads and without. A million rows take
    about half a minute, and no more memory than a thousand.
    """
    if deals is not None and advocates is not None:
        stop(Ending.USAGE, "error: give --deals or --advocates, one of the two")
    if advocates is None and deals is None:
        deals = _DEALS
    if currency not in MINOR_UNIT_EXPONENTS:
        stop(Ending.FINDINGS, f"error: --currency: {currency[:40]!r} is not an ISO 4217 currency in use, such as USD")
    day = _day(first)
    history = History(Wish(kind, Size(deals, advocates), day, months, currency, seed, with_leads=leads))
    try:
        with whole_file(out) as file:
            write_rows(file, history.rows())
    except OSError as error:
        stop(Ending.FINDINGS, f"error: {out} cannot be written: {error.strerror}")
    others = f" and {history.leads:,} leads that became none" if leads else ""
    typer.echo(f'{out}: {history.deals:,} deals{others}, by the figures of "{SURVEY}".')
    if leads:
        typer.echo(f"To compare: guerdon benchmark {out} --kind {kind} --enrolled {history.enrolled}")


def _day(text: str) -> date:
    try:
        # Python takes more forms than a person should have to know, such as 20260101 and 2026-W01-1.
        day = date.fromisoformat(text if _DAY.fullmatch(text) else "")
    except ValueError:
        stop(Ending.USAGE, f"error: --from: must be a date such as 2026-01-01, not {text[:20]!r}")
    if day.year not in _YEARS:
        stop(Ending.FINDINGS, f"error: --from: the year must be from {_YEARS[0]} to {_YEARS[-1]}, not {day.year}")
    return day
