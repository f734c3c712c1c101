"""Faults: what providers do on bad days, queued and applied to the next matching calls."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

BEFORE, OUTCOME, ANSWER, WEBHOOK = "before", "outcome", "answer", "webhook"


@dataclass(frozen=True, slots=True)
class FaultKind:
    """A fault by name: what it does, at which stage of a call, and for which providers."""

    name: str
    stage: str
    meaning: str
    providers: frozenset[str]


_ALL = frozenset({"tremendous", "lob", "stripe", "printful"})
_FUNDED = frozenset({"tremendous", "lob", "printful"})

KINDS = {
    kind.name: kind
    for kind in (
        FaultKind("failure", BEFORE, "nothing is done; the answer is `status`, else 500", _ALL),
        FaultKind("rate_limit", BEFORE, "nothing is done; the provider's own 429", _ALL),
        FaultKind("refuse", BEFORE, "nothing is done; the request is refused as invalid", _ALL),
        FaultKind("out_of_funds", BEFORE, "nothing is done; the account cannot pay for it", _FUNDED),
        FaultKind("timeout_before", BEFORE, "nothing is done, and no answer is given either", _ALL),
        FaultKind("timeout_after", ANSWER, "the work is done, but no answer is given", _ALL),
        FaultKind(
            "pending",
            OUTCOME,
            "Tremendous: PENDING APPROVAL, approved later. Printful: stays pending, then goes on",
            frozenset({"tremendous", "printful"}),
        ),
        FaultKind(
            "pending_then_canceled",
            OUTCOME,
            "Tremendous: PENDING APPROVAL, then canceled by a person there; nothing is charged",
            frozenset({"tremendous"}),
        ),
        FaultKind(
            "undelivered",
            OUTCOME,
            "Tremendous: the order executes, the mail bounces, delivery FAILED",
            frozenset({"tremendous"}),
        ),
        FaultKind(
            "failed_later",
            OUTCOME,
            "accepted, then it fails: Lob cannot render the check, Printful the order",
            frozenset({"lob", "printful"}),
        ),
        FaultKind(
            "returned",
            OUTCOME,
            "sent, then it comes back: Lob returned to sender, Printful shipment returned",
            frozenset({"lob", "printful"}),
        ),
        FaultKind("on_hold", OUTCOME, "Printful: the order is put on hold and stays so", frozenset({"printful"})),
        FaultKind("webhook_first", WEBHOOK, "the webhook comes before the call's answer", _ALL),
        FaultKind("webhook_twice", WEBHOOK, "every webhook of it comes twice", _ALL),
        FaultKind("webhook_never", WEBHOOK, "no webhook of it ever comes", _ALL),
    )
}


class UnknownFaultError(ValueError):
    """A fault that does not exist, or not for that provider; the message lists what does."""


@dataclass(slots=True)
class Fault:
    """A queued fault. Without `path` and `method` it waits for a call that moves money."""

    provider: str
    kind: FaultKind
    times: int = 1
    path: str | None = None
    method: str | None = None
    status: int = 500
    hold_seconds: float | None = None
    fired: int = field(default=0)

    def matches(self, provider: str, method: str, path: str, *, moves_money: bool) -> bool:
        """Whether this fault is meant for the call."""
        if provider != self.provider or self.fired >= self.times:
            return False
        if self.path is None and self.method is None:
            return moves_money
        right_method = method == (self.method or "POST")
        return right_method and (self.path is None or self.path in path)

    def as_json(self) -> dict[str, Any]:
        """The fault as the sandbox's own API shows it."""
        return {
            "provider": self.provider,
            "fault": self.kind.name,
            "times": self.times,
            "fired": self.fired,
            "path": self.path,
            "method": self.method,
            "status": self.status if self.kind.name == "failure" else None,
        }


class Faults:
    """The queue of faults; each call takes at most one of each stage, the oldest first."""

    def __init__(self) -> None:
        self._queue: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Queue a fault."""
        self._queue.append(fault)

    def take(self, provider: str, method: str, path: str, *, moves_money: bool) -> dict[str, Fault]:
        """The faults for this call by stage; one that answers instead of the work comes alone."""
        taken: dict[str, Fault] = {}
        for fault in self._queue:
            if fault.kind.stage not in taken and fault.matches(provider, method, path, moves_money=moves_money):
                taken[fault.kind.stage] = fault
        if BEFORE in taken:
            taken = {BEFORE: taken[BEFORE]}
        for fault in taken.values():
            fault.fired += 1
        return taken

    def all(self) -> list[Fault]:
        """Pending and fired faults, oldest first."""
        return list(self._queue)

    def clear(self) -> None:
        """Forget all faults."""
        self._queue.clear()


def kind_for(provider: object, name: object, providers: Iterable[str]) -> FaultKind:
    """The fault `name` of `provider`.

    Raises:
        UnknownFaultError: no such provider, or no such fault for it.
    """
    if not isinstance(provider, str) or provider not in _ALL:
        known = ", ".join(sorted(providers))
        raise UnknownFaultError(f"Unknown provider {provider!r}. There are: {known}.")
    known = ", ".join(kind.name for kind in KINDS.values() if provider in kind.providers)
    if not isinstance(name, str) or name not in KINDS or provider not in KINDS[name].providers:
        raise UnknownFaultError(f"Unknown fault {name!r} for {provider}. There are: {known}.")
    return KINDS[name]
