"""`guerdon benchmark`: a program's own history beside what its field publishes."""

import json
from pathlib import Path
from typing import Annotated

import typer

from guerdon.adapters.history.reading import HistoryReader
from guerdon.adapters.report.benchmark import RULE, Benchmark, cells
from guerdon.adapters.report.benchmark import as_json as benchmark_json
from guerdon.adapters.report.benchmark_page import as_page
from guerdon.application.benchmark.compare import compare
from guerdon.application.benchmark.published import SURVEY, Kind
from guerdon.application.benchmark.tally import Tally
from guerdon.cli.endings import Ending, stop
from guerdon.cli.options import AsJson
from guerdon.cli.output import console, plain_table, show


def benchmark(
    deals: Annotated[
        Path,
        typer.Argument(
            metavar="DEALS.csv", help="The history, with leads that became no deal.", exists=True, dir_okay=False
        ),
    ],
    *,
    kind: Annotated[Kind, typer.Option("--kind", help="Whose published figures are taken.")] = Kind.CUSTOMER,
    enrolled: Annotated[
        int | None, typer.Option("--enrolled", min=1, help="How many advocates are enrolled, active or not.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="REPORT.html", help="Write a page with plots too; what was in it is lost."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Hold a program's history against the published figures of its field.

    The field's are those of "The State of Business Customer Referral Programs". Each line says yours, the field's,
    the difference, how many it is from, and whether that is above, below, about the same, or from too few to say.
    What a figure needs and the file lacks is said and never guessed.
    """
    tally = _tally(deals)
    active = tally.years.advocates()
    if enrolled is not None and tally.years.whole and enrolled * tally.years.whole < active:
        average = -(-active // tally.years.whole)
        stop(
            Ending.FINDINGS,
            f"error: --enrolled: {enrolled:,} cannot be: {average:,} advocates refer in a year of {deals}",
        )
    compared = Benchmark(deals.name, kind, tally, compare(tally, kind, enrolled))
    if out is not None:
        try:
            out.write_text(as_page(compared), encoding="utf-8")
        except OSError as error:
            stop(Ending.FINDINGS, f"error: {out} cannot be written: {error.strerror}")
    if as_json:
        typer.echo(json.dumps(benchmark_json(compared), ensure_ascii=False, indent=2))
        return
    screen = console()
    typer.echo(f'{deals.name} beside "{SURVEY}", {kind} programs\n{compared.summary}')
    for chapter in compared.chapters:
        typer.echo(f"\n{chapter.title}")
        table = plain_table(
            "", "yours", "the field's", "difference", "from", "yours is", right=("yours", "the field's")
        )
        for line in chapter.lines:
            yours, field, difference, verdict = cells(line)
            sample = f"{line.measured.sample:,} {line.measured.counted}" if line.measured else ""
            table.add_row(line.label, yours, field, difference, sample, verdict)
        show(screen, table)
        for why in dict.fromkeys(line.lacking for line in chapter.lines if line.measured is None):
            typer.echo(why)
        typer.echo(chapter.note)
    typer.echo(f"\n{RULE}")
    if out is not None:
        typer.echo(f"{out}: written")


def _tally(path: Path) -> Tally:
    reader = HistoryReader(path)
    tally = Tally()
    tally.read(reader.rows())
    if reader.problems:
        stop(Ending.FINDINGS, "\n".join(problem.words(path) for problem in reader.problems))
    return tally
