"""Every reward of a replay as a line of CSV, written as it becomes final."""

import csv
import shutil
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from guerdon.adapters.exports.cells import text
from guerdon.application.replay.labels import step_label, tier_label
from guerdon.application.replay.sides import Side
from guerdon.application.replay.totals import Cell
from guerdon.domain.awarding import Award
from guerdon.domain.deal import instant
from guerdon.domain.history import HistoryRow
from guerdon.domain.money import Money
from guerdon.domain.program import Beneficiary, Program

COLUMNS: Final = (
    "line", "deal", "trigger", "closed_at", "beneficiary", "advocate", "referred", "rule", "ordinal", "step", "tier",
    "earned", "worth", "currency", "channel", "limits",
)  # fmt: skip


class RewardsFile:
    """A file of rewards; a Listener of an engine."""

    def __init__(self, path: Path, program: Program) -> None:
        self._program, self._path = program, path
        self._labels: dict[Cell, tuple[str, str]] = {}

    def __enter__(self) -> Self:
        self._file = self._path.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._file, lineterminator="\n")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    @staticmethod
    def joined(path: Path, parts: Iterable[Path]) -> None:
        """Write one file of several parts."""
        with path.open("wb") as out:
            out.write((",".join(COLUMNS) + "\n").encode())
            for part in parts:
                with part.open("rb") as source:
                    shutil.copyfileobj(source, out)

    def settled(self, row: HistoryRow, sides: tuple[Side, ...]) -> None:
        """Write the rewards of a row."""
        for side in sides:
            if isinstance(side.result, Award):
                self._writer.writerow(self._record(row, side, side.result))

    def _record(self, row: HistoryRow, side: Side, award: Award) -> tuple[str | int, ...]:
        piece = award.evaluated.pieces[0]
        step, tier = self._label(Cell(piece.rule, piece.kind, piece.step, piece.tier, None))
        return (
            row.line,
            text(row.deal),
            row.trigger if row.occurrence_id is None else f"{row.trigger} {row.occurrence_id}",
            instant(row.closed_at),
            side.beneficiary.value,
            text(row.advocate),
            text(row.referred or ""),
            " + ".join([rule.name for rule in award.rules]),
            # The referred person's count is the pipeline's to know: it is of all that were ever referred.
            (piece.ordinal or side.ordinal) if side.beneficiary is Beneficiary.ADVOCATE else piece.ordinal or "",
            step,
            tier,
            Money(award.amount_minor, award.currency).decimal,
            Money(side.worth, award.currency).decimal,
            award.currency,
            award.channel.value,
            "; ".join([limit.words for limit in (*award.limits, *side.limits)]),
        )

    def _label(self, cell: Cell) -> tuple[str, str]:
        known = self._labels.get(cell)
        if known is None:
            known = self._labels[cell] = step_label(self._program, cell), tier_label(self._program, cell)
        return known
