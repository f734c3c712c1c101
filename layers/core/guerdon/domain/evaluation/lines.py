"""What is paid line by line: each line of a deal by the first rate for its product, summed exactly and rounded once."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from guerdon.domain.evaluation.exact import half_even, shared_out
from guerdon.domain.evaluation.kinds import MAX, MIN
from guerdon.domain.evaluation.results import CannotDecide, Piece, Pieces
from guerdon.domain.explanation import PartKind
from guerdon.domain.facts import Facts, LineFacts


@dataclass(frozen=True, slots=True)
class LineEntry:
    """One rate for lines; all numbers are over the rule's one denominator.

    Attributes:
        flat: What the line itself pays.
        per_unit: What each of its units pays.
        share: What each minor unit of its amount pays; None when its amount does not matter.
        lacking: Why nothing can be decided when the line does not say what is needed of it.
        refusal: Why nothing can be decided for any line, such as a currency without a rate.
    """

    kind: PartKind
    flat: int
    per_unit: int
    share: int | None
    least: int | None
    most: int | None
    lacking: CannotDecide
    refusal: CannotDecide | None = None

    def of(self, line: LineFacts) -> int | CannotDecide:
        """What `line` pays, before its own bounds."""
        if self.refusal is not None:
            return self.refusal
        if line.quantity < 0 or (self.share is not None and (line.amount is None or line.amount < 0)):
            return self.lacking
        return self.flat + self.per_unit * line.quantity + (self.share or 0) * (line.amount or 0)


@dataclass(frozen=True, slots=True)
class LineTable:
    """Which rate is for which product: of several, the first in the file.

    Attributes:
        of_product: The position of the rate for a product that a rate names.
        of_others: The position of the rate for every other product; None when those pay nothing.
    """

    entries: tuple[LineEntry, ...]
    of_product: Mapping[str, int]
    of_others: int | None

    def position(self, sku: str) -> int | None:
        """The position of the rate for `sku`."""
        return self.of_product.get(sku, self.of_others)


class Chosen(NamedTuple):
    """A line with the rate that is for it, and what was looked up for it."""

    line: int
    rate: int
    entry: LineEntry
    ordinal: int | None
    step: int | None


@dataclass(frozen=True, slots=True)
class LinesKind:
    """Line by line, by one table: a Kind like those of whole deals."""

    rule: int
    table: LineTable
    denominator: int

    def pay(  # noqa: D102 - see kinds.Kind.
        self, facts: Facts, beside: int, ordinal: int | None = None, step: int | None = None, tier: int | None = None
    ) -> Pieces | CannotDecide:
        del tier
        entries = self.table.entries
        placed = ((index, self.table.position(line.sku)) for index, line in enumerate(facts.lines))
        chosen = [Chosen(index, rate, entries[rate], ordinal, step) for index, rate in placed if rate is not None]
        return _paid(self.rule, chosen, facts, self.denominator, beside)


@dataclass(frozen=True, slots=True)
class SteppedLinesKind:
    """Line by line, where each line stands on the step of its own product's count."""

    rule: int
    edges: tuple[int, ...]
    tables: tuple[LineTable, ...]
    denominator: int

    def chosen(self, facts: Facts, counts: Mapping[str, int]) -> Iterator[Chosen]:
        """The lines that are paid, each by the table of the step that it stands on."""
        for index, line in enumerate(facts.lines):
            ordinal = 1 + counts.get(line.sku, 0)
            step = bisect_right(self.edges, ordinal)
            table = self.tables[step]
            rate = table.position(line.sku)
            if rate is not None:
                looked_up = (ordinal, step) if self.edges else (None, None)
                yield Chosen(index, rate, table.entries[rate], *looked_up)

    def pay_lines(self, facts: Facts, chosen: list[Chosen], beside: int) -> Pieces | CannotDecide:
        """The pieces of the lines that are paid."""
        return _paid(self.rule, chosen, facts, self.denominator, beside)


def _paid(rule: int, chosen: list[Chosen], facts: Facts, denominator: int, beside: int) -> Pieces | CannotDecide:
    computed: list[int] = []
    for one in chosen:
        came_to = one.entry.of(facts.lines[one.line])
        if isinstance(came_to, CannotDecide):
            return came_to
        computed.append(came_to)
    exact = [_held(one.entry, came_to) for one, came_to in zip(chosen, computed, strict=True)]
    minors = shared_out(exact, denominator, beside)
    return tuple(
        Piece(
            rule,
            one.entry.kind,
            minor,
            minor if held == came_to else half_even(came_to, denominator),
            None if held == came_to else MIN if came_to < held else MAX,
            one.ordinal,
            one.step,
            None,
            one.line,
            one.rate,
        )
        for one, minor, held, came_to in zip(chosen, minors, exact, computed, strict=True)
    )


def _held(entry: LineEntry, exact: int) -> int:
    if entry.least is not None and exact < entry.least:
        return entry.least
    return entry.most if entry.most is not None and entry.most < exact else exact
