"""What was done to the stack in a run, and whether all that was meant to be done was."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from chaos.plan import STRIKES_OF, Strike
from chaos.storms import KINDS, SERVICES, Fired


@dataclass(frozen=True, slots=True)
class Suffered:
    """How often each fault really struck.

    Attributes:
        storms: By kind and service of AWS.
        strikes: By provider and kind.
        kills: Processes killed, by function.
        restarts: How often the emulator was stopped and started.
    """

    storms: Fired
    strikes: Mapping[tuple[str, str], int]
    kills: Mapping[str, int]
    restarts: int

    @property
    def total(self) -> int:
        """How many faults of all kinds."""
        return sum(self.storms.values()) + sum(self.strikes.values()) + sum(self.kills.values()) + self.restarts

    def never_fired(self) -> list[str]:
        """Each kind of fault that nothing met, and everything that met none."""
        kinds, services = _both_ways(self.storms)
        providers, strikes = _both_ways(self.strikes)
        return [
            *(f"no call to AWS met the fault '{kind}'" for kind in KINDS if not kinds[kind]),
            *(f"no call to {service} met a fault" for service in SERVICES if not services[service]),
            *(f"no provider played {strike}" for strike in Strike if not strikes[strike]),
            *(f"{provider} played no fault" for provider in STRIKES_OF if not providers[provider]),
            *([] if any(self.kills.values()) else ["no worker was killed"]),
            *([] if self.restarts else ["the emulator was not restarted"]),
        ]


def _both_ways(counted: Mapping[tuple[str, str], int]) -> tuple[Counter[str], Counter[str]]:
    """The sums by the first and by the second part of the keys."""
    first, second = Counter[str](), Counter[str]()
    for (one, other), times in counted.items():
        first[one] += times
        second[other] += times
    return first, second
