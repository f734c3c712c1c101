"""A person says why nothing remains to be done about a difference."""

from dataclasses import replace

import pytest

from adapters.dynamodb import rows
from builders import NOW
from fakes.clock import FakeClock
from fakes.store import MemoryStore
from guerdon.application.audit_records import Audit
from guerdon.application.reconciliation_records import ItemState, ReconciliationItem
from guerdon.application.resolve_item import CannotResolveItem, ResolveItem
from guerdon.domain.actions import AuditAction, SubjectKind
from guerdon.domain.errors import StoreBusy

PAT, KIM = "console:pat@example.com", "console:kim@example.com"


@pytest.fixture
def store() -> MemoryStore:
    store = MemoryStore()
    store.put(rows.ITEM)
    return store


@pytest.fixture
def resolve(store: MemoryStore) -> ResolveItem:
    return ResolveItem(store, FakeClock())


def test_an_item_is_resolved_with_who_and_why_and_a_line_of_the_audit_trail(
    store: MemoryStore, resolve: ResolveItem
) -> None:
    resolved = resolve("ri_1", PAT, " a fee that was agreed ")

    assert isinstance(resolved, ReconciliationItem)
    assert (resolved.state, resolved.resolved_by, resolved.resolved_at) == (ItemState.RESOLVED, PAT, NOW)
    assert resolved.reason == "a fee that was agreed"
    assert list(store.open_items()) == []
    (line,) = store.of(Audit)
    assert (line.action, line.subject_kind, line.subject_id) == (AuditAction.ITEM_RESOLVED, SubjectKind.ITEM, "ri_1")
    assert (line.before, line.after, line.actor) == ("amount_differs, open", "amount_differs, resolved", PAT)


def test_who_was_first_stays(store: MemoryStore, resolve: ResolveItem) -> None:
    resolve("ri_1", PAT, "a fee")
    again = resolve("ri_1", KIM, "another reason")

    assert isinstance(again, ReconciliationItem)
    assert (again.resolved_by, again.reason, len(store.of(Audit))) == (PAT, "a fee", 1)


@pytest.mark.parametrize(("item_id", "reason"), [("ri_none", "why"), ("ri_1", "  "), ("ri_1", "x" * 501)])
def test_what_is_refused_changes_nothing(store: MemoryStore, resolve: ResolveItem, item_id: str, reason: str) -> None:
    assert isinstance(resolve(item_id, PAT, reason), CannotResolveItem)
    assert store.commits == []


def test_an_item_that_changes_at_this_moment_is_looked_at_again(store: MemoryStore, resolve: ResolveItem) -> None:
    store.meanwhile(lambda: store.put(replace(rows.ITEM, version=2)))

    with pytest.raises(StoreBusy):
        resolve("ri_1", PAT, "a fee")
    assert store.of(Audit) == []
