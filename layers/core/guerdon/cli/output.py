"""Tables and times as people read them, in a terminal as in a file."""

import sys
from datetime import UTC, datetime

from rich.console import Console
from rich.measure import Measurement
from rich.table import Table

_PIPED_COLUMNS = 1000
"""Wide enough that nothing is broken: a line is one fact there, for grep to find."""


def console() -> Console:
    """Where a command prints; colors and the window's width only when somebody watches."""
    return Console(
        file=sys.stdout,
        width=None if sys.stdout.isatty() else _PIPED_COLUMNS,
        highlight=False,
        markup=False,
        emoji=False,
    )


def show(out: Console, table: Table) -> None:
    """Print a table; in a file without the blanks that fill its last column."""
    if out.is_terminal:
        out.print(table)
        return
    with out.capture() as captured:
        out.print(table)
    out.file.writelines(f"{line.rstrip()}\n" for line in captured.get().splitlines())


def fits(out: Console, table: Table) -> bool:
    """Whether no cell of `table` has to be broken in this window."""
    unbounded = out.options.update(width=_PIPED_COLUMNS)
    return Measurement.get(out, unbounded, table).maximum <= out.width


def plain_table(*columns: str, right: tuple[str, ...] = ()) -> Table:
    """A table without lines; the columns in `right` are aligned to the right, as numbers are."""
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column, justify="right" if column in right else "left", overflow="fold")
    return table


def moment_text(moment: datetime) -> str:
    """A moment to the second, in UTC: "2026-11-20 16:04:05Z"."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%SZ")
