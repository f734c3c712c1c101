"""The published figures as one model: how many referrals advocates make, by which methods, and which become deals.

The survey tells margins: referrals by method, by how active an advocate is, and the deals of each. The model is the
table that has all these margins at once. Two of the published figures cannot be had together with the rest: 36 % of
the enrolled with these numbers of referrals and this concentration make at least 0.92 leads a year for each enrolled
advocate and not 0.87. The model keeps the numbers and the concentration. Of partners the survey tells only methods and
conversion: they are taken to make as many referrals as customers, whose conversion does not fall with their number.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from guerdon.adapters.sample_history.shares import fitted
from guerdon.application.benchmark import published
from guerdon.application.benchmark.published import Kind, Method


class Tier(IntEnum):
    """Advocates by how many referrals they make: the first hundredth, the rest of the first tenth, all others."""

    TOP = 0
    HIGH = 1
    REST = 2


TIER_REFERRALS: Final = (
    float(published.TOP_1_REFERRALS),
    float(published.TOP_10_REFERRALS - published.TOP_1_REFERRALS),
    float(1 - published.TOP_10_REFERRALS),
)
"""Share of all referrals that each tier makes."""
TIER_DEALS: Final = (
    float(published.TOP_1_DEALS),
    float(published.TOP_10_DEALS - published.TOP_1_DEALS),
    float(1 - published.TOP_10_DEALS),
)
"""Share of all deals that come from each tier."""

# Whoever shares widely shares by links; whoever refers one acquaintance speaks or writes to them.
_INCLINATION: Final = {
    Method.SOCIAL: (12.0, 4.0, 1.0),
    Method.URL: (6.0, 4.0, 1.0),
    Method.EMAIL: (1.0, 1.0, 1.0),
    Method.LEAD_FORM: (1.0, 1.0, 1.0),
    Method.VERBAL: (0.3, 0.5, 1.0),
    Method.PRINT_CARD: (0.3, 0.5, 1.0),
}
_LESS_THAN_ONE_PERCENT: Final = 0.005
"""What a use is taken for that was published as below 1 %."""

SALES_INVOLVED: Final = {Kind.CUSTOMER: 0.2, Kind.PARTNER: 0.3}
"""Share of leads that sales are involved in. Not published: an assumption of the model."""


@dataclass(frozen=True, slots=True)
class Model:
    """What the referrals of one kind of program are drawn from.

    Attributes:
        methods: The methods in the order of the tables' columns.
        referrals: Share of all referrals by tier and method; sums to 1.
        deals: Share of all deals by tier and method; sums to 1.
        conversion: Share of referrals that become deals.
        sales_of_deals: Share of deals that sales were involved in.
        sales_of_others: Share of the other leads that they were involved in.
    """

    methods: tuple[Method, ...]
    referrals: list[list[float]]
    deals: list[list[float]]
    conversion: float
    sales_of_deals: float
    sales_of_others: float


def model_of(kind: Kind) -> Model:
    """The model of customers' or of partners' programs."""
    figures = published.FIGURES[kind]
    methods = tuple(figures.methods)
    uses = [_LESS_THAN_ONE_PERCENT if told.below else float(told.use) for told in figures.methods.values()]
    use = [each / sum(uses) for each in uses]
    converted = [each * float(told.conversion) for each, told in zip(use, figures.methods.values(), strict=True)]
    conversion = sum(converted)
    inclined = [
        [share * _INCLINATION[method][tier] for method, share in zip(methods, use, strict=True)] for tier in Tier
    ]
    referrals = fitted(inclined, TIER_REFERRALS, use)
    deals = [
        [cell * float(told.conversion) / conversion for cell, told in zip(row, figures.methods.values(), strict=True)]
        for row in referrals
    ]
    if kind is Kind.CUSTOMER:
        deals = fitted(deals, TIER_DEALS, [each / conversion for each in converted])
    involved = SALES_INVOLVED[kind]
    with_sales = float(figures.conversion_with_sales)
    return Model(
        methods,
        referrals,
        deals,
        conversion,
        sales_of_deals=involved * with_sales / conversion,
        sales_of_others=involved * (1 - with_sales) / (1 - conversion),
    )
