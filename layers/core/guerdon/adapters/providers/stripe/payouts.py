"""Bill credits: a credit on the recipient's balance at Stripe, which their next invoice uses up.

Stripe makes it at once and never changes it; what undoes one is another transaction with the opposite sign.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from guerdon.adapters.providers import classify
from guerdon.adapters.providers.api_key import ApiKey, ReadAgain
from guerdon.adapters.providers.stripe.capabilities import CAPABILITIES, from_units_at_stripe, units_at_stripe
from guerdon.adapters.providers.stripe.client import NAME, REFERENCE_KEY, Refused, StripeBalances, Transaction
from guerdon.application.ports import Capabilities, PayoutOrder
from guerdon.application.records import AnswerState, FrozenRequest, ProviderAnswer
from guerdon.domain.errors import OutcomeUnknown

DESCRIPTION_LENGTH_MOST: Final = 350
RESOURCE: Final = "customer_balance_transactions"

_PATH_START, _PATH_END = "/v1/customers/", "/balance_transactions"
_NOT_FOUND: Final = 404


class Payouts:
    """The PayoutProvider for bill credits."""

    name: str = NAME
    capabilities: Capabilities = CAPABILITIES

    def __init__(self, secret: Mapping[str, object], base_url: str, read_again: ReadAgain | None = None) -> None:
        """Nothing is connected yet.

        Raises:
            SecretMissing: `secret` lacks api_key.
        """
        self._balances = StripeBalances(ApiKey(NAME, secret, read_again), base_url)

    def freeze(self, order: PayoutOrder) -> FrozenRequest:
        """Write down the exact parameters; it must be an order that `unmet` has nothing against.

        The body is JSON; the SDK turns the same parameters into the same form fields each time.
        """
        units = units_at_stripe(order.value)
        customer = order.recipient.stripe_customer
        if units is None or not customer:
            raise ValueError("freeze was asked for an order that unmet() refuses: see stripe/capabilities.py")
        body = {
            "amount": -units,
            "currency": order.value.currency.lower(),
            "description": f"Referral reward: {order.program_title}"[:DESCRIPTION_LENGTH_MOST],
            "metadata": {REFERENCE_KEY: order.reference, "guerdon_payout": order.payout_id},
        }
        path = f"{_PATH_START}{customer}{_PATH_END}"
        return FrozenRequest(order.reference, "POST", path, "application/json", json.dumps(body, sort_keys=True))

    def submit(self, request: FrozenRequest, now: datetime) -> ProviderAnswer:
        """Make the credit under our reference as its key; `now` plays no part in what Stripe answers."""
        del now
        try:
            made = self._balances.create(customer_in(request), json.loads(request.body), request.reference)
        except Refused as no:
            said_no = classify.refused(NAME, request.reference, no.status, no.codes)
            if said_no is None:
                raise OutcomeUnknown(NAME, f"it answered {no}") from None
            return said_no
        if made.reference != request.reference:
            raise OutcomeUnknown(NAME, f"it answered with transaction {made.id}, which is not the one asked for")
        return _answer(made, request.reference)

    def look_up(self, request: FrozenRequest, now: datetime) -> ProviderAnswer | None:
        """The credit on the customer's balance whose metadata carries our reference."""
        del now
        try:
            found = self._balances.transactions(customer_in(request))
        except Refused as no:
            # That the customer is not there says nothing about the credit: the key may be another account's.
            raise OutcomeUnknown(NAME, f"the look-up was answered {no}") from None
        # A debit that undoes a credit may well have been given the credit's metadata.
        ours = [one for one in found if one.reference == request.reference and one.amount < 0]
        if len(ours) > 1:
            ids = ", ".join(one.id for one in ours)
            raise OutcomeUnknown(NAME, f"more than one credit carries this reference: undo all but one of {ids}")
        return _answer(ours[0], request.reference) if ours else None

    def look_up_resource(self, resource: str, resource_id: str, now: datetime) -> ProviderAnswer | None:
        """The credit that a hint is about, whose id is the customer's, a slash and the transaction's."""
        del now
        customer, _, transaction_id = resource_id.partition("/")
        if resource != RESOURCE or not (customer and transaction_id):
            return None
        try:
            found = self._balances.transaction(customer, transaction_id)
        except Refused as no:
            if no.status == _NOT_FOUND:
                return None
            raise OutcomeUnknown(NAME, f"the look-up was answered {no}") from None
        return _answer(found, found.reference) if found.reference and found.amount < 0 else None


def _answer(made: Transaction, reference: str) -> ProviderAnswer:
    cost = from_units_at_stripe(-made.amount, made.currency)
    if cost is None:
        raise OutcomeUnknown(NAME, f"transaction {made.id} is of an amount that is no money here")
    return ProviderAnswer(
        reference=reference,
        provider_id=made.id,
        state=AnswerState.DONE,
        detail="created",
        cost=cost,
        value_on=datetime.fromtimestamp(made.created, UTC).date(),
    )


def customer_in(request: FrozenRequest) -> str:
    """The customer whose balance a frozen request changes."""
    return request.path.removeprefix(_PATH_START).removesuffix(_PATH_END)
