"""Money as providers write it: a JSON number or a decimal string in major units."""

from decimal import Decimal

from guerdon.domain.money import Money


def major_number(money: Money) -> int | float:
    """The amount as a JSON number in major units: 125.5 for 125.50 USD, 5000 for 5000 JPY.

    Exact as written: the shortest digits that name the float nearest to a decimal of at most 15 significant
    digits are that decimal's own, and no capability lets an amount come near that length.
    """
    text = money.decimal
    return float(text) if "." in text else int(text)


def from_major(value: Decimal, currency: str) -> Money:
    """What a provider charged, from its major units.

    Raises:
        InvalidMoney: There are more places than the currency has, or it is no currency.
    """
    return Money.parse(format(value, "f"), currency.upper())
