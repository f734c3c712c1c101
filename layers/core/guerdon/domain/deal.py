"""The deal event: what every CRM's message is normalized to, and what a deal is identified by."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from guerdon.domain.money import Money
from guerdon.domain.triggers import DEAL_CLOSED, REPEATING, TRIGGERS

DEAL_REVERSED: Final = "deal.reversed"
DEAL_AMENDED: Final = "deal.amended"
REVISIONS: Final = (DEAL_REVERSED, DEAL_AMENDED)
"""What is told about a win later: both carry the deal's new total and since when."""

UNDERSTOOD_TYPES: Final = (*TRIGGERS, *REVISIONS)
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
class NamedAmount:
    """A further amount of a deal that rules may use, such as its first year's revenue."""

    name: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Deal:
    """The CRM's opportunity at the moment that it closed, or that something else happened to it.

    Attributes:
        amount: What this occurrence is worth: the deal, or the invoice that was paid.
        closed_at: When it closed; of another trigger than a closing, when that happened.
        products: Its lines, in the deal's currency.
        amounts: Further named amounts, in the deal's currency.
        region: The seller's sales region, as the CRM names it.
    """

    id: str
    amount: Money
    closed_at: datetime
    products: tuple[Product, ...] = ()
    amounts: tuple[NamedAmount, ...] = ()
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Advocate:
    """The person who referred, as the CRM knows them. Everything here but `id` may be absent.

    Attributes:
        preferred_channel: The channel by which they chose to be paid where a rule lets them choose.
    """

    id: str
    name: str | None = None
    email: str | None = None
    segment: str | None = None
    type: str | None = None
    country: str | None = None
    address: Address | None = None
    stripe_customer: str | None = None
    preferred_channel: str | None = None


@dataclass(frozen=True, slots=True)
class Referred:
    """The new customer. What is needed to pay them may be absent, as may be whether this is their first purchase."""

    id: str
    name: str | None = None
    email: str | None = None
    company: str | None = None
    country: str | None = None
    address: Address | None = None
    stripe_customer: str | None = None
    first_purchase: bool | None = None
    preferred_channel: str | None = None


@dataclass(frozen=True, slots=True)
class Referral:
    """How the advocate referred."""

    id: str | None = None
    method: str | None = None
    sales_involved: bool = False
    referred_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DealEvent:
    """One message about one deal, whichever CRM it came from.

    Attributes:
        type: A trigger, or a reversal or an amendment of one.
        deal: As it closed; in a reversal or an amendment its amount is the new total, and `closed_at` or
            `occurrence_id` says which win is meant.
        effective_at: Since when a reversal or an amendment counts; None in other messages.
        revised_trigger: The trigger of the win that a reversal or an amendment is about.
        occurrence_id: Which of several occurrences of a repeating trigger it is, such as the invoice's id.
        set_by_sales: The reward that sales set for this deal in the CRM.
    """

    type: str
    timestamp: datetime
    program: str
    deal: Deal
    advocate: Advocate | None = None
    referred: Referred | None = None
    referral: Referral | None = None
    effective_at: datetime | None = None
    revised_trigger: str = DEAL_CLOSED
    occurrence_id: str | None = None
    set_by_sales: Money | None = None

    @property
    def trigger(self) -> str:
        """What happened to the deal; for a reversal or an amendment, what it revises."""
        return self.revised_trigger if self.type in REVISIONS else self.type

    @property
    def occurrence(self) -> str:
        """Which occurrence of the trigger this is: its id, else its instant, the same in whatever zone it was written.

        An id is told apart from an instant by what stands before it.
        """
        return f"id:{self.occurrence_id}" if self.trigger in REPEATING else instant(self.deal.closed_at)

    @property
    def fingerprint(self) -> str:
        """A digest of the facts that decide about money.

        Contact details and the message's own timestamp are left out: a resend with a corrected e-mail address
        is the same deal, one with another amount is not. What a message does not say adds nothing to the digest.
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
        if self.deal.amounts:
            facts["amounts"] = sorted([named.name, str(named.amount)] for named in self.deal.amounts)
        if self.set_by_sales is not None:
            facts["set_by_sales"] = str(self.set_by_sales)
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
