"""What is known of an attempt only grows, and what proves that nothing moved is believed only undisturbed."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

import builders
from builders import NOW, PAYOUT_ID, answer, usd
from fakes.clock import FakeClock
from fakes.store import MemoryStore
from guerdon.application.attempts import (
    TRIES_MOST,
    is_conclusive,
    merged,
    record_absence,
    record_answer,
    record_proof,
)
from guerdon.application.records import AnswerState, Attempt
from guerdon.domain.errors import StoreBusy

A = AnswerState
NOTHING_MOVED = [A.REFUSED, A.OUT_OF_FUNDS, A.CANCELED, A.ABSENT]
RANKS = [[A.PREPARED], [A.PENDING], NOTHING_MOVED, [A.DONE], [A.RETURNED]]
RANK = {state: rank for rank, states in enumerate(RANKS) for state in states}


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW)


@pytest.fixture
def store() -> MemoryStore:
    store = MemoryStore()
    store.put(builders.attempt())
    return store


def stored(store: MemoryStore) -> Attempt:
    (attempt,) = store.of(Attempt)
    return attempt


@pytest.mark.parametrize("known", A)
@pytest.mark.parametrize("said", A)
def test_a_late_or_repeated_message_never_says_less(known: AnswerState, said: AnswerState) -> None:
    after = merged(answer(known), answer(said)).state
    if (known, said) == (A.DONE, A.CANCELED):
        assert after is A.RETURNED
    else:
        assert after is (said if RANK[said] > RANK[known] else known)


@pytest.mark.parametrize("state", A)
def test_the_first_message_is_what_is_known(state: AnswerState) -> None:
    assert merged(None, answer(state)) == answer(state)
    assert is_conclusive(builders.attempt(answer=answer(state))) is (RANK[state] >= 2)


def test_a_later_message_keeps_the_cost_and_date_that_an_earlier_one_told() -> None:
    done = answer(A.DONE, cost=usd("103.50"), value_on=date(2026, 11, 21))
    assert merged(done, answer(A.RETURNED)) == replace(
        answer(A.RETURNED), cost=usd("103.50"), value_on=date(2026, 11, 21)
    )
    assert merged(done, answer(A.CANCELED)).cost == usd("103.50")


def test_the_first_provider_id_stays(store: MemoryStore, clock: FakeClock) -> None:
    first = record_answer(store, clock, stored(store), answer(A.PREPARED, provider_id="draft-1"))
    second = record_answer(store, clock, first, answer(A.PREPARED, provider_id="draft-2"))
    assert second.provider_id == "draft-1"
    assert len(store.commits) == 1


def test_what_is_known_already_is_not_written_again(store: MemoryStore, clock: FakeClock) -> None:
    known = record_answer(store, clock, stored(store), answer(A.DONE))
    assert record_answer(store, clock, known, answer(A.PENDING)) == known
    assert len(store.commits) == 1


def test_what_another_process_heard_meanwhile_is_kept(store: MemoryStore, clock: FakeClock) -> None:
    mine = stored(store)
    store.meanwhile(lambda: record_answer(store, clock, mine, answer(A.DONE)))
    assert record_answer(store, clock, mine, answer(A.PENDING)).answer == answer(A.DONE)
    assert stored(store).answer == answer(A.DONE)


@pytest.mark.parametrize("said", [A.PENDING, A.DONE])
def test_the_end_of_another_draft_is_not_that_of_the_saved_one(
    store: MemoryStore, clock: FakeClock, said: AnswerState
) -> None:
    saved = record_answer(store, clock, stored(store), answer(said, provider_id="draft-1"))
    assert record_answer(store, clock, saved, answer(A.CANCELED, provider_id="draft-2")) == saved
    assert stored(store) == saved


def test_another_draft_that_was_paid_is_heard(store: MemoryStore, clock: FakeClock) -> None:
    saved = record_answer(store, clock, stored(store), answer(A.PREPARED, provider_id="draft-1"))
    assert record_answer(store, clock, saved, answer(A.DONE, provider_id="draft-2")).answer == answer(
        A.DONE, provider_id="draft-2"
    )


@pytest.mark.parametrize("state", NOTHING_MOVED)
def test_a_proof_is_written_while_nobody_acted(store: MemoryStore, clock: FakeClock, state: AnswerState) -> None:
    proven = record_proof(store, clock, stored(store), answer(state))
    assert proven.answer == answer(state)
    assert stored(store) == proven


@pytest.mark.parametrize("state", NOTHING_MOVED)
def test_a_proof_is_dropped_when_somebody_began_another_call(
    store: MemoryStore, clock: FakeClock, state: AnswerState
) -> None:
    mine = stored(store)
    theirs = replace(mine, task_token="token-2", version=2)
    store.put(theirs)
    assert record_proof(store, clock, mine, answer(state)) == theirs
    assert stored(store).answer is None


def test_a_proof_outlasts_conflicts(store: MemoryStore, clock: FakeClock) -> None:
    store.conflict(2)
    assert record_proof(store, clock, stored(store), answer(A.REFUSED)).answer == answer(A.REFUSED)
    assert clock.pauses == [1, 2]


@pytest.mark.parametrize("record", [record_answer, record_proof])
def test_endless_conflicts_write_nothing(store: MemoryStore, clock: FakeClock, record: object) -> None:
    store.conflict(TRIES_MOST)
    assert callable(record)
    with pytest.raises(StoreBusy, match=f"attempt {PAYOUT_ID}-1 kept changing"):
        record(store, clock, stored(store), answer(A.REFUSED))
    assert stored(store).answer is None


@pytest.mark.parametrize(
    ("sent_ago", "absent_ago", "proven"),
    [
        (timedelta(hours=2), None, False),
        (timedelta(hours=2), timedelta(minutes=59, seconds=59), False),
        (timedelta(hours=2), timedelta(hours=1), True),
        (timedelta(minutes=59, seconds=59), timedelta(hours=2), False),
        (timedelta(hours=1), timedelta(hours=2), True),
    ],
)
def test_absence_is_proven_an_hour_after_the_first_empty_look_up_and_the_last_call(
    store: MemoryStore, clock: FakeClock, sent_ago: timedelta, absent_ago: timedelta | None, *, proven: bool
) -> None:
    since = NOW - absent_ago if absent_ago else None
    store.put(builders.attempt(last_sent_at=NOW - sent_ago, absent_since=since))
    record_absence(store, clock, stored(store), NOW)
    assert is_conclusive(stored(store)) is proven
    assert stored(store).absent_since == (since or NOW)


def test_what_was_accepted_is_not_absent(store: MemoryStore, clock: FakeClock) -> None:
    long_ago = NOW - timedelta(days=9)
    accepted = builders.attempt(answer=answer(A.PENDING), last_sent_at=long_ago, absent_since=long_ago)
    store.put(accepted)
    assert record_absence(store, clock, accepted, NOW) == accepted
    assert store.commits == []
