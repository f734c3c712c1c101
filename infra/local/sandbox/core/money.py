"""Money between the ways that providers write it and integer minor units."""

from decimal import Decimal

# ISO 4217 exponents that are not 2, among the currencies the played providers accept.
_EXPONENTS = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX"), 0),
    **dict.fromkeys(("VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}


class NotAnAmountError(ValueError):
    """A value that is no number, or has more decimal places than its currency."""


def exponent(currency: str) -> int:
    """How many decimal places the ISO 4217 `currency` has (JPY 0, USD 2, KWD 3)."""
    return _EXPONENTS.get(currency.upper(), 2)


def to_minor(value: object, currency: str) -> int:
    """Read an amount in major units (a number or numeric text) as integer minor units.

    Raises:
        NotAnAmountError: it is not a finite number, or finer than one minor unit.
    """
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        raise NotAnAmountError("is not a number")
    try:
        amount = Decimal(value)
    except ArithmeticError as error:
        raise NotAnAmountError("is not a number") from error
    if not amount.is_finite():
        raise NotAnAmountError("is not a number")
    minor = amount.scaleb(exponent(currency))
    if minor != minor.to_integral_value():
        raise NotAnAmountError(f"has more than {exponent(currency)} decimal places")
    return int(minor)


def to_major(amount_minor: int, currency: str) -> Decimal:
    """The same amount in major units, with the currency's own number of decimal places."""
    return Decimal(amount_minor).scaleb(-exponent(currency))
