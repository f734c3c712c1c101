"""What a CRM may say of a deal, and by which programs it earns: the one place where events are made.

A new event type is a new maker in EVENT_MAKERS.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, lru_cache
from typing import Any, Final

import builders
from fakes.clock import FakeClock
from fakes.store import MemoryStore
from guerdon.adapters.crm.standard.payload import stored_event
from guerdon.application.programs import PublishProgram
from guerdon.application.receive_event import Delivery
from guerdon.application.transaction import Row
from guerdon.domain import identity
from guerdon.domain.channel import Channel
from guerdon.domain.deal import DEAL_AMENDED, DEAL_REVERSED, REVISIONS, instant
from guerdon.domain.program import Beneficiary
from guerdon.domain.triggers import DEAL_CLOSED, INVOICE_PAID
from simulation import ceilings, limits
from simulation.limits import BUDGETED, CAPPED

MARK: Final = "Personal"
"""Stands in every personal field and nowhere else."""

PROGRAM: Final = "customer-referral"
HELD: Final = "held-referral"
BOTH_SIDES: Final = "both-sides-referral"

RATES_PER_MILLE: Final = {1: 10, 2: 15}
"""What every program but HELD pays of a deal in thousandths, by the ordinal from which on it does."""

REFERRED_PER_MILLE: Final = 5
"""What BOTH_SIDES pays a referred customer of a deal or an invoice in thousandths."""

INVOICES_MOST: Final = 2
"""How many invoices of one deal BOTH_SIDES rewards."""

TIERS_MINOR: Final = {0: 50_00, 5_000_00: 100_00, 12_000_00: 180_00}
"""What HELD pays for a deal, by the total from which on it does."""


@dataclass(frozen=True, slots=True)
class DealTold:
    """A deal, as its win is told first."""

    number: int
    program: str
    advocate: str
    channel: Channel
    total_minor: int
    closed_at: datetime

    @property
    def deal_id(self) -> str:
        return f"D-{self.number}"

    @property
    def referred(self) -> str:
        """Who was referred; a program that rewards them has two of them, each with some deals."""
        return f"C-{self.number % 2 if self.program == BOTH_SIDES else self.number}"

    def recipient_id(self, beneficiary: Beneficiary) -> str:
        """The opaque id of whoever is rewarded."""
        if beneficiary is Beneficiary.ADVOCATE:
            return identity.advocate_id("acme", self.advocate)
        return identity.referred_id("acme", self.referred)


@dataclass(frozen=True, slots=True)
class Telling:
    """One thing that a CRM says about a deal.

    Attributes:
        type: The event's type, a key of EVENT_MAKERS.
        total_minor: The deal's total; after a reversal or an amendment the new one.
        closed_at: Which win it is about.
        effective_at: Since when a reversal or an amendment counts; else when the message was made.
        version: Which of the advocate's addresses it brings.
        invoice: The invoice that was paid, or that it is about; None for the deal's closing.
    """

    deal: DealTold
    type: str
    total_minor: int
    closed_at: datetime
    effective_at: datetime
    version: int = 0
    invoice: str | None = None

    @property
    def wins(self) -> bool:
        """Whether it tells that something was won, and not what became of that."""
        return self.type not in REVISIONS

    @property
    def occurrence(self) -> tuple[str, str]:
        """What happened, and which time."""
        if self.invoice is not None:
            return INVOICE_PAID, f"id:{self.invoice}"
        return DEAL_CLOSED, instant(self.closed_at)


@lru_cache(maxsize=8192)
def delivery(telling: Telling, delivery_id: str) -> Delivery:
    """The message that says it."""
    text = json.dumps(EVENT_MAKERS[telling.type](telling))
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Delivery("acme-crm", "acme", delivery_id, text, digest, stored_event(text))


def win(deal: DealTold, version: int = 0) -> Telling:
    """The win of a deal, as it is told first."""
    return Telling(deal, DEAL_CLOSED, deal.total_minor, deal.closed_at, deal.closed_at, version)


def invoice(deal: DealTold, number: int, total_minor: int = 1_000_00) -> Telling:
    """An invoice of a deal that was paid."""
    paid_at = deal.closed_at + timedelta(hours=number)
    return Telling(deal, INVOICE_PAID, total_minor, paid_at, paid_at, invoice=f"I-{number}")


def _closed(telling: Telling) -> dict[str, Any]:
    deal, value = telling.deal, _decimal(telling.total_minor)
    told = builders.message(
        deal__id=deal.deal_id,
        program=deal.program,
        advocate__id=deal.advocate,
        advocate__name=f"{MARK} {deal.advocate}",
        advocate__email=f"{MARK}.{deal.advocate}.{telling.version}@example.com",
        advocate__stripe_customer=f"cus_{deal.advocate}",
    )
    told["timestamp"] = telling.effective_at.isoformat()
    _name_win(told["data"], telling)
    told["data"]["deal"]["amount"]["value"] = value
    told["data"]["deal"]["products"] = [{"sku": deal.channel.value, "amount": value, "quantity": 1}]
    told["type"] = telling.type
    told["data"]["referred"] = {
        "id": deal.referred,
        "name": f"{MARK} Hopper",
        "company": f"{MARK} Eckert",
        "email": f"{MARK}.{deal.referred}@example.org",
        "stripe_customer": f"cus_{deal.referred}",
    }
    told["data"]["advocate"]["address"]["line1"] = f"{MARK} Street 1"
    return told


def _revised(telling: Telling) -> dict[str, Any]:
    """A reversal or an amendment, which says no more than docs/events.md asks for."""
    moment = telling.effective_at.isoformat()
    data: dict[str, Any] = {
        "program": telling.deal.program,
        "deal": {
            "id": telling.deal.deal_id,
            "amount": {"value": _decimal(telling.total_minor), "currency": "USD"},
        },
        "effective_at": moment,
    }
    _name_win(data, telling)
    return {"type": telling.type, "timestamp": moment, "data": data}


def _name_win(data: dict[str, Any], telling: Telling) -> None:
    """Say which win it is."""
    happened_at = telling.closed_at.isoformat()
    if telling.invoice is None:
        data["deal"]["closed_at"] = happened_at
        return
    data["deal"].pop("closed_at", None)
    data |= {"occurred_at": happened_at, "occurrence_id": telling.invoice}
    if not telling.wins:
        data["trigger"] = INVOICE_PAID


EVENT_MAKERS: Final[dict[str, Callable[[Telling], dict[str, Any]]]] = {
    DEAL_CLOSED: _closed,
    INVOICE_PAID: _closed,
    DEAL_REVERSED: _revised,
    DEAL_AMENDED: _revised,
}
"""The makers of messages, by event type."""


def _decimal(amount_minor: int) -> str:
    return f"{amount_minor // 100}.{amount_minor % 100:02}"


def _rule(channel: Channel, amount: dict[str, Any], **more: builders.Changed) -> dict[str, Any]:
    always = {"name": channel.value, "channel": channel.value, "when": {"products": [channel.value]}}
    rule = builders.rule(amount=amount, **{**always, **more})
    if channel is Channel.MERCHANDISE:
        rule["item"] = {"catalog_variant_id": "71", "name": "Mug", "artwork_url": "https://example.com/mug.png"}
    return rule


def _program(name: str, amount: dict[str, Any], **more: builders.Changed) -> dict[str, Any]:
    return builders.document(program=name, rules=[_rule(channel, amount) for channel in Channel], **more)


_ESCALATING: Final = {
    "escalating": [
        {"from": str(ordinal), "percentage": {"rate": f"{rate // 10}.{rate % 10}"}}
        for ordinal, rate in RATES_PER_MILLE.items()
    ]
}
_TIERED: Final = {"tiers": [{"from": _decimal(at), "flat": _decimal(flat)} for at, flat in TIERS_MINOR.items()]}

_WELCOME: Final = {"percentage": {"rate": f"0.{REFERRED_PER_MILLE}"}}
_ON: Final = {"on": [DEAL_CLOSED, INVOICE_PAID]}


def _both_sides() -> dict[str, Any]:
    advocates = [_rule(channel, _ESCALATING, **_ON) for channel in Channel]
    referred = [
        _rule(channel, _WELCOME, name=f"{channel.value} welcome", rewards="referred", **_ON) for channel in Channel
    ]
    triggers = {DEAL_CLOSED: {}, INVOICE_PAID: {"per_deal": str(INVOICES_MOST)}}
    return builders.document(program=BOTH_SIDES, triggers=triggers, rules=[*advocates, *referred])


PROGRAMS: Final = (
    _program(PROGRAM, _ESCALATING, ceilings=ceilings.as_document()),
    _program(HELD, _TIERED, hold_days="4"),
    _program(CAPPED, _ESCALATING, limits=limits.as_document(CAPPED)),
    _program(BUDGETED, _ESCALATING, limits=limits.as_document(BUDGETED), hold_days="4"),
    _both_sides(),
)


@cache
def published() -> tuple[Row, ...]:
    """The rows of the published programs, which are the same in every world."""
    store = MemoryStore()
    publish = PublishProgram(store, FakeClock(builders.NOW))
    for document in PROGRAMS:
        told = publish(document, "ops@example.com")
        assert not isinstance(told, tuple), told
    return tuple(store.rows.values())


def worth_minor(program: str, ordinal: int, total_minor: int, beneficiary: Beneficiary = Beneficiary.ADVOCATE) -> int:
    """What a program's rules pay for a deal, reckoned by hand: the invariants compare the production code with it."""
    if total_minor == 0:
        return 0
    if program == HELD:
        return TIERS_MINOR[max(at for at in TIERS_MINOR if at <= total_minor)]
    rate = REFERRED_PER_MILLE
    if beneficiary is Beneficiary.ADVOCATE:
        rate = RATES_PER_MILLE[max(at for at in RATES_PER_MILLE if at <= ordinal)]
    assert total_minor * rate % 1000 == 0, "a total of the story would be rounded"
    return total_minor * rate // 1000
