"""Sealing the hours of the journal: when, what, by how many at once, and what is left when they die."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import builders
from fakes.clock import FakeClock
from fakes.store import MemoryStore
from guerdon.application.programs import PublishProgram
from guerdon.application.seal_ledger import Sealed, SealLedger
from guerdon.application.seal_records import SealedText, SealHead
from guerdon.application.transaction import Replace
from guerdon.domain.balances import read_totals, totals_of
from guerdon.domain.errors import SealBroken, StoreBusy
from guerdon.domain.hours import begin_of
from guerdon.domain.ledger import Entry
from guerdon.domain.seal import Seal, entry_sha256, read_roster
from ledgers import OPENED, at, head, opened_with, promised, seal_at, sealed_alone, undated
from tripwire import Tripwire


def store_with(*entries: Entry) -> MemoryStore:
    store = MemoryStore()
    opened_with(store, *entries)
    return store


def the_head(store: MemoryStore) -> SealHead:
    (found,) = store.of(SealHead)
    return found


def test_before_any_program_is_published_there_is_nothing_to_seal() -> None:
    store = MemoryStore()
    assert seal_at(store, at(12)) == Sealed()
    assert store.commits == []


def test_the_first_publication_opens_the_books_an_hour_early_and_the_second_leaves_them() -> None:
    store, clock = MemoryStore(), FakeClock(at(14))
    publish = PublishProgram(store, clock)
    publish(builders.document(), "pm")
    assert the_head(store) == head("2026-11-22T13")
    clock.advance(timedelta(days=3))
    publish(builders.document(program="partners"), "pm")
    publish(builders.document(title="Another"), "pm")
    assert the_head(store) == head("2026-11-22T13")


def test_who_publishes_first_while_another_does_publishes_after_all() -> None:
    store, clock = MemoryStore(), FakeClock(at(14))
    store.meanwhile(lambda: PublishProgram(store, clock)(builders.document(program="partners"), "pm"))
    published = PublishProgram(store, clock)(builders.document(), "pm")
    assert not isinstance(published, tuple)
    assert (published.program, published.new) == ("customer-referral", True)
    assert len(store.of(SealHead)) == 1


def test_an_hour_is_sealed_a_quarter_of_an_hour_after_its_end_and_not_before() -> None:
    store = store_with(promised(1, at(8, 59)))
    assert seal_at(store, at(9, 14)) == Sealed()
    assert store.of(Seal) == []
    assert seal_at(store, at(9, 15)) == Sealed(hours=1, seals=1, entries=1)


def test_a_seal_has_the_digest_of_each_entry_and_the_balances_at_the_end_of_its_hour() -> None:
    entries = [promised(2, at(8, 10), "50.00"), promised(1, at(8, 30)), promised(3, at(9, 1), "7.00")]
    store = store_with(*entries)
    seal_at(store, at(10, 15))
    first, second = store.seals()
    assert (first.hour, first.number, first.entries) == (OPENED, 1, 2)
    assert (second.hour, second.number, second.previous_sha256) == ("2026-11-22T09", 2, first.sha256)
    roster = store.sealed_text(first.roster_sha256)
    balances = store.sealed_text(second.balances_sha256)
    assert roster is not None
    assert balances is not None
    assert read_roster(roster) == {entry.entry_id: entry_sha256(entry) for entry in entries[:2]}
    assert read_totals(balances) == totals_of(entries)


def test_hours_without_entries_have_no_seal_and_cost_one_write() -> None:
    store = store_with(promised(1, at(8, 10)))
    seal_at(store, at(9, 15))
    before = len(store.commits)
    assert seal_at(store, at(23, 15)) == Sealed(hours=14)
    assert [type(write) for write in store.commits[-1]] == [Replace]
    assert len(store.commits) == before + 1
    assert the_head(store).sealed_through == "2026-11-22T22"
    assert len(store.of(Seal)) == 1


def test_a_pass_with_nothing_due_writes_nothing() -> None:
    store = store_with(promised(1, at(8, 10)))
    seal_at(store, at(9, 15))
    commits = len(store.commits)
    assert seal_at(store, at(9, 15)) == Sealed()
    assert len(store.commits) == commits


def test_what_was_left_for_long_is_sealed_in_several_passes() -> None:
    entries = [promised(number, at(8) + timedelta(hours=20 * number)) for number in range(30)]
    store = store_with(*entries)
    now = at(9) + timedelta(hours=600)
    passes = [seal_at(store, now) for _ in range(4)]
    assert [done.hours for done in passes] == [200, 200, 200, 0]
    assert sum(done.entries for done in passes) == 30
    assert undated(store.seals()) == sealed_alone(entries, head(), the_head(store).sealed_through)


def test_a_text_that_no_row_can_hold_is_stored_in_parts() -> None:
    entries = [promised(number, at(8, number % 60)) for number in range(5000)]
    store = store_with()
    store.put(*entries)
    assert seal_at(store, at(9, 15)) == Sealed(hours=1, seals=1, entries=5000)
    (seal,) = store.seals()
    parts = [len(text.text) for text in store.of(SealedText) if text.sha256 == seal.roster_sha256]
    roster = store.sealed_text(seal.roster_sha256)
    assert roster is not None
    assert parts == [300_000, len(roster) - 300_000]
    assert read_roster(roster) == {entry.entry_id: entry_sha256(entry) for entry in entries}


def test_nothing_is_built_on_a_seal_that_was_changed() -> None:
    store = store_with(promised(1, at(8, 10)), promised(2, at(9, 10)))
    seal_at(store, at(9, 15))
    (seal,) = store.seals()
    store.put(replace(seal, sha256="ab" * 32))
    with pytest.raises(SealBroken, match="not the one that the head names"):
        seal_at(store, at(10, 15))
    assert len(store.of(Seal)) == 1


def test_nothing_is_built_on_balances_that_were_changed() -> None:
    store = store_with(promised(1, at(8, 10)), promised(2, at(9, 10)))
    seal_at(store, at(9, 15))
    (seal,) = store.seals()
    store.put(SealedText(seal.balances_sha256, 1, ""))
    with pytest.raises(SealBroken, match="its balances, are not what was sealed"):
        seal_at(store, at(10, 15))
    assert len(store.of(Seal)) == 1


def test_an_entry_that_came_into_the_hour_sealed_last_is_told_and_the_next_hours_are_sealed_all_the_same() -> None:
    store = store_with(promised(1, at(8, 10)), promised(2, at(9, 10)))
    seal_at(store, at(9, 15))
    (sealed_before,) = store.seals()
    store.put(promised(3, at(8, 11)))
    with pytest.raises(SealBroken, match=f"{OPENED}: the entries of that hour"):
        seal_at(store, at(10, 15))
    first, second = store.seals()
    assert first == sealed_before
    assert (second.hour, second.entries, second.previous_sha256) == ("2026-11-22T09", 1, first.sha256)
    assert seal_at(store, at(11, 15)) == Sealed(hours=1)


def test_an_entry_that_came_into_an_hour_sealed_as_empty_is_told() -> None:
    store = store_with()
    seal_at(store, at(9, 15))
    store.put(promised(3, at(8, 11)))
    with pytest.raises(SealBroken, match=OPENED):
        seal_at(store, at(10, 15))
    assert the_head(store).sealed_through == "2026-11-22T09"


def test_a_sealer_that_is_overtaken_changes_nothing_and_says_so() -> None:
    store = store_with(promised(1, at(8, 10)))
    store.meanwhile(lambda: seal_at(store, at(9, 30)))
    # Its first commit is the roster's text, which the other one has written by then, and all the rest too.
    assert seal_at(store, at(9, 15)) == Sealed()
    (seal,) = store.seals()
    assert seal.sealed_at == at(9, 30)
    assert the_head(store).version == 2


def test_a_text_that_another_one_is_writing_is_waited_for_in_the_next_pass() -> None:
    store = store_with(promised(1, at(8, 10)))
    store.conflict()
    with pytest.raises(StoreBusy):
        seal_at(store, at(9, 15))
    assert store.of(Seal) == []
    assert seal_at(store, at(9, 30)) == Sealed(hours=1, seals=1, entries=1)


ENTRIES = tuple(promised(number, at(8) + timedelta(minutes=40 * number)) for number in range(9))


@pytest.mark.parametrize("first_at", [at(8), at(10)], ids=["at the first seal", "at further seals"])
def test_a_sealer_that_dies_anywhere_leaves_what_the_next_one_makes_whole(first_at: datetime) -> None:
    def partly_sealed() -> MemoryStore:
        store = store_with(*ENTRIES)
        seal_at(store, first_at)
        return store

    wire = Tripwire()
    SealLedger(wire.on(partly_sealed()), FakeClock(at(16)))()
    assert wire.reached > 50
    alone = sealed_alone(ENTRIES, head(), "2026-11-22T14")
    for point in range(wire.reached):
        store = partly_sealed()
        with pytest.raises(StoreBusy):
            SealLedger(Tripwire(point).on(store), FakeClock(at(16)))()
        before = undated(store.seals())
        seal_at(store, at(16, 1))
        assert undated(store.seals()) == alone
        assert before == alone[: len(before)]


PASSES = st.lists(
    st.tuples(
        st.integers(0, 300), st.lists(st.integers(0, 120), max_size=2), st.lists(st.integers(0, 120), max_size=2)
    ),
    max_size=8,
)


@settings(max_examples=150, deadline=None)
@given(passes=PASSES, minutes=st.lists(st.integers(0, 900), max_size=25, unique=True))
def test_sealing_at_any_moments_by_sealers_that_die_and_overtake_each_other_gives_the_same_chain(
    passes: list[tuple[int, list[int], list[int]]], minutes: list[int]
) -> None:
    store, clock = store_with(), FakeClock(at(8))
    posted = [promised(minute, at(8) + timedelta(minutes=minute)) for minute in sorted(minutes)]
    unposted = list(posted)
    kept: list[Seal] = []
    for wait, deaths, others in [*passes, (1500, [], []), (0, [], [])]:
        clock.advance(timedelta(minutes=wait))
        while unposted and unposted[0].posted_at <= clock.now():
            store.put(unposted.pop(0))

        def somebody_else(_: Exception) -> None:
            SealLedger(store, clock)()

        wire = Tripwire(*others, deed=somebody_else).on(store)
        try:
            SealLedger(Tripwire(*deaths).on(wire), clock)()
        except StoreBusy:
            continue
        finally:
            seals = list(store.seals())
            assert seals[: len(kept)] == kept
            kept = seals
    through = the_head(store).sealed_through
    assert begin_of(through) >= at(8) + timedelta(minutes=900)
    assert undated(kept) == sealed_alone(posted, head(), through)
    assert sum(seal.entries for seal in kept) == len(posted)
