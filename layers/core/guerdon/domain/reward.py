"""What one beneficiary earned from one occurrence of one deal."""

from dataclasses import dataclass, replace
from datetime import datetime

from guerdon.domain.channel import Channel
from guerdon.domain.explanation import Explanation
from guerdon.domain.limits import Applied
from guerdon.domain.money import Money
from guerdon.domain.program import Beneficiary, Budget, Item, Over
from guerdon.domain.tallies import Tally
from guerdon.domain.telling_late import ToldLate


@dataclass(frozen=True, slots=True)
class Terms:
    """How a reward is paid and booked: what each of its payouts takes over.

    Attributes:
        time_zone: IANA zone of the legal entity's books.
        hold_until: No payout is released before.
    """

    program_title: str
    legal_entity: str
    time_zone: str
    channel: Channel
    hold_until: datetime
    item: Item | None = None


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A reversal or an amendment changed what the reward is worth.

    Attributes:
        total: The deal's total from then on.
        amount: What the reward is worth by it.
        by_rules: What the rules pay for it, before the program's limits.
        limits: The program's limits that shaped what it is worth more.
        told_late: Present when it adds something, and was told so late that a person must approve that.
    """

    at: datetime
    event_id: str
    total: Money
    amount: Money
    by_rules: Money
    limits: tuple[Applied, ...] = ()
    told_late: ToldLate | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """As what a reward counts for the ordinals of those after it: a reversal takes exactly this back.

    Attributes:
        group: What counts together, as `Counting.row_of` names it.
        period: The period in which it counts, such as "2026".
        beside: Where products are counted: how many deals counted then of those that its deal did not have. A
            revision may add one of them, and it has the ordinal that it would have had.
    """

    group: str
    period: str
    tallies: tuple[Tally, ...]
    beside: tuple[Tally, ...] = ()


@dataclass(frozen=True, slots=True)
class Reward:
    """A reward. What was granted stays as it was; adjustments are further facts beside it.

    Attributes:
        advocate_id: Who is rewarded: the advocate, or the referred customer under the opaque id of their own.
        amount: What was earned, in the program's currency or, where the program says so, the deal's.
        explanation: Why that amount.
        closed_at: When the deal closed: the moment that the obligation arose.
        decided_at: When Guerdon decided.
        payout_ids: Every payout that it was ever given; the position of each is its place here.
        netted: What was kept back from it for an earlier clawback.
        budgets: The budgets that it counts in, with what it is worth: those of the limits of its program version.
        counted: As what it counts for the ordinals of later rewards.
    """

    reward_id: str
    event_id: str
    source_account: str
    program: str
    program_version: int
    deal_id: str
    trigger: str
    occurrence: str
    beneficiary: Beneficiary
    advocate_id: str
    amount: Money
    explanation: Explanation
    terms: Terms
    closed_at: datetime
    decided_at: datetime
    payout_ids: tuple[str, ...]
    netted: Money | None = None
    adjustments: tuple[Adjustment, ...] = ()
    budgets: tuple[Budget, ...] = ()
    counted: Counted | None = None
    version: int = 1

    @property
    def standing(self) -> Money:
        """What the reward is worth by the last adjustment."""
        return self.adjustments[-1].amount if self.adjustments else self.amount

    @property
    def by_rules(self) -> Money:
        """What the rules pay for the deal as it stood at the last adjustment, before the program's limits."""
        return self.adjustments[-1].by_rules if self.adjustments else self.explanation.by_rule

    @property
    def over_limits(self) -> bool:
        """Whether a limit ever said that a person must approve some of it."""
        later = (limit for adjustment in self.adjustments for limit in adjustment.limits)
        return any(limit.over is Over.APPROVAL for limit in (*self.explanation.limits, *later))

    @property
    def was_told_late(self) -> bool:
        """Whether it, or some of it, was told so late that a person must approve it."""
        later = (adjustment.told_late for adjustment in self.adjustments)
        return any(late is not None for late in (self.explanation.told_late, *later))

    def adjusted(self, adjustment: Adjustment, payout_ids: tuple[str, ...] = ()) -> "Reward":
        """The reward after an adjustment, with the payouts that it was given for it."""
        return replace(
            self,
            adjustments=(*self.adjustments, adjustment),
            payout_ids=(*self.payout_ids, *payout_ids),
            version=self.version + 1,
        )

    def given(self, payout_id: str) -> "Reward":
        """The reward with one more payout."""
        return replace(self, payout_ids=(*self.payout_ids, payout_id), version=self.version + 1)
