"""Stripe's statement: the credits on customers' balances that carry a reference of ours.

Stripe lists the changes of one customer's balance at a time, and that balance has other uses than ours. So it is asked
about the customers of the attempts at hand, and what carries no reference of Guerdon's is none of its business.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Final

from guerdon.adapters.providers.api_key import ApiKey, ReadAgain
from guerdon.adapters.providers.statement_lines import payout_line
from guerdon.adapters.providers.stripe.capabilities import from_units_at_stripe
from guerdon.adapters.providers.stripe.client import NAME, Refused, StripeBalances, Transaction
from guerdon.adapters.providers.stripe.payouts import customer_in
from guerdon.application.records import AnswerState, FrozenRequest
from guerdon.domain.errors import OutcomeUnknown
from guerdon.domain.reconciliation import StatementLine

_NOT_FOUND: Final = 404


class Statements:
    """The StatementSource of bill credits."""

    name: str = NAME
    lists_all: bool = False

    def __init__(
        self,
        secret: Mapping[str, object],
        base_url: str,
        request_of: Callable[[str], FrozenRequest | None],
        read_again: ReadAgain | None = None,
    ) -> None:
        """Nothing is connected yet.

        Args:
            secret: The provider's secret, parsed.
            base_url: Where its API is.
            request_of: Gives the frozen request of a reference, whose path names the customer; None if there is none.
            read_again: Gives the secret afresh, for when its key is not known any more.

        Raises:
            SecretMissing: `secret` lacks api_key.
        """
        self._balances = StripeBalances(ApiKey(NAME, secret, read_again), base_url)
        self._request_of = request_of

    def lines(self, since: date, references: Sequence[str]) -> Iterator[StatementLine]:
        """Every credit that carries a reference of ours on the balances of these attempts' customers."""
        customers = {customer for reference in references if (customer := self._customer_of(reference))}
        for customer in sorted(customers):
            yield from (line for line in self._lines(customer) if line.on >= since)

    def lines_of(self, reference: str, provider_id: str | None) -> tuple[StatementLine, ...]:
        """The credits on the balance of the attempt's customer that carry its reference."""
        del provider_id
        customer = self._customer_of(reference)
        return tuple(line for line in self._lines(customer) if line.reference == reference) if customer else ()

    def _customer_of(self, reference: str) -> str | None:
        request = self._request_of(reference)
        return customer_in(request) if request else None

    def _lines(self, customer: str) -> Iterator[StatementLine]:
        try:
            found = self._balances.transactions(customer)
        except Refused as no:
            if no.status == _NOT_FOUND:
                return
            raise OutcomeUnknown(NAME, f"the list was answered {no}") from None
        by_reference: defaultdict[str, list[Transaction]] = defaultdict(list)
        for one in found:
            if one.reference is not None:
                by_reference[one.reference].append(one)
        for reference, transactions in by_reference.items():
            yield from _of_reference(reference, transactions)


def _of_reference(reference: str, transactions: Iterable[Transaction]) -> Iterator[StatementLine]:
    """The credits under one reference; a debit that carries it too undoes the first of them, or a part of it."""
    ordered = sorted(transactions, key=lambda one: (one.created, one.id))
    taken_back = sum(one.amount for one in ordered if one.amount > 0)
    for credit in (one for one in ordered if one.amount < 0):
        units = -credit.amount
        whole = bool(taken_back) and taken_back >= units
        left = from_units_at_stripe(units if whole else units - taken_back, credit.currency)
        taken_back -= min(taken_back, units)
        if left is None:
            raise OutcomeUnknown(NAME, f"transaction {credit.id} is of an amount that is no money here")
        yield payout_line(
            NAME,
            credit.id,
            AnswerState.RETURNED if whole else AnswerState.DONE,
            amount=left,
            on=datetime.fromtimestamp(credit.created, UTC).date(),
            reference=reference,
            detail="taken_back" if whole else "created",
        )
