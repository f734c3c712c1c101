"""The shapes of the `standard` source's messages as they are on the wire; fields that a sender adds are ignored."""

from datetime import datetime
from typing import Annotated, Final

from msgspec import Meta, Struct

NO_CONTROL_CHARACTER: Final = r"\A[^\x00-\x1f\x7f-\x9f]*\Z"
"""No id and no e-mail address has one; a line break in an address is somebody's try to add a header to a mail."""

AMOUNTS_MOST: Final = 20
"""How many named amounts a deal may have."""

_Id = Annotated[str, Meta(min_length=1, max_length=200, pattern=NO_CONTROL_CHARACTER)]
_Email = Annotated[str, Meta(max_length=254, pattern=NO_CONTROL_CHARACTER)]
_Text = Annotated[str, Meta(max_length=500)]
_Decimal = Annotated[str, Meta(max_length=32)]
_Moment = Annotated[datetime, Meta(tz=True)]
_Country = Annotated[str, Meta(pattern=r"\A[A-Z]{2}\Z")]


class Amount(Struct, frozen=True):
    """An amount of money as decimal text."""

    value: _Decimal
    currency: Annotated[str, Meta(max_length=3)]


class Product(Struct, frozen=True):
    """One line of a deal."""

    sku: _Id
    quantity: Annotated[int, Meta(ge=0, le=1_000_000_000)] = 1
    amount: _Decimal | None = None


class Deal(Struct, frozen=True):
    """A deal; the names of `amounts` are checked by hand, so that a refusal can say what a name may be."""

    id: _Id
    amount: Amount
    closed_at: _Moment | None = None
    products: Annotated[tuple[Product, ...], Meta(max_length=200)] = ()
    amounts: Annotated[dict[str, _Decimal], Meta(max_length=AMOUNTS_MOST)] = {}
    region: _Text | None = None


class Address(Struct, frozen=True):
    """A postal address."""

    line1: _Text
    city: _Text
    country: _Country
    line2: _Text | None = None
    state: _Text | None = None
    postal_code: _Text | None = None


class Advocate(Struct, frozen=True):
    """Who referred."""

    id: _Id
    name: _Text | None = None
    email: _Email | None = None
    segment: _Text | None = None
    type: _Text | None = None
    country: _Country | None = None
    address: Address | None = None
    stripe_customer: _Text | None = None
    preferred_channel: _Text | None = None


class Referred(Struct, frozen=True):
    """The new customer."""

    id: _Id
    name: _Text | None = None
    email: _Email | None = None
    company: _Text | None = None
    country: _Country | None = None
    address: Address | None = None
    stripe_customer: _Text | None = None
    first_purchase: bool | None = None
    preferred_channel: _Text | None = None


class Referral(Struct, frozen=True):
    """How they were referred."""

    id: _Text | None = None
    method: _Text | None = None
    sales_involved: bool = False
    referred_at: _Moment | None = None


class Data(Struct, frozen=True):
    """What happened to which deal."""

    program: _Id
    deal: Deal
    advocate: Advocate | None = None
    referred: Referred | None = None
    referral: Referral | None = None
    effective_at: _Moment | None = None
    trigger: _Text | None = None
    occurred_at: _Moment | None = None
    occurrence_id: _Id | None = None
    reward: Amount | None = None


class Message(Struct, frozen=True):
    """One message."""

    type: _Text
    timestamp: _Moment
    data: Data
