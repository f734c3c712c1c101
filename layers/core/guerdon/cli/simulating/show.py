"""What was found, on a screen."""

from rich.console import Console

from guerdon.application.replay.summary import Sheet
from guerdon.cli.output import plain_table, show
from guerdon.cli.simulating.found import Found

_ROWS_MOST = 40
"""More rows of one table than this are in its file only."""


def show_found(out: Console, found: Found) -> None:
    """Print the headline figures and every table."""
    totals = found.totals
    if totals.first is not None and totals.last is not None:
        zone = totals.program.zone
        first, last = (moment.astimezone(zone).date() for moment in (totals.first, totals.last))
        out.print(f"{totals.program.title}: {totals.deals:,} deals from {first} to {last}")
    else:
        out.print(f"{totals.program.title}: no deals")
    figures = plain_table("", "", "", right=())
    figures.show_header = False
    figures.columns[1].justify = "right"
    for figure in found.figures:
        figures.add_row(figure.label, figure.value, figure.note)
    show(out, figures)
    for hint in found.hints:
        out.print(f"Note: {hint}.")
    if found.whole is not None:
        out.print(f"Note: one process did all of it, since {found.whole}.")
    for sheet in found.sheets:
        _show_sheet(out, sheet)


def _show_sheet(out: Console, sheet: Sheet) -> None:
    out.print()
    out.print(sheet.title, style="bold")
    table = plain_table(*sheet.columns)
    for index in sheet.numbers:
        table.columns[index].justify = "right"
    table.show_header = any(sheet.columns)
    for row in sheet.rows[:_ROWS_MOST]:
        table.add_row(*row)
    show(out, table)
    if len(sheet.rows) > _ROWS_MOST:
        out.print(f"and {len(sheet.rows) - _ROWS_MOST:,} more: --out writes them all")
    if sheet.note:
        out.print(sheet.note)
