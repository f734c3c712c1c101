"""Progress for whoever watches: a live table in a terminal, one line for each change elsewhere."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Final, Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from guerdon.cli.output import plain_table
from local.demo.progress import Progress

_LINES_BESIDE_THE_ROWS: Final = 3
"""The headings, the line of counts, and the line on which the cursor waits."""


class Screen:
    """Shows deliveries while it is entered as a context."""

    def __init__(self, out: Console, deliveries: Sequence[Progress]) -> None:
        self._out = out
        self._deliveries = deliveries
        self._began = time.monotonic()
        # Names of deliveries in the order of their last change.
        self._changes: dict[str, None] = {}
        self._whole = False
        self._spinner = Spinner("dots")
        self._live = Live(console=out, refresh_per_second=8, get_renderable=self._picture) if out.is_terminal else None

    def __enter__(self) -> Self:
        if self._live:
            self._live.start(refresh=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live:
            # What stays on the screen may be longer than the window: nothing is drawn over it any more.
            self._whole = True
            self._live.stop()

    def changed(self, delivery: Progress) -> None:
        """Show that something happened to `delivery`."""
        self._changes.pop(delivery.name, None)
        self._changes[delivery.name] = None
        if self._live:
            self._live.refresh()
        else:
            now = datetime.now(UTC).strftime("%H:%M:%S")
            self._out.print(f"{now} {delivery.name} ({delivery.deal_id}): {delivery.words}", soft_wrap=True)

    def _picture(self) -> RenderableType:
        table = plain_table("", "Delivery", "Deal", "What became of it")
        for column in table.columns:
            column.no_wrap, column.overflow = True, "ellipsis"
        for delivery in self._shown():
            style = "dim" if delivery.answer is None else ""
            mark = "✓" if delivery.is_at_rest else "·"
            table.add_row(mark, delivery.name, delivery.deal_id, delivery.brief, style=style)
        return Group(table, self._counts())

    def _shown(self) -> Sequence[Progress]:
        """As many as the window has room for: what is under way, what changed last, what comes next."""
        room = max(1, self._out.height - _LINES_BESIDE_THE_ROWS)
        if self._whole or len(self._deliveries) <= room:
            return self._deliveries
        changes = {name: number for number, name in enumerate(self._changes)}

        def urgency(delivery: Progress) -> tuple[int, int]:
            rank = 2 if delivery.answer is None else 1 if delivery.is_at_rest else 0
            return rank, -changes.get(delivery.name, -1)

        chosen = {delivery.name for delivery in sorted(self._deliveries, key=urgency)[:room]}
        return [delivery for delivery in self._deliveries if delivery.name in chosen]

    def _counts(self) -> RenderableType:
        resting = sum(delivery.is_at_rest for delivery in self._deliveries)
        unsent = sum(delivery.answer is None for delivery in self._deliveries)
        under_way = len(self._deliveries) - resting - unsent
        seconds = time.monotonic() - self._began
        if self._whole:
            return Text(f"{resting} of {len(self._deliveries)} done after {seconds:.0f} s", style="dim")
        counts = f"{resting} done · {under_way} under way · {unsent} to be sent · {seconds:.0f} s"
        self._spinner.update(text=Text(counts, style="dim"))
        return self._spinner
