"""What only the fake store does: it fails when it is told to. What it does besides is in the store contract."""

from datetime import UTC, datetime

import pytest

from fakes.store import MemoryStore
from guerdon.application.records import SentNotice
from guerdon.application.transaction import Committed, Insert
from guerdon.domain.errors import StoreBusy

NOTICE = SentNotice("payout_paid/po_1/1", "sent", datetime(2026, 11, 22, tzinfo=UTC))
OTHER = SentNotice(NOTICE.notice, "no address", NOTICE.at)


def test_a_lost_answer_comes_after_the_write() -> None:
    store = MemoryStore()
    store.lose_answer()
    with pytest.raises(StoreBusy):
        store.commit((Insert(NOTICE),))
    assert store.sent_notice(NOTICE.notice) == NOTICE
    assert store.commit((Insert(NOTICE),)) is Committed.NO_CONDITION_FAILED


def test_a_conflict_writes_nothing() -> None:
    store = MemoryStore()
    store.conflict(2)
    assert [store.commit((Insert(NOTICE),)) for _ in range(3)] == [
        Committed.NO_CONFLICT,
        Committed.NO_CONFLICT,
        Committed.YES,
    ]
    assert store.commits == [(Insert(NOTICE),)]


def test_a_busy_store_neither_reads_nor_writes() -> None:
    store = MemoryStore()
    store.be_busy(2)
    with pytest.raises(StoreBusy):
        store.commit((Insert(NOTICE),))
    with pytest.raises(StoreBusy):
        store.sent_notice(NOTICE.notice)
    assert store.sent_notice(NOTICE.notice) is None


def test_somebody_faster_is_seen_by_the_condition() -> None:
    store = MemoryStore()
    store.meanwhile(lambda: store.put(OTHER))
    assert store.commit((Insert(NOTICE),)) is Committed.NO_CONDITION_FAILED
    assert store.of(SentNotice) == [OTHER]
