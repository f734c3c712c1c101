"""A person has an event evaluated once more."""

from dataclasses import dataclass

from guerdon.application.audit import Subject, audited
from guerdon.application.ports import Clock, EventBus, Store
from guerdon.application.records import InboxEvent
from guerdon.application.transaction import Committed
from guerdon.domain.actions import AuditAction, SubjectKind
from guerdon.domain.errors import StoreBusy


@dataclass(frozen=True, slots=True)
class ResendEvent:
    """Put an event's id on the bus again.

    It may be done at any time and any number of times: the evaluation decides an event once. For one that is decided
    it only starts again what is due, as it does when a queue delivers twice.
    """

    store: Store
    clock: Clock
    bus: EventBus

    def __call__(self, event_id: str, actor: str, reason: str | None = None) -> InboxEvent | None:
        """The event as it stood before; None when no such event is stored, and nothing was sent.

        That it was asked for is kept before it is sent: if the process dies between, the person sees that it failed
        and asks again.

        Raises:
            StoreBusy: It was not sent.
            BusUnavailable: It was not sent, as far as we know.
        """
        inbox = self.store.inbox_event(event_id)
        if inbox is not None:
            line = audited(
                AuditAction.EVENT_RESENT,
                Subject(SubjectKind.EVENT, event_id),
                at=self.clock.now(),
                actor=actor,
                before=inbox.outcome or "undecided",
                reason=reason,
            )
            # A line that is there already is that of the same person at the same moment: it says what this one would.
            if self.store.commit((line,)) is Committed.NO_CONFLICT:
                raise StoreBusy(f"event {event_id} was not sent again: try once more")
            self.bus.publish(event_id)
        return inbox
