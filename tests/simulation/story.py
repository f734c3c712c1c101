"""What happens in a schedule besides the faults: deals, deliveries, what is told again, what people do.

The one place where events are made. A new event type is a new maker in EVENT_MAKERS.
"""

import hashlib
import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final

import builders
from guerdon.adapters.crm.standard.payload import stored_event
from guerdon.application.receive_event import Delivery
from guerdon.domain.channel import PROVIDER_OF, Channel
from simulation.engine import DAY, HOUR, MINUTE, SECOND
from simulation.faults import FOCUSES
from simulation.providers import Outage

MARK: Final = "Personal"
"""Stands in every personal field and nowhere else."""

PROGRAM: Final = "customer-referral"
HELD: Final = "held-referral"
ADVOCATES: Final = ("A-1", "A-2")


def _rule(channel: Channel) -> dict[str, Any]:
    amount = {"escalating": [{"from": "1", "flat": "100.00"}, {"from": "2", "flat": "150.00"}]}
    rule = builders.rule(name=channel.value, channel=channel.value, amount=amount, when={"products": [channel.value]})
    if channel is Channel.MERCHANDISE:
        rule["item"] = {"catalog_variant_id": "71", "name": "Mug", "artwork_url": "https://example.com/mug.png"}
    return rule


PROGRAMS: Final = (
    builders.document(program=PROGRAM, rules=[_rule(channel) for channel in Channel]),
    builders.document(program=HELD, rules=[_rule(channel) for channel in Channel], hold_days="4"),
)


@dataclass(frozen=True, slots=True)
class DealTold:
    """What a CRM may say about one deal."""

    number: int
    program: str
    advocate: str
    channel: Channel
    amount: str
    closed_at: datetime

    @property
    def deal_id(self) -> str:
        return f"D-{self.number}"


@dataclass(frozen=True, slots=True)
class Send:
    """A CRM sends a message, and `patience` times again if it hears no success."""

    at: int
    delivery: Delivery
    patience: int


@dataclass(frozen=True, slots=True)
class Redeliver:
    """The queue brings a message once more, long after it was handled."""

    at: int
    delivery: Delivery


@dataclass(frozen=True, slots=True)
class Decide:
    """A person releases a payout again."""

    at: int
    index: int


@dataclass(frozen=True, slots=True)
class Restart:
    """A person starts a fulfillment by hand."""

    at: int
    index: int


@dataclass(frozen=True, slots=True)
class Redrive:
    """A person redrives the dead-letter queues."""

    at: int


@dataclass(frozen=True, slots=True)
class Switch:
    """A person arms or disarms a channel."""

    at: int
    channel: Channel
    armed: bool


@dataclass(frozen=True, slots=True)
class SweepNow:
    """A sweep beside the one of the schedule."""

    at: int


Act = Send | Redeliver | Decide | Restart | Redrive | Switch | SweepNow


@dataclass(frozen=True, slots=True)
class Story:
    """One schedule's happenings.

    Attributes:
        deals: What was won, as it was told first.
        webhooks: Whether the providers send any.
        fault_rate: How likely each call is to meet a fault.
        faults_most: After so many the world is well again.
        focus: Where the faults gather.
        outage: When one provider does not answer.
        slow: Whether the providers take days.
    """

    deals: tuple[DealTold, ...]
    acts: tuple[Act, ...]
    unarmed: frozenset[Channel]
    webhooks: bool
    fault_rate: float
    faults_most: int
    focus: str
    outage: Outage | None
    slow: bool


@lru_cache(maxsize=4096)
def delivery(deal: DealTold, delivery_id: str, kind: str, email: str) -> Delivery:
    """One message about a deal."""
    text = json.dumps(EVENT_MAKERS[kind](deal, email))
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Delivery("acme-crm", "acme", delivery_id, text, digest, stored_event(text))


def _closed(deal: DealTold, email: str) -> dict[str, Any]:
    told = builders.message(
        deal__id=deal.deal_id,
        program=deal.program,
        advocate__id=deal.advocate,
        advocate__name=f"{MARK} {deal.advocate}",
        advocate__email=email,
        advocate__stripe_customer=f"cus_{deal.advocate}",
    )
    told["timestamp"] = told["data"]["deal"]["closed_at"] = deal.closed_at.isoformat()
    told["data"]["deal"]["amount"]["value"] = deal.amount
    told["data"]["deal"]["products"] = [{"sku": deal.channel.value, "amount": deal.amount, "quantity": 1}]
    told["data"]["referred"] = {"id": f"C-{deal.number}", "name": f"{MARK} Hopper", "company": f"{MARK} Eckert"}
    told["data"]["advocate"]["address"]["line1"] = f"{MARK} Street 1"
    return told


def _retold(deal: DealTold, email: str) -> dict[str, Any]:
    told = _closed(deal, email)
    told["data"]["deal"]["amount"]["value"] = "99.00"
    return told


