"""What the field publishes about referral programs of businesses: the figures as data, each with where it stands.

Everything here is from one survey and is written as it was published, rounded as it was. Nothing is computed from
other figures, and what the survey does not tell about a kind of program is None.
"""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Final

from guerdon.domain.channel import Channel

SURVEY: Final = "The State of Business Customer Referral Programs"
"""The source of every figure in this module."""


class Kind(StrEnum):
    """Who refers; the survey tells customers' programs and partners' apart."""

    CUSTOMER = "customer"
    PARTNER = "partner"


class Method(StrEnum):
    """How a lead was referred; the values are what `data.referral.method` and the column `method` say."""

    SOCIAL = "social"
    EMAIL = "email"
    LEAD_FORM = "lead_form"
    VERBAL = "verbal"
    URL = "url"
    PRINT_CARD = "print_card"

    @property
    def words(self) -> str:
        """The method as people say it."""
        return _METHOD_WORDS[self]


_METHOD_WORDS: Final = {
    Method.SOCIAL: "social media",
    Method.EMAIL: "e-mail",
    Method.LEAD_FORM: "lead form",
    Method.VERBAL: "verbal",
    Method.URL: "shareable URL",
    Method.PRINT_CARD: "print card",
}


@dataclass(frozen=True, slots=True)
class OfMethod:
    """What is published about one method.

    Attributes:
        use: Share of all referrals made by it.
        conversion: Share of its referrals that became deals.
        below: Whether the use was published as "less than" this share.
    """

    use: Fraction
    conversion: Fraction
    below: bool = False


@dataclass(frozen=True, slots=True)
class OfAmount:
    """What is published about rewards of one range of worth, both ends included.

    Attributes:
        least: In whole USD.
        most: In whole USD.
        conversion: Share of leads promised such a reward that became deals.
    """

    least: int
    most: int
    conversion: Fraction


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures that the survey tells for customers' and for partners' programs apart.

    Attributes:
        conversion: Share of leads that became deals.
        conversion_with_sales: The same of leads that sales were involved in.
        methods: By how it was referred.
    """

    conversion: Fraction
    conversion_with_sales: Fraction
    methods: dict[Method, OfMethod]


def _share(percent: int) -> Fraction:
    return Fraction(percent, 100)


FIGURES: Final = {
    # Source: the survey, on lead conversion and on referral methods, customer programs.
    Kind.CUSTOMER: Figures(
        conversion=_share(13),
        conversion_with_sales=_share(30),
        methods={
            Method.SOCIAL: OfMethod(_share(29), _share(1)),
            Method.EMAIL: OfMethod(_share(24), _share(17)),
            Method.LEAD_FORM: OfMethod(_share(23), _share(19)),
            Method.VERBAL: OfMethod(_share(13), _share(32)),
            Method.URL: OfMethod(_share(12), _share(4)),
            Method.PRINT_CARD: OfMethod(_share(1), _share(12), below=True),
        },
    ),
    # Source: the survey, on the same, partner programs.
    Kind.PARTNER: Figures(
        conversion=_share(31),
        conversion_with_sales=_share(41),
        methods={
            Method.LEAD_FORM: OfMethod(_share(81), _share(37)),
            Method.SOCIAL: OfMethod(_share(13), _share(0)),
            Method.VERBAL: OfMethod(_share(3), _share(21)),
            Method.URL: OfMethod(_share(2), _share(21)),
            Method.EMAIL: OfMethod(_share(1), _share(0)),
            Method.PRINT_CARD: OfMethod(_share(1), _share(67), below=True),
        },
    ),
}

# Source: the survey, on the types of reward offered.
REWARD_TYPES: Final = {
    Channel.GIFT_CARD: _share(52),
    Channel.CHECK: _share(29),
    Channel.BILL_CREDIT: Fraction(95, 1000),
    Channel.MERCHANDISE: Fraction(95, 1000),
}
"""Share of rewards offered as each type."""

# Source: the survey, on reward amounts.
AMOUNT_AVERAGE: Final = 111
"""Average reward, in USD."""
AMOUNT_USUAL: Final = (41, 100)
"""The range, in USD, that most rewards are in."""
AMOUNT_USUAL_SHARE: Final = _share(82)
"""Share of rewards in that range."""
# Source: the survey, on reward amounts and lead conversion.
AMOUNTS: Final = (
    OfAmount(20, 40, _share(9)),
    OfAmount(41, 100, _share(13)),
    OfAmount(101, 1000, _share(5)),
    OfAmount(1001, 2500, _share(6)),
)
"""From the smallest reward that the survey met to the largest."""

# Source: the survey, on active advocates: 2,106 of 5,850 enrolled customers in an average program.
ACTIVE: Final = _share(36)
"""Share of enrolled customers who referred anybody within a year."""

# Source: the survey, on how many referrals an advocate makes.
MADE_ONE: Final = _share(61)
"""Share of active advocates who made one referral in a year."""
MADE_FEW: Final = _share(34)
"""Share of those who made 2 to 10."""
MADE_MANY: Final = _share(5)
"""Share of those who made 11 or more."""
FEW_MOST: Final = 10
"""The most referrals of an advocate who made few."""

# Source: the survey, on leads from each advocate.
LEADS_A_YEAR: Final = Fraction(87, 100)
"""Leads that an enrolled advocate makes in a year, on average."""
LEADS_A_YEAR_AFTER_SUCCESS: Final = Fraction(25, 10)
"""The same of those who had a successful referral before."""

# Source: the survey, on the concentration of referrals and of deals.
TOP_1_REFERRALS: Final = _share(22)
"""Share of all referrals made by the 1 % of advocates who make the most."""
TOP_1_DEALS: Final = _share(1)
"""Share of all deals that come from them."""
TOP_10_REFERRALS: Final = _share(54)
"""Share of all referrals made by the 10 % who make the most."""
TOP_10_DEALS: Final = _share(6)
"""Share of all deals that come from them."""
