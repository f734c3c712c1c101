"""What a history adds up to, as far as it can be held against the published figures."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC
from typing import Final, NamedTuple

from guerdon.application.benchmark import published
from guerdon.application.benchmark.advocates import MONTHS_A_YEAR, Years
from guerdon.application.benchmark.published import Method
from guerdon.domain.channel import Channel
from guerdon.domain.currencies import MINOR_UNIT_EXPONENTS
from guerdon.domain.history import HistoryRow, Status
from guerdon.domain.triggers import DEAL_CLOSED

AMOUNTS_IN: Final = "USD"
"""The published amounts are in it; rewards in other currencies are not compared."""
_MINOR: Final = 10 ** MINOR_UNIT_EXPONENTS[AMOUNTS_IN]
_METHODS: Final = frozenset(Method)
_CHANNELS: Final = frozenset(Channel)


class Became(NamedTuple):
    """Leads, and how many of them became deals."""

    leads: int = 0
    deals: int = 0


class Rewards:
    """The rewards that sales set, in minor units of AMOUNTS_IN.

    Attributes:
        leads: By published range, leads with such a reward; those outside all ranges are under None.
        deals: By published range, deals with such a reward.
        total: Sum of the deals' rewards.
        squares: Sum of their squares.
        usual: How many of the deals' rewards are in the usual range.
        elsewhere: How many rewards are in another currency.
    """

    def __init__(self) -> None:
        self.leads: Counter[int | None] = Counter()
        self.deals: Counter[int | None] = Counter()
        self.total = 0
        self.squares = 0
        self.usual = 0
        self.elsewhere = 0

    def add(self, row: HistoryRow, *, won: bool) -> None:
        """Count a row's reward, if it has one."""
        reward = row.set_by_sales
        if reward is None:
            return
        if reward.currency != AMOUNTS_IN:
            self.elsewhere += 1
            return
        minor = reward.amount_minor
        at = range_of(minor)
        self.leads[at] += 1
        if won:
            self.deals[at] += 1
            self.total += minor
            self.squares += minor * minor
            least, most = published.AMOUNT_USUAL
            self.usual += least * _MINOR <= minor <= most * _MINOR


def range_of(minor: int) -> int | None:
    """Which of the published ranges an amount is in. What is between two of them belongs to the lower one."""
    if minor > published.AMOUNTS[-1].most * _MINOR:
        return None
    return max((at for at, told in enumerate(published.AMOUNTS) if minor >= told.least * _MINOR), default=None)


class Tally:
    """What the rows of a history add up to. Referrals are its rows of `deal.closed`, whatever became of them.

    Attributes:
        statuses: Referrals by status.
        others: Rows of other triggers: what happened to a deal beside its closing is no referral.
        methods: Referrals by method, and `method_deals` those that became deals, as the file writes methods.
        with_sales: Those that sales were involved in; `sales_known` counts the rows that say whether they were.
        channels: Deals by the channel that the advocate chose, where it is one of ours.
    """

    def __init__(self) -> None:
        self.statuses: Counter[str] = Counter()
        self.others = 0
        self.methods: Counter[str] = Counter()
        self.method_deals: Counter[str] = Counter()
        self.with_sales = Became()
        self.sales_known = 0
        self.channels: Counter[str] = Counter()
        self.rewards = Rewards()
        self.years = Years()

    def read(self, rows: Iterable[HistoryRow]) -> None:
        """Count all rows; they have to be in the order of time."""
        for row in rows:
            if row.trigger != DEAL_CLOSED:
                self.others += 1
                continue
            won = row.status == Status.WON
            self.statuses[row.status] += 1
            if row.method is not None:
                self.methods[row.method] += 1
                self.method_deals[row.method] += won
            if row.sales_involved is not None:
                self.sales_known += 1
            if row.sales_involved:
                leads, deals = self.with_sales
                self.with_sales = Became(leads + 1, deals + won)
            if won and row.preferred_channel in _CHANNELS:
                self.channels[row.preferred_channel] += 1
            self.rewards.add(row, won=won)
            # Of one zone, since rows are in the order of time and months must not fall back.
            closed_at = row.closed_at if row.closed_at.tzinfo is UTC else row.closed_at.astimezone(UTC)
            self.years.add(row.advocate, closed_at.year * MONTHS_A_YEAR + closed_at.month, won=won)
        self.years.end()

    @property
    def all(self) -> Became:
        """All referrals."""
        return Became(self.statuses.total(), self.statuses[Status.WON])

    @property
    def has_leads(self) -> bool:
        """Whether referrals that became no deal are in it: without them nothing is known of conversion."""
        return self.all.leads > self.all.deals

    @property
    def other_methods(self) -> int:
        """Referrals by methods that the field does not publish anything about."""
        return sum(count for method, count in self.methods.items() if method not in _METHODS)
