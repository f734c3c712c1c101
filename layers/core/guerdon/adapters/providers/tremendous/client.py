"""Tremendous's HTTP API: orders and rewards. Paths are relative to `…/api/v2`."""

from decimal import Decimal
from typing import Final
from urllib.parse import quote

import msgspec

from guerdon.adapters.providers.http import ProviderHttp, Reply, read
from guerdon.adapters.providers.json_shapes import Moment

NAME: Final = "tremendous"
ORDERS_PATH: Final = "/orders"


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


class _OrderAnswer(msgspec.Struct, frozen=True):
    order: Order


class _Reward(msgspec.Struct, frozen=True):
    order_id: str


class _RewardAnswer(msgspec.Struct, frozen=True):
    reward: _Reward


class TremendousClient:
    """Calls with one API key. Every method raises as `ProviderHttp` says."""

    def __init__(self, api_key: str, base_url: str) -> None:
        headers = {"Authorization": f"Bearer {api_key}", "Accept": "application/json"}
        self._http = ProviderHttp(NAME, base_url, headers)

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


def order_in(reply: Reply) -> Order:
    """The order in an answer.

    Raises:
        OutcomeUnknown: There is none to be read.
    """
    return read(NAME, reply, _OrderAnswer).order
