"""Lines of the bank's statement that no check explains."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from builders import NOW, usd
from fakes.clock import FakeClock
from fakes.store import MemoryStore
from guerdon.application.reconcile_bank import ReconcileBank
from guerdon.application.reconciliation_records import ItemState, ReconciliationItem
from guerdon.application.resolve_item import ResolveItem
from guerdon.domain.checks import BankLine, Unmatched
from guerdon.domain.reconciliation import BANK, Difference

LINE = BankLine("operating", "bl_1", date(2026, 11, 20), usd("100.00"), "10001", why=Unmatched.UNKNOWN)


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def reconcile(store: MemoryStore, clock: FakeClock) -> ReconcileBank:
    return ReconcileBank(store, clock)


@pytest.mark.parametrize(
    ("why", "words"),
    [
        (Unmatched.NO_NUMBER, "it names no check"),
        (Unmatched.UNKNOWN, "no check of ours has the number 10001"),
        (Unmatched.AMOUNT, "check 10001 is written for another amount"),
        (Unmatched.CLEARED, "check 10001 is cleared already, so the bank paid it twice"),
        (Unmatched.VOIDED, "check 10001 was voided, so the bank should not have paid it"),
        (Unmatched.AMBIGUOUS, "several outstanding checks have the number 10001 and that amount"),
    ],
)
def test_a_line_that_cleared_nothing_is_missing_here_and_says_why(
    store: MemoryStore, reconcile: ReconcileBank, why: Unmatched, words: str
) -> None:
    store.put(replace(LINE, why=why))

    done = reconcile()

    (item,) = store.open_items()
    assert (item.source, item.difference, item.line_id) == (BANK, Difference.MISSING_HERE, "bl_1")
    assert (item.there, item.here, item.on) == (usd("100.00"), None, date(2026, 11, 20))
    assert item.detail == f"the bank paid it from account operating: {words}"
    assert (done.differing, store.reconciliation_run(BANK)) == (1, done)


def test_every_reason_has_words() -> None:
    assert set(Unmatched) == {"no_number", "unknown", "amount", "cleared", "voided", "ambiguous"}


def test_a_line_that_clears_its_check_later_is_closed_by_itself(
    store: MemoryStore, reconcile: ReconcileBank, clock: FakeClock
) -> None:
    store.put(LINE)
    reconcile()
    store.put(replace(LINE, cleared="po_1-1", why=None))
    clock.advance(timedelta(days=1))

    done = reconcile()

    (item,) = store.of(ReconciliationItem)
    assert (item.state, item.resolved_by, item.found_at) == (ItemState.RESOLVED, None, NOW)
    assert (done.differing, done.version) == (0, 2)


def test_a_line_that_turns_out_to_be_of_a_void_check_says_so_and_is_open_again_whoever_had_resolved_it(
    store: MemoryStore, reconcile: ReconcileBank, clock: FakeClock
) -> None:
    store.put(LINE)
    reconcile()
    (item,) = store.open_items()
    ResolveItem(store, clock)(item.item_id, "aws:arn:aws:iam::123456789012:user/pat", "a check of the payroll's")
    reconcile()
    assert list(store.open_items()) == []
    store.put(replace(LINE, why=Unmatched.VOIDED, version=2))

    reconcile()

    (again,) = store.open_items()
    assert (again.item_id, again.resolved_by, again.reason) == (item.item_id, None, None)
    assert again.detail.endswith("check 10001 was voided, so the bank should not have paid it")
    assert [change.state for change in again.history] == [ItemState.OPEN, ItemState.RESOLVED, ItemState.OPEN]


def test_an_open_item_says_why_its_line_clears_nothing_now(store: MemoryStore, reconcile: ReconcileBank) -> None:
    store.put(LINE)
    reconcile()
    store.put(replace(LINE, why=Unmatched.AMOUNT, version=2))

    reconcile()

    (item,) = store.open_items()
    assert item.detail.endswith("check 10001 is written for another amount")
