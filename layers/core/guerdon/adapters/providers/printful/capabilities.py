"""What Printful can carry: one printed item, mailed almost anywhere.

The value is what the program promised; what Printful charges for the item, its shipping and tax is the cost.
"""

from typing import Final

from guerdon.adapters.providers.unmet import unmet_by
from guerdon.application.ports import Capabilities, PayoutOrder
from guerdon.domain.deal import Address

CAPABILITIES: Final = Capabilities(
    currencies=frozenset(),
    value_least_minor=1,
    # Printful is told the value as the retail price only; this bound keeps a slipped decimal point away.
    value_most_minor=99_999_999,
    recipient_needs=("name", "address"),
    recipient_countries=frozenset(),
    # An external_id is not promised to be unique there: look before making another draft.
    key_lasts_hours=0,
)

_STATE_COUNTRIES: Final = frozenset({"AU", "CA", "US"})
"""Countries whose addresses are no addresses without a state and a postal code."""


def unmet(order: PayoutOrder) -> str | None:
    """What keeps Printful from carrying `order` out, in words without personal data, or None."""
    if order.item is None:
        return "item: the program names no item to send"
    return unmet_by(CAPABILITIES, order) or (_address(order.recipient.address) if order.recipient.address else None)


def _address(address: Address) -> str | None:
    for part, value in (("line 1", address.line1), ("the city", address.city), ("the country", address.country)):
        if not value.strip():
            return f"address: {part} is missing"
    if address.country.upper() in _STATE_COUNTRIES:
        for part, optional in (("state", address.state), ("postal code", address.postal_code)):
            if not (optional or "").strip():
                return f"address: the {part} is missing"
    return None
