"""Take a delivery in: durable first, then on its way, then the sender hears success."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from guerdon.application.ports import Clock, EventBus, Store
from guerdon.application.recipients import recipient_id
from guerdon.application.records import EventBody, InboxEvent
from guerdon.application.transaction import Committed, Insert
from guerdon.domain import identity
from guerdon.domain.deal import DealEvent
from guerdon.domain.errors import StoreBusy

DECISION_DUE_AFTER: Final = timedelta(minutes=2)
"""An event is decided within seconds; the sweep tells the bus again about one that is not by then."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message that is believed to be from its sender, and readable.

    Attributes:
        delivery_id: The sender's id of the message; its retries carry the same.
        body: The deal event as JSON text, as it is kept.
        body_sha256: Digest of the bytes that arrived.
    """

    connection: str
    source_account: str
    delivery_id: str
    body: str
    body_sha256: str
    event: DealEvent


@dataclass(frozen=True, slots=True)
class ReceiveEvent:
    """Store a delivery and put its id on the bus."""

    store: Store
    bus: EventBus
    clock: Clock

    def __call__(self, delivery: Delivery) -> str:
        """The event's id, once the event is durable and on the bus.

        A sender's retry gets the same id. It is put on the bus again while it is undecided: the first time may
        have died between the store and the bus.

        Raises:
            StoreBusy: It is not stored; the sender must retry.
            BusUnavailable: It is stored and not on the bus; the sender retries, and the sweep would send it too.
        """
        event_id = identity.event_id(delivery.source_account, delivery.delivery_id, delivery.body_sha256)
        received = self._received(event_id, delivery)
        outcome = self.store.commit((Insert(received), Insert(EventBody(event_id, delivery.body))))
        if outcome is not Committed.YES:
            stored = self.store.inbox_event(event_id)
            if stored is None:
                raise StoreBusy(f"event {event_id} was not stored")
            if stored.outcome is not None:
                return event_id
        self.bus.publish(event_id)
        return event_id

    def _received(self, event_id: str, delivery: Delivery) -> InboxEvent:
        now, advocate = self.clock.now(), delivery.event.advocate
        return InboxEvent(
            event_id=event_id,
            connection=delivery.connection,
            source_account=delivery.source_account,
            delivery_id=delivery.delivery_id,
            type=delivery.event.type,
            program=delivery.event.program,
            deal_id=delivery.event.deal.id,
            body_sha256=delivery.body_sha256,
            received_at=now,
            undecided_since=now,
            look_at=now + DECISION_DUE_AFTER,
            recipient_id=recipient_id(delivery.source_account, advocate) if advocate else None,
        )
