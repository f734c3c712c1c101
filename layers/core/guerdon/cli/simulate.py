"""`guerdon simulate`: what a program would have cost, by the deals of the past."""

import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from guerdon.adapters.history.forecasting import forecast as forecast_of
from guerdon.adapters.history.reading import PROBLEMS_MOST
from guerdon.adapters.history.running import Advance, Job, Replayed, replay
from guerdon.application.replay.comparing import differences
from guerdon.application.replay.returns import Assumptions, returned
from guerdon.application.replay.splitting import why_whole
from guerdon.cli.endings import Ending, stop
from guerdon.cli.options import AsJson
from guerdon.cli.output import console
from guerdon.cli.program_files import open_program
from guerdon.cli.simulating.as_json import as_json as json_of
from guerdon.cli.simulating.found import Found, Versus
from guerdon.cli.simulating.show import show_found
from guerdon.domain.errors import InvalidMoney
from guerdon.domain.money import Money, percent
from guerdon.domain.program import Program, Scope

_GROWTH: Final = re.compile(r"[+-]\d+(?:\.\d+)? ?%", re.ASCII)
_TIMES: Final = re.compile(r"\d+(?:\.\d+)?", re.ASCII)

_ANY: Final = datetime(1970, 1, 1, tzinfo=UTC)


