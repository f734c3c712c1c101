"""What one seed makes: which deals are told and what becomes of them, and when which faults come.

The same seed plans the same run. What the faults hit is another matter: real processes run at the same time, and no
seed makes them take turns.
"""

import random
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from chaos.deals import FATES_OF, ChaosDeal, Telling
from chaos.storms import KINDS, SERVICES, Storm
from e2e.faults import PROVIDERS
from guerdon.domain.channel import Channel

SECONDS_BETWEEN_DEALS: Final = 5.0
SECONDS_OF_A_STORM: Final = 10.0
SECONDS_BETWEEN_KILLS: Final = 15.0
"""A process takes seconds to start: killed more often, nobody would ever get to the work that a kill is to hit."""
SECONDS_BETWEEN_RESTARTS: Final = 180.0
PROVIDERS_STRUCK: Final = 2
"""How many providers play each fault."""
LAST_STRIKE: Final = 0.7
"""By which part of the time the last fault of a provider is queued: it needs a call to strike."""


class Strike(StrEnum):
    """A provider's bad moment, by the sandbox's name of the fault; the payout must still come to a named end.

    Left out, since they come to no end by themselves that could be waited for: `on_hold`, which a person at Printful
    lifts, and `returned`, of which nobody hears when its webhook is lost.
    """

    FAILURE = "failure"
    RATE_LIMIT = "rate_limit"
    REFUSE = "refuse"
    OUT_OF_FUNDS = "out_of_funds"
    TIMEOUT_BEFORE = "timeout_before"
    TIMEOUT_AFTER = "timeout_after"
    PENDING = "pending"
    PENDING_THEN_CANCELED = "pending_then_canceled"
    FAILED_LATER = "failed_later"
    WEBHOOK_FIRST = "webhook_first"
    WEBHOOK_TWICE = "webhook_twice"
    WEBHOOK_NEVER = "webhook_never"


STRIKES_OF: Final[dict[str, tuple[Strike, ...]]] = {
    "tremendous": tuple(strike for strike in Strike if strike is not Strike.FAILED_LATER),
    "lob": tuple(strike for strike in Strike if strike not in {Strike.PENDING, Strike.PENDING_THEN_CANCELED}),
    # Stripe repeats a failure under its key for a day, and then nothing shorter proves that nothing moved.
    "stripe": (
        *(Strike.RATE_LIMIT, Strike.REFUSE, Strike.TIMEOUT_BEFORE, Strike.TIMEOUT_AFTER),
        *(Strike.WEBHOOK_FIRST, Strike.WEBHOOK_TWICE, Strike.WEBHOOK_NEVER),
    ),
    "printful": tuple(strike for strike in Strike if strike is not Strike.PENDING_THEN_CANCELED),
}


@dataclass(frozen=True, slots=True)
class PlannedStrike:
    """One fault at a provider's next call that moves money."""

    at_seconds: float
    provider: str
    strike: Strike


@dataclass(frozen=True, slots=True)
class PlannedKill:
    """The death of so large a share of the functions' processes at once, chosen by `luck`."""

    at_seconds: float
    share: float
    luck: int


@dataclass(frozen=True, slots=True)
class PlannedRestart:
    """The emulator stops gently and starts again, in the middle of everything."""

    at_seconds: float


Act = Storm | PlannedStrike | PlannedKill | PlannedRestart


@dataclass(frozen=True, slots=True)
class Plan:
    """One run.

    Attributes:
        tellings: What the CRM says; for twice as long, for the case that a fault has not found anything to strike.
        acts: Everything else, for as long; both in the order of their time.
    """

    seed: int
    seconds: float
    tellings: tuple[Telling, ...]
    acts: tuple[Act, ...]


def plan_of(seed: int, seconds: float) -> Plan:
    """The run of a seed; `seconds` is how long the faults are meant to last."""
    chance = random.Random(seed)  # noqa: S311  a plan is repeatable, not secret
    return Plan(
        seed=seed,
        seconds=seconds,
        tellings=_tellings(chance, seed, 2 * seconds),
        acts=_in_time(
            (
                *_storms(chance, 2 * seconds),
                *_strikes(chance, seconds),
                *_kills(chance, 2 * seconds),
                *_restarts(chance, seconds),
            )
        ),
    )


def _in_time(acts: tuple[Act, ...]) -> tuple[Act, ...]:
    return tuple(sorted(acts, key=lambda act: act.at_seconds))


def _tellings(chance: random.Random, seed: int, seconds: float) -> tuple[Telling, ...]:
    told: list[Telling] = []
    at, number = 0.0, 0
    while at < seconds:
        # Every channel in turn, so that each provider is called all the time; what becomes of the deal is drawn.
        channel = tuple(Channel)[number % len(Channel)]
        number += 1
        fate = chance.choice(FATES_OF[channel])
        deal = ChaosDeal(f"{seed}x{number}", channel, fate)
        told += [Telling(at + chance.uniform(*later), deal, what) for what, later in fate.tellings]
        at += chance.uniform(0.5, 1.5) * SECONDS_BETWEEN_DEALS
    return tuple(sorted(told, key=lambda telling: telling.at_seconds))


def _storms(chance: random.Random, seconds: float) -> list[Storm]:
    """One kind of fault for each service at a time; a service meets every kind before it meets one again."""
    storms: list[Storm] = []
    orders = {service: chance.sample(KINDS, len(KINDS)) for service in SERVICES}
    for number in range(max(len(KINDS), int(seconds / SECONDS_OF_A_STORM))):
        kinds = {service: order[number % len(KINDS)] for service, order in orders.items()}
        storms.append(Storm(number * SECONDS_OF_A_STORM, kinds))
    return storms


def _strikes(chance: random.Random, seconds: float) -> list[PlannedStrike]:
    """Each fault at some of the providers that can have it: every fault needs a call, and there are only so many."""
    return [
        PlannedStrike(chance.uniform(0, LAST_STRIKE * seconds), provider, strike)
        for strike in Strike
        for provider in _some(chance, [provider for provider in PROVIDERS if strike in STRIKES_OF[provider]])
    ]


def _some(chance: random.Random, providers: list[str]) -> list[str]:
    return chance.sample(providers, min(PROVIDERS_STRUCK, len(providers)))


def _kills(chance: random.Random, seconds: float) -> list[PlannedKill]:
    kills: list[PlannedKill] = []
    at = SECONDS_BETWEEN_KILLS
    while at < seconds:
        kills.append(PlannedKill(at, chance.uniform(0.2, 0.6), chance.randrange(2**32)))
        at += chance.uniform(0.5, 1.5) * SECONDS_BETWEEN_KILLS
    return kills


def _restarts(chance: random.Random, seconds: float) -> list[PlannedRestart]:
    """One restart for each three minutes that were begun, each somewhere in the middle of its part of the time."""
    count = max(1, round(seconds / SECONDS_BETWEEN_RESTARTS))
    part = seconds / count
    return [PlannedRestart(part * (number + chance.uniform(0.4, 0.7))) for number in range(count)]
