"""What Lob can carry: checks in US dollars within the United States (its API's specification, POST /checks)."""

import re
from typing import Final

from guerdon.adapters.providers.unmet import unmet_by
from guerdon.application.ports import Capabilities, PayoutOrder
from guerdon.domain.deal import Address

CAPABILITIES: Final = Capabilities(
    currencies=frozenset({"USD"}),
    value_least_minor=1,
    value_most_minor=99_999_999,
    recipient_needs=("name", "address"),
    recipient_countries=frozenset({"US"}),
    key_lasts_hours=20,
)

NAME_LENGTH_MOST: Final = 40
LINES_LENGTH_MOST: Final = 50
"""Of line 1 and line 2 of the recipient's address together."""
CITY_LENGTH_MOST: Final = 200

_STATE: Final = re.compile(r"[A-Za-z]{2}", re.ASCII)
_ZIP: Final = re.compile(r"[0-9]{5}(-[0-9]{4})?", re.ASCII)


def unmet(order: PayoutOrder) -> str | None:
    """What keeps Lob from carrying `order` out, in words without personal data, or None."""
    general = unmet_by(CAPABILITIES, order)
    if general or order.recipient.address is None:
        return general
    if len(order.recipient.name or "") > NAME_LENGTH_MOST:
        return f"name: the recipient's name is longer than {NAME_LENGTH_MOST} characters"
    return _address(order.recipient.address)


def _address(address: Address) -> str | None:
    if not address.line1.strip():
        return "address: line 1 is missing"
    if len(address.line1) + len(address.line2 or "") > LINES_LENGTH_MOST:
        return f"address: line 1 and 2 together are longer than {LINES_LENGTH_MOST} characters"
    if not 0 < len(address.city.strip()) <= CITY_LENGTH_MOST:
        return "address: the city is missing or too long"
    if not _STATE.fullmatch(address.state or ""):
        return "address: the state must be its two-letter code"
    if not _ZIP.fullmatch(address.postal_code or ""):
        return "address: the postal code must be a ZIP code such as 94107 or 94107-1234"
    return None
