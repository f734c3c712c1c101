"""Gift cards: one order with one reward, delivered by e-mail."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Final

from guerdon.adapters.providers import classify
from guerdon.adapters.providers.amounts import from_major, major_number
from guerdon.adapters.providers.api_key import ApiKey, ReadAgain
from guerdon.adapters.providers.secrets import text_of
from guerdon.adapters.providers.tremendous.capabilities import CAPABILITIES
from guerdon.adapters.providers.tremendous.client import NAME, ORDERS_PATH, Order, TremendousClient, order_in
from guerdon.application.ports import Capabilities, PayoutOrder
from guerdon.application.records import AnswerState, FrozenRequest, ProviderAnswer
from guerdon.domain.errors import InvalidMoney, OutcomeUnknown
from guerdon.domain.money import Money

CHARGED_IN: Final = "USD"
"""The currency of `payment`, whatever the reward's own."""

STATES: Final = {
    "OPEN": AnswerState.PENDING,
    "PENDING APPROVAL": AnswerState.PENDING,
    "PENDING INTERNAL PAYMENT APPROVAL": AnswerState.PENDING,
    "EXECUTED": AnswerState.DONE,
    "FAILED": AnswerState.CANCELED,
    "CANCELED": AnswerState.CANCELED,
}


class Payouts:
    """The PayoutProvider for gift cards."""

    name: str = NAME
    capabilities: Capabilities = CAPABILITIES

    def __init__(self, secret: Mapping[str, object], base_url: str, read_again: ReadAgain | None = None) -> None:
        """Nothing is connected yet.

        Raises:
            SecretMissing: `secret` lacks api_key, funding_source_id or campaign_id.
        """
        self._client = TremendousClient(ApiKey(NAME, secret, read_again), base_url)
        self._funding_source_id = text_of(NAME, secret, "funding_source_id")
        self._campaign_id = text_of(NAME, secret, "campaign_id")

    def freeze(self, order: PayoutOrder) -> FrozenRequest:
        """Write down the exact order; it must be one that `unmet` has nothing against."""
        recipient = {"email": order.recipient.email}
        if order.recipient.name:
            recipient["name"] = order.recipient.name
        body = {
            "external_id": order.reference,
            "payment": {"funding_source_id": self._funding_source_id},
            "reward": {
                "campaign_id": self._campaign_id,
                "delivery": {"method": "EMAIL"},
                "recipient": recipient,
                "value": {"currency_code": order.value.currency, "denomination": major_number(order.value)},
            },
        }
        return FrozenRequest(order.reference, "POST", ORDERS_PATH, "application/json", json.dumps(body, sort_keys=True))

    def submit(self, request: FrozenRequest, now: datetime) -> ProviderAnswer:
        """Send the frozen order; `now` plays no part in what Tremendous answers."""
        del now
        reply = self._client.create(request.path, request.content_type, request.body.encode())
        said_no = classify.refused(NAME, request.reference, reply.status)
        if said_no is not None:
            return said_no
        order = order_in(reply)
        if order.external_id != request.reference:
            raise OutcomeUnknown(NAME, f"it answered with order {order.id}, which is not the one asked for")
        return _answer(order, request.reference)

    def look_up(self, request: FrozenRequest, now: datetime) -> ProviderAnswer | None:
        """The order under our reference."""
        del now
        order = self._client.order(request.reference)
        return None if order is None else _answer(order, request.reference)

    def look_up_resource(self, resource: str, resource_id: str, now: datetime) -> ProviderAnswer | None:
        """The order that a hint about "orders" or "rewards" is about, if it carries a reference of ours."""
        del now
        match resource:
            case "orders":
                order = self._client.order(resource_id)
            case "rewards":
                order = self._client.order_of_reward(resource_id)
            case _:
                return None
        return None if order is None or not order.external_id else _answer(order, order.external_id)


def _answer(order: Order, reference: str) -> ProviderAnswer:
    state = STATES.get(order.status)
    if state is None:
        raise OutcomeUnknown(NAME, f"order {order.id} has a status that is not known here")
    if state is AnswerState.CANCELED and order.payment is not None and order.payment.refund is not None:
        # It was executed and charged before; what came back is a new fact, not the old one undone.
        state = AnswerState.RETURNED
    return ProviderAnswer(
        reference=reference,
        provider_id=order.id,
        state=state,
        detail=order.status,
        cost=cost_of(order),
        value_on=_day(order) if state is AnswerState.DONE else None,
    )


def cost_of(order: Order) -> Money | None:
    """What Tremendous charged for an order; None while it charged nothing.

    Raises:
        OutcomeUnknown: It is no amount.
    """
    if order.payment is None:
        return None
    try:
        return from_major(order.payment.total, CHARGED_IN)
    except InvalidMoney as error:
        raise OutcomeUnknown(NAME, f"the total of order {order.id} is no amount of {CHARGED_IN}: {error}") from error


def _day(order: Order) -> date:
    """The UTC day on which the order was made; Tremendous tells no later date, such as an approval's."""
    return order.created_at.astimezone(UTC).date()
