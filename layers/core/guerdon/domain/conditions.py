"""When a rule applies: conditions as data, with real boolean logic and nothing that is executed.

A fact that a deal does not say meets no condition, so `Not` of it is met.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from guerdon.domain.money import Money


class TextFact(StrEnum):
    """A fact that is compared with a list of texts, by its key in a program file."""

    PRODUCTS = "products"  # The skus of the deal's lines: any of them.
    SEGMENTS = "segments"  # advocate.segment
    ADVOCATE_TYPES = "advocate_types"  # advocate.type
    COUNTRIES = "countries"  # advocate.country
    METHODS = "methods"  # referral.method
    REGIONS = "regions"  # deal.region
    CURRENCIES = "currencies"  # deal.amount.currency


class FlagFact(StrEnum):
    """A fact that is true or false."""

    SALES_INVOLVED = "sales_involved"  # referral.sales_involved
    FIRST_PURCHASE = "first_purchase"  # referred.first_purchase


class MomentFact(StrEnum):
    """A moment that is compared with a span."""

    CLOSED = "closed"  # When the deal closed, or its milestone happened.
    REFERRED = "referred"  # referral.referred_at


@dataclass(frozen=True, slots=True)
class OneOf:
    """The fact is one of the values; for products, one of the deal's is."""

    fact: TextFact
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Flag:
    """The fact is known, and is `value`."""

    fact: FlagFact
    value: bool


@dataclass(frozen=True, slots=True)
class Sized:
    """A named amount of the deal is at least `at_least` and below `below`, where they are given."""

    of: str
    at_least: Money | None = None
    below: Money | None = None


@dataclass(frozen=True, slots=True)
class Units:
    """The units of all of the deal's lines are at least `at_least` and below `below`, where they are given."""

    at_least: int | None = None
    below: int | None = None


@dataclass(frozen=True, slots=True)
class During:
    """The moment is not before `start`, and before `end`, where they are given."""

    fact: MomentFact
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; with no part, always."""

    parts: tuple["Condition", ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: "Condition"


Condition = OneOf | Flag | Sized | Units | During | All | AnyOf | Not

ALWAYS = All()
