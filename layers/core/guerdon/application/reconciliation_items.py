"""Keep the list of what differs: add what is new, note what is there still, close what has gone; and how a run went."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from functools import partial

from guerdon.application.attempts import TRIES_MOST
from guerdon.application.ports import Clock, Store
from guerdon.application.reconciliation_records import ItemState, ReconciliationItem, ReconciliationRun, item_of
from guerdon.application.transaction import Committed, Insert, Replace, Write
from guerdon.domain.errors import StoreBusy
from guerdon.domain.reconciliation import BANK, Finding


def keep_items(
    store: Store,
    clock: Clock,
    open_items: Iterable[ReconciliationItem],
    differing: Iterable[Finding],
    judged: Callable[[ReconciliationItem], bool],
) -> None:
    """Bring the items up to date with what a run found.

    Args:
        store: Where they are.
        clock: The time.
        open_items: Those of the run's source that were open before it.
        differing: What it found that differs.
        judged: Whether the run would have found an item again if it were still so; what it did not look at stays.

    Raises:
        StoreBusy: An item kept changing. What was written stands, and the next run does the rest.
    """
    found = {finding.item_id: finding for finding in differing}
    for item_id, finding in found.items():
        _change(store, clock, item_id, partial(_seen, finding))
    for item in open_items:
        if item.item_id not in found and judged(item):
            _change(store, clock, item.item_id, _gone)


def keep_run(store: Store, last: ReconciliationRun | None, run: ReconciliationRun) -> ReconciliationRun:
    """Write down how a run went in place of `last`, and give the row that stands then.

    Where another run of the same source ended meanwhile that is its row: it compared the same.

    Raises:
        StoreBusy: The row kept changing.
    """
    for _ in range(TRIES_MOST):
        kept = run
        if last is not None:
            kept = replace(run, expected_since=last.expected_since, version=last.version + 1)
        if store.commit((Insert(kept) if last is None else Replace(kept),)) is Committed.YES:
            return kept
        stored = store.reconciliation_run(run.source)
        if stored is not None and stored.finished_at is not None and (last is None or stored.version > last.version):
            return stored
        last = stored
    raise StoreBusy(f"the last run of {run.source} kept changing")


def _seen(finding: Finding, stored: ReconciliationItem | None, now: datetime) -> Write | None:
    """What a person has resolved stays so: it was this very difference, amounts included, that they looked at.

    A bank's line has no other side to differ from: what they looked at is why it cleared nothing, in the detail.
    """
    if stored is None:
        return Insert(item_of(finding, now))
    if stored.state is ItemState.OPEN:
        return Replace(stored.seen_again(now, finding.detail))
    as_resolved = stored.resolved_by is not None and (finding.source != BANK or stored.detail == finding.detail)
    return None if as_resolved else Replace(stored.reopened(now, finding.detail))


def _gone(stored: ReconciliationItem | None, now: datetime) -> Write | None:
    is_open = stored is not None and stored.state is ItemState.OPEN
    return Replace(stored.gone(now)) if stored is not None and is_open else None


def _change(
    store: Store, clock: Clock, item_id: str, change: Callable[[ReconciliationItem | None, datetime], Write | None]
) -> None:
    for tries in range(1, TRIES_MOST + 1):
        write = change(store.reconciliation_item(item_id), clock.now())
        if write is None or store.commit((write,)) is Committed.YES:
            return
        clock.pause(tries)
    raise StoreBusy(f"reconciliation item {item_id} kept changing")
