"""A person has an event evaluated once more."""

from dataclasses import dataclass

from guerdon.application.ports import EventBus, Store
from guerdon.application.records import InboxEvent


@dataclass(frozen=True, slots=True)
class ResendEvent:
    """Put an event's id on the bus again.

    It may be done at any time and any number of times: the evaluation decides an event once. For one that is decided
    it only starts again what is due, as it does when a queue delivers twice.
    """

    store: Store
    bus: EventBus

    def __call__(self, event_id: str) -> InboxEvent | None:
        """The event as it stood before; None when no such event is stored, and nothing was sent.

        Raises:
            StoreBusy: It was not sent.
            BusUnavailable: It was not sent, as far as we know.
        """
        inbox = self.store.inbox_event(event_id)
        if inbox is not None:
            self.bus.publish(event_id)
        return inbox
