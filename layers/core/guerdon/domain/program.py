"""A program as compiled rules. `program_document` reads one from the file that a person writes."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from zoneinfo import ZoneInfo

from guerdon.domain.channel import Channel
from guerdon.domain.money import Money


class CountingPeriod(StrEnum):
    """What resets an ordinal or a sum, in the program's own time zone."""

    LIFETIME = "lifetime"
    CALENDAR_YEAR = "calendar_year"
    CALENDAR_MONTH = "calendar_month"


@dataclass(frozen=True, slots=True)
class Flat:
    """The same amount for every deal."""

    amount: Money


@dataclass(frozen=True, slots=True)
class Percentage:
    """An exact share of the deal's amount, held between a least and a most where they are given."""

    rate: Fraction
    least: Money | None = None
    most: Money | None = None


@dataclass(frozen=True, slots=True)
class Tier:
    """A band of deal size, from `at_least` up to the next tier's, and what it pays."""

    at_least: Money
    pays: Flat | Percentage


@dataclass(frozen=True, slots=True)
class Tiered:
    """Tiers in ascending order, the first from zero: the whole deal is paid by the tier that it falls into."""

    tiers: tuple[Tier, ...]

    def index_of(self, amount: Money) -> int:
        """The position of the tier that `amount` falls into; an amount on an edge belongs to the upper tier."""
        edges = [tier.at_least.amount_minor for tier in self.tiers]
        return bisect_right(edges, amount.amount_minor) - 1


@dataclass(frozen=True, slots=True)
class Step:
    """What is paid from the `from_ordinal`-th counted deal on, until the next step."""

    from_ordinal: int
    pays: Flat | Percentage | Tiered


@dataclass(frozen=True, slots=True)
class Escalating:
    """Steps in ascending order, the first from 1."""

    steps: tuple[Step, ...]

    def step_of(self, ordinal: int) -> Step:
        """The step that the `ordinal`-th counted deal stands on; ordinals start at 1."""
        edges = [step.from_ordinal for step in self.steps]
        return self.steps[bisect_right(edges, ordinal) - 1]


Amount = Flat | Percentage | Tiered | Escalating


@dataclass(frozen=True, slots=True)
class Item:
    """A merchandise item as the provider's catalog knows it."""

    catalog_variant_id: int
    name: str
    artwork_url: str
    placement: str
    technique: str


@dataclass(frozen=True, slots=True)
class When:
    """What must hold for a rule to apply; an empty tuple asks nothing.

    A deal's products match when any of them is named; the others match when the fact is one of those named.
    """

    products: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    advocate_types: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a program; among a program's rules the first that applies decides.

    Attributes:
        hold_days: Whole days between a deal's closing and the release of what this rule pays; None for the program's.
    """

    name: str
    amount: Amount
    channel: Channel
    when: When
    item: Item | None = None
    hold_days: int | None = None


class Scope(StrEnum):
    """What a limit is a limit of."""

    REWARD = "reward"  # One reward.
    ADVOCATE = "advocate"  # All that one advocate earns in the program in a period.
    PROGRAM = "program"  # All that the program gives in a period: its budget.


class Over(StrEnum):
    """What becomes of a reward that is over a limit."""

    CUT = "cut"  # It is worth what the limit has left.
    REFUSE = "refuse"  # It is not given.
    APPROVAL = "approval"  # It is given whole, and paid once a person approved it.


@dataclass(frozen=True, slots=True)
class Limit:
    """The most that a program gives.

    Attributes:
        most: In the program's currency.
        period: What starts the sum over; None for one reward, of which there is no sum.
    """

    scope: Scope
    most: Money
    over: Over
    period: CountingPeriod | None = None


@dataclass(frozen=True, slots=True)
class Budget:
    """What is added up against a limit: an advocate's or a whole program's rewards of one period, such as "2026-11"."""

    scope: Scope
    period: str


@dataclass(frozen=True, slots=True)
class Program:
    """A program's rules, ready to be evaluated.

    Attributes:
        starts_at: Deals that closed before this instant earn nothing.
        hold_days: Whole days between a deal's closing and the release of its payouts, unless the rule says its own.
        limits: The most that it gives, in no order that matters.
        legal_entity: Whose books the rewards are in.
        zone: The time zone of counting periods and of the books' dates.
    """

    name: str
    title: str
    legal_entity: str
    currency: str
    zone: ZoneInfo
    starts_at: datetime
    counting_period: CountingPeriod
    hold_days: int
    rules: tuple[Rule, ...]
    limits: tuple[Limit, ...] = ()

    def hold_until(self, rule: Rule, closed_at: datetime) -> datetime:
        """Before when nothing is released of what `rule` pays for a deal that closed at `closed_at`."""
        return closed_at + timedelta(days=self.hold_days if rule.hold_days is None else rule.hold_days)

    def budget_of(self, limit: Limit, closed_at: datetime) -> Budget | None:
        """What is added up against `limit` for a deal that closed at `closed_at`; None for a limit of one reward."""
        return Budget(limit.scope, self.period_of(closed_at, limit.period)) if limit.period else None

    def budgets_at(self, closed_at: datetime) -> tuple[Budget, ...]:
        """Every budget that a reward for a deal that closed at `closed_at` counts in, each once."""
        budgets = (self.budget_of(limit, closed_at) for limit in self.limits)
        return tuple(dict.fromkeys(budget for budget in budgets if budget is not None))

    def period_of(self, moment: datetime, period: CountingPeriod | None = None) -> str:
        """The period that `moment` falls into, such as "2026-11", in the program's time zone.

        Args:
            moment: Any moment.
            period: What kind of period; the one that ordinals are counted in when it is left out.
        """
        local = moment.astimezone(self.zone)
        match period or self.counting_period:
            case CountingPeriod.LIFETIME:
                return "lifetime"
            case CountingPeriod.CALENDAR_YEAR:
                return f"{local.year:04}"
            case CountingPeriod.CALENDAR_MONTH:
                return f"{local.year:04}-{local.month:02}"
