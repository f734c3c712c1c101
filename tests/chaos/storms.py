"""What happens between the functions and AWS, as rules of microburst, and how often it did.

A rule that names a service wrongly never fires and says nothing, so what counts is what microburst says it did.
"""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

import urllib3

FUNCTIONS_WAIT_MS: Final = 5000
"""After this long without an answer a function's client gives up: `_READ_SECONDS` in guerdon/bootstrap.py."""


class Kind(StrEnum):
    """What befalls a call."""

    THROTTLED = "throttled"  # AWS says that it is too much; nothing is done.
    BROKEN = "broken"  # AWS answers 500; nothing is done.
    BROKEN_AGAIN = "broken for long"  # As often in a row as outlasts the SDK's own tries.
    SLOW = "slow"  # It is done, a while later.
    STALLED = "stalled"  # Nothing is done, and nobody answers until the client gives up.
    LATE = "late"  # It is done after the client gave up.
    RESET = "reset"  # The connection breaks; nothing is done.
    ANSWER_LOST = "answer lost"  # It is done, and the connection breaks before the answer.
    ANSWER_CUT = "answer cut"  # It is done, and half of the answer comes.


KINDS: Final = tuple(Kind)

_DYNAMODB: Final = "dynamodb"
_THROTTLED_BY: Final[dict[str, dict[str, object]]] = {
    _DYNAMODB: {"code": "ProvisionedThroughputExceededException"},
    "events": {"code": "ThrottlingException"},
    "secretsmanager": {"code": "ThrottlingException"},
    "ses": {"code": "TooManyRequestsException", "status": 429},
    "sqs": {"code": "RequestThrottled", "status": 403},
    "stepfunctions": {"code": "ThrottlingException"},
}
"""Every service that the functions call, by microburst's names (the mail service's two APIs share one), and how each
says that it is too much."""
SERVICES: Final = tuple(_THROTTLED_BY)

_LIKELY: Final[dict[Kind, float]] = {
    Kind.THROTTLED: 0.15,
    Kind.BROKEN: 0.1,
    Kind.BROKEN_AGAIN: 1.0,
    Kind.SLOW: 0.2,
    Kind.STALLED: 0.03,
    Kind.LATE: 0.03,
    Kind.RESET: 0.1,
    Kind.ANSWER_LOST: 0.08,
    Kind.ANSWER_CUT: 0.08,
}
_FAILS: Final[dict[str, Any]] = {"error": {"code": "InternalServerError", "status": 500}}
_DOES: Final[dict[Kind, dict[str, Any]]] = {
    Kind.BROKEN: _FAILS,
    Kind.BROKEN_AGAIN: _FAILS | {"sequence": {"fail": 5, "pass": 20}},
    Kind.SLOW: {"latency": {"min": 300, "max": 2500}},
    Kind.STALLED: {"timeout_ms": FUNCTIONS_WAIT_MS + 1000},
    Kind.LATE: {"latency": {"min": FUNCTIONS_WAIT_MS + 500, "max": FUNCTIONS_WAIT_MS + 1500}},
    Kind.RESET: {"reset": True},
    Kind.ANSWER_LOST: {"response": {"abort_bytes": 0}},
    Kind.ANSWER_CUT: {"response": {"truncate_frac": 0.5}},
}
"""Each kind in microburst's words; throttling has others for each service."""

_SELDOM_CALLED_TIMES: Final = 5
"""A deal is a hundred calls to DynamoDB and a few to each of the others: they are hit more often for it."""
_LIKELY_MOST: Final = 0.5


@dataclass(frozen=True, slots=True)
class Storm:
    """The kind of fault that each service meets, from `at_seconds` until the next storm."""

    at_seconds: float
    kinds: Mapping[str, Kind]

    @property
    def rules(self) -> list[dict[str, Any]]:
        """The storm as microburst takes it, a rule for each service in the order of `kinds`."""
        return [{"service": service, **_effect(service, kind)} for service, kind in self.kinds.items()]


def _effect(service: str, kind: Kind) -> dict[str, Any]:
    likely = _LIKELY[kind]
    if service != _DYNAMODB and kind is not Kind.BROKEN_AGAIN:
        likely = min(_LIKELY_MOST, likely * _SELDOM_CALLED_TIMES)
    does = {"error": _THROTTLED_BY[service]} if kind is Kind.THROTTLED else _DOES[kind]
    return {"probability": likely, **does}


Fired = Counter[tuple[str, str]]
"""How often each kind befell each service, by their names."""


@dataclass(slots=True)
class Proxy:
    """A running microburst, by its control API."""

    url: str
    pool: urllib3.PoolManager = field(default_factory=lambda: urllib3.PoolManager(retries=False, timeout=10))
    meant: dict[int, tuple[Kind, str]] = field(default_factory=dict)

    def let_loose(self, storm: Storm) -> None:
        """Put a storm in the place of the one before."""
        rules = self._ask("POST", "rules", storm.rules)
        for rule, (service, kind) in zip(rules, storm.kinds.items(), strict=True):
            self.meant[rule["id"]] = (kind, service)

    def calm(self) -> None:
        """Let every call through from now on."""
        self._ask("POST", "rules", [])

    def fired(self) -> Fired:
        """What was done since the proxy was started; it counts by rule, and forgets no rule that it had."""
        counted: Fired = Counter()
        for rule in self._ask("GET", "stats", None)["by_rule"]:
            counted[self.meant[rule["id"]]] += rule["fired"]
        return counted

    def _ask(self, method: str, path: str, content: object) -> Any:  # noqa: ANN401  untyped JSON
        url = f"{self.url}/_microburst/{path}"
        answer = self.pool.request(method, url, body=None if content is None else json.dumps(content))
        assert answer.status == 200, (answer.status, answer.data)
        return json.loads(answer.data)
