"""Merchandise: a draft is made, its id is saved, and only that draft is confirmed, which charges it.

Printful gives a canceled order's charge back in full, and an order can be canceled only before it is in
production: "canceled" and "failed" therefore say that nothing moved for good. A parcel that comes back stays
charged, so the order stays carried out.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from guerdon.adapters.providers import classify
from guerdon.adapters.providers.api_key import ApiKey, ReadAgain
from guerdon.adapters.providers.printful.capabilities import CAPABILITIES
from guerdon.adapters.providers.printful.client import NAME, ORDERS_PATH, Order, PrintfulClient, error_codes, order_in
from guerdon.adapters.providers.secrets import text_of
from guerdon.application.ports import Capabilities, PayoutOrder
from guerdon.application.records import AnswerState, FrozenRequest, ProviderAnswer
from guerdon.domain.deal import Address
from guerdon.domain.errors import InvalidMoney, OutcomeUnknown, ProviderNotReady, ProviderUnavailable
from guerdon.domain.money import Money

STATES: Final = {
    "draft": AnswerState.PREPARED,
    "pending": AnswerState.PENDING,
    "inprocess": AnswerState.PENDING,
    "onhold": AnswerState.PENDING,
    "partial": AnswerState.PENDING,
    "fulfilled": AnswerState.DONE,
    "failed": AnswerState.CANCELED,
    "canceled": AnswerState.CANCELED,
}
_FURTHEST_FIRST: Final = (AnswerState.DONE, AnswerState.PENDING, AnswerState.PREPARED, AnswerState.CANCELED)
_STATE_CODE: Final = re.compile(r"[A-Za-z0-9]{1,3}", re.ASCII)
_GONE: Final = 404


class Payouts:
    """The DraftingProvider for merchandise."""

    name: str = NAME
    capabilities: Capabilities = CAPABILITIES

    def __init__(self, secret: Mapping[str, object], base_url: str, read_again: ReadAgain | None = None) -> None:
        """Nothing is connected yet.

        Raises:
            SecretMissing: `secret` lacks api_key or store_id.
        """
        key, store_id = ApiKey(NAME, secret, read_again), text_of(NAME, secret, "store_id")
        self._client = PrintfulClient(key, store_id, base_url)

    def freeze(self, order: PayoutOrder) -> FrozenRequest:
        """Write down the exact draft; it must be an order that `unmet` has nothing against."""
        if order.item is None:
            raise ValueError("freeze was asked for an order that unmet() refuses: it names no item")
        layer = {"type": "file", "url": order.item.artwork_url}
        placement = {"placement": order.item.placement, "technique": order.item.technique, "layers": [layer]}
        item = {
            "source": "catalog",
            "catalog_variant_id": order.item.catalog_variant_id,
            "name": order.item.name,
            "placements": [placement],
            "quantity": 1,
            "retail_price": order.value.decimal,
        }
        body = {
            "external_id": order.reference,
            "order_items": [item],
            "recipient": _recipient(order),
            "retail_costs": {"currency": order.value.currency},
            "shipping": "STANDARD",
        }
        return FrozenRequest(order.reference, "POST", ORDERS_PATH, "application/json", json.dumps(body, sort_keys=True))

    def submit(self, request: FrozenRequest, now: datetime) -> ProviderAnswer:
        """Make a draft, which moves no money; a refusal because it is there already gives back the one there."""
        reply = self._client.create(request.path, request.content_type, request.body.encode())
        said_no = classify.refused(NAME, request.reference, reply.status, error_codes(reply))
        if said_no is not None:
            return self.look_up(request, now) or said_no
        order = order_in(reply)
        if order.external_id != request.reference:
            raise OutcomeUnknown(NAME, f"it answered with order {order.id}, which is not the one asked for")
        return _answer(order, request.reference)

    def confirm(self, request: FrozenRequest, provider_id: str, now: datetime) -> ProviderAnswer:
        """Confirm the one draft whose id was saved; one that was confirmed before is told as it stands.

        A refusal is about this confirmation alone. One before it, whose answer was lost, may still charge the draft
        until it is discarded.

        Raises:
            ProviderNotReady: Its costs are still being calculated.
        """
        del now
        before = self._draft(request, provider_id)
        if isinstance(before, ProviderAnswer):
            return before
        reply = self._client.confirm(provider_id)
        said_no = classify.refused(NAME, request.reference, reply.status, error_codes(reply), provider_id)
        if said_no is None:
            return _answer(order_in(reply), request.reference)
        after = self._draft(request, provider_id)
        return after if isinstance(after, ProviderAnswer) else said_no

    def discard(self, provider_id: str) -> None:
        """Delete a draft that lost; one that is gone already is fine.

        Raises:
            ProviderUnavailable: It is there still, and may be deleted later.
            OutcomeUnknown: It was charged, or may have been.
        """
        reply = self._client.delete(provider_id)
        if reply.status == _GONE:
            return
        said_no = classify.refused(NAME, "", reply.status, error_codes(reply))
        if said_no is not None:
            raise ProviderUnavailable(NAME, f"order {provider_id} was not deleted: {said_no.detail}")

    def look_up(self, request: FrozenRequest, now: datetime) -> ProviderAnswer | None:
        """The order under our reference; of several, the one that got furthest.

        Printful finds one order by a reference, and may have made several drafts under it. Where the one it finds
        is not under way, the newest orders are searched for one that is.
        """
        del now
        found = self._client.order(f"@{request.reference}")
        if found is None:
            return None
        answer = _answer(found, request.reference)
        if answer.state in {AnswerState.DONE, AnswerState.PENDING}:
            return answer
        others = [order for order in self._client.newest() if order.external_id == request.reference]
        answers = [answer, *(_answer(order, request.reference) for order in others)]
        return min(answers, key=lambda one: _FURTHEST_FIRST.index(one.state))

    def look_up_resource(self, resource: str, resource_id: str, now: datetime) -> ProviderAnswer | None:
        """The order that a hint about "orders" is about, if it carries a reference of ours."""
        del now
        order = self._client.order(resource_id) if resource == "orders" else None
        return _answer(order, order.external_id) if order and order.external_id else None

    def _draft(self, request: FrozenRequest, provider_id: str) -> Order | ProviderAnswer:
        """The draft while it can be confirmed, else how the order stands."""
        order = self._client.order(provider_id)
        if order is None:
            raise OutcomeUnknown(NAME, f"the draft {provider_id} is not there any more")
        if order.external_id != request.reference:
            raise OutcomeUnknown(NAME, f"order {provider_id} does not carry the reference of this attempt")
        answer = _answer(order, request.reference)
        if answer.state is not AnswerState.PREPARED:
            return answer
        if order.costs.calculation_status == "calculating":
            raise ProviderNotReady(NAME, f"the costs of draft {provider_id} are being calculated")
        return order


def _answer(order: Order, reference: str) -> ProviderAnswer:
    state = STATES.get(order.status)
    if state is None:
        raise OutcomeUnknown(NAME, f"order {order.id} has a status that is not known here")
    return ProviderAnswer(
        reference=reference,
        provider_id=str(order.id),
        state=state,
        detail=order.status,
        # A draft's costs are a quote, and a canceled order's were given back.
        cost=cost_of(order) if state in {AnswerState.PENDING, AnswerState.DONE} else None,
        # It was charged when it was confirmed, minutes after it was made; Printful tells no date of the charge.
        value_on=order.created_at.astimezone(UTC).date() if state is AnswerState.DONE else None,
    )


def cost_of(order: Order) -> Money | None:
    """What an order costs in all; None while it is not calculated.

    Raises:
        OutcomeUnknown: It is no amount.
    """
    if order.costs.total is None or order.costs.currency is None:
        return None
    try:
        return Money.parse(order.costs.total, order.costs.currency)
    except InvalidMoney as error:
        raise OutcomeUnknown(NAME, f"the total of order {order.id} is no amount of money: {error}") from error


def _recipient(order: PayoutOrder) -> dict[str, str]:
    address = order.recipient.address
    if address is None or not order.recipient.name:
        raise ValueError("freeze was asked for an order that unmet() refuses: it needs a name and an address")
    fields = {
        "name": order.recipient.name,
        "address1": address.line1,
        "address2": address.line2,
        "city": address.city,
        "country_code": address.country.upper(),
        "zip": address.postal_code,
        **_state(address),
    }
    return {name: value for name, value in fields.items() if value}


def _state(address: Address) -> dict[str, str]:
    state = address.state or ""
    return {"state_code": state.upper()} if _STATE_CODE.fullmatch(state) else {"state_name": state}
