"""The `standard` source's payload: JSON text to the deal event, or to what is wrong with which field."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final

import msgspec
from msgspec import structs

from guerdon.adapters.crm.problems import FieldProblem
from guerdon.adapters.crm.standard import wire
from guerdon.domain.channel import Channel
from guerdon.domain.currencies import MINOR_UNIT_EXPONENTS
from guerdon.domain.deal import (
    REVISIONS,
    UNDERSTOOD_TYPES,
    Address,
    Advocate,
    Deal,
    DealEvent,
    NamedAmount,
    Product,
    Referral,
    Referred,
)
from guerdon.domain.errors import InvalidMoney, StoredEventUnreadable
from guerdon.domain.money import Money
from guerdon.domain.program import Beneficiary
from guerdon.domain.triggers import DEAL_CLOSED, REPEATING, TRIGGERS

_DEAL_ID_BYTES_MOST: Final = 500
"""A deal's id is part of a key in which each byte may be written as three; DynamoDB's keys end at 2,048 bytes."""

_NESTING_MOST: Final = 32
"""A deal event is five deep, and what is ignored in it may be deeper. How deep the decoder itself can go depends on how
deep its caller is: without a limit of our own, what was accepted here might not be readable where it is decided."""

_TOO_DEEP: Final = "the body is nested too deeply"
_STRING_OR_BRACKET: Final = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[\]{}]', re.DOTALL)

_AMOUNT_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,62}", re.ASCII)
_OWN_AMOUNT: Final = "amount"

_EARLIEST_YEAR: Final = 2000
_LATEST_YEAR: Final = 2200
_AT: Final = re.compile(r"(?P<problem>.*) - at `\$\.?(?P<path>.*)`", re.DOTALL)
_MISSING: Final = re.compile(r"Object missing required field `(?P<name>.*)`")
_DECIMAL_FIELDS: Final = ("amount.value", ".amount", "reward.value", "amounts[...]")

_DECODER: Final = msgspec.json.Decoder(wire.Message)


def read_event(body: bytes | str) -> DealEvent | FieldProblem:
    """The deal event in `body`, or the first field that is wrong and what to do about it."""
    message = _decoded(body)
    if isinstance(message, FieldProblem):
        return message
    problem = next(_problems(message), None)
    if problem is not None:
        return problem
    return _event(message)


def _decoded(body: bytes | str) -> wire.Message | FieldProblem:
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


def _problems(message: wire.Message) -> Iterator[FieldProblem]:
    """What is wrong with a message whose fields have the right shapes, each by itself and with each other."""
    yield from _type_problems(message)
    yield from _occurrence_problems(message)
    yield from _years(message)
    if len(message.data.deal.id.encode()) > _DEAL_ID_BYTES_MOST:
        yield FieldProblem("data.deal.id", f"must be at most {_DEAL_ID_BYTES_MOST} bytes in UTF-8")
    for who, person in (("advocate", message.data.advocate), ("referred", message.data.referred)):
        chosen = person.preferred_channel if person else None
        if chosen is not None and chosen not in set(Channel):
            why = f"is no channel; channels are {', '.join(Channel)}"
            yield FieldProblem(f"data.{who}.preferred_channel", why)


def _type_problems(message: wire.Message) -> Iterator[FieldProblem]:
    data, known = message.data, ", ".join(UNDERSTOOD_TYPES)
    if message.type not in UNDERSTOOD_TYPES:
        yield FieldProblem("type", f"{message.type[:60]!r} is not known; known are {known}")
    if message.type in REVISIONS and data.trigger is not None and data.trigger not in TRIGGERS:
        known = ", ".join(TRIGGERS)
        yield FieldProblem("data.trigger", f"{data.trigger[:60]!r} is not known; known are {known}")
    if message.type in REVISIONS and data.effective_at is None:
        yield FieldProblem("data.effective_at", f"is missing: a {message.type} says since when the new total counts")


def _occurrence_problems(message: wire.Message) -> Iterator[FieldProblem]:
    """What keeps it from being known which occurrence of which trigger the message is about."""
    data, trigger = message.data, _trigger(message)
    if trigger == DEAL_CLOSED and data.deal.closed_at is None:
        yield FieldProblem("data.deal.closed_at", "is missing")
    if trigger != DEAL_CLOSED and data.occurred_at is None:
        yield FieldProblem("data.occurred_at", f"is missing: it says when the {trigger} happened")
    if trigger in REPEATING and data.occurrence_id is None:
        why = f"is missing: a deal can have more than one {trigger}, so each has an id of its own"
        yield FieldProblem("data.occurrence_id", why)


def _trigger(message: wire.Message) -> str:
    """What happened, or for a reversal or an amendment what it revises."""
    return (message.data.trigger or DEAL_CLOSED) if message.type in REVISIONS else message.type


def _years(message: wire.Message) -> Iterator[FieldProblem]:
    data = message.data
    moments = {
        "timestamp": message.timestamp,
        "data.deal.closed_at": data.deal.closed_at,
        "data.occurred_at": data.occurred_at,
        "data.effective_at": data.effective_at,
        "data.referral.referred_at": data.referral.referred_at if data.referral else None,
    }
    for field, moment in moments.items():
        if moment is not None and not _EARLIEST_YEAR <= moment.year <= _LATEST_YEAR:
            yield FieldProblem(field, f"the year must be from {_EARLIEST_YEAR} to {_LATEST_YEAR}")


def _event(message: wire.Message) -> DealEvent | FieldProblem:
    data, trigger = message.data, _trigger(message)
    happened_at = data.deal.closed_at if trigger == DEAL_CLOSED else data.occurred_at
    deal = _deal(data.deal, happened_at or message.timestamp)
    if isinstance(deal, FieldProblem):
        return deal
    reward = _amount(data.reward, "data.reward") if data.reward else None
    if isinstance(reward, FieldProblem):
        return reward
    revises = message.type in REVISIONS
    return DealEvent(
        type=message.type,
        timestamp=message.timestamp,
        program=data.program,
        deal=deal,
        advocate=_advocate(data.advocate) if data.advocate else None,
        referred=_referred(data.referred) if data.referred else None,
        referral=Referral(**structs.asdict(data.referral)) if data.referral else None,
        effective_at=data.effective_at if revises else None,
        revised_trigger=trigger if revises else DEAL_CLOSED,
        occurrence_id=data.occurrence_id if trigger in REPEATING else None,
        set_by_sales=reward,
    )


def _deal(deal: wire.Deal, happened_at: datetime) -> Deal | FieldProblem:
    amount = _amount(deal.amount, "data.deal.amount")
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
    amounts = _named_amounts(deal.amounts, amount.currency)
    if isinstance(amounts, FieldProblem):
        return amounts
    return Deal(deal.id, amount, happened_at, tuple(products), amounts, deal.region)


def _named_amounts(values: dict[str, str], currency: str) -> tuple[NamedAmount, ...] | FieldProblem:
    amounts: list[NamedAmount] = []
    for name, value in values.items():
        if name == _OWN_AMOUNT:
            return FieldProblem("data.deal.amounts", f"{name!r} is the deal's own amount: call another one otherwise")
        if _AMOUNT_NAME.fullmatch(name) is None:
            why = f"{name[:60]!r} cannot be a name: small letters, digits and underscores, a letter first, 63 at most"
            return FieldProblem("data.deal.amounts", why)
        amount = _money(value, currency, f"data.deal.amounts.{name}")
        if isinstance(amount, FieldProblem):
            return amount
        amounts.append(NamedAmount(name, amount))
    return tuple(amounts)


def _amount(amount: wire.Amount, field: str) -> Money | FieldProblem:
    if amount.currency not in MINOR_UNIT_EXPONENTS:
        return FieldProblem(f"{field}.currency", "is not an ISO 4217 currency in use")
    return _money(amount.value, amount.currency, f"{field}.value")


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


def _advocate(advocate: wire.Advocate) -> Advocate:
    return Advocate(**{**structs.asdict(advocate), "address": _address(advocate.address)})


def _referred(referred: wire.Referred) -> Referred:
    return Referred(**{**structs.asdict(referred), "address": _address(referred.address)})


def _address(address: wire.Address | None) -> Address | None:
    return Address(**structs.asdict(address)) if address else None


def _field_problem(text: str) -> FieldProblem:
    """Take msgspec's message apart: "Expected `str`, got `int` - at `$.data.deal.id`"."""
    match = _AT.fullmatch(text)
    problem, path = (match["problem"], match["path"]) if match else (text, "")
    missing = _MISSING.fullmatch(problem)
    if missing:
        return FieldProblem(f"{path}.{missing['name']}" if path else missing["name"], "is missing")
    if path.endswith(_DECIMAL_FIELDS) and problem.endswith(("got `int`", "got `float`")):
        problem = f'{problem}: send amounts as decimal strings such as "1250.00"'
    if "regex" in problem:
        country = 'must be an ISO 3166 code of two capitals such as "US"'
        problem = country if path.endswith("country") else "must not have control characters such as line breaks"
    # The name of the amount at fault is not told.
    return FieldProblem(path.removesuffix("[...]"), problem)


def redacted(body: str, beneficiary: Beneficiary) -> str:
    """An inbox row's body without what names its advocate or its referred customer, and without unknown fields.

    Their id in the CRM stays, and what the rules judge by: a reversal of the deal must find whose it was.

    Raises:
        StoredEventUnreadable: This release cannot read it any more.
    """
    stored_event(body)
    message = _DECODER.decode(body)
    data = message.data
    if beneficiary is Beneficiary.ADVOCATE and data.advocate is not None:
        unnamed = structs.replace(data.advocate, name=None, email=None, address=None, stripe_customer=None)
        data = structs.replace(data, advocate=unnamed)
    if beneficiary is Beneficiary.REFERRED and data.referred is not None:
        stranger = structs.replace(
            data.referred, name=None, email=None, company=None, address=None, stripe_customer=None
        )
        data = structs.replace(data, referred=stranger)
    return msgspec.json.encode(structs.replace(message, data=data)).decode()


def stored_event(body: str) -> DealEvent:
    """The deal event of an inbox row's body, which was readable when it was accepted.

    Raises:
        StoredEventUnreadable: This release cannot read it any more.
    """
    event = read_event(body)
    if isinstance(event, FieldProblem):
        raise StoredEventUnreadable(event.field)
    return event
