"""What Stripe can carry: credits to a customer's balance, which the next invoice uses up.

Stripe's unit of an amount is the ISO 4217 minor unit, with the exceptions of docs.stripe.com/currencies ("Special
cases", "Three-decimal currencies"). Its exceptions for paying out to a bank (HUF, TWD) don't touch a balance.
"""

from typing import Final

from guerdon.adapters.providers.unmet import unmet_by
from guerdon.application.ports import Capabilities, PayoutOrder
from guerdon.domain.currencies import MINOR_UNIT_EXPONENTS
from guerdon.domain.money import Money

CAPABILITIES: Final = Capabilities(
    currencies=frozenset(),
    value_least_minor=1,
    # Eight digits, Stripe's own bound on an amount.
    value_most_minor=99_999_999,
    recipient_needs=("stripe_customer",),
    recipient_countries=frozenset(),
    key_lasts_hours=20,
)

PLACES_AT_STRIPE: Final = {
    **MINOR_UNIT_EXPONENTS,
    "ISK": 2,  # No minor unit of its own any more; Stripe still wants two places, both zero.
    "MGA": 0,  # Two places by ISO 4217 (a fifth is called iraimbilanja), none at Stripe.
}
"""How many decimal places an amount has at Stripe, where that is certain."""

_UNCERTAIN: Final = frozenset({"UGX"})
"""Stripe lists it among the zero-decimal currencies and among those that keep two places: a factor of 100."""

_CUSTOMER_PREFIX: Final = "cus_"


def unmet(order: PayoutOrder) -> str | None:
    """What keeps Stripe from carrying `order` out, in words without personal data, or None."""
    general = unmet_by(CAPABILITIES, order)
    if general:
        return general
    customer = order.recipient.stripe_customer or ""
    rest = customer.removeprefix(_CUSTOMER_PREFIX)
    if rest == customer or not (rest.isascii() and rest.replace("_", "").isalnum()):
        return "stripe_customer: a Stripe customer id begins with cus_"
    if order.value.currency in _UNCERTAIN:
        return f"currency: {order.value.currency} cannot be written for Stripe without doubt"
    if units_at_stripe(order.value) is None:
        return f"amount: {order.value} has places that Stripe does not carry in {order.value.currency}"
    return None


def units_at_stripe(money: Money) -> int | None:
    """The amount in Stripe's units; None where it is not a whole number of them.

    Three-decimal currencies end in a zero there: the networks behind it know two places.
    """
    places = MINOR_UNIT_EXPONENTS[money.currency]
    units, rest = divmod(money.amount_minor * 10 ** PLACES_AT_STRIPE[money.currency], 10**places)
    three_places = PLACES_AT_STRIPE[money.currency] > len("00")
    return None if rest or (three_places and units % 10) else units


def from_units_at_stripe(units: int, currency: str) -> Money | None:
    """The money that `units` of Stripe's are; None where it is not a whole number of minor units."""
    code = currency.upper()
    minor, rest = divmod(units * 10 ** MINOR_UNIT_EXPONENTS.get(code, 0), 10 ** PLACES_AT_STRIPE.get(code, 0))
    return None if rest or code not in MINOR_UNIT_EXPONENTS else Money(minor, code)
