"""What waits for a person, printed."""

from rich.console import Console

from guerdon.application.review.waiting import WaitingLine, age_text
from guerdon.cli.output import plain_table, show


def show_waiting(out: Console, lines: list[WaitingLine]) -> None:
    """Print the list."""
    if not lines:
        out.print("Nothing waits for a person.")
        return
    table = plain_table("Waits", "Id", "What", "Why", "To do", right=("Waits",))
    for line in lines:
        table.add_row(age_text(line.age), line.subject_id, line.what, line.why, line.to_do)
    show(out, table)
