"""What a referral program returns, as referral vendors' calculators give it: exact, from a replay's sums."""

from dataclasses import dataclass
from fractions import Fraction

from guerdon.application.replay.totals import Totals


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What a history does not say.

    Attributes:
        margin: The share of revenue that is left after what it costs to deliver.
        fees: What running the program costs beside rewards, in all, in minor units of its currency.
        other_cost: What a customer costs who is won another way, in minor units; None if that is not known.
        months: Over how many months a deal's amount comes in.
    """

    margin: Fraction = Fraction(1)
    fees: int = 0
    other_cost: int | None = None
    months: int = 12


@dataclass(frozen=True, slots=True)
class Return:
    """What comes back, in minor units of the program's currency.

    Attributes:
        revenue: Of rewarded deals, by all that was told of them.
        contribution: The margin of that revenue.
        profit: What is left of it after rewards and fees.
        ratio: Profit by what was spent; None if nothing was.
        acquired: Rewarded deals.
        per_acquisition: What one of them cost; None if there was none.
        saved: What they would have cost more another way; None if that is not known.
        payback_months: After how many months the margin of a deal covers what it cost; None if it never does.
        assumed: What all of it rests on.
    """

    revenue: int
    contribution: Fraction
    rewards: int
    fees: int
    profit: Fraction
    ratio: Fraction | None
    acquired: int
    per_acquisition: Fraction | None
    saved: Fraction | None
    payback_months: Fraction | None
    assumed: Assumptions


def returned(totals: Totals, assumed: Assumptions) -> Return:
    """What the replayed program returns."""
    contribution = totals.rewarded_revenue * assumed.margin
    spent = totals.cost + assumed.fees
    acquired = totals.acquired
    per_acquisition = Fraction(spent, acquired) if acquired else None
    saved = None
    if per_acquisition is not None and assumed.other_cost is not None:
        saved = assumed.other_cost * acquired - Fraction(spent)
    monthly = contribution / assumed.months
    return Return(
        revenue=totals.rewarded_revenue,
        contribution=contribution,
        rewards=totals.cost,
        fees=assumed.fees,
        profit=contribution - spent,
        ratio=(contribution - spent) / spent if spent else None,
        acquired=acquired,
        per_acquisition=per_acquisition,
        saved=saved,
        payback_months=Fraction(spent) / monthly if monthly else None,
        assumed=assumed,
    )
