"""Why a reward has its amount: as data first, and as words made from that data when asked (`explanation_words`)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from guerdon.domain.counting import WHOLE, CountingPeriod
from guerdon.domain.limits import Applied, approval_of
from guerdon.domain.money import Money
from guerdon.domain.program import Choose
from guerdon.domain.telling_late import ToldLate

_BYTES_MOST: Final = 340_000
_PART_BYTES: Final = 300
_ORDINAL_BYTES: Final = 60


class PartKind(StrEnum):
    """What a part of an amount is."""

    FLAT = "flat"  # A flat amount.
    SHARE = "share"  # A percentage of an amount.
    SLICE = "slice"  # What one slice of an amount pays at its own rate.
    UNITS = "units"  # So much per unit.
    SET_BY_SALES = "set_by_sales"  # What sales set in the CRM, or its default.
    BONUS = "bonus"  # Added on every so-manieth referral.
    MIN = "min"  # What lifts the rule's parts to its least.
    MAX = "max"  # What cuts the rule's parts to its most; below zero.


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an amount; the parts of an explanation add up to what the rules pay.

    Attributes:
        amount: What it adds.
        computed: What it came to before the min and max of its own percentage, or the bounds of what sales may set.
        limit: "min" or "max" when one of those changed it, else None.
        ordinal: Which counted deal decided on its step or bonus; None where nothing was looked up by an ordinal.
        product: The sku of the line that it is for, or by which it was counted; None for the whole deal.
        step_from: First ordinal of the escalation step that applied.
        tier_from: Lower edge of the tier or slice that applied.
        tier_below: Lower edge of the next one, None in the highest.
        rate_percent: The percentage as text ("7.5").
        base: What the percentage was taken of; for a slice, the part of the amount in it.
        of: The named amount that tier and base are of; None for the deal's own.
        units: How many units were paid.
        unit_amount: What each of them pays.
        every: The n of "every n-th" of a bonus.
        defaulted: Whether it is the default since sales set no amount.
    """

    rule: str
    kind: PartKind
    amount: Money
    computed: Money
    limit: str | None = None
    ordinal: int | None = None
    product: str | None = None
    step_from: int | None = None
    tier_from: Money | None = None
    tier_below: Money | None = None
    rate_percent: str | None = None
    base: Money | None = None
    of: str | None = None
    units: int | None = None
    unit_amount: Money | None = None
    every: int | None = None
    defaulted: bool = False


@dataclass(frozen=True, slots=True)
class Loser:
    """A rule that applied to the deal and did not decide.

    Attributes:
        amount: What it would have paid; None where that was not computed, since an earlier rule decides.
    """

    rule: str
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class Converted:
    """A table of rates was used: one unit of `currency` is worth `rate` (decimal text) units of the program's."""

    currency: str
    rate: str


class ChannelWhy(StrEnum):
    """Why a reward is paid by its channel."""

    RULE = "rule"  # The rule says so, for all that it pays.
    CASE = "case"  # The rule says so for this amount or country.
    CHOSEN = "chosen"  # The beneficiary chose it.
    DEFAULT = "default"  # The beneficiary chose none of those that they may choose from.


@dataclass(frozen=True, slots=True)
class ProductOrdinal:
    """Which counted deal with a product this is."""

    product: str
    ordinal: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that shaped one amount.

    Attributes:
        program_version: The published version that decided, from 1; 0 when a file was judged that is not published.
        ordinal: Which counted deal of the beneficiary this is in `period`, from 1; with counting by product, the
            ordinal of the first part that was looked up by one, else 1.
        amount: The amount after all: what was earned.
        parts: What the rules pay, in the order in which it was computed; at least one.
        choose: How the program chooses among the rules that apply.
        losers: The rules that applied and did not decide, in the file's order.
        limits: The program's limits that shaped it.
        ordinals: With counting by product: the ordinal of every product of the deal that the program counts.
        days: The length of the counting period, when it is of rolling days.
        told_late: Present when it was told so late that a person must approve it.
    """

    program: str
    program_version: int
    counting_period: CountingPeriod
    period: str
    ordinal: int
    amount: Money
    parts: tuple[Part, ...]
    choose: Choose = Choose.FIRST
    losers: tuple[Loser, ...] = ()
    limits: tuple[Applied, ...] = ()
    converted: Converted | None = None
    channel_why: ChannelWhy = ChannelWhy.RULE
    ordinals: tuple[ProductOrdinal, ...] = ()
    days: int | None = None
    told_late: ToldLate | None = None

    @property
    def approval(self) -> str | None:
        """Why a person must approve it, without personal data; None when nobody has to."""
        return approval_of(self.limits, self.told_late)

    @property
    def by_rule(self) -> Money:
        """What the rules pay, before the program's limits."""
        return self.limits[0].asked if self.limits else self.amount

    @property
    def rule(self) -> str:
        """The rule that decided; of several, the first."""
        return self.parts[0].rule

    @property
    def rules(self) -> tuple[str, ...]:
        """Every rule that pays, each once."""
        return tuple(dict.fromkeys(part.rule for part in self.parts))

    @property
    def is_too_long(self) -> bool:
        """Whether it is more than one row keeps, by our own rough reckoning; DynamoDB's limit is 400 KB."""
        parts = sum(_PART_BYTES + len(f"{part.rule}{part.product}".encode()) for part in self.parts)
        return parts + sum(_ORDINAL_BYTES + len(one.product.encode()) for one in self.ordinals) > _BYTES_MOST

    @property
    def counts(self) -> dict[str, int]:
        """The counts that its ordinals come from, by product or under WHOLE: by them it is judged again."""
        if self.ordinals:
            return {one.product: one.ordinal - 1 for one in self.ordinals}
        return {WHOLE: self.ordinal - 1}

    @property
    def step_from(self) -> int | None:
        """First ordinal of the escalation step that applied first, if one did."""
        return next((part.step_from for part in self.parts if part.step_from is not None), None)

    @property
    def limit(self) -> str | None:
        """The bound of a rule's own, "min" or "max", that changed what it pays, else None."""
        whole = next((part.kind.value for part in self.parts if part.kind in {PartKind.MIN, PartKind.MAX}), None)
        return whole or next((part.limit for part in self.parts if part.limit is not None), None)
