"""Tremendous's statement: its orders, and the other changes of the balance that they are paid from."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date
from typing import Final

from guerdon.adapters.providers.amounts import from_major
from guerdon.adapters.providers.api_key import ApiKey, ReadAgain
from guerdon.adapters.providers.statement_lines import payout_line
from guerdon.adapters.providers.tremendous.client import NAME, Movement, Order, TremendousClient
from guerdon.adapters.providers.tremendous.payouts import CHARGED_IN, STATES, cost_of
from guerdon.application.records import AnswerState
from guerdon.domain.errors import InvalidMoney, OutcomeUnknown
from guerdon.domain.identity import derived_id
from guerdon.domain.money import Money
from guerdon.domain.reconciliation import LineKind, LineState, StatementLine

_WORD: Final = re.compile(r"[A-Za-z][A-Za-z _-]{0,39}", re.ASCII)


class Statements:
    """The StatementSource of gift cards."""

    name: str = NAME
    lists_all: bool = True

    def __init__(self, secret: Mapping[str, object], base_url: str, read_again: ReadAgain | None = None) -> None:
        """Nothing is connected yet.

        Raises:
            SecretMissing: `secret` lacks api_key.
        """
        self._client = TremendousClient(ApiKey(NAME, secret, read_again), base_url)

    def lines(self, since: date, references: Sequence[str]) -> Iterator[StatementLine]:
        """Every order, and every change of the balance that is no order's."""
        del references
        for order in self._client.orders_since(since):
            yield _line(order)
        met: Counter[str] = Counter()
        for movement in self._client.movements_since(since):
            if movement.order is None:
                yield _of_the_balance(movement, met)

    def lines_of(self, reference: str, provider_id: str | None) -> tuple[StatementLine, ...]:
        """The order under our reference."""
        del provider_id
        order = self._client.order(reference)
        return () if order is None else (_line(order),)


def _line(order: Order) -> StatementLine:
    state = STATES.get(order.status, AnswerState.PENDING)
    if state is AnswerState.CANCELED and order.payment is not None and order.payment.refund is not None:
        state = AnswerState.RETURNED
    return payout_line(
        NAME,
        order.id,
        state,
        amount=cost_of(order) or Money(0, CHARGED_IN),
        on=order.created_at.astimezone(UTC).date(),
        reference=order.external_id,
        detail=order.status,
    )


def _of_the_balance(movement: Movement, met: Counter[str]) -> StatementLine:
    """Money that we put there, or that Tremendous took beside any order, such as a fee.

    Its id is made of what it says; of several that say the same, each gets a number.
    """
    try:
        left = -from_major(movement.amount, movement.currency_code)
        on = date.fromisoformat(movement.created_at[:10])
    except (InvalidMoney, ValueError) as error:
        raise OutcomeUnknown(NAME, f"a change of the balance cannot be read: {error}") from error
    said = derived_id("tb", movement.created_at, movement.action or "", str(left.amount_minor))
    met[said] += 1
    return StatementLine(
        source=NAME,
        line_id=said if met[said] == 1 else f"{said}-{met[said]}",
        kind=LineKind.FUNDING if left.amount_minor <= 0 else LineKind.CHARGE,
        state=LineState.DONE,
        amount=left,
        on=on,
        detail=movement.action if movement.action and _WORD.fullmatch(movement.action) else "",
    )
