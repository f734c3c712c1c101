"""History: what happened to deals before, one row per occurrence, as a simulation and a benchmark read it."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple

from guerdon.domain.facts import Facts, LineFacts
from guerdon.domain.money import Money
from guerdon.domain.program import Beneficiary
from guerdon.domain.triggers import DEAL_CLOSED


class Status(StrEnum):
    """What became of a referral; only what was won earns."""

    WON = "won"
    LEAD = "lead"
    LOST = "lost"


NO_AMOUNTS: Final[Mapping[str, int]] = {}


class HistoryRow(NamedTuple):
    """One occurrence of one deal, with what was told about it later. A named tuple, since there are millions of them.

    Amounts are in minor units of `currency`; moments carry their zone.

    Attributes:
        line: Where it stands in its file, from 1; 0 when it is from none.
        closed_at: When the deal closed; of another trigger than a closing, when that happened.
        trigger: One of TRIGGERS.
        occurrence_id: Which one of a repeating trigger's it is; None for one that happens once.
        referred: The new customer's id.
        lines: The deal's product lines.
        amounts: Further named amounts.
        set_by_sales: The reward that sales set in the CRM.
        reversed_total: What was left of the deal's amount from `reversed_at` on; None together with that.
        amended_total: The deal's new amount from `amended_at` on; None together with that.
        status: What became of the referral.
        told_at: When the CRM told of it; None if that is not known.
    """

    line: int
    deal: str
    closed_at: datetime
    amount: int
    currency: str
    advocate: str
    trigger: str = DEAL_CLOSED
    occurrence_id: str | None = None
    segment: str | None = None
    advocate_type: str | None = None
    country: str | None = None
    method: str | None = None
    region: str | None = None
    sales_involved: bool | None = None
    first_purchase: bool | None = None
    referred: str | None = None
    referred_at: datetime | None = None
    referred_country: str | None = None
    preferred_channel: str | None = None
    referred_preferred_channel: str | None = None
    lines: tuple[LineFacts, ...] = ()
    amounts: Mapping[str, int] = NO_AMOUNTS
    set_by_sales: Money | None = None
    reversed_at: datetime | None = None
    reversed_total: int | None = None
    amended_at: datetime | None = None
    amended_total: int | None = None
    status: str = Status.WON
    told_at: datetime | None = None


def facts_of_row(row: HistoryRow, beneficiary: Beneficiary) -> Facts:
    """What rules may look at of a row, as `beneficiary` is judged."""
    if beneficiary is Beneficiary.ADVOCATE:
        recipient_country, preferred_channel = row.country, row.preferred_channel
    else:
        recipient_country, preferred_channel = row.referred_country, row.referred_preferred_channel
    return Facts(
        row.trigger,
        row.closed_at,
        row.currency,
        row.amount,
        row.amounts,
        row.lines,
        row.segment,
        row.advocate_type,
        row.country,
        row.method,
        row.region,
        row.sales_involved,
        row.first_purchase,
        row.referred_at,
        row.set_by_sales,
        recipient_country,
        preferred_channel,
    )
