"""One test deal from end to end: what it is told as, and the small program that pays 1 USD for it.

Everything is made of the day and of whom it is for, so that the same person on the same day is the same deal, the same
delivery and the same bytes, however often and from wherever it is sent. Ids outlive a person's erasure, so the address
is in them only under a key.
"""

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final

from guerdon.domain.document import Document
from guerdon.domain.money import Money

PROGRAM: Final = "first-payout"
VALUE: Final = Money(1_00, "USD")
"""What one test pays."""

MONTH_MOST: Final = Money(25_00, "USD")
"""What all tests of a month pay at most: a script that runs wild stops there."""

DAY_MOST: Final = 5
"""How many are paid in a day; more wait for a person."""

_STARTS_AT: Final = "2026-01-01T00:00:00+00:00"


@dataclass(frozen=True, slots=True)
class MadeUpDeal:
    """One deal that a person makes up to see it paid.

    Attributes:
        delivery_id: Under which it is delivered; the same again is the same event.
        body: The message, byte for byte.
    """

    deal_id: str
    delivery_id: str
    body: bytes


def program_document(legal_entity: str, time_zone: str) -> Document:
    """The program file of the test, as if it had been read from YAML: every scalar is text."""
    return {
        "program": PROGRAM,
        "title": "First payout",
        "legal_entity": legal_entity,
        "currency": VALUE.currency,
        "time_zone": time_zone,
        "starts_at": _STARTS_AT,
        "ceilings": {"payouts_per_day": str(DAY_MOST)},
        "limits": {"program": [{"max": MONTH_MOST.decimal, "period": "calendar_month", "over": "refuse"}]},
        "rules": [{"name": "one-dollar", "amount": {"flat": VALUE.decimal}, "channel": "gift_card"}],
    }


def deal_for(email: str, name: str, day: date, key: str) -> MadeUpDeal:
    """The deal of one person and one day (UTC); the case and the blanks around an address make no other person.

    Args:
        email: Where the card goes.
        name: Whom it is for.
        day: The day.
        key: A secret that stays the same for the day, such as that of the connection.
    """
    address = email.strip()
    person = hmac.new(key.encode(), address.lower().encode(), hashlib.sha256).hexdigest()[:12]
    deal_id = f"{PROGRAM}-{day.isoformat()}-{person}"
    at = datetime.combine(day, time(), UTC).isoformat()
    message = {
        "type": "deal.closed",
        "timestamp": at,
        "data": {
            "program": PROGRAM,
            "deal": {
                "id": deal_id,
                "amount": {"value": VALUE.decimal, "currency": VALUE.currency},
                "closed_at": at,
            },
            "advocate": {"id": f"{PROGRAM}-{person}", "name": name.strip(), "email": address},
            "referral": {"id": deal_id, "method": "test"},
        },
    }
    return MadeUpDeal(deal_id, f"msg_{deal_id}", json.dumps(message, ensure_ascii=False).encode())
