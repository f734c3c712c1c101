"""A statement beside the books: what differs is found, kept under one id, and closed when it has gone."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

import builders
import statements
from builders import NOW, PAYOUT_ID, usd
from fakes.clock import FakeClock
from fakes.store import MemoryStore
from guerdon.application.reconcile import Reconcile
from guerdon.application.reconcile_scope import scope_of_days
from guerdon.application.reconciliation_records import (
    MATCHED_LATER,
    ItemState,
    ReconciliationItem,
    ReconciliationRun,
    SeenLine,
)
from guerdon.application.records import ChannelSwitch
from guerdon.domain.errors import StoreBusy
from guerdon.domain.ledger import Entry, EntryKind
from guerdon.domain.reconciliation import Difference, LineKind, LineState
from statements import SENT_AT, Statement, line, settled, submitted
from tripwire import Tripwire

PAT = "aws:arn:aws:iam::123456789012:user/pat"
ONE = f"{PAYOUT_ID}-1"


@pytest.fixture
def opened() -> tuple[MemoryStore, FakeClock, Statement]:
    return statements.opened()


@pytest.fixture
def store(opened: tuple[MemoryStore, FakeClock, Statement]) -> MemoryStore:
    return opened[0]


@pytest.fixture
def clock(opened: tuple[MemoryStore, FakeClock, Statement]) -> FakeClock:
    return opened[1]


@pytest.fixture
def statement(opened: tuple[MemoryStore, FakeClock, Statement]) -> Statement:
    return opened[2]


@pytest.fixture
def reconcile(store: MemoryStore, clock: FakeClock, statement: Statement) -> Reconcile:
    return Reconcile(store, clock, statement)


def open_ones(store: MemoryStore) -> list[tuple[Difference, str | None, str | None]]:
    return [(item.difference, item.reference, item.line_id) for item in store.open_items()]


def test_a_payout_that_agrees_leaves_no_item_and_is_counted(
    reconcile: Reconcile, store: MemoryStore, statement: Statement
) -> None:
    settled(store)
    statement.listed = [line()]

    done = reconcile()

    assert (done.lines, done.matched, done.undecided, done.differing) == (1, 1, 0, 0)
    assert store.of(ReconciliationItem) == []
    assert store.of(SeenLine) == [SeenLine(line(), agrees=True, seen_at=NOW)]
    assert store.reconciliation_run("tremendous") == done
    assert (done.through, done.finished_at) == (NOW, NOW)


def test_each_difference_is_found_under_its_own_id(
    reconcile: Reconcile, store: MemoryStore, statement: Statement
) -> None:
    ids = [f"po_{letter * 24}" for letter in "bcde"]
    for payout_id in ids:
        settled(store, payout_id=payout_id, reward_id=payout_id.replace("po", "rw"))
    statement.listed = [
        line("ORDER1", reference=f"{ids[0]}-1", amount=usd("110.00")),
        line("ORDER2", reference=f"{ids[2]}-1", on=date(2026, 9, 19)),
        line("ORDER3", reference=f"{ids[3]}-1"),
        line("ORDER4", reference=None),
        line("FEE", reference=None, kind=LineKind.CHARGE, amount=usd("2.00"), detail="Fee"),
    ]

    done = reconcile()

    assert sorted(open_ones(store)) == [
        (Difference.AMOUNT_DIFFERS, f"{ids[0]}-1", "ORDER1"),
        (Difference.LATE, f"{ids[2]}-1", "ORDER2"),
        (Difference.MISSING_HERE, None, "FEE"),
        (Difference.MISSING_HERE, None, "ORDER4"),
        (Difference.MISSING_THERE, f"{ids[1]}-1", None),
    ]
    assert (done.matched, done.differing) == (1, 5)
    assert sum(entry.kind is EntryKind.SETTLED for entry in store.of(Entry)) == 4
    found = next(item for item in store.open_items() if item.difference is Difference.AMOUNT_DIFFERS)
    assert (found.here, found.there) == (usd("100.00"), usd("110.00"))
    assert (found.payout_id, found.legal_entity, found.month) == (ids[0], "Acme Inc.", "2026-11")


def test_the_same_difference_found_again_is_the_same_item(
    reconcile: Reconcile, store: MemoryStore, clock: FakeClock, statement: Statement
) -> None:
    settled(store)
    statement.listed = [line(amount=usd("110.00"))]
    reconcile()
    clock.advance(timedelta(days=1))

    reconcile()

    (item,) = store.of(ReconciliationItem)
    assert (item.state, item.found_at, item.seen_at) == (ItemState.OPEN, NOW, clock.now())


def test_a_difference_that_goes_away_is_closed_with_a_trace_and_opened_again_if_it_comes_back(
    reconcile: Reconcile, store: MemoryStore, clock: FakeClock, statement: Statement
) -> None:
    settled(store)
    reconcile()
    assert open_ones(store) == [(Difference.MISSING_THERE, ONE, None)]

    clock.advance(timedelta(days=10))  # Far out of the entries that a run looks at by itself.
    statement.listed = [line()]
    reconcile()

    (closed,) = store.of(ReconciliationItem)
    assert (closed.state, closed.resolved_by, closed.reason) == (ItemState.RESOLVED, None, MATCHED_LATER)

    statement.listed = []
    reconcile(scope_of_days(date(2026, 11, 1), date(2026, 11, 30), clock.now(), whole=True))

    (again,) = store.of(ReconciliationItem)
    assert again.state is ItemState.OPEN
    assert [change.state for change in again.history] == [ItemState.OPEN, ItemState.RESOLVED, ItemState.OPEN]


def test_what_a_person_resolved_stays_resolved_and_hides_no_other_difference(
    reconcile: Reconcile, store: MemoryStore, clock: FakeClock, statement: Statement
) -> None:
    settled(store)
    statement.listed = [line(amount=usd("110.00"))]
    reconcile()
    store.put(store.of(ReconciliationItem)[0].resolved(clock.now(), PAT, "a fee that was agreed"))

    reconcile()
    assert open_ones(store) == []

    statement.listed = [line(amount=usd("500.00"))]
    reconcile()
    (found,) = store.open_items()
    assert found.there == usd("500.00")


def test_what_the_list_does_not_reach_is_asked_about_by_itself(
    reconcile: Reconcile, store: MemoryStore, statement: Statement
) -> None:
    settled(store)
    statement.unlisted = [line()]

    done = reconcile()

    assert statement.looked_up == [ONE]
    assert (done.matched, open_ones(store)) == (1, [])


def test_what_is_on_its_way_is_neither_asked_about_nor_judged(
    reconcile: Reconcile, store: MemoryStore, statement: Statement
) -> None:
    submitted(store)

    done = reconcile()

    assert (done.undecided, statement.looked_up, open_ones(store)) == (1, [], [])


def test_a_line_that_agreed_is_not_judged_again_until_it_changes(
    reconcile: Reconcile, store: MemoryStore, clock: FakeClock, statement: Statement
) -> None:
    settled(store)
    statement.listed = [line()]
    reconcile()
    clock.advance(timedelta(days=10))
    commits = len(store.commits)

    assert reconcile().matched == 1
    assert len(store.commits) == commits + 1  # The run alone.

    statement.listed = [line(state=LineState.RETURNED)]
    assert reconcile().differing == 1
    assert open_ones(store) == [(Difference.MISSING_HERE, ONE, "ORDER1")]


def test_an_order_of_ours_that_the_books_do_not_know_is_missing_here_until_it_is_gone(
    reconcile: Reconcile, store: MemoryStore, statement: Statement
) -> None:
    statement.listed = [line(reference="po_zzzzzzzzzzzzzzzzzzzzzzzz-1"), line("OTHER", reference="INV-77")]
    reconcile()
    assert sorted(str(line_id) for _, _, line_id in open_ones(store)) == ["ORDER1", "OTHER"]

    statement.listed = []
    reconcile()
    assert open_ones(store) == []


def test_a_line_of_nobodys_stays_open_where_the_statement_lists_only_some_customers(
    store: MemoryStore, statement: Statement, reconcile: Reconcile
) -> None:
    statement.lists_all = False
    statement.listed = [line("STRANGE", reference=f"po_{'z' * 24}-1")]
    reconcile()
    before = open_ones(store)
    assert [(difference, line_id) for difference, _, line_id in before] == [(Difference.MISSING_HERE, "STRANGE")]

    statement.listed = []  # Its customer is none of those that this run is about.
    reconcile()
    assert open_ones(store) == before


def test_a_channel_that_nobody_ever_armed_is_not_asked_about(
    reconcile: Reconcile, store: MemoryStore, statement: Statement
) -> None:
    store.rows = {key: row for key, row in store.rows.items() if not isinstance(row, ChannelSwitch)}
    statement.listed = [line()]

    done = reconcile()

    assert (done.lines, done.finished_at) == (0, NOW)
    assert open_ones(store) == []


def test_entries_of_other_channels_are_none_of_a_providers_business(
    reconcile: Reconcile, store: MemoryStore, statement: Statement
) -> None:
    settled(store, **statements.check())

    assert reconcile().differing == 0
    assert statement.looked_up == []


def test_a_line_that_names_a_payout_of_another_channel_is_missing_here(
    reconcile: Reconcile, store: MemoryStore, statement: Statement
) -> None:
    settled(store, **statements.check())
    statement.listed = [line()]

    reconcile()

    assert open_ones(store) == [(Difference.MISSING_HERE, ONE, "ORDER1")]


def test_a_file_says_nothing_of_payouts_outside_of_its_days(
    store: MemoryStore, clock: FakeClock, statement: Statement
) -> None:
    settled(store)
    other = "po_" + "b" * 24
    settled(store, at=SENT_AT - timedelta(days=9), dated=date(2026, 11, 10), payout_id=other, reward_id="rw_b")
    statement.listed = [line("ORDER9", reference="po_zzzzzzzzzzzzzzzzzzzzzzzz-1", on=date(2026, 11, 10))]
    scope = scope_of_days(date(2026, 11, 10), date(2026, 11, 11), clock.now(), whole=False)

    run = Reconcile(store, clock, statement)(scope)

    assert sorted(open_ones(store), key=str) == [
        (Difference.MISSING_HERE, "po_zzzzzzzzzzzzzzzzzzzzzzzz-1", "ORDER9"),
        (Difference.MISSING_THERE, f"{other}-1", None),
    ]
    assert (run.lines, store.of(ReconciliationRun)) == (1, [])


def test_a_conflict_is_tried_again_and_leaves_one_item(
    reconcile: Reconcile, store: MemoryStore, clock: FakeClock, statement: Statement
) -> None:
    settled(store)
    statement.listed = [line(amount=usd("110.00"))]
    store.conflict(times=2)

    reconcile()

    assert clock.pauses == [1, 2]
    assert len(store.of(ReconciliationItem)) == 1


def test_a_run_whose_answer_was_lost_is_made_up_for_by_the_next_one(
    reconcile: Reconcile, store: MemoryStore, statement: Statement
) -> None:
    settled(store)
    statement.listed = [line(amount=usd("110.00"))]
    store.lose_answer()
    with pytest.raises(StoreBusy):
        reconcile()
    assert store.of(SeenLine) == []

    assert reconcile().differing == 1
    assert len(store.of(ReconciliationItem)) == 1


def test_two_runs_at_once_keep_the_row_of_the_one_that_ended_first(
    reconcile: Reconcile, store: MemoryStore, clock: FakeClock, statement: Statement
) -> None:
    settled(store)
    statement.listed = [line()]
    first = ReconciliationRun("tremendous", NOW - timedelta(days=3), NOW - timedelta(days=1), version=4)
    store.put(first)
    store.meanwhile(lambda: store.put(replace(first, lines=7, version=5)))

    done = reconcile()

    assert (done.lines, done.version) == (7, 5)
    assert clock.now() == builders.NOW


def test_an_attempt_that_was_sent_this_minute_is_not_missing_because_an_index_lags(
    reconcile: Reconcile, store: MemoryStore, clock: FakeClock, statement: Statement
) -> None:
    sent = submitted(store, NOW)
    store.rows = {key: row for key, row in store.rows.items() if not isinstance(row, Entry)}
    statement.listed = [line(on=NOW.date())]
    assert (reconcile().undecided, open_ones(store)) == (1, [])

    clock.advance(timedelta(minutes=16))
    assert reconcile().differing == 1
    assert sent.attempts == 1


def prepared() -> tuple[MemoryStore, FakeClock, Statement]:
    """A store and a statement with a match, a difference, and an open item that has gone."""
    store, clock, statement = statements.opened(SENT_AT + timedelta(hours=1), since=timedelta(0))
    settled(store)
    other = "po_" + "b" * 24
    settled(store, payout_id=other, reward_id="rw_b")
    statement.listed = [line(amount=usd("110.00"))]
    Reconcile(store, clock, statement)()
    statement.listed = [line(), line("ORDER2", reference=f"{other}-1"), line("ORDER3", reference=None)]
    return store, clock, statement


def outcome(store: MemoryStore) -> list[object]:
    """What a run leaves, without how often each row was written."""
    items = sorted((item.item_id, item.difference, item.state) for item in store.of(ReconciliationItem))
    lines = sorted((row.line.line_id, row.agrees) for row in store.of(SeenLine))
    return [items, lines]


def test_wherever_a_run_dies_the_next_one_leaves_what_one_undisturbed_run_does() -> None:
    store, clock, statement = prepared()
    wire = Tripwire()
    Reconcile(wire.on(store), clock, statement)()
    undisturbed = outcome(store)
    assert wire.reached > 30

    for point in range(wire.reached):
        store, clock, statement = prepared()
        with pytest.raises(StoreBusy):
            Reconcile(Tripwire(point).on(store), clock, statement)()
        Reconcile(store, clock, statement)()
        assert outcome(store) == undisturbed, point


def test_a_run_that_is_overtaken_by_another_one_anywhere_leaves_the_same() -> None:
    store, clock, statement = prepared()
    wire = Tripwire()
    Reconcile(wire.on(store), clock, statement)()
    undisturbed = outcome(store)

    for point in range(0, wire.reached, 3):
        store, clock, statement = prepared()
        other = Reconcile(store, clock, statement)
        Reconcile(Tripwire(point, deed=lambda _: other()).on(store), clock, statement)()  # noqa: B023 - called in this turn.
        assert outcome(store) == undisturbed, point


def test_what_was_sent_and_the_provider_never_heard_of_is_late_once_its_time_is_over(
    reconcile: Reconcile, store: MemoryStore, clock: FakeClock, statement: Statement
) -> None:
    sent = submitted(store)
    assert reconcile().undecided == 1

    clock.advance(timedelta(days=30))
    store.put(sent.noticed(sent.overdue_words, clock.now(), clock.now()))
    reconcile()  # Looks at entries of the last days alone.
    clock.advance(timedelta(days=30))
    reconcile()

    assert open_ones(store) == [(Difference.LATE, ONE, None)]
    assert statement.looked_up == [ONE, ONE]


def test_a_month_long_past_is_judged_by_what_time_it_is_now_and_asks_before_it_says_late(
    reconcile: Reconcile, store: MemoryStore, clock: FakeClock, statement: Statement
) -> None:
    submitted(store)
    statement.unlisted = [line(state=LineState.UNDER_WAY)]
    clock.advance(timedelta(days=200))

    reconcile.of_month("2026-11")

    assert statement.looked_up == [ONE]
    assert open_ones(store) == [(Difference.LATE, ONE, "ORDER1")]
