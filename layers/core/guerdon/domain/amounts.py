"""What a rule can pay: the kinds of amount of the rule language, as data; docs/rules.md is for their writers.

All money in them is in the program's currency; `domain/evaluation` turns them into tables.
"""

from bisect import bisect_right
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Final

from guerdon.domain.money import Money

DEAL_AMOUNT: Final = "amount"
"""The named amount that every deal has: its own."""


@dataclass(frozen=True, slots=True)
class Flat:
    """The same amount for every deal."""

    amount: Money


@dataclass(frozen=True, slots=True)
class Percentage:
    """An exact share of a named amount of the deal, held between a least and a most where they are given."""

    rate: Fraction
    least: Money | None = None
    most: Money | None = None
    of: str = DEAL_AMOUNT


@dataclass(frozen=True, slots=True)
class Tier:
    """A band of deal size, from `at_least` up to the next tier's, and what it pays."""

    at_least: Money
    pays: Flat | Percentage


@dataclass(frozen=True, slots=True)
class Tiered:
    """Tiers in ascending order, the first from zero: the whole deal is paid by the tier that it falls into.

    Attributes:
        of: The named amount by which a deal falls into a tier.
    """

    tiers: tuple[Tier, ...]
    of: str = DEAL_AMOUNT

    def index_of(self, amount: Money) -> int:
        """The position of the tier that `amount` falls into; an amount on an edge belongs to the upper tier."""
        edges = [tier.at_least.amount_minor for tier in self.tiers]
        return bisect_right(edges, amount.amount_minor) - 1


@dataclass(frozen=True, slots=True)
class Slice:
    """The part of an amount from `at_least` up to the next slice's, and its rate, or what reaching it adds."""

    at_least: Money
    pays: Fraction | Money


@dataclass(frozen=True, slots=True)
class Graduated:
    """Slices in ascending order, the first from zero: each slice of the amount pays at its own rate.

    The slices are added up exactly and rounded once. A slice that pays a flat amount adds it as soon as the amount is
    above the slice's edge, or on the edge of the first one.
    """

    slices: tuple[Slice, ...]
    of: str = DEAL_AMOUNT


@dataclass(frozen=True, slots=True)
class Table:
    """Tiers by steps: `pays[tier][step]`, each a flat amount or an exact share of the named amount."""

    tiers: tuple[Money, ...]
    steps: tuple[int, ...]
    pays: tuple[tuple[Money | Fraction, ...], ...]
    of: str = DEAL_AMOUNT


@dataclass(frozen=True, slots=True)
class PerUnit:
    """So much for each unit, such as a seat, of the deal's lines.

    Attributes:
        products: Whose units are counted; empty for those of every line.
    """

    amount: Money
    products: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LineRate:
    """What one kind of product line pays.

    Attributes:
        products: The lines that it is for; empty for every line.
        pays: A percentage is of the line's own amount; an amount per unit is for the line's own quantity.
    """

    products: tuple[str, ...]
    pays: Flat | Percentage | PerUnit


@dataclass(frozen=True, slots=True)
class PerLine:
    """Each line of the deal is paid by the first rate that is for its product; a line that none is for pays nothing.

    Shares of lines are added up exactly and rounded once; what each line is told to pay sums to that.
    """

    rates: tuple[LineRate, ...]


class Outside(StrEnum):
    """What becomes of an amount set by sales that is out of its bounds."""

    ATTENTION = "attention"  # A person corrects it in the CRM.
    CLAMP = "clamp"  # The bound is paid.


@dataclass(frozen=True, slots=True)
class SetBySales:
    """The amount that sales set in the CRM, within bounds.

    Attributes:
        default: What is paid when sales set none; None if that needs a person.
    """

    least: Money
    most: Money
    default: Money | None = None
    outside: Outside = Outside.ATTENTION


@dataclass(frozen=True, slots=True)
class Step:
    """What is paid from the `from_ordinal`-th counted deal on, until the next step."""

    from_ordinal: int
    pays: "Unescalated"


@dataclass(frozen=True, slots=True)
class Escalating:
    """Steps in ascending order, the first from 1."""

    steps: tuple[Step, ...]

    def step_of(self, ordinal: int) -> Step:
        """The step that the `ordinal`-th counted deal stands on; ordinals start at 1."""
        edges = [step.from_ordinal for step in self.steps]
        return self.steps[bisect_right(edges, ordinal) - 1]


Unescalated = Flat | Percentage | Tiered | Graduated | PerUnit | PerLine | SetBySales
AmountKind = Unescalated | Table | Escalating


@dataclass(frozen=True, slots=True)
class Bonus:
    """What is added on every `nth` counted deal."""

    nth: int
    amount: Money


@dataclass(frozen=True, slots=True)
class Amount:
    """What a rule pays: one kind, with bonuses on top, held between a least and a most at the very end."""

    kind: AmountKind
    bonuses: tuple[Bonus, ...] = ()
    least: Money | None = None
    most: Money | None = None
