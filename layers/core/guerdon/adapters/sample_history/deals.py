"""What an invented deal is about: products, amounts, what became of it later.

The amounts of rewards are as published; all else is an assumption of the model.
"""

from datetime import datetime, timedelta
from random import Random
from typing import Final, NamedTuple

from guerdon.adapters.sample_history.draws import lognormal, pick, wheel
from guerdon.application.benchmark import published
from guerdon.application.benchmark.published import Kind
from guerdon.domain.currencies import MINOR_UNIT_EXPONENTS
from guerdon.domain.facts import LineFacts
from guerdon.domain.money import Money

_SEATS: Final = lognormal(median=24, sigma=0.9, least=1, most=2000)
_PRICES: Final = {"payroll": 18_000, "hr": 9_500, "benefits": 6_000, "time-clock": 35_000}
"""A year of one, in cents."""
_BASKETS: Final = wheel(
    {
        ("payroll",): 38,
        ("payroll", "hr"): 20,
        ("payroll", "time-clock"): 13,
        ("payroll", "hr", "benefits"): 11,
        ("hr",): 8,
        ("payroll", "hr", "benefits", "time-clock"): 5,
        ("benefits",): 3,
        ("time-clock",): 2,
    }
)
_SEATS_A_CLOCK: Final = 12
_YEARS: Final = wheel({1: 66, 2: 14, 3: 20})
_PAID_PERCENT: Final = wheel({100: 50, 95: 20, 90: 20, 85: 10})
_DAY: Final = 86_400
_CYCLE: Final = lognormal(median=34 * _DAY, sigma=0.7, least=2 * 3600, most=400 * _DAY)
"""Seconds from a referral to its deal."""

_REVERSED: Final = 0.045
_AMENDED: Final = 0.05
"""Shares of deals."""
_TO_REVERSAL: Final = lognormal(median=32 * _DAY, sigma=0.8, least=3600, most=300 * _DAY)
_TO_AMENDMENT: Final = lognormal(median=18 * _DAY, sigma=0.8, least=3600, most=200 * _DAY)
_LEFT_PERCENT: Final = wheel({0: 84, 25: 4, 50: 7, 75: 5})
_AMENDED_PERCENT: Final = wheel({50: 8, 70: 12, 80: 16, 90: 24, 105: 10, 110: 14, 125: 10, 150: 6})

_REWARD_SET: Final = 0.15
"""Share of leads whose reward sales set in the CRM."""
_RANGES: Final = ((20, 25, 30, 40), (50, 50, 60, 75, 75, 75, 100), (125, 150, 200, 250, 250, 500, 1000), (1500, 2500))
"""Amounts in whole units, by published range."""
_RANGE_SHARES: Final = (0.105, float(published.AMOUNT_USUAL_SHARE), 0.06, 0.015)
"""Of the rewards of deals. The share of the second is published; the others are such that the average is."""


class Worth(NamedTuple):
    """What a deal is about, in minor units of its currency."""

    amount: int
    lines: tuple[LineFacts, ...]
    first_year: int


class Revised(NamedTuple):
    """What was told later; a moment together with its total, or neither."""

    reversed_at: datetime | None = None
    reversed_total: int | None = None
    amended_at: datetime | None = None
    amended_total: int | None = None


_AS_TOLD: Final = Revised()


class Deals:
    """What the deals of one history are about."""

    def __init__(self, kind: Kind, currency: str) -> None:
        self._currency = currency
        # A cent here is a yen, or ten fils: amounts keep about their size in most currencies.
        self._scale = 10 ** max(MINOR_UNIT_EXPONENTS[currency] - 2, 0)
        self._unit = 100 * self._scale
        conversions = [float(told.conversion) for told in published.AMOUNTS]
        if kind is Kind.PARTNER:
            conversions = [float(published.FIGURES[kind].conversion)] * len(conversions)
        shares = list(zip(_RANGE_SHARES, conversions, strict=True))
        self._ranges_of_deals = wheel(dict(enumerate(_RANGE_SHARES)))
        self._ranges_of_others = wheel({index: share * (1 - of) / of for index, (share, of) in enumerate(shares)})
        average = sum(_RANGE_SHARES) / sum(share / of for share, of in shares)
        overall = float(published.FIGURES[kind].conversion)
        self._set_of_deals = _REWARD_SET * average / overall
        self._set_of_others = _REWARD_SET * (1 - average) / (1 - overall)

    def worth(self, random: Random) -> Worth:
        """Products by the seat, for some years, with or without a discount."""
        draw = random.random
        seats = pick(_SEATS, draw())
        years = pick(_YEARS, draw())
        paid = years * pick(_PAID_PERCENT, draw()) * self._scale
        lines: list[LineFacts] = []
        amount = 0
        for sku in pick(_BASKETS, draw()):
            quantity = 1 + seats // _SEATS_A_CLOCK if sku == "time-clock" else seats
            of_line = quantity * _PRICES[sku] * paid // 100
            lines.append(LineFacts(sku, quantity, of_line))
            amount += of_line
        return Worth(amount, tuple(lines), amount // years)

    def referred_at(self, closed_at: datetime, random: Random) -> datetime:
        """When the referral was made of a deal that closed then."""
        return closed_at - timedelta(seconds=pick(_CYCLE, random.random()))

    def revised(self, closed_at: datetime, amount: int, random: Random) -> Revised:
        """What was told about a deal later: nothing of most."""
        at = random.random()
        if at < _REVERSED:
            since = closed_at + timedelta(seconds=pick(_TO_REVERSAL, random.random()))
            return Revised(reversed_at=since, reversed_total=amount * pick(_LEFT_PERCENT, random.random()) // 100)
        if at < _REVERSED + _AMENDED:
            since = closed_at + timedelta(seconds=pick(_TO_AMENDMENT, random.random()))
            return Revised(amended_at=since, amended_total=amount * pick(_AMENDED_PERCENT, random.random()) // 100)
        return _AS_TOLD

    def set_by_sales(self, random: Random, *, won: bool) -> Money | None:
        """The reward that sales set for a lead: none for most."""
        if random.random() >= (self._set_of_deals if won else self._set_of_others):
            return None
        amounts = _RANGES[pick(self._ranges_of_deals if won else self._ranges_of_others, random.random())]
        return Money(pick(amounts, random.random()) * self._unit, self._currency)
