"""A person says that an event which needed them is dealt with."""

from dataclasses import dataclass, replace

from guerdon.application.audit import Subject, audited, unusable
from guerdon.application.ports import Clock, Store
from guerdon.application.records import InboxEvent
from guerdon.application.transaction import Committed, Replace
from guerdon.domain.actions import AuditAction, SubjectKind
from guerdon.domain.errors import StoreBusy
from guerdon.domain.outcome import Outcome


@dataclass(frozen=True, slots=True)
class CannotResolve:
    """The event does not wait for that, and why."""

    why: str


@dataclass(frozen=True, slots=True)
class ResolveEvent:
    """Take an event off the list of what waits for a person. Its outcome, and what it caused, stay as they are."""

    store: Store
    clock: Clock

    def __call__(self, event_id: str, actor: str, reason: str) -> InboxEvent | CannotResolve:
        """The event with who resolved it; one that was resolved before keeps whoever was first.

        Raises:
            StoreBusy: The event changed at this very moment; look at it again.
        """
        inbox = self.store.inbox_event(event_id)
        if inbox is None:
            return CannotResolve("there is no such event")
        if inbox.resolved_at is not None:
            return inbox
        if inbox.outcome is None:
            return CannotResolve("it has no outcome yet: it is sent again until it has one")
        if inbox.outcome is not Outcome.NEEDS_ATTENTION:
            return CannotResolve(f"it waits for nobody: its outcome is {inbox.outcome}")
        if wrong := unusable(reason):
            return CannotResolve(wrong)
        now = self.clock.now()
        resolved = replace(
            inbox,
            waiting_since=None,
            resolved_at=now,
            resolved_by=actor,
            version=inbox.version + 1,
        )
        line = audited(
            AuditAction.EVENT_RESOLVED,
            Subject(SubjectKind.EVENT, event_id),
            at=now,
            actor=actor,
            before=inbox.outcome,
            after=f"{inbox.outcome}, dealt with",
            reason=reason,
        )
        if self.store.commit((Replace(resolved), line)) is not Committed.YES:
            raise StoreBusy(f"event {event_id} was changed by somebody else")
        return resolved
