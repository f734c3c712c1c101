"""A program as data: `domain/grammar` reads one from what a person writes, and `domain/evaluation` computes by it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple
from zoneinfo import ZoneInfo

from guerdon.domain.amounts import Amount
from guerdon.domain.ceilings import Ceilings
from guerdon.domain.channel import Channel
from guerdon.domain.conditions import ALWAYS, Condition
from guerdon.domain.counting import Counting, CountingPeriod
from guerdon.domain.money import Money
from guerdon.domain.triggers import DEAL_CLOSED, Trigger


class Beneficiary(StrEnum):
    """Who is rewarded."""

    ADVOCATE = "advocate"
    REFERRED = "referred"


class Choose(StrEnum):
    """Which of the rules that apply decides, for each beneficiary by itself."""

    FIRST = "first"  # The first in the file.
    BEST = "best"  # The one that pays most, compared as computed money; of equals the first.
    STACK = "stack"  # All of them: what they pay is added up.


class JudgedBy(StrEnum):
    """The moment of a deal by which it is seen whether a version is in force for it."""

    CLOSED = "closed"
    REFERRED = "referred"


@dataclass(frozen=True, slots=True)
class Item:
    """A merchandise item as the provider's catalog knows it."""

    catalog_variant_id: int
    name: str
    artwork_url: str
    placement: str
    technique: str


@dataclass(frozen=True, slots=True)
class ChannelCase:
    """One way of choosing the channel: the first case that fits a reward decides.

    Attributes:
        channels: The channels that the beneficiary may choose from; one if there is no choice.
        default: The one that is used when they chose none of them.
        at_least: The least amount of a reward that it is for; None for any.
        countries: ISO 3166 codes of the beneficiary's country that it is for; empty for any.
    """

    channels: tuple[Channel, ...]
    default: Channel
    at_least: Money | None = None
    countries: tuple[str, ...] = ()


def always_by(channel: Channel) -> tuple[ChannelCase, ...]:
    """The cases of a rule that pays by one channel, whatever the reward."""
    return (ChannelCase((channel,), channel),)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a program.

    Attributes:
        pays_by: The cases by which the channel is chosen; the last one fits every reward.
        on: The events that it is for.
        hold_days: Whole days between a deal's closing and the release of what this rule pays; None for the program's.
    """

    name: str
    amount: Amount
    pays_by: tuple[ChannelCase, ...]
    when: Condition = ALWAYS
    on: tuple[str, ...] = (DEAL_CLOSED,)
    beneficiary: Beneficiary = Beneficiary.ADVOCATE
    item: Item | None = None
    hold_days: int | None = None

    @property
    def channels(self) -> tuple[Channel, ...]:
        """Every channel that it can pay by, each once."""
        return tuple(dict.fromkeys(channel for case in self.pays_by for channel in case.channels))


class Scope(StrEnum):
    """What a limit is a limit of."""

    REWARD = "reward"  # One reward.
    ADVOCATE = "advocate"  # All that one beneficiary earns in the program in a period.
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
class Exchange:
    """How deals in other currencies are judged.

    Attributes:
        rates: What one unit of each other currency is worth in units of the program's, exactly.
        pay_in_deal_currency: Whether rewards are in the deal's currency, with the file's amounts changed into it,
            rather than in the program's, with the deal's amounts changed into that.
    """

    rates: Mapping[str, Fraction]
    pay_in_deal_currency: bool = False


class _PeriodOf(NamedTuple):
    """The period that a moment falls into."""

    moment: datetime
    period: str


class _BudgetsAt(NamedTuple):
    """The budgets of the same periods, worked out once: a simulation asks for them with each of a million deals."""

    budgets: tuple[Budget, ...]


@dataclass(frozen=True, slots=True)
class Program:
    """A program's rules.

    Attributes:
        starts_at: Deals that closed before this instant earn nothing.
        hold_days: Whole days between a deal's closing and the release of its payouts, unless the rule says its own.
        limits: The most that it gives, in no order that matters.
        legal_entity: Whose books the rewards are in.
        zone: The time zone of counting periods, of dates in conditions, and of the books' dates.
        ends_at: Deals that closed at or after this instant earn nothing; None if there is no end.
        effective_from: From when on deals are judged by this version; None for any moment.
        judged_by: Which moment of a deal that is.
        exchange: None if only deals in the program's currency can be computed with.
        ceilings: The most that is released in a day; those of the current version count, whichever one judged a deal.
        told_within_days: How many days after a deal closed it may be told at most; what is told of it later waits for
            approval. None for any time.
        worked_out: What `domain/evaluation` made of it, kept because a version never changes.
    """

    name: str
    title: str
    legal_entity: str
    currency: str
    zone: ZoneInfo
    starts_at: datetime
    counting: Counting
    hold_days: int
    rules: tuple[Rule, ...]
    limits: tuple[Limit, ...] = ()
    choose: Choose = Choose.FIRST
    triggers: tuple[Trigger, ...] = (Trigger(DEAL_CLOSED),)
    ends_at: datetime | None = None
    effective_from: datetime | None = None
    judged_by: JudgedBy = JudgedBy.CLOSED
    exchange: Exchange | None = None
    ceilings: Ceilings | None = None
    told_within_days: int | None = None
    worked_out: dict[object, object] = field(default_factory=dict, init=False, repr=False, compare=False)

    def trigger_of(self, event: str) -> Trigger | None:
        """How often `event` earns in the program; None if it does not."""
        return next((trigger for trigger in self.triggers if trigger.event == event), None)

    def beneficiaries(self) -> tuple[Beneficiary, ...]:
        """Whom its rules reward, the advocate first."""
        rewarded = {rule.beneficiary for rule in self.rules}
        return tuple(one for one in Beneficiary if one in rewarded)

    def hold_until(self, rules: tuple[Rule, ...], closed_at: datetime) -> datetime:
        """Before when nothing is released of what `rules` pay together for a deal that closed at `closed_at`."""
        days = (self.hold_days if rule.hold_days is None else rule.hold_days for rule in rules)
        return closed_at + timedelta(days=max(days))

    def budget_of(self, limit: Limit, closed_at: datetime) -> Budget | None:
        """What is added up against `limit` for a deal that closed at `closed_at`; None for a limit of one reward."""
        return Budget(limit.scope, self.period_of(closed_at, limit.period)) if limit.period else None

    def budgets_at(self, closed_at: datetime) -> tuple[Budget, ...]:
        """Every budget that a reward for a deal that closed at `closed_at` counts in, each once."""
        periods = tuple([self.period_of(closed_at, limit.period) for limit in self.limits if limit.period])
        known = self.worked_out.get(periods)
        if isinstance(known, _BudgetsAt):
            return known.budgets
        budgets = (self.budget_of(limit, closed_at) for limit in self.limits)
        at = _BudgetsAt(tuple(dict.fromkeys(budget for budget in budgets if budget is not None)))
        self.worked_out[periods] = at
        return at.budgets

    def period_of(self, moment: datetime, period: CountingPeriod | None = None) -> str:
        """The period that `moment` falls into, such as "2026-11", in the program's time zone.

        Args:
            moment: Any moment.
            period: What kind of period; the one that ordinals are counted in when it is left out.
        """
        kind = period or self.counting.period
        known = self.worked_out.get(kind)
        # One deal is asked about several times in a row: by its count, and by each limit.
        if isinstance(known, _PeriodOf) and known.moment is moment:
            return known.period
        named = self.counting.period_of(moment, self.zone, kind)
        self.worked_out[kind] = _PeriodOf(moment, named)
        return named