def _moved(deal: DealTold, email: str) -> dict[str, Any]:
    told = _closed(deal, email)
    told["data"]["deal"]["closed_at"] = (deal.closed_at + timedelta(days=1)).isoformat()
    return told


EVENT_MAKERS: Final[dict[str, Callable[[DealTold, str], dict[str, Any]]]] = {
    "closed": _closed,
    "closed with other content": _retold,
    "closed at another time": _moved,
}
"""What a CRM may say of a deal, by what it is."""

PROVIDERS: Final = tuple(PROVIDER_OF.values())

_LATER: Final = ("closed", "closed", "closed with other content", "closed at another time")


def told(chance: random.Random) -> Story:
    """The story of one schedule."""
    deals = tuple(_deal(number, chance) for number in range(chance.choice((3, 3, 4))))
    together = chance.random() < 0.5
    acts: list[Act] = []
    sent: list[Delivery] = []
    for deal in deals:
        at = chance.randrange(100) if together else chance.randrange(2 * HOUR)
        first = delivery(deal, f"m-{deal.number}-0", "closed", email_of(deal, deal.number % 2))
        acts.append(Send(at, first, 12))
        sent.append(first)
    for index in range(chance.choice((1, 1, 2, 3))):
        deal, kind = chance.choice(deals), chance.choice(_LATER)
        # What contradicts the first telling comes after it; the same may come at the same moment.
        least = 0 if kind == "closed" else 4 * HOUR
        again = delivery(deal, f"m-{deal.number}-{index + 1}", kind, email_of(deal, chance.randrange(2)))
        at = least + chance.choice((chance.randrange(200), chance.randrange(HOUR), 41 * DAY))
        acts.append(Send(at, again, 12))
    acts.extend(_by_people(chance, sent))
    unarmed = frozenset({chance.choice(tuple(Channel))}) if chance.random() < 0.1 else frozenset()
    return Story(
        deals,
        tuple(acts),
        unarmed,
        webhooks=chance.random() < 0.85,
        fault_rate=chance.choice((0.0, 0.01, 0.03, 0.03, 0.08, 0.2)),
        faults_most=chance.choice((1, 3, 6, 12, 24)),
        focus=chance.choice(FOCUSES),
        outage=_outage(chance) if chance.random() < 0.12 else None,
        slow=chance.random() < 0.05,
    )


def email_of(deal: DealTold, version: int) -> str:
    """The advocate's address; a later message may bring another one."""
    return f"{MARK}.{deal.advocate}.{version}@example.com"


def _deal(number: int, chance: random.Random) -> DealTold:
    advocate = ADVOCATES[number] if number < 2 else chance.choice(ADVOCATES)
    program = HELD if chance.random() < 0.15 else PROGRAM
    closed_at = builders.CLOSED_AT + timedelta(hours=number)
    return DealTold(number, program, advocate, chance.choice(tuple(Channel)), "12500.00", closed_at)


def _outage(chance: random.Random) -> Outage:
    begins = chance.randrange(chance.choice((SECOND, HOUR)))
    lasts = chance.choice((10 * MINUTE, 10 * MINUTE, 3 * HOUR, 26 * HOUR))
    return Outage(chance.choice(PROVIDERS), begins, begins + lasts, deaf=chance.random() < 0.4)


def _by_people(chance: random.Random, sent: list[Delivery]) -> list[Act]:
    acts: list[Act] = []
    if chance.random() < 0.5:
        at = chance.choice((10 * MINUTE, HOUR, 3 * DAY, 41 * DAY, 101 * DAY))
        acts.append(Redeliver(at + chance.randrange(HOUR), chance.choice(sent)))
    for _ in range(chance.choice((0, 1, 2, 3))):
        at = chance.choice((MINUTE, 20 * MINUTE, 2 * HOUR, DAY, 2 * DAY, 15 * DAY))
        decided_at, index = at + chance.randrange(at), chance.randrange(4)
        acts.append(Decide(decided_at, index))
        if chance.random() < 0.3:
            # The execution of a run that the decision made stale may still be about.
            acts.append(Restart(decided_at + chance.randrange(20 * SECOND), index))
    for _ in range(chance.choice((0, 0, 0, 1, 3))):
        at = chance.choice((10 * SECOND, 25 * HOUR, 30 * HOUR, 51 * HOUR, 95 * DAY))
        acts.append(Restart(at + chance.randrange(HOUR), chance.randrange(4)))
    if chance.random() < 0.5:
        acts.append(Redrive(chance.choice((HOUR, 2 * DAY, 40 * DAY)) + chance.randrange(DAY)))
    if chance.random() < 0.2:
        acts.append(Switch(chance.randrange(3 * HOUR), chance.choice(tuple(Channel)), chance.random() < 0.5))
    sweeps = range(chance.choice((0, 0, 1, 4)))
    acts.extend(SweepNow(chance.randrange(chance.choice((2 * SECOND, HOUR, DAY)))) for _ in sweeps)
    return acts
