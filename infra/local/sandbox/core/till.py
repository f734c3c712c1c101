"""The till: one row for each movement of money, and nothing for a draft or a refusal.

The sum of the rows in state `paid` is what left the account: a row that was canceled or
refunded counts for nothing, and taking a bill credit back is a `paid` row of a negative amount.
"""

from typing import TypedDict

from local.sandbox.core.records import Records

_COLLECTION = "till"
PAID, CANCELED, REFUNDED = "paid", "canceled", "refunded"


class Movement(TypedDict):
    """One movement; `amount` is what the provider charged, in minor units of `currency`."""

    provider: str
    reference: str
    amount: int
    currency: str
    state: str


class Till:
    """The movements of money, oldest first."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def pay(self, movement_id: str, movement: Movement) -> None:
        """Record that money moved; `movement_id` is the provider's own id for it."""
        self._records.put(_COLLECTION, f"{movement['provider']}:{movement_id}", {**movement})

    def mark(self, provider: str, movement_id: str, state: str) -> None:
        """Change what became of a movement; nothing happens when no money had moved."""
        record = self._records.get(_COLLECTION, f"{provider}:{movement_id}")
        if record is not None:
            record["state"] = state
            self._records.put(_COLLECTION, f"{provider}:{movement_id}", record)

    def rows(self, provider: str | None = None) -> list[Movement]:
        """Every movement, or those of one provider."""
        return [
            Movement(
                provider=record["provider"],
                reference=record["reference"],
                amount=record["amount"],
                currency=record["currency"],
                state=record["state"],
            )
            for record in self._records.all(_COLLECTION)
            if provider in (None, record["provider"])
        ]
