"""The kinds of amount of a whole deal, as tables to bisect: what `compiling` makes of a rule's amount.

Each kind has a method `pay`, which gives the pieces of what it pays, or why it cannot:

    pay(facts, beside, ordinal, step, tier)

`beside` is what is added to the rule's amount in whole minor units, for the one rounding; `ordinal`, `step` and `tier`
are what was looked up before this kind was come to, None where nothing was. Edges never hold the first one, zero or
one: whatever is below the second edge belongs to the first tier or step.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple, Protocol

from guerdon.domain.evaluation.exact import half_even, shared_out
from guerdon.domain.evaluation.exchanging import Exchanging
from guerdon.domain.evaluation.results import CannotDecide, Piece, Pieces
from guerdon.domain.explanation import PartKind
from guerdon.domain.facts import Facts
from guerdon.domain.money import Money

MIN, MAX = "min", "max"


class Kind(Protocol):
    """What pays one rule, or one step or tier of it."""

    def pay(
        self, facts: Facts, beside: int, ordinal: int | None = None, step: int | None = None, tier: int | None = None
    ) -> Pieces | CannotDecide:
        """The pieces of what is paid for the deal of `facts`."""


@dataclass(frozen=True, slots=True)
class Refusing:
    """A kind that cannot be computed for these deals, such as a share of an amount in a currency without a rate."""

    refusal: CannotDecide

    def pay(  # noqa: D102 - see Kind.
        self, facts: Facts, beside: int, ordinal: int | None = None, step: int | None = None, tier: int | None = None
    ) -> CannotDecide:
        del facts, beside, ordinal, step, tier
        return self.refusal


@dataclass(frozen=True, slots=True)
class FlatKind:
    """The same amount for every deal."""

    rule: int
    minor: int

    def pay(  # noqa: D102 - see Kind.
        self, facts: Facts, beside: int, ordinal: int | None = None, step: int | None = None, tier: int | None = None
    ) -> Pieces:
        del facts, beside
        minor = self.minor
        return (Piece(self.rule, PartKind.FLAT, minor, minor, None, ordinal, step, tier),)


class NamedAmount(NamedTuple):
    """An amount of the deal that a kind computes with.

    Attributes:
        name: Its name; None for the deal's own.
        lacking: Why nothing can be decided when the deal does not say it, or says it below zero.
    """

    name: str | None
    lacking: CannotDecide


@dataclass(frozen=True, slots=True)
class ShareKind:
    """An exact share of an amount: `numerator / denominator` of it, between a least and a most."""

    rule: int
    of: NamedAmount
    numerator: int
    denominator: int
    least: int | None = None
    most: int | None = None

    def pay(  # noqa: D102 - see Kind.
        self, facts: Facts, beside: int, ordinal: int | None = None, step: int | None = None, tier: int | None = None
    ) -> Pieces | CannotDecide:
        name, lacking = self.of
        base = facts.amount if name is None else facts.amounts.get(name)
        if base is None or base < 0:
            return lacking
        computed = half_even(base * self.numerator, self.denominator, beside)
        # A bound is whole, so it makes no difference whether it is held before the rounding or after.
        minor, limit = computed, None
        if self.least is not None and computed < self.least:
            minor, limit = self.least, MIN
        if self.most is not None and self.most < computed:
            minor, limit = self.most, MAX
        return (Piece(self.rule, PartKind.SHARE, minor, computed, limit, ordinal, step, tier),)


@dataclass(frozen=True, slots=True)
class TieredKind:
    """The tier that an amount falls into pays; an amount on an edge belongs to the upper tier."""

    of: NamedAmount
    up: int
    edges: tuple[int, ...]
    tiers: tuple[Kind, ...]

    def pay(  # noqa: D102 - see Kind.
        self, facts: Facts, beside: int, ordinal: int | None = None, step: int | None = None, tier: int | None = None
    ) -> Pieces | CannotDecide:
        name, lacking = self.of
        base = facts.amount if name is None else facts.amounts.get(name)
        if base is None or base < 0:
            return lacking
        tier = bisect_right(self.edges, base * self.up)
        return self.tiers[tier].pay(facts, beside, ordinal, step, tier)


@dataclass(frozen=True, slots=True)
class EscalatingKind:
    """The step that the ordinal stands on pays."""

    edges: tuple[int, ...]
    steps: tuple[Kind, ...]

    def pay(  # noqa: D102 - see Kind.
        self, facts: Facts, beside: int, ordinal: int | None = None, step: int | None = None, tier: int | None = None
    ) -> Pieces | CannotDecide:
        step = bisect_right(self.edges, ordinal or 1)
        return self.steps[step].pay(facts, beside, ordinal, step, tier)


@dataclass(frozen=True, slots=True)
class TableKind:
    """The cell of the tier and the step pays."""

    of: NamedAmount
    up: int
    tiers: tuple[int, ...]
    steps: tuple[int, ...]
    cells: tuple[tuple[Kind, ...], ...]

    def pay(  # noqa: D102 - see Kind.
        self, facts: Facts, beside: int, ordinal: int | None = None, step: int | None = None, tier: int | None = None
    ) -> Pieces | CannotDecide:
        name, lacking = self.of
        base = facts.amount if name is None else facts.amounts.get(name)
        if base is None or base < 0:
            return lacking
        tier = bisect_right(self.tiers, base * self.up)
        step = bisect_right(self.steps, ordinal or 1)
        return self.cells[tier][step].pay(facts, beside, ordinal, step, tier)


@dataclass(frozen=True, slots=True)
class GraduatedKind:
    """Each slice of an amount pays at its own rate; all of it over one denominator.

    Attributes:
        edges: Of the second slice and on.
        rates: What one unit of each slice pays; zero for a slice that pays a flat amount.
        whole: What each slice pays that the amount goes beyond.
        flats: What reaching each slice adds.
    """

    rule: int
    of: NamedAmount
    up: int
    edges: tuple[int, ...]
    rates: tuple[int, ...]
    whole: tuple[int, ...]
    flats: tuple[int, ...]
    denominator: int

    def pay(  # noqa: D102 - see Kind.
        self, facts: Facts, beside: int, ordinal: int | None = None, step: int | None = None, tier: int | None = None
    ) -> Pieces | CannotDecide:
        del tier
        name, lacking = self.of
        base = facts.amount if name is None else facts.amounts.get(name)
        if base is None or base < 0:
            return lacking
        scaled = base * self.up
        # The last slice that the amount is above the edge of: on an edge it is all in the slices below.
        last = bisect_left(self.edges, scaled)
        inside = scaled - (self.edges[last - 1] if last else 0)
        exact = [*self.whole[:last], inside * self.rates[last] + self.flats[last]]
        rule = self.rule
        return tuple(
            Piece(rule, PartKind.SLICE, minor, minor, None, ordinal, step, index)
            for index, minor in enumerate(shared_out(exact, self.denominator, beside))
        )


@dataclass(frozen=True, slots=True)
class UnitsKind:
    """So much for each unit of the lines that are for some products, or of all lines."""

    rule: int
    minor: int
    products: frozenset[str]
    lacking: CannotDecide

    def units(self, facts: Facts) -> int:
        """How many units are paid."""
        return sum(line.quantity for line in facts.lines if not self.products or line.sku in self.products)

    def pay(  # noqa: D102 - see Kind.
        self, facts: Facts, beside: int, ordinal: int | None = None, step: int | None = None, tier: int | None = None
    ) -> Pieces | CannotDecide:
        del beside
        units = self.units(facts)
        if units < 0:
            return self.lacking
        minor = units * self.minor
        return (Piece(self.rule, PartKind.UNITS, minor, minor, None, ordinal, step, tier),)


@dataclass(frozen=True, slots=True)
class SetBySalesKind:
    """The amount that sales set, within bounds.

    Attributes:
        clamps: Whether a bound is paid in place of what is out of it; else a person must look.
    """

    rule: int
    name: str
    exchanging: Exchanging
    least: int
    most: int
    default: int | None
    clamps: bool

    def pay(  # noqa: D102 - see Kind.
        self, facts: Facts, beside: int, ordinal: int | None = None, step: int | None = None, tier: int | None = None
    ) -> Pieces | CannotDecide:
        if facts.set_by_sales is None:
            if self.default is None:
                return CannotDecide(f"rule {self.name!r} pays what sales set, and they set nothing: set the reward")
            minor = self.default
            return (Piece(self.rule, PartKind.SET_BY_SALES, minor, minor, None, ordinal, step, tier, None, 1),)
        factor = self.exchanging.factor_from(facts.set_by_sales.currency)
        if factor is None:
            return CannotDecide(
                f"sales set {facts.set_by_sales}, and rule {self.name!r} pays in {self.exchanging.currency}: "
                "nothing is converted silently, and the program has no rate for it"
            )
        return self._bounded(
            facts.set_by_sales, factor, beside, Piece(self.rule, PartKind.SET_BY_SALES, 0, 0, None, ordinal, step, tier)
        )

    def _bounded(self, told: Money, factor: Fraction, beside: int, piece: Piece) -> Pieces | CannotDecide:
        exact = told.amount_minor * factor
        computed = half_even(exact.numerator, exact.denominator, beside)
        if self.least <= exact <= self.most:
            return (piece._replace(minor=computed, computed=computed),)
        if not self.clamps:
            least, most = (Money(bound, self.exchanging.currency) for bound in (self.least, self.most))
            return CannotDecide(
                f"sales set {told}, and rule {self.name!r} pays between {least} and {most}: correct the reward"
            )
        bound, limit = (self.least, MIN) if exact < self.least else (self.most, MAX)
        return (piece._replace(minor=bound, computed=computed, limit=limit),)
