"""How the amounts of deals in one currency meet the amounts of a program's file, exactly.

A deal's amount times `up` and the file's amount times `down` are in the same unit, whatever the two currencies: so
deals are compared and shares are taken in whole numbers, and nothing is rounded before the end.
"""

from dataclasses import dataclass, field
from fractions import Fraction

from guerdon.domain.currencies import MINOR_UNIT_EXPONENTS
from guerdon.domain.evaluation.exact import half_even
from guerdon.domain.money import Money
from guerdon.domain.program import Program


@dataclass(frozen=True, slots=True)
class Exchanging:
    """How deals in `deal_currency` are judged.

    Attributes:
        currency: The currency of their rewards.
        up: What a deal's amount is multiplied by.
        down: What an amount in the currency of rewards is multiplied by to be in the same unit.
        file_times: What the file's amounts are multiplied by to be in the currency of rewards; then they are rounded.
        rate: What one unit of the deal's currency is worth in the program's; None if they are the same.
        rates: What one minor unit of other currencies is worth in minor units of the program's.
        unknown: Whether the deal's amounts cannot be compared with the file's, for lack of a rate.
    """

    deal_currency: str
    program_currency: str
    currency: str
    up: int = 1
    down: int = 1
    file_times: Fraction = Fraction(1)
    rate: Fraction | None = None
    rates: dict[str, Fraction] = field(default_factory=dict)
    unknown: bool = False

    @property
    def pays_nothing(self) -> bool:
        """Whether not even an amount of the file can be paid: it would have to be changed, and there is no rate."""
        return self.unknown and self.currency != self.program_currency

    def minor(self, money: Money) -> int:
        """An amount of the file in minor units of the currency of rewards."""
        times = self.file_times
        return half_even(money.amount_minor * times.numerator, times.denominator)

    def scaled(self, money: Money) -> int:
        """An amount of the file in the unit of a deal's amount times `up`."""
        return self.minor(money) * self.down

    def rewarded(self, amount: int) -> Money:
        """An amount of the deal in the currency of rewards, rounded: to be told, not to be computed with."""
        return Money(half_even(amount * self.up, self.down), self.currency)

    def factor_from(self, currency: str) -> Fraction | None:
        """What one minor unit of any currency is worth in minor units of the currency of rewards, if that is known."""
        if currency == self.currency:
            return Fraction(1)
        worth = Fraction(1) if currency == self.program_currency else self.rates.get(currency)
        return None if worth is None or self.pays_nothing else worth * self.file_times


def exchanging(program: Program, deal_currency: str) -> Exchanging:
    """How `program` judges deals in `deal_currency`."""
    own, exchange = program.currency, program.exchange
    in_deals = exchange is not None and exchange.pay_in_deal_currency
    rates = {} if exchange is None else {one: _minor_rate(exchange.rates[one], one, own) for one in exchange.rates}
    if deal_currency == own:
        return Exchanging(own, own, own, rates=rates)
    if exchange is None or deal_currency not in rates:
        return Exchanging(deal_currency, own, deal_currency if in_deals else own, rates=rates, unknown=True)
    told, worth = exchange.rates[deal_currency], rates[deal_currency]
    if in_deals:
        return Exchanging(deal_currency, own, deal_currency, file_times=1 / worth, rate=told, rates=rates)
    return Exchanging(deal_currency, own, own, worth.numerator, worth.denominator, rate=told, rates=rates)


def _minor_rate(rate: Fraction, currency: str, own: str) -> Fraction:
    """What one minor unit of `currency` is worth in minor units of `own`: a cent is not a yen."""
    return rate * Fraction(10) ** (MINOR_UNIT_EXPONENTS[own] - MINOR_UNIT_EXPONENTS[currency])
