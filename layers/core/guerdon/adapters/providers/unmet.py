"""What an order lacks for a provider, found before any call and without the provider's key."""

from guerdon.application.ports import Capabilities, PayoutOrder
from guerdon.application.records import AdvocateDetails
from guerdon.domain.deal import Address
from guerdon.domain.money import Money

_WORDS = {
    "name": "the recipient's name is missing",
    "email": "the recipient's e-mail address is missing",
    "address": "the recipient's postal address is missing",
    "stripe_customer": "the recipient's Stripe customer id is missing",
}


def unmet_by(capabilities: Capabilities, order: PayoutOrder) -> str | None:
    """The first of a provider's capabilities that `order` is beyond, in words without personal data, or None."""
    return (
        _currency(capabilities, order.value)
        or _amount(capabilities, order.value)
        or _details(capabilities, order.recipient)
        or _country(capabilities, order.recipient.address)
    )


def _currency(capabilities: Capabilities, value: Money) -> str | None:
    if not capabilities.currencies or value.currency in capabilities.currencies:
        return None
    carried = ", ".join(sorted(capabilities.currencies))
    return f"currency: it carries {carried}, not {value.currency}"


def _amount(capabilities: Capabilities, value: Money) -> str | None:
    least = Money(capabilities.value_least_minor, value.currency)
    most = Money(capabilities.value_most_minor, value.currency)
    if value < least:
        return f"amount: {value} is less than the {least} that it carries"
    if most < value:
        return f"amount: {value} is more than the {most} that it carries"
    return None


def _details(capabilities: Capabilities, recipient: AdvocateDetails) -> str | None:
    for need in capabilities.recipient_needs:
        if not getattr(recipient, need):
            return f"{need}: {_WORDS[need]}"
    return None


def _country(capabilities: Capabilities, address: Address | None) -> str | None:
    if not capabilities.recipient_countries or address is None:
        return None
    if address.country.upper() in capabilities.recipient_countries:
        return None
    reached = ", ".join(sorted(capabilities.recipient_countries))
    return f"address: it delivers to {reached} only"
