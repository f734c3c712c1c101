"""What the columns of providers' exported statements are called, and what their status words mean.

Names are compared in lower case, with everything but letters and digits as one underscore: "Created (UTC)" is
"created_utc", and "guerdon_attempt (metadata)" is "guerdon_attempt_metadata".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from guerdon.domain.reconciliation import LineState

_OURS: Final = ("guerdon_attempt", "guerdon_attempt_metadata", "metadata_guerdon_attempt", "reference")


@dataclass(frozen=True, slots=True)
class Columns:
    """How one provider's file is read; of several names the first that the header has counts.

    Attributes:
        line_id: The provider's own id of the line.
        reference: Our reference of the attempt.
        amount: In major units.
        on: The day; of a time only the day is read.
        status: How far it is; where there is no such column, all of it was carried out.
        currency: The currency; where there is no such column, US dollars.
        states: What each status means, in lower case.
        credits_are_negative: Whether what was given away is written with a minus.
    """

    line_id: tuple[str, ...]
    reference: tuple[str, ...]
    amount: tuple[str, ...]
    on: tuple[str, ...]
    states: Mapping[str, LineState]
    status: tuple[str, ...] = ("status",)
    currency: tuple[str, ...] = ("currency", "currency_code")
    credits_are_negative: bool = False


COLUMNS: Final[Mapping[str, Columns]] = {
    "tremendous": Columns(
        line_id=("id", "order_id", "order"),
        reference=("external_id", *_OURS),
        amount=("total", "order_total", "amount"),
        on=("created_at", "date", "created"),
        states={
            "executed": LineState.DONE,
            "open": LineState.UNDER_WAY,
            "pending approval": LineState.UNDER_WAY,
            "pending internal payment approval": LineState.UNDER_WAY,
            "canceled": LineState.UNDONE,
            "failed": LineState.UNDONE,
            "refunded": LineState.RETURNED,
        },
    ),
    "lob": Columns(
        line_id=("id", "check_id"),
        reference=_OURS,
        amount=("amount",),
        on=("date_created", "created", "date"),
        states={
            "rendered": LineState.DONE,
            "mailed": LineState.DONE,
            "in transit": LineState.DONE,
            "in local area": LineState.DONE,
            "processed for delivery": LineState.DONE,
            "delivered": LineState.DONE,
            "re-routed": LineState.DONE,
            "processed": LineState.UNDER_WAY,
            "failed": LineState.UNDONE,
            "deleted": LineState.UNDONE,
            "canceled": LineState.UNDONE,
            "returned to sender": LineState.RETURNED,
        },
    ),
    "stripe": Columns(
        line_id=("id", "transaction_id"),
        reference=_OURS,
        amount=("amount",),
        on=("created_utc", "created", "date"),
        states={},
        status=(),
        credits_are_negative=True,
    ),
    "printful": Columns(
        line_id=("id", "order_id", "order", "order_number"),
        reference=("external_id", *_OURS),
        amount=("total", "amount"),
        on=("created_at", "date", "created"),
        states={
            "fulfilled": LineState.DONE,
            "pending": LineState.UNDER_WAY,
            "inprocess": LineState.UNDER_WAY,
            "in process": LineState.UNDER_WAY,
            "onhold": LineState.UNDER_WAY,
            "on hold": LineState.UNDER_WAY,
            "partial": LineState.UNDER_WAY,
            "failed": LineState.UNDONE,
            "canceled": LineState.UNDONE,
        },
    ),
}
"""By provider."""

NO_LINE: Final = frozenset({"draft"})
"""Statuses of what is no line of a statement: nothing was charged for it."""