def simulate(  # noqa: PLR0913 - a command's options are its arguments.
    context: typer.Context,
    program: Annotated[Path, typer.Argument(metavar="PROGRAM", help="The program file.", exists=True, dir_okay=False)],
    deals: Annotated[
        Path, typer.Argument(metavar="DEALS.csv", help="The deals of the past.", exists=True, dir_okay=False)
    ],
    *,
    against: Annotated[
        Path | None,
        typer.Option("--against", metavar="OTHER", help="Compare with this version.", exists=True, dir_okay=False),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Write report.html, rewards.csv, advocates.csv and summary.csv."),
    ] = None,
    any_date: Annotated[
        bool, typer.Option("--any-date", help="Take the program as if it had been in force all along.")
    ] = False,
    roi: Annotated[bool, typer.Option("--roi", help="Say what comes back.")] = False,
    margin: Annotated[
        str, typer.Option("--margin", metavar="PERCENT", help="With --roi: what revenue leaves.")
    ] = "100",
    fees: Annotated[
        str, typer.Option("--fees", metavar="AMOUNT", help="With --roi: what running the program costs in all.")
    ] = "0",
    other_cost: Annotated[
        str | None,
        typer.Option("--other-cost", metavar="AMOUNT", help="With --roi: what a customer costs another way."),
    ] = None,
    months: Annotated[
        int, typer.Option("--months", min=1, max=120, help="With --roi: over how many months a deal's amount comes in.")
    ] = 12,
    forecast: Annotated[bool, typer.Option("--forecast", help="Say what the next year will cost.")] = False,
    volume: Annotated[
        str,
        typer.Option(
            "--volume", metavar="FACTOR", help="With --forecast: how many times as many advocates: 1.2, or +20%."
        ),
    ] = "1",
    seed: Annotated[int, typer.Option("--seed", min=0, help="With --forecast: the same seed, the same draws.")] = 1,
    processes: Annotated[
        int | None, typer.Option("--processes", min=1, max=64, help="How many at most; one for each core if left out.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say what a program would have cost, by the deals of the past.

    Every deal goes through the same rules, counts, limits and reversals as in the pipeline, in the order of time.
    docs/simulate.md says which columns the CSV has. What rewards are worth is their cost: what was later reversed
    costs nothing, and what an advocate owes is not taken off.
    """
    _asked(context, "--roi", {"margin", "fees", "other_cost", "months"}, given=roi)
    _asked(context, "--forecast", {"volume", "seed"}, given=forecast)
    rules = _program(program, any_date=any_date)
    other = _program(against, any_date=any_date) if against else None
    if other is not None and other.currency != rules.currency:
        stop(
            Ending.FINDINGS,
            f"{against}: currency: is {other.currency}, and {program} is in {rules.currency}: "
            "only programs of one currency can be compared",
        )
    assumed = _assumptions(margin, fees, other_cost, months, rules.currency)
    factor = _factor(volume)
    programs, compared, months_of = [rules], None, None
    if other is not None:
        compared = len(programs)
        programs.append(other)
    if forecast:
        unlimited = tuple(limit for limit in rules.limits if limit.scope is not Scope.PROGRAM)
        free = replace(rules, limits=unlimited, ceilings=None, told_within_days=None)
        months_of = 0 if free.limits == rules.limits else len(programs)
        programs += [free] if months_of else []
    job = Job(deals, tuple(programs), compared, months_of, _rewards_file(out))
    replayed = _replayed(job, processes)
    totals = replayed.totals[0]
    found = Found(
        deals,
        program,
        totals,
        replayed.leads,
        why_whole(rules) if replayed.processes < (processes or os.cpu_count() or 1) else None,
        _versus(against, compared, replayed),
        returned(totals, assumed) if roi else None,
        forecast_of(replayed.totals[months_of], rules, totals.budgets, factor, seed) if months_of is not None else None,
    )
    if out is not None:
        _write(out, found)
    if as_json:
        typer.echo(json.dumps(json_of(found), ensure_ascii=False, indent=2))
        return
    show_found(console(), found)
    if out is not None:
        typer.echo(f"\nWritten to {out}: report.html, rewards.csv, advocates.csv, summary.csv")


def _program(file: Path, *, any_date: bool) -> Program:
    opened = open_program(file)
    program = opened.program
    if program is None:
        stop(Ending.FINDINGS, "\n".join(opened.lines))
    return replace(program, starts_at=_ANY, ends_at=None) if any_date else program


def _versus(against: Path | None, compared: int | None, replayed: Replayed) -> Versus | None:
    if against is None or compared is None:
        return None
    one, other = replayed.totals[0], replayed.totals[compared]
    return Versus(against.name, other, replayed.changes, differences(one, other))


def _assumptions(margin: str, fees: str, other_cost: str | None, months: int, currency: str) -> Assumptions:
    return Assumptions(
        _share("--margin", margin),
        _amount("--fees", fees, currency),
        None if other_cost is None else _amount("--other-cost", other_cost, currency),
        months,
    )


def _share(option: str, text: str) -> Fraction:
    try:
        share = percent(text.removesuffix("%").strip())
    except InvalidMoney as problem:
        stop(Ending.USAGE, f"error: {option}: {problem}")
    if share > 1:
        stop(Ending.USAGE, f"error: {option}: must be at most 100 percent, not {text[:20]}")
    return share


def _amount(option: str, text: str, currency: str) -> int:
    try:
        amount = Money.parse(text, currency)
    except InvalidMoney as problem:
        stop(Ending.USAGE, f"error: {option}: {problem}")
    if amount.amount_minor < 0:
        stop(Ending.USAGE, f"error: {option}: must not be below zero: {amount}")
    return amount.amount_minor


def _factor(text: str) -> Fraction:
    """How many times as many: "1.2" or "+20%"; "20%" could be meant as either, so it is neither."""
    factor = Fraction(0)
    if _GROWTH.fullmatch(text):
        factor = 1 + Fraction(text.removesuffix("%").strip()) / 100
    elif _TIMES.fullmatch(text):
        factor = Fraction(text)
    if not 0 < factor <= 1000:  # noqa: PLR2004 - a thousand times as many is a slip of the finger.
        stop(Ending.USAGE, f"error: --volume: must be a factor such as 1.2 or a growth such as +20%, not {text[:20]!r}")
    return factor


def _asked(context: typer.Context, what: str, options: set[str], *, given: bool) -> None:
    """Stop if an option was given that does nothing, since `what` was not."""
    for option in sorted(options):
        source = context.get_parameter_source(option)
        if not given and source is not None and source.name == "COMMANDLINE":
            stop(Ending.USAGE, f"error: --{option.replace('_', '-')} is for {what}: give that too, or leave it out")


def _rewards_file(out: Path | None) -> Path | None:
    if out is None:
        return None
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        stop(Ending.FINDINGS, f"error: {out} cannot be made: {error.strerror}")
    return out / "rewards.csv"


def _replayed(job: Job, processes: int | None) -> Replayed:
    count = processes or os.cpu_count() or 1
    try:
        with _progress(job.history) as advance:
            replayed = replay(job, count, advance)
    except OSError as error:
        stop(Ending.FINDINGS, f"error: {error.filename or 'a file'} cannot be written: {error.strerror}")
    if replayed.problems:
        lines = [problem.words(job.history) for problem in replayed.problems]
        if len(lines) >= PROBLEMS_MOST:
            lines.append(f"{job.history}: only the first {PROBLEMS_MOST} problems are shown")
        stop(Ending.FINDINGS, "\n".join(lines))
    return replayed


@contextmanager
def _progress(history: Path) -> Iterator[Advance]:
    """Show how far it is, when somebody watches."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(f"Replaying {history.name}", total=history.stat().st_size)
        yield lambda read: progress.update(task, completed=read)


def _write(out: Path, found: Found) -> None:
    try:
        from guerdon.cli.simulating.files import write_files  # noqa: PLC0415 - needs what only reports need.
    except ImportError as missing:
        stop(Ending.FINDINGS, f"error: {missing.name} is missing, which reports need: pip install 'guerdon[report]'")
    try:
        write_files(out, found)
    except OSError as error:
        stop(Ending.FINDINGS, f"error: {out} cannot be written to: {error.strerror}")
