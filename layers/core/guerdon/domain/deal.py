"""The deal event: what every CRM's message is normalized to, and what a deal is identified by."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from guerdon.domain.money import Money

DEAL_CLOSED: Final = "deal.closed"
DEAL_REVERSED: Final = "deal.reversed"
DEAL_AMENDED: Final = "deal.amended"
REVISIONS: Final = (DEAL_REVERSED, DEAL_AMENDED)
"""What is told about a win later: both carry the deal's new total and since when."""

UNDERSTOOD_TYPES: Final = (DEAL_CLOSED, *REVISIONS)
"""Event types that a sender may use."""


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address; `country` is an ISO 3166 alpha-2 code."""

    line1: str
    city: str
    country: str
    line2: str | None = None
    state: str | None = None
    postal_code: str | None = None


@dataclass(frozen=True, slots=True)
class Product:
    """One line of a deal."""

    sku: str
    quantity: int = 1
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class Deal:
    """The CRM's opportunity at the moment that it closed."""

    id: str
    amount: Money
    closed_at: datetime
    products: tuple[Product, ...] = ()


@dataclass(frozen=True, slots=True)
class Advocate:
    """The person who referred, as the CRM knows them. Everything here but `id` may be absent."""

    id: str
    name: str | None = None
    email: str | None = None
    segment: str | None = None
    type: str | None = None
    country: str | None = None
    address: Address | None = None
    stripe_customer: str | None = None


@dataclass(frozen=True, slots=True)
class Referred:
    """The new customer."""

    id: str
    name: str | None = None
    email: str | None = None
    company: str | None = None


@dataclass(frozen=True, slots=True)
class Referral:
    """How the advocate referred."""

    id: str | None = None
    method: str | None = None
    sales_involved: bool = False


@dataclass(frozen=True, slots=True)
class DealEvent:
    """One message about one deal, whichever CRM it came from.

    Attributes:
        deal: As it closed; in a reversal or an amendment its amount is the new total, and `closed_at` says which
            win is meant.
        effective_at: Since when a reversal or an amendment counts; None in other messages.
    """

    type: str
    timestamp: datetime
    program: str
    deal: Deal
    advocate: Advocate | None = None
    referred: Referred | None = None
    referral: Referral | None = None
    effective_at: datetime | None = None

    @property
    def occurrence(self) -> str:
        """Which win of the deal this is: its closing instant, the same in whatever zone it was written."""
        return instant(self.deal.closed_at)

    @property
    def fingerprint(self) -> str:
        """A digest of the facts that decide about money.

        Contact details and the message's own timestamp are left out: a resend with a corrected e-mail address
        is the same deal, one with another amount is not.
        """
        facts = {
            "amount": str(self.deal.amount),
            "products": [
                [product.sku, product.quantity, str(product.amount) if product.amount else None]
                for product in self.deal.products
            ],
            "advocate": self.advocate.id if self.advocate else None,
            "referred": self.referred.id if self.referred else None,
        }
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def instant(moment: datetime) -> str:
    """A moment as UTC text that sorts as time does: "2026-11-20T16:04:05.000000Z".

    Raises:
        ValueError: `moment` carries no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def from_instant(text: str) -> datetime:
    """The moment that `instant` wrote."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
