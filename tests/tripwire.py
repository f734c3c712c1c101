"""Something that happens at the n-th call to the outside: a process dies there, or another one gets ahead.

The fakes are given out as subclasses of themselves that share their state, so that what a test reads from the
fake is what the tripped one wrote.
"""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from fakes.bus import MemoryBus
from fakes.fulfillments import MemoryFulfillments
from fakes.mailer import MemoryMailer
from fakes.provider import MemoryCancelingProvider, MemoryDraftingProvider, MemoryProvider
from fakes.queues import MemoryHintQueues, MemoryNotices
from fakes.store import MemoryStore
from guerdon.domain.errors import BusUnavailable, OutcomeUnknown, StoreBusy

_Fake = TypeVar("_Fake")
Deed = Callable[[Exception], object]

_STORE_CALLS: Final = (
    "commit",
    "inbox_event",
    "event_body",
    "advocate",
    "frozen_request",
    "deal_record",
    "deal_count",
    "receivable",
    "reserved",
    "day_released",
    "reward",
    "payout",
    "attempt",
    "program_head",
    "program_version",
    "channel_switch",
    "pauses",
    "payouts_of",
    "funds_hold",
    "sent_notice",
    "undecided_events",
    "payouts_to_look_at",
    "waiting_events",
    "waiting_payouts",
    "payouts_of_advocate",
    "inbox_events_about",
    "journal_hour",
    "seal_head",
    "seal",
    "sealed_text",
    "reconciliation_item",
    "reconciliation_run",
    "open_items",
    "statement_lines",
    "entries_of_reward",
)
_PROVIDER_CALLS: Final = ("submit", "look_up", "look_up_resource")
_CALLS: Final[dict[type, tuple[tuple[str, ...], Exception]]] = {
    MemoryStore: (_STORE_CALLS, StoreBusy("died at the store")),
    MemoryBus: (("publish",), BusUnavailable("died at the bus")),
    MemoryNotices: (("enqueue",), BusUnavailable("died at the queue")),
    MemoryMailer: (("send",), BusUnavailable("died at the mail service")),
    MemoryHintQueues: (("enqueue",), BusUnavailable("died at the queue")),
    MemoryFulfillments: (("start", "ring"), BusUnavailable("died at the workflow service")),
    MemoryProvider: (_PROVIDER_CALLS, OutcomeUnknown("provider", "died at the provider")),
    MemoryCancelingProvider: ((*_PROVIDER_CALLS, "cancel"), OutcomeUnknown("provider", "died at the provider")),
    MemoryDraftingProvider: (
        (*_PROVIDER_CALLS, "confirm", "discard"),
        OutcomeUnknown("provider", "died at the provider"),
    ),
}


def die(error: Exception) -> None:
    """The process ends here; whoever called it sees the error that its retry policy names."""
    raise error


class Tripwire:
    """Counts calls, and does a deed once at each of some points.

    A call has two points: 2n before its effect and 2n + 1 after it, for the n-th call from 0.

    Attributes:
        reached: How many points were passed.
    """

    def __init__(self, *points: int, deed: Deed = die) -> None:
        self.reached = 0
        self._points = set(points)
        self._deed = deed

    def pass_point(self, error: Exception) -> None:
        point = self.reached
        self.reached += 1
        if point in self._points:
            self._points.remove(point)
            self._deed(error)

    def on(self, fake: _Fake) -> _Fake:
        """`fake` behind this wire; both share their state."""
        calls, error = next(_CALLS[kind] for kind in type(fake).__mro__ if kind in _CALLS)
        methods = {name: self._tripped(getattr(type(fake), name), error) for name in calls}
        tripped: _Fake = object.__new__(type(f"Tripped{type(fake).__name__}", (type(fake),), methods))
        tripped.__dict__ = fake.__dict__
        return tripped

    def _tripped(self, method: Callable[..., Any], error: Exception) -> Callable[..., Any]:
        def call(fake: object, *args: object) -> object:
            self.pass_point(error)
            result = method(fake, *args)
            self.pass_point(error)
            return result

        return call
