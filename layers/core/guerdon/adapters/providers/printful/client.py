"""Printful's HTTP API, version 2: orders. Paths are relative to the host."""

import re
from collections.abc import Iterator
from datetime import UTC, date
from itertools import count
from typing import Final
from urllib.parse import quote

import msgspec

from guerdon.adapters.providers.api_key import ApiKey
from guerdon.adapters.providers.http import ProviderHttp, Reply, read
from guerdon.adapters.providers.json_shapes import Moment, decoded

NAME: Final = "printful"
ORDERS_PATH: Final = "/v2/orders"
NEWEST_LISTED: Final = 100
"""The most that one page of the list of orders holds."""

OUT_OF_FUNDS_CODE: Final = "insufficient_funds"
_ABOUT_FUNDS: Final = re.compile(r"insufficient (funds|balance)", re.IGNORECASE)


class Costs(msgspec.Struct, frozen=True):
    """What Printful charges in all, as a decimal string; calculated some time after the draft was made."""

    calculation_status: str | None = None
    currency: str | None = None
    total: str | None = None


class Order(msgspec.Struct, frozen=True):
    """An order; it is a draft until it is confirmed."""

    id: int
    status: str
    created_at: Moment
    external_id: str | None = None
    costs: Costs = Costs()


class _OrderAnswer(msgspec.Struct, frozen=True):
    data: Order


class _OrdersAnswer(msgspec.Struct, frozen=True):
    data: tuple[Order, ...]


class _Problem(msgspec.Struct, frozen=True):
    reason: str | int | None = None
    message: str | None = None


class _ProblemAnswer(msgspec.Struct, frozen=True):
    error: _Problem


class PrintfulClient:
    """Calls with one API key for one store. Every method raises as `ProviderHttp` says."""

    def __init__(self, key: ApiKey, store_id: str, base_url: str) -> None:
        headers = {"X-PF-Store-Id": store_id, "Accept": "application/json"}
        self._http = ProviderHttp(NAME, base_url, key, headers=headers)

    def create(self, path: str, content_type: str, body: bytes) -> Reply:
        """Make a draft, and another one each time."""
        return self._http.change("POST", path, body, {"Content-Type": content_type})

    def confirm(self, order_id: str) -> Reply:
        """Have a draft charged and made."""
        return self._http.change("POST", f"{_path(order_id)}/confirmation")

    def delete(self, order_id: str) -> Reply:
        """Delete an order that was not charged; 409 when it was."""
        return self._http.change("DELETE", _path(order_id))

    def order(self, order_id: str) -> Order | None:
        """The order under Printful's id, or under ours with an @ before it."""
        reply = self._http.look_up(_path(order_id))
        return None if reply is None else order_in(reply)

    def newest(self) -> tuple[Order, ...]:
        """The newest orders of the store, as many as one page holds."""
        reply = self._http.look_up(ORDERS_PATH, {"limit": str(NEWEST_LISTED)})
        if reply is None:
            raise self._http.no_clear_answer("the list of orders does not exist")
        return read(NAME, reply, _OrdersAnswer).data

    def orders_since(self, since: date) -> Iterator[Order]:
        """Every order made on that day (UTC) or later, the newest first; one may come twice while others arrive."""
        for offset in count(0, NEWEST_LISTED):
            reply = self._http.look_up(ORDERS_PATH, {"limit": str(NEWEST_LISTED), "offset": str(offset)})
            if reply is None:
                raise self._http.no_clear_answer("the list of orders does not exist")
            page = read(NAME, reply, _OrdersAnswer).data
            recent = [order for order in page if order.created_at.astimezone(UTC).date() >= since]
            yield from recent
            if len(page) < NEWEST_LISTED or not recent:
                return


def order_in(reply: Reply) -> Order:
    """The order in an answer.

    Raises:
        OutcomeUnknown: There is none to be read.
    """
    return read(NAME, reply, _OrderAnswer).data


def error_codes(reply: Reply) -> tuple[str | None, ...]:
    """Printful's own reason of an error, such as "BadRequest", and ours where its message is about money.

    Printful has no code for an empty wallet, only words. Reading them is safe: an error is proof that nothing moved
    whatever its words are, and a message that is misread costs a person a minute.
    """
    answer = decoded(reply.body, _ProblemAnswer)
    if answer is None:
        return ()
    reason = answer.error.reason if isinstance(answer.error.reason, str) else None
    return reason, OUT_OF_FUNDS_CODE if _ABOUT_FUNDS.search(answer.error.message or "") else None


def _path(order_id: str) -> str:
    return f"{ORDERS_PATH}/{quote(order_id, safe='@')}"
