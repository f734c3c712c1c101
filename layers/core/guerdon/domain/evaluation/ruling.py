"""What one rule pays for a deal that it applies to: its kind, its bonuses, and its least and most at the very end."""

from collections.abc import Mapping
from dataclasses import dataclass

from guerdon.domain.counting import WHOLE
from guerdon.domain.evaluation.kinds import Kind
from guerdon.domain.evaluation.lines import SteppedLinesKind
from guerdon.domain.evaluation.results import CannotDecide, Piece, Pieces
from guerdon.domain.explanation import PartKind
from guerdon.domain.facts import Facts


@dataclass(frozen=True, slots=True)
class Ending:
    """What comes on top of a rule's kind.

    Attributes:
        bonuses: For each: on every so-manieth ordinal, and how much.
        least: The least that the rule pays in all.
        most: The most that it pays in all.
    """

    rule: int
    bonuses: tuple[tuple[int, int], ...] = ()
    least: int | None = None
    most: int | None = None

    @property
    def nothing(self) -> bool:
        """Whether the kind's pieces are all that the rule pays."""
        return not self.bonuses and self.least is None and self.most is None

    def bonuses_at(self, ordinal: int, line: int | None = None) -> Pieces:
        """The bonuses of the `ordinal`-th counted deal."""
        return tuple(
            Piece(self.rule, PartKind.BONUS, minor, minor, None, ordinal, None, None, line, entry)
            for entry, (nth, minor) in enumerate(self.bonuses)
            if ordinal % nth == 0
        )

    def held(self, pieces: Pieces) -> Pieces:
        """`pieces`, with one more that makes up the difference to the least or the most where there is one."""
        total = sum(piece.minor for piece in pieces)
        if self.least is not None and total < self.least:
            return (*pieces, Piece(self.rule, PartKind.MIN, self.least - total, self.least - total))
        if self.most is not None and self.most < total:
            return (*pieces, Piece(self.rule, PartKind.MAX, self.most - total, self.most - total))
        return pieces


@dataclass(frozen=True, slots=True)
class WholeDealRule:
    """A rule that looks at one ordinal for the whole deal, or at none.

    Attributes:
        steps: Whether its kind looks at the ordinal.
        ending: None when the kind's pieces are all that the rule pays.
        counted_by: With counting by product: the products that it names, in its own order; the first one that the
            deal has is the one whose count is looked at. None when all deals are counted together.
    """

    kind: Kind
    steps: bool
    ending: Ending | None = None
    counted_by: tuple[str, ...] | None = None

    def pay(self, facts: Facts, counts: Mapping[str, int]) -> Pieces | CannotDecide:
        """The pieces of what the rule pays."""
        ending, ordinal = self.ending, None
        if self.steps or (ending is not None and ending.bonuses):
            ordinal = 1 + counts.get(WHOLE if self.counted_by is None else self.counted(facts) or WHOLE, 0)
        if ending is None:
            return self.kind.pay(facts, 0, ordinal)
        bonuses = () if ordinal is None else ending.bonuses_at(ordinal)
        pieces = self.kind.pay(facts, sum(bonus.minor for bonus in bonuses), ordinal if self.steps else None)
        return pieces if isinstance(pieces, CannotDecide) else ending.held(pieces + bonuses)

    def counted(self, facts: Facts) -> str | None:
        """The product whose count is looked at."""
        skus = {line.sku for line in facts.lines}
        return next((sku for sku in self.counted_by or () if sku in skus), None)


@dataclass(frozen=True, slots=True)
class LineByLineRule:
    """A rule that looks at the ordinal of each line's own product."""

    kind: SteppedLinesKind
    ending: Ending

    def pay(self, facts: Facts, counts: Mapping[str, int]) -> Pieces | CannotDecide:
        """The pieces of what the rule pays; a product's bonus comes once, however many lines have it."""
        chosen = list(self.kind.chosen(facts, counts))
        first_lines: dict[str, int] = {}
        for one in chosen:
            first_lines.setdefault(facts.lines[one.line].sku, one.line)
        bonuses = tuple(
            piece for sku, line in first_lines.items() for piece in self.ending.bonuses_at(1 + counts.get(sku, 0), line)
        )
        pieces = self.kind.pay_lines(facts, chosen, sum(bonus.minor for bonus in bonuses))
        return pieces if isinstance(pieces, CannotDecide) else self.ending.held(pieces + bonuses)


PayingRule = WholeDealRule | LineByLineRule
