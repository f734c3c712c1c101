"""Progress for whoever watches: a live table in a terminal, one line for each change elsewhere."""

from collections.abc import Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.table import Table

from guerdon.cli.output import plain_table
from local.demo.progress import Progress


class Screen:
    """Shows deliveries while it is entered as a context."""

    def __init__(self, out: Console, deliveries: Sequence[Progress]) -> None:
        self._out = out
        self._deliveries = deliveries
        self._live = Live(console=out, auto_refresh=False, get_renderable=self._table) if out.is_terminal else None

    def __enter__(self) -> Self:
        if self._live:
            self._live.start(refresh=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live:
            self._live.stop()

    def changed(self, delivery: Progress) -> None:
        """Show that something happened to `delivery`."""
        if self._live:
            self._live.refresh()
        else:
            now = datetime.now(UTC).strftime("%H:%M:%S")
            self._out.print(f"{now} {delivery.name} ({delivery.deal_id}): {delivery.words}", soft_wrap=True)

    def _table(self) -> Table:
        table = plain_table("", "Delivery", "Deal", "What became of it")
        for delivery in self._deliveries:
            style = "dim" if delivery.answer is None else ""
            table.add_row(
                "✓" if delivery.is_at_rest else "·", delivery.name, delivery.deal_id, delivery.words, style=style
            )
        return table
