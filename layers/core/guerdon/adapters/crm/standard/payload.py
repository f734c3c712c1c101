"""The `standard` source's payload: JSON text to the deal event, or to what is wrong with which field."""

import re
from datetime import datetime
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from guerdon.adapters.crm.problems import FieldProblem
from guerdon.domain.currencies import MINOR_UNIT_EXPONENTS
from guerdon.domain.deal import (
    REVISIONS,
    UNDERSTOOD_TYPES,
    Address,
    Advocate,
    Deal,
    DealEvent,
    Product,
    Referral,
    Referred,
)
from guerdon.domain.errors import InvalidMoney, StoredEventUnreadable
from guerdon.domain.money import Money

_NO_CONTROL_CHARACTER: Final = r"\A[^\x00-\x1f\x7f-\x9f]*\Z"
"""No id and no e-mail address has one; a line break in an address is somebody's try to add a header to a mail."""

_Id = Annotated[str, Meta(min_length=1, max_length=200, pattern=_NO_CONTROL_CHARACTER)]
_Email = Annotated[str, Meta(max_length=254, pattern=_NO_CONTROL_CHARACTER)]
_Text = Annotated[str, Meta(max_length=500)]
_Moment = Annotated[datetime, Meta(tz=True)]
_Country = Annotated[str, Meta(pattern=r"\A[A-Z]{2}\Z")]

_DEAL_ID_BYTES_MOST: Final = 500
"""A deal's id is part of a key in which each byte may be written as three; DynamoDB's keys end at 2,048 bytes."""

_NESTING_MOST: Final = 32
"""A deal event is five deep, and what is ignored in it may be deeper. How deep the decoder itself can go depends on how
deep its caller is: without a limit of our own, what was accepted here might not be readable where it is decided."""

_TOO_DEEP: Final = "the body is nested too deeply"
_STRING_OR_BRACKET: Final = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[\]{}]', re.DOTALL)

_EARLIEST_YEAR: Final = 2000
_LATEST_YEAR: Final = 2200
_AT: Final = re.compile(r"(?P<problem>.*) - at `\$\.?(?P<path>.*)`", re.DOTALL)
_MISSING: Final = re.compile(r"Object missing required field `(?P<name>.*)`")


class _Wire(msgspec.Struct, frozen=True):
    """The shapes below are DESIGN's deal event; fields that a sender adds beyond them are ignored."""


class _Amount(_Wire, frozen=True):
    value: Annotated[str, Meta(max_length=32)]
    currency: Annotated[str, Meta(max_length=3)]


class _Product(_Wire, frozen=True):
    sku: _Id
    quantity: Annotated[int, Meta(ge=0, le=1_000_000_000)] = 1
    amount: Annotated[str, Meta(max_length=32)] | None = None


class _Deal(_Wire, frozen=True):
    id: _Id
    amount: _Amount
    closed_at: _Moment
    products: Annotated[tuple[_Product, ...], Meta(max_length=200)] = ()


class _Address(_Wire, frozen=True):
    line1: _Text
    city: _Text
    country: _Country
    line2: _Text | None = None
    state: _Text | None = None
    postal_code: _Text | None = None


class _Advocate(_Wire, frozen=True):
    id: _Id
    name: _Text | None = None
    email: _Email | None = None
    segment: _Text | None = None
    type: _Text | None = None
    country: _Country | None = None
    address: _Address | None = None
    stripe_customer: _Text | None = None


class _Referred(_Wire, frozen=True):
    id: _Id
    name: _Text | None = None
    email: _Email | None = None
    company: _Text | None = None


class _Referral(_Wire, frozen=True):
    id: _Text | None = None
    method: _Text | None = None
    sales_involved: bool = False


class _Data(_Wire, frozen=True):
    program: _Id
    deal: _Deal
    advocate: _Advocate | None = None
    referred: _Referred | None = None
    referral: _Referral | None = None
    effective_at: _Moment | None = None


class _Message(_Wire, frozen=True):
    type: _Text
    timestamp: _Moment
    data: _Data


_DECODER: Final = msgspec.json.Decoder(_Message)


