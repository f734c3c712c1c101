"""Printful's statement: the orders of our store. A draft is none: nothing was charged for it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date
from typing import Final

from guerdon.adapters.providers.api_key import ApiKey, ReadAgain
from guerdon.adapters.providers.printful.client import NAME, Order, PrintfulClient
from guerdon.adapters.providers.printful.payouts import STATES, cost_of
from guerdon.adapters.providers.secrets import text_of
from guerdon.adapters.providers.statement_lines import payout_line
from guerdon.application.records import AnswerState
from guerdon.domain.money import Money
from guerdon.domain.reconciliation import StatementLine

_NOTHING: Final = Money(0, "USD")


class Statements:
    """The StatementSource of merchandise."""

    name: str = NAME
    lists_all: bool = True

    def __init__(self, secret: Mapping[str, object], base_url: str, read_again: ReadAgain | None = None) -> None:
        """Nothing is connected yet.

        Raises:
            SecretMissing: `secret` lacks api_key or store_id.
        """
        key, store_id = ApiKey(NAME, secret, read_again), text_of(NAME, secret, "store_id")
        self._client = PrintfulClient(key, store_id, base_url)

    def lines(self, since: date, references: Sequence[str]) -> Iterator[StatementLine]:
        """Every order that was confirmed."""
        del references
        for order in self._client.orders_since(since):
            yield from _lines(order)

    def lines_of(self, reference: str, provider_id: str | None) -> tuple[StatementLine, ...]:
        """The order that was confirmed, or else the one that Printful finds under our reference."""
        order = self._client.order(provider_id) if provider_id else None
        order = order or self._client.order(f"@{reference}")
        return tuple(_lines(order)) if order and order.external_id == reference else ()


def _lines(order: Order) -> Iterator[StatementLine]:
    state = STATES.get(order.status, AnswerState.PENDING)
    if state is AnswerState.PREPARED:
        return
    yield payout_line(
        NAME,
        str(order.id),
        state,
        # A canceled order's costs were given back.
        amount=_NOTHING if state is AnswerState.CANCELED else cost_of(order) or _NOTHING,
        on=order.created_at.astimezone(UTC).date(),
        reference=order.external_id,
        detail=order.status,
    )
