"""The columns of a history file. docs/simulate.md shows this table; a test holds the two together."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Column:
    """A column.

    Attributes:
        meaning: What stands in it, and what it means when it is empty or left out.
        required: Whether the file must have it, and each row a value in it.
    """

    name: str
    meaning: str
    required: bool = False


COLUMNS: Final = (
    Column("deal", "The deal's id in the CRM.", required=True),
    Column(
        "closed_at",
        "When it closed, or when the trigger happened: date and time with a zone, `2026-11-20T16:04:05Z`. "
        "Rows stand in this order, the oldest first.",
        required=True,
    ),
    Column("amount", "What the deal, or the invoice, is worth: `12500.00`.", required=True),
    Column("currency", "ISO 4217 code of every amount in the row.", required=True),
    Column("advocate", "The advocate's id.", required=True),
    Column("trigger", "What happened; `deal.closed` if empty."),
    Column("occurrence_id", "Which invoice or renewal it is; for triggers that repeat, and only for them."),
    Column("segment", "The advocate's segment."),
    Column("advocate_type", "The advocate's type."),
    Column("country", "The advocate's country, an ISO 3166 code: `US`."),
    Column("method", "How the advocate referred."),
    Column("region", "The seller's sales region."),
    Column("sales_involved", "`true` or `false`; empty if that is not known."),
    Column("first_purchase", "`true` or `false`: whether it is the new customer's first purchase."),
    Column("referred", "The new customer's id."),
    Column("referred_at", "When they were referred: date and time with a zone."),
    Column("referred_country", "The new customer's country."),
    Column("preferred_channel", "The channel that the advocate chose."),
    Column("referred_preferred_channel", "The channel that the new customer chose."),
    Column(
        "products",
        "The deal's lines, `sku:quantity:amount` joined by `|`: `payroll:1:9000.00|hr:20:`. "
        "An empty quantity is 1, an empty amount is not known.",
    ),
    Column("amounts", "Further named amounts, `name:amount` joined by `|`: `first_year:9000.00`."),
    Column("reward", "The reward that sales set in the CRM, in the row's currency."),
    Column("reversed_at", "When the deal was reversed: date and time with a zone."),
    Column("reversed_total", "What was left of its amount then; 0 if empty."),
    Column("amended_at", "When the deal's amount was amended: date and time with a zone."),
    Column("amended_total", "Its new amount then."),
    Column(
        "told_at",
        "When the CRM told of it: date and time with a zone; only what waits for a person is judged by it. "
        "When it closed, if empty.",
    ),
    Column("status", "`won`, `lead` or `lost`; `won` if empty. Only what was won earns."),
)

NAMES: Final = tuple(column.name for column in COLUMNS)
REQUIRED: Final = tuple(column.name for column in COLUMNS if column.required)
