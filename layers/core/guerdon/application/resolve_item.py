"""A person says why nothing remains to be done about a difference between a statement and the books."""

from dataclasses import dataclass

from guerdon.application.audit import Subject, audited, unusable
from guerdon.application.ports import Clock, Store
from guerdon.application.reconciliation_records import ItemState, ReconciliationItem
from guerdon.application.transaction import Committed, Replace
from guerdon.domain.actions import AuditAction, SubjectKind
from guerdon.domain.errors import StoreBusy


@dataclass(frozen=True, slots=True)
class CannotResolveItem:
    """The item is not one to be resolved, and why."""

    why: str


@dataclass(frozen=True, slots=True)
class ResolveItem:
    """Take a difference off the list of open ones. The journal, and the provider's side, stay as they are."""

    store: Store
    clock: Clock

    def __call__(self, item_id: str, actor: str, reason: str) -> ReconciliationItem | CannotResolveItem:
        """The item with who resolved it and why; one that was resolved before keeps whoever was first.

        Raises:
            StoreBusy: The item changed at this very moment; look at it again.
        """
        item = self.store.reconciliation_item(item_id)
        if item is None:
            return CannotResolveItem("there is no such item")
        if item.state is ItemState.RESOLVED:
            return item
        if wrong := unusable(reason):
            return CannotResolveItem(wrong)
        now = self.clock.now()
        resolved = item.resolved(now, actor, reason.strip())
        line = audited(
            AuditAction.ITEM_RESOLVED,
            Subject(SubjectKind.ITEM, item_id),
            at=now,
            actor=actor,
            before=f"{item.difference}, {item.state}",
            after=f"{item.difference}, {resolved.state}",
            reason=reason,
        )
        if self.store.commit((Replace(resolved), line)) is not Committed.YES:
            raise StoreBusy(f"item {item_id} was changed by somebody else")
        return resolved
