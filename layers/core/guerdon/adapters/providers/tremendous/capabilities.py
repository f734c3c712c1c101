"""What Tremendous can carry. Which currencies a campaign offers is set there, so any is asked for."""

from typing import Final

from guerdon.adapters.providers.unmet import unmet_by
from guerdon.application.ports import Capabilities, PayoutOrder

CAPABILITIES: Final = Capabilities(
    currencies=frozenset(),
    value_least_minor=1,
    # Each product has its own limits, which Tremendous checks; this one keeps a slipped decimal point away.
    value_most_minor=99_999_999,
    recipient_needs=("email",),
    recipient_countries=frozenset(),
    # An external_id is remembered for good; the margin is what every provider's key is held to.
    key_lasts_hours=20,
)


def unmet(order: PayoutOrder) -> str | None:
    """What keeps Tremendous from carrying `order` out, in words without personal data, or None."""
    return unmet_by(CAPABILITIES, order)
