"""Tremendous's HTTP API: orders and rewards. Paths are relative to `…/api/v2`."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final
from urllib.parse import quote

import msgspec

from guerdon.adapters.providers.api_key import ApiKey
from guerdon.adapters.providers.http import ProviderHttp, Reply, read
from guerdon.adapters.providers.json_shapes import Moment

NAME: Final = "tremendous"
ORDERS_PATH: Final = "/orders"
MOVEMENTS_PATH: Final = "/balance_transactions"
PAGE_SIZE: Final = 100
"""How much one page of a list is asked to hold."""


class Refund(msgspec.Struct, frozen=True):
    """What was given back, in US dollars."""

    total: Decimal


class Payment(msgspec.Struct, frozen=True):
    """What an order cost, fees included, in US dollars whatever the reward's currency."""

    total: Decimal
    refund: Refund | None = None


class Order(msgspec.Struct, frozen=True):
    """An order for one reward; `payment` appears once it was charged."""

    id: str
    status: str
    created_at: Moment
    external_id: str | None = None
    payment: Payment | None = None


class Movement(msgspec.Struct, frozen=True):
    """A change of the balance in the account's currency, negative when money left it; `order` when it is an order's.

    Tremendous gives it no id.
    """

    created_at: str
    amount: Decimal
    currency_code: str = "USD"
    action: str | None = None
    order: dict[str, object] | None = None


class _OrdersAnswer(msgspec.Struct, frozen=True):
    orders: tuple[Order, ...]


class _MovementsAnswer(msgspec.Struct, frozen=True):
    transactions: tuple[Movement, ...]


class _OrderAnswer(msgspec.Struct, frozen=True):
    order: Order


class _Reward(msgspec.Struct, frozen=True):
    order_id: str


class _RewardAnswer(msgspec.Struct, frozen=True):
    reward: _Reward


class TremendousClient:
    """Calls with one API key. Every method raises as `ProviderHttp` says."""

    def __init__(self, key: ApiKey, base_url: str) -> None:
        self._http = ProviderHttp(NAME, base_url, key, headers={"Accept": "application/json"})

    def create(self, path: str, content_type: str, body: bytes) -> Reply:
        """Send an order. 200 makes it, 201 means that its external_id is known, 409 that it was another order's."""
        return self._http.change("POST", path, body, {"Content-Type": content_type})

    def order(self, order_or_external_id: str) -> Order | None:
        """The order under Tremendous's id or ours."""
        reply = self._http.look_up(f"{ORDERS_PATH}/{quote(order_or_external_id, safe='')}")
        return None if reply is None else order_in(reply)

    def order_of_reward(self, reward_id: str) -> Order | None:
        """The order that a reward belongs to."""
        reply = self._http.look_up(f"/rewards/{quote(reward_id, safe='')}")
        return None if reply is None else self.order(read(NAME, reply, _RewardAnswer).reward.order_id)

    def orders_since(self, since: date) -> Iterator[Order]:
        """Every order made on that day (UTC) or later, the newest first; one may come twice while others arrive."""
        offset = 0
        while orders := read(NAME, self._page(ORDERS_PATH, since, offset), _OrdersAnswer).orders:
            yield from orders
            offset += len(orders)

    def movements_since(self, since: date) -> Iterator[Movement]:
        """Every change of the balance on that day (UTC) or later, the newest first."""
        offset = 0
        while movements := read(NAME, self._page(MOVEMENTS_PATH, since, offset), _MovementsAnswer).transactions:
            yield from movements
            offset += len(movements)

    def _page(self, path: str, since: date, offset: int) -> Reply:
        """A page of a list; how much is at most on one is Tremendous's to say, so a list ends with an empty page."""
        query = {"created_at[gte]": f"{since}T00:00:00Z", "limit": str(PAGE_SIZE), "offset": str(offset)}
        reply = self._http.look_up(path, query)
        if reply is None:
            raise self._http.no_clear_answer(f"the list {path} does not exist")
        return reply


def order_in(reply: Reply) -> Order:
    """The order in an answer.

    Raises:
        OutcomeUnknown: There is none to be read.
    """
    return read(NAME, reply, _OrderAnswer).order
