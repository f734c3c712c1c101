"""What a delivery said, by the id of any inbox row of it."""

from guerdon.application.ports import EventReader, Store
from guerdon.domain import identity
from guerdon.domain.deal import DealEvent


def told_event(store: Store, read_event: EventReader, event_id: str) -> DealEvent | None:
    """The deal event that the inbox row tells; None once it was erased.

    Both rows of a delivery, the advocate's and the referred customer's, share one body.
    """
    body = store.event_body(identity.delivery_of(event_id))
    return read_event(body.body) if body else None
