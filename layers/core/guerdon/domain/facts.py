"""What rules may look at of one deal: the same facts whether they come from an event or from a line of history."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from guerdon.domain.money import Money


class LineFacts(NamedTuple):
    """One product line; its amount is in minor units of the deal's currency, None if the deal does not say it."""

    sku: str
    quantity: int
    amount: int | None


class Facts(NamedTuple):
    """The facts of one deal. A named tuple, since a simulation makes millions of them.

    Attributes:
        trigger: What happened, such as "deal.closed".
        closed_at: When it happened; with a time zone.
        currency: Of all the deal's amounts.
        amount: What the deal is worth, in minor units of `currency`.
        amounts: Further named amounts, such as "first_year", in minor units of `currency`.
        set_by_sales: The reward that sales set in the CRM, in its own currency; None if they set none.
        country: The advocate's country.
        recipient_country: The country of whoever is rewarded; it decides on the channel.
        preferred_channel: The channel that whoever is rewarded chose, as text; None if they chose none.
    """

    trigger: str
    closed_at: datetime
    currency: str
    amount: int
    amounts: Mapping[str, int] = {}
    lines: tuple[LineFacts, ...] = ()
    segment: str | None = None
    advocate_type: str | None = None
    country: str | None = None
    method: str | None = None
    region: str | None = None
    sales_involved: bool | None = None
    first_purchase: bool | None = None
    referred_at: datetime | None = None
    set_by_sales: Money | None = None
    recipient_country: str | None = None
    preferred_channel: str | None = None
