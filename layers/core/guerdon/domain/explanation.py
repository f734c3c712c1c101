"""Why a reward has its amount: as data first, and as words made from that data when asked."""

from dataclasses import dataclass

from guerdon.domain.limits import Applied
from guerdon.domain.money import Money
from guerdon.domain.program import CountingPeriod

_PERIOD_WORDS = {
    CountingPeriod.LIFETIME: "",
    CountingPeriod.CALENDAR_YEAR: " this year",
    CountingPeriod.CALENDAR_MONTH: " this month",
}

_LIMIT_WORDS = {"max": "at most", "min": "at least"}


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that shaped one amount.

    Attributes:
        program_version: The published version that decided, from 1; 0 when a file was judged that is not published.
        ordinal: Which counted deal of the advocate this is in `period`, from 1.
        step_from: First ordinal of the escalation step that applied, if the rule escalates.
        tier_from: Lower edge of the tier that applied, if the rule has tiers.
        tier_below: Lower edge of the next tier, None in the highest.
        rate_percent: The percentage as text ("7.5"), if the amount is a share.
        base: What the percentage was taken of.
        computed: The amount before the rule's own min and max, and before limits.
        limit: "min" or "max" when the rule's own changed the amount, else None.
        amount: The amount after all of them: what was earned.
        limits: The program's limits that shaped it.
    """

    program: str
    program_version: int
    rule: str
    counting_period: CountingPeriod
    period: str
    ordinal: int
    computed: Money
    amount: Money
    step_from: int | None = None
    tier_from: Money | None = None
    tier_below: Money | None = None
    rate_percent: str | None = None
    base: Money | None = None
    limit: str | None = None
    limits: tuple[Applied, ...] = ()

    @property
    def by_rule(self) -> Money:
        """What the rule pays, before the program's limits."""
        return self.limits[0].asked if self.limits else self.amount

    @property
    def words(self) -> str:
        """The whole explanation as one paragraph."""
        nth = f"{ordinal_words(self.ordinal)} referral{_PERIOD_WORDS[self.counting_period]}"
        version = f"version {self.program_version}" if self.program_version else "unpublished"
        parts = [f"{nth[0].upper()}{nth[1:]} in {self.program} ({version})"]
        parts.append(f"rule “{self.rule}”")
        if self.step_from is not None:
            parts.append(f"step from the {ordinal_words(self.step_from)} referral on")
        if self.tier_from is not None:
            parts.append(f"deal size {_tier_words(self.tier_from, self.tier_below)}")
        parts.append(self._sum_words())
        parts.extend(applied.words for applied in self.limits)
        return "; ".join(parts) + "."

    @property
    def short(self) -> str:
        """Rule, step, tier and limits in a table cell."""
        parts = [self.rule]
        if self.step_from is not None:
            parts.append(f"step {self.step_from}+")
        if self.tier_from is not None:
            parts.append(f"tier {_tier_words(self.tier_from, self.tier_below)}")
        if self.rate_percent is not None:
            parts.append(f"{self.rate_percent} %")
        if self.limit is not None:
            parts.append(f"{_LIMIT_WORDS[self.limit]} {self.by_rule.words}")
        parts.extend(applied.short for applied in self.limits)
        return " · ".join(parts)

    def _sum_words(self) -> str:
        if self.rate_percent is None:
            return f"a flat {self.by_rule.words}"
        base = self.base.words if self.base else "the deal"
        share = f"{self.rate_percent} % of {base} is {self.computed.words}"
        if self.limit is None:
            return share
        return f"{share}, and the rule pays {_LIMIT_WORDS[self.limit]} {self.by_rule.words}"


def _tier_words(edge: Money, below: Money | None) -> str:
    return f"from {edge.words}" if below is None else f"from {edge.grouped} to below {below.words}"


def ordinal_words(number: int) -> str:
    """1 is "1st", 12 is "12th", 23 is "23rd"."""
    teens = 10 <= number % 100 <= 20  # noqa: PLR2004 - eleven to thirteen are the English exception.
    suffix = "th" if teens else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"
