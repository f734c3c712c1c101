"""Balances by the last seal and what was posted since are those of all entries, at any moment."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.store import MemoryStore
from guerdon.application.books import Books, Standing
from guerdon.application.seal_records import SealedText
from guerdon.domain.balances import totals_of
from guerdon.domain.errors import SealBroken
from guerdon.domain.ledger import Entry
from ledgers import at, opened_with, promised, seal_at

NOW = at(20)


def books_with(*entries: Entry, sealed_at: datetime | None = None) -> tuple[MemoryStore, Books]:
    store = MemoryStore()
    opened_with(store, *entries)
    if sealed_at is not None:
        seal_at(store, sealed_at)
    return store, Books(store)


def test_a_new_stack_has_no_balances_and_no_entries() -> None:
    books = Books(MemoryStore())
    assert books.at(NOW) == Standing({}, None, 0)
    assert list(books.entries(NOW)) == []


def test_nothing_sealed_yet_is_read_entry_by_entry() -> None:
    entries = [promised(1, at(8, 10)), promised(2, at(19, 59))]
    _, books = books_with(*entries)
    assert books.at(NOW) == Standing(totals_of(entries), None, 2)
    assert list(books.entries(NOW)) == entries


def test_what_is_sealed_is_read_from_its_seal() -> None:
    entries = [promised(1, at(8, 10)), promised(2, at(9, 10)), promised(3, at(19, 10))]
    store, books = books_with(*entries, sealed_at=at(12))
    # Nothing of a sealed hour is read again: what went missing there is verify's to find.
    del store.rows["Entry", "rw_1@1", "2026-11-22T08"]
    standing = books.at(NOW)
    assert standing.totals == totals_of(entries)
    assert (standing.seal, standing.since) == (store.seal("2026-11-22T09"), 1)


def test_an_entry_whose_writers_clock_is_ahead_is_counted() -> None:
    early = promised(1, at(20, 2))
    _, books = books_with(early)
    assert books.at(at(19, 58)).totals == totals_of([early])


def test_a_moment_within_a_sealed_hour_counts_what_was_posted_before_it() -> None:
    entries = [promised(1, at(8, 10)), promised(2, at(9, 10)), promised(3, at(9, 20)), promised(4, at(10, 0))]
    store, books = books_with(*entries, sealed_at=at(12))
    half = books.at(NOW, at(9, 20))
    assert (half.totals, half.seal, half.since) == (totals_of(entries[:2]), store.seal("2026-11-22T08"), 1)
    whole = books.at(NOW, at(10, 0))
    assert (whole.totals, whole.seal, whole.since) == (totals_of(entries[:3]), store.seal("2026-11-22T09"), 0)
    assert list(books.entries(NOW, at(9, 20))) == entries[:2]
    assert list(books.entries(NOW, at(10, 0))) == entries[:3]


def test_before_the_books_were_opened_there_is_nothing() -> None:
    _, books = books_with(promised(1, at(8, 10)), sealed_at=at(12))
    assert books.at(NOW, at(3)) == Standing({}, None, 0)
    assert list(books.entries(NOW, at(3))) == []


def test_a_moment_to_come_is_now() -> None:
    entries = [promised(1, at(8, 10)), promised(2, at(19, 10))]
    _, books = books_with(*entries, sealed_at=at(12))
    assert books.at(NOW, NOW + timedelta(days=30)) == books.at(NOW)


def test_balances_that_are_not_those_of_the_seal_are_refused() -> None:
    store, books = books_with(promised(1, at(8, 10)), sealed_at=at(12))
    (seal,) = store.seals()
    store.put(SealedText(seal.balances_sha256, 1, "[]"))
    with pytest.raises(SealBroken, match=r"2026-11-22T08.*guerdon ledger verify"):
        books.at(NOW)


def test_a_seal_that_was_changed_is_refused() -> None:
    store, books = books_with(promised(1, at(8, 10)), sealed_at=at(12))
    (seal,) = store.seals()
    store.put(replace(seal, entries=2))
    with pytest.raises(SealBroken):
        books.at(NOW)


@settings(max_examples=200, deadline=None)
@given(
    minutes=st.lists(st.integers(0, 700), max_size=20, unique=True),
    sealings=st.lists(st.integers(0, 800), max_size=4),
    asked=st.integers(-90, 900),
)
def test_a_seal_and_its_tail_are_all_entries(minutes: list[int], sealings: list[int], asked: int) -> None:
    entries = [promised(minute, at(8) + timedelta(minutes=minute)) for minute in sorted(minutes)]
    store, books = books_with()
    posted: list[Entry] = []
    for now in [at(8) + timedelta(minutes=sealing) for sealing in sorted(sealings)]:
        posted = [entry for entry in entries if entry.posted_at <= now]
        store.put(*posted)
        seal_at(store, now)
        assert books.at(now).totals == totals_of(posted)
    store.put(*entries)
    moment = at(8) + timedelta(minutes=asked)
    before = [entry for entry in entries if entry.posted_at < moment]
    assert books.at(NOW, moment).totals == totals_of(before)
    assert list(books.entries(NOW, moment)) == before
    assert list(books.entries(NOW, since=moment)) == entries[len(before) :]
    assert books.at(NOW).totals == totals_of(entries)
