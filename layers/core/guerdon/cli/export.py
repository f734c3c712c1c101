"""`guerdon export`: the journal of a period as files for accounting programs."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from guerdon.adapters.exports.default_chart import DEFAULT_CHART
from guerdon.adapters.exports.formats import IMPORTS, SUFFIXES, Format, Writer, writer_of
from guerdon.adapters.yaml_document import YamlProblem, read_yaml
from guerdon.application.exports.chart import Chart, read_chart
from guerdon.application.exports.entries import Basis, DatedEntry, Selection, entries_between
from guerdon.application.exports.journals import Export, ExportFile, Per, mapped
from guerdon.cli.endings import Ending, explained, stop
from guerdon.cli.options import StackName
from guerdon.cli.program_files import line_of, located
from guerdon.cli.stack import world_of

STANDARD_OUTPUT: Final = Path("-")


def _print_mapping(wanted: bool) -> None:  # noqa: FBT001 - typer calls it with the option's value.
    if wanted:
        typer.echo(DEFAULT_CHART.read_text(encoding="utf-8"), nl=False)
        raise typer.Exit


def export(  # noqa: PLR0913 - each is an option of the command.
    context: typer.Context,
    file_format: Annotated[
        Format, typer.Argument(metavar="FORMAT", help=f"One of {', '.join(Format)}.", show_default=False)
    ],
    *,
    first: Annotated[
        datetime,
        typer.Option("--from", formats=["%Y-%m-%d"], metavar="DATE", help="The first day.", show_default=False),
    ],
    last: Annotated[
        datetime,
        typer.Option("--to", formats=["%Y-%m-%d"], metavar="DATE", help="The last day, included.", show_default=False),
    ],
    by: Annotated[
        Basis,
        typer.Option("--by", help="The date that puts an entry into the period, in the legal entity's time zone."),
    ] = Basis.POSTED,
    per: Annotated[
        Per,
        typer.Option(
            "--per", help="For quickbooks, xero and netsuite: a journal for each entry, or sums of a day or a month."
        ),
    ] = Per.ENTRY,
    mapping: Annotated[
        Path | None,
        typer.Option("--mapping", metavar="FILE", help="Your chart of accounts.", exists=True, dir_okay=False),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE", help="Where to write; - prints it. Beside you under its own name if left out."
        ),
    ] = None,
    entity: Annotated[
        str | None, typer.Option("--entity", metavar="NAME", help="Only this legal entity, as in the program files.")
    ] = None,
    program: Annotated[str | None, typer.Option("--program", metavar="NAME", help="Only this program.")] = None,
    stack: StackName = "guerdon",
    print_mapping: Annotated[
        bool,
        typer.Option(
            "--print-mapping",
            is_eager=True,
            callback=_print_mapping,
            help="Print the mapping used without --mapping, to begin yours with.",
        ),
    ] = False,
) -> None:
    """Export the journal entries of some days for accounting.

    csv has every posting as a row; xlsx adds totals as formulas; beancount is a ledger that bean-check accepts;
    quickbooks, xero and netsuite are journals that these programs import. Accounts are named by the mapping. If it
    lacks one, or the format cannot carry an amount, nothing is written.
    """
    del print_mapping
    selection = Selection(first.date(), last.date(), by, entity, program)
    if selection.last < selection.first:
        raise typer.BadParameter("--to is before --from", param_hint="--to")
    if per is not Per.ENTRY and (program or file_format not in IMPORTS):
        raise typer.BadParameter(f"--per is for {', '.join(IMPORTS)}, and for all programs", param_hint="--per")
    chart, writer = _chart(mapping or DEFAULT_CHART), _writer(file_format)
    with explained():
        world = world_of(context)
        entries = entries_between(world.open_stack(stack).store, selection, world.transport.now())
    whole = _mapped(entries, selection, chart, per)
    refusals = writer.refusals(whole)
    if refusals:
        stop(Ending.FINDINGS, "\n".join(f"error: {refusal}" for refusal in refusals))
    files = writer.write(whole)
    if out == STANDARD_OUTPUT:
        _print(files)
    else:
        default = f"guerdon-{file_format.value}-{selection.first}-to-{selection.last}{SUFFIXES[file_format]}"
        _write(files, out or Path(default))
    if not entries:
        only = " for that legal entity and program" if entity or program else ""
        typer.echo(f"The journal has no entries from {selection.first} to {selection.last}{only}.", err=True)


def _mapped(entries: Sequence[DatedEntry], selection: Selection, chart: Chart, per: Per) -> Export:
    """The entries in their accounts; an account that the mapping lacks ends the command."""
    journals, missing = mapped(entries, selection, chart)
    if missing:
        stop(Ending.FINDINGS, "\n".join(f"error: {each.words}" for each in missing))
    return Export(selection, chart, journals, per)


def _chart(file: Path) -> Chart:
    """The chart in a mapping file; a file that is wrong ends the command."""
    try:
        read = read_yaml(file.read_bytes())
    except OSError as error:
        stop(Ending.USAGE, f"error: {file} cannot be read: {error.strerror}")
    if isinstance(read, YamlProblem):
        stop(Ending.FINDINGS, f"{file}:{read.place.line}:{read.place.column}: {read.message}")
    chart, findings = read_chart(read.node)
    if chart is None:
        stop(Ending.FINDINGS, "\n".join(line_of(file, *placed) for placed in located(read, findings)))
    return chart


def _writer(wanted: Format) -> Writer:
    try:
        return writer_of(wanted)
    except ModuleNotFoundError as error:
        library = (error.name or "").partition(".")[0]
        stop(Ending.USAGE, f"error: {wanted.value} needs {library}: pip install 'guerdon[exports]'")


def _print(files: Sequence[ExportFile]) -> None:
    if len(files) > 1:
        parts = ", ".join(file.part for file in files)
        stop(Ending.USAGE, f"error: these are {len(files)} files ({parts}): name a file with --out")
    typer.echo(files[0].content, nl=False)


def _write(files: Sequence[ExportFile], base: Path) -> None:
    """Write the files, one under the name asked for, several with their parts in the name; say what was written."""
    targets = [base if len(files) == 1 else base.with_stem(f"{base.stem}-{file.part}") for file in files]
    for file, target in zip(files, targets, strict=True):
        try:
            target.write_bytes(file.content)
        except OSError as error:
            stop(Ending.USAGE, f"error: {target} cannot be written: {error.strerror}")
        typer.echo(f"{target}: {file.journals:,} entries, {file.lines:,} lines")
