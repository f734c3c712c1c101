"""Money: integers in minor units with an explicit currency, and exact arithmetic on them.

Rounding is half-even and happens once, at the end of a computation: rates are exact rationals until then.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from guerdon.domain.currencies import MINOR_UNIT_EXPONENTS
from guerdon.domain.errors import InvalidMoney

_DECIMAL: Final = re.compile(r"(?P<sign>-?)(?P<whole>[0-9]{1,15})(?:\.(?P<fraction>[0-9]{1,12}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of one currency.

    Attributes:
        amount_minor: Integer count of the currency's minor unit (cents, yen, fils); may be negative.
        currency: ISO 4217 code, upper case.

    Raises:
        InvalidMoney: The currency is not in use, or the amount is not an integer.
    """

    amount_minor: int
    currency: str

    def __post_init__(self) -> None:
        if self.currency not in MINOR_UNIT_EXPONENTS:
            raise InvalidMoney(f"{self.currency!r} is not an ISO 4217 currency in use")
        if type(self.amount_minor) is not int:
            raise InvalidMoney(f"{self.amount_minor!r} is not a whole number of minor units")

    @classmethod
    def parse(cls, value: str, currency: str) -> "Money":
        """Read a decimal string such as "12500.00".

        Places beyond the currency's own are refused unless they are zeros: "100.00" is 100 yen, "100.50" is none.

        Raises:
            InvalidMoney: `value` is not a decimal number, is too long, or has more places than `currency`.
        """
        zero = cls(0, currency)
        match = _DECIMAL.fullmatch(value)
        if match is None:
            raise InvalidMoney(f'{value[:40]!r} is not a decimal amount such as "1250.00"')
        exponent = MINOR_UNIT_EXPONENTS[zero.currency]
        fraction = match["fraction"] or ""
        kept, beyond = fraction[:exponent], fraction[exponent:]
        if beyond.strip("0"):
            raise InvalidMoney(f"{value!r} has more than the {exponent} decimal places of {currency}")
        amount_minor = int(match["whole"] + kept.ljust(exponent, "0"))
        return cls(-amount_minor if match["sign"] else amount_minor, currency)

    @property
    def decimal(self) -> str:
        """The amount as a decimal string with exactly the currency's places, such as "12500.00"."""
        exponent = MINOR_UNIT_EXPONENTS[self.currency]
        digits = str(abs(self.amount_minor)).rjust(exponent + 1, "0")
        whole, fraction = digits[: len(digits) - exponent], digits[len(digits) - exponent :]
        sign = "-" if self.amount_minor < 0 else ""
        return f"{sign}{whole}.{fraction}" if fraction else f"{sign}{whole}"

    @property
    def grouped(self) -> str:
        """The same with its thousands grouped, as people read it: "-12,500.00"."""
        sign = "-" if self.amount_minor < 0 else ""
        whole, point, fraction = self.decimal.lstrip("-").partition(".")
        return f"{sign}{int(whole):,}{point}{fraction}"

    @property
    def words(self) -> str:
        """The amount as people read it: "12,500.00 USD"."""
        return f"{self.grouped} {self.currency}"

    def __str__(self) -> str:
        return f"{self.decimal} {self.currency}"

    def __add__(self, other: "Money") -> "Money":
        self._same_currency(other)
        return Money(self.amount_minor + other.amount_minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return self + -other

    def __neg__(self) -> "Money":
        return Money(-self.amount_minor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        self._same_currency(other)
        return self.amount_minor < other.amount_minor

    def __le__(self, other: "Money") -> bool:
        return not other < self

    def times(self, rate: Fraction) -> "Money":
        """This amount times an exact rate, rounded half-even to a whole minor unit."""
        return Money(round(self.amount_minor * rate), self.currency)

    def allocate(self, weights: Sequence[int]) -> tuple["Money", ...]:
        """Share the amount by `weights`; the shares sum to the whole, to the minor unit.

        Method of largest remainder; among equal remainders the earlier share gets the unit.

        Raises:
            InvalidMoney: There is no weight, one is negative, or all are zero.
        """
        total = sum(weights)
        if total <= 0 or min(weights) < 0:
            raise InvalidMoney("shares need weights of zero or more, and one above zero")
        floors = [self.amount_minor * weight // total for weight in weights]
        remainders = [self.amount_minor * weight % total for weight in weights]
        left = self.amount_minor - sum(floors)
        first_served = sorted(range(len(weights)), key=lambda index: (-remainders[index], index))
        for index in first_served[:left]:
            floors[index] += 1
        return tuple(Money(share, self.currency) for share in floors)

    def _same_currency(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise InvalidMoney(f"{self.currency} and {other.currency} cannot be added or compared")


def percent(text: str) -> Fraction:
    """Read a percentage such as "7.5" as an exact rate (3/40).

    Raises:
        InvalidMoney: `text` is not a decimal number of zero or more.
    """
    match = _DECIMAL.fullmatch(text)
    if match is None or match["sign"]:
        raise InvalidMoney(f'{text[:40]!r} is not a percentage such as "7.5"')
    return Fraction(text) / 100


def percent_text(rate: Fraction) -> str:
    """The rate as a percentage without trailing zeros: 3/40 is "7.5"."""
    hundredfold = rate * 100
    if hundredfold.denominator == 1:
        return str(hundredfold.numerator)
    scaled = Fraction(round(hundredfold * 10**12), 10**12)
    whole, rest = divmod(scaled, 1)
    return f"{whole}.{str(round(rest * 10**12)).rjust(12, '0').rstrip('0')}"