def read_event(body: bytes | str) -> DealEvent | FieldProblem:
    """The deal event in `body`, or the first field that is wrong and what to do about it."""
    message = _decoded(body)
    if isinstance(message, FieldProblem):
        return message
    if message.type not in UNDERSTOOD_TYPES:
        known = ", ".join(UNDERSTOOD_TYPES)
        return FieldProblem("type", f"{message.type[:60]!r} is not known; known are {known}")
    if message.type in REVISIONS and message.data.effective_at is None:
        return FieldProblem("data.effective_at", f"is missing: a {message.type} says since when the new total counts")
    moments = {
        "timestamp": message.timestamp,
        "data.deal.closed_at": message.data.deal.closed_at,
        "data.effective_at": message.data.effective_at or message.timestamp,
    }
    for field, moment in moments.items():
        if not _EARLIEST_YEAR <= moment.year <= _LATEST_YEAR:
            return FieldProblem(field, f"the year must be from {_EARLIEST_YEAR} to {_LATEST_YEAR}")
    deal = _deal(message.data.deal)
    if isinstance(deal, FieldProblem):
        return deal
    return _event(message, deal)


def _decoded(body: bytes | str) -> _Message | FieldProblem:
    try:
        message = _DECODER.decode(body)
        too_deep = _nesting(body) > _NESTING_MOST
    except msgspec.ValidationError as error:
        return _field_problem(str(error))
    except (msgspec.DecodeError, UnicodeError) as error:
        return FieldProblem("", f"the body is not JSON: {error}")
    except RecursionError:
        return FieldProblem("", _TOO_DEEP)
    return FieldProblem("", _TOO_DEEP) if too_deep else message


def _nesting(body: bytes | str) -> int:
    """How deep the arrays and objects of readable JSON are inside each other."""
    text = body if isinstance(body, str) else body.decode()
    depth = deepest = 0
    for token in _STRING_OR_BRACKET.findall(text):
        if token in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif token in "]}":
            depth -= 1
    return deepest


def _event(message: _Message, deal: Deal) -> DealEvent:
    data = message.data
    return DealEvent(
        type=message.type,
        timestamp=message.timestamp,
        program=data.program,
        deal=deal,
        advocate=_advocate(data.advocate) if data.advocate else None,
        referred=Referred(**msgspec.structs.asdict(data.referred)) if data.referred else None,
        referral=Referral(**msgspec.structs.asdict(data.referral)) if data.referral else None,
        effective_at=data.effective_at,
    )


def _deal(deal: _Deal) -> Deal | FieldProblem:
    if len(deal.id.encode()) > _DEAL_ID_BYTES_MOST:
        return FieldProblem("data.deal.id", f"must be at most {_DEAL_ID_BYTES_MOST} bytes in UTF-8")
    if deal.amount.currency not in MINOR_UNIT_EXPONENTS:
        return FieldProblem("data.deal.amount.currency", "is not an ISO 4217 currency in use")
    amount = _money(deal.amount.value, deal.amount.currency, "data.deal.amount.value")
    if isinstance(amount, FieldProblem):
        return amount
    products: list[Product] = []
    for index, product in enumerate(deal.products):
        price = None
        if product.amount is not None:
            priced = _money(product.amount, amount.currency, f"data.deal.products[{index}].amount")
            if isinstance(priced, FieldProblem):
                return priced
            price = priced
        products.append(Product(product.sku, product.quantity, price))
    return Deal(deal.id, amount, deal.closed_at, tuple(products))


def _money(value: str, currency: str, field: str) -> Money | FieldProblem:
    try:
        amount = Money.parse(value, currency)
    except InvalidMoney as problem:
        return FieldProblem(field, str(problem))
    if amount.amount_minor < 0:
        return FieldProblem(
            field, "must not be below zero: a deal that came undone is a deal.reversed with its new total"
        )
    return amount


def _advocate(wire: _Advocate) -> Advocate:
    facts = msgspec.structs.asdict(wire)
    address = Address(**msgspec.structs.asdict(wire.address)) if wire.address else None
    return Advocate(**{**facts, "address": address})


def _field_problem(text: str) -> FieldProblem:
    """Take msgspec's message apart: "Expected `str`, got `int` - at `$.data.deal.id`"."""
    match = _AT.fullmatch(text)
    problem, path = (match["problem"], match["path"]) if match else (text, "")
    missing = _MISSING.fullmatch(problem)
    if missing:
        return FieldProblem(f"{path}.{missing['name']}" if path else missing["name"], "is missing")
    if path.endswith(("amount.value", ".amount")) and problem.endswith(("got `int`", "got `float`")):
        problem = f'{problem}: send amounts as decimal strings such as "1250.00"'
    if "regex" in problem:
        country = 'must be an ISO 3166 code of two capitals such as "US"'
        problem = country if path.endswith("country") else "must not have control characters such as line breaks"
    return FieldProblem(path, problem)


def stored_event(body: str) -> DealEvent:
    """The deal event of an inbox row's body, which was readable when it was accepted.

    Raises:
        StoredEventUnreadable: This release cannot read it any more.
    """
    event = read_event(body)
    if isinstance(event, FieldProblem):
        raise StoredEventUnreadable(event.field)
    return event
