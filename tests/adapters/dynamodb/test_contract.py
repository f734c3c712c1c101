"""What every Store must do, whatever it is made of."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.dynamodb import rows
from adapters.dynamodb.engines import IN_PROCESS, ON_A_SERVER, Fresh, on_tables_of
from guerdon.application.ports import Store
from guerdon.application.records import (
    AdvocateDetails,
    Attempt,
    ChannelSwitch,
    DealCount,
    DealRecord,
    EventBody,
    FrozenRequest,
    InboxEvent,
    ProgramHead,
    ProgramVersion,
    Receivable,
    Reserved,
    SentNotice,
    Waiting,
)
from guerdon.application.transaction import Committed, Insert, Replace, Row, Unchanged, VersionedRow
from guerdon.domain.channel import Channel
from guerdon.domain.judgment import Outcome
from guerdon.domain.ledger import Entry
from guerdon.domain.payout import BlockReason, Payout
from guerdon.domain.reward import Reward
from guerdon.domain.wins import Win
from local.engines.servers import Engine

READS: dict[type, Callable[[Store], Row | None]] = {
    InboxEvent: lambda store: store.inbox_event("ev_1"),
    EventBody: lambda store: store.event_body("ev_1"),
    AdvocateDetails: lambda store: store.advocate("ad_1"),
    FrozenRequest: lambda store: store.frozen_request("po_1-1"),
    DealRecord: lambda store: store.deal_record("sf_1", "customer-referral", "D-1041", "deal.closed"),
    Receivable: lambda store: store.receivable("ad_1", "USD"),
    Reserved: lambda store: store.reserved("customer-referral", "ad_1", "2026", "USD"),
    DealCount: lambda store: store.deal_count("ad_1", "customer-referral", "2026"),
    Reward: lambda store: store.reward("rw_1"),
    Payout: lambda store: store.payout("po_1"),
    Attempt: lambda store: store.attempt("po_1", 1),
    Entry: lambda store: next(store.journal(), None),
    ProgramHead: lambda store: store.program_head("customer-referral"),
    ProgramVersion: lambda store: store.program_version("customer-referral", 3),
    ChannelSwitch: lambda store: store.channel_switch(Channel.GIFT_CARD),
    SentNotice: lambda store: store.sent_notice("reward_earned/rw_1"),
}
VERSIONED = [row for row in rows.SAMPLES if isinstance(row, VersionedRow)]
every_row = pytest.mark.parametrize("row", rows.SAMPLES, ids=lambda row: type(row).__name__)
every_versioned_row = pytest.mark.parametrize("row", VERSIONED, ids=lambda row: type(row).__name__)


SERVERS = [pytest.param(engine.value, marks=ON_A_SERVER) for engine in Engine]


@pytest.fixture(scope="module", params=[*IN_PROCESS, *SERVERS])
def engine(request: pytest.FixtureRequest) -> Iterator[Fresh]:
    if request.param in IN_PROCESS:
        opened = IN_PROCESS[request.param]()
    else:
        opened = on_tables_of(request.getfixturevalue(request.param))
    with opened as fresh:
        yield fresh


@pytest.fixture
def store(engine: Fresh) -> Store:
    return engine()


def read(store: Store, row: Row) -> Row | None:
    return READS[type(row)](store)


def inserted(store: Store, *stored: Row) -> None:
    assert store.commit(tuple(Insert(row) for row in stored)) is Committed.YES


@every_row
def test_nothing_is_found_where_nothing_was_stored(store: Store, row: Row) -> None:
    assert read(store, row) is None


@every_row
def test_what_was_inserted_is_found_as_it_was(store: Store, row: Row) -> None:
    inserted(store, row)
    assert read(store, row) == row


@every_row
def test_an_insert_over_an_existing_row_is_refused_even_if_it_is_the_same(store: Store, row: Row) -> None:
    inserted(store, row)
    assert store.commit((Insert(row),)) is Committed.NO_CONDITION_FAILED
    assert read(store, row) == row


@every_versioned_row
def test_a_row_is_replaced_by_who_read_its_version(store: Store, row: VersionedRow) -> None:
    inserted(store, row)
    changed = replace(row, version=2)
    assert store.commit((Replace(changed),)) is Committed.YES
    assert read(store, row) == changed


@every_versioned_row
def test_a_row_is_not_replaced_by_who_read_an_older_version(store: Store, row: VersionedRow) -> None:
    newer = replace(row, version=3)
    inserted(store, newer)
    assert store.commit((Replace(replace(row, version=3)),)) is Committed.NO_CONDITION_FAILED
    assert store.commit((Replace(replace(row, version=2)),)) is Committed.NO_CONDITION_FAILED
    assert read(store, row) == newer


@every_versioned_row
def test_a_row_that_is_not_there_is_not_replaced(store: Store, row: VersionedRow) -> None:
    assert store.commit((Replace(replace(row, version=2)),)) is Committed.NO_CONDITION_FAILED
    assert read(store, row) is None


@every_versioned_row
def test_what_is_unchanged_lets_the_rest_be_written_and_stays_as_it_is(store: Store, row: VersionedRow) -> None:
    inserted(store, row)
    assert store.commit((Unchanged(row), Insert(rows.entry("other@1")))) is Committed.YES
    assert read(store, row) == row
    assert [entry.entry_id for entry in store.journal()] == ["other@1"]


@every_versioned_row
def test_what_has_changed_since_it_was_read_keeps_the_rest_from_being_written(store: Store, row: VersionedRow) -> None:
    inserted(store, replace(row, version=2))
    assert store.commit((Unchanged(row), Insert(rows.entry("other@1")))) is Committed.NO_CONDITION_FAILED
    assert read(store, row) == replace(row, version=2)
    assert list(store.journal()) == []


@every_versioned_row
def test_what_is_not_there_is_not_unchanged(store: Store, row: VersionedRow) -> None:
    assert store.commit((Unchanged(row), Insert(rows.entry("other@1")))) is Committed.NO_CONDITION_FAILED
    assert list(store.journal()) == []


def test_a_row_is_not_both_held_still_and_written(store: Store) -> None:
    inserted(store, rows.payout())
    with pytest.raises(ValueError, match="row"):
        store.commit((Unchanged(rows.payout()), Replace(replace(rows.payout(), version=2))))
    assert store.payout("po_1") == rows.payout()


def test_one_failed_condition_keeps_all_of_a_transaction_from_being_written(store: Store) -> None:
    inserted(store, rows.payout())
    transaction = (Insert(rows.reward()), Replace(replace(rows.payout(), version=7)), Insert(rows.entry()))
    assert store.commit(transaction) is Committed.NO_CONDITION_FAILED
    assert store.reward("rw_1") is None
    assert store.payout("po_1") == rows.payout()
    assert list(store.journal()) == []


def test_twenty_writes_are_one_transaction(store: Store) -> None:
    inserted(store, *(rows.entry(f"rw_{number}@1") for number in range(20)))
    assert len(list(store.journal())) == 20


def test_more_than_twenty_writes_are_refused_before_any_is_written(store: Store) -> None:
    with pytest.raises(ValueError, match="1 to 20 writes"):
        store.commit(tuple(Insert(rows.entry(f"rw_{number}@1")) for number in range(21)))
    assert list(store.journal()) == []


def test_an_empty_transaction_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="1 to 20 writes"):
        store.commit(())


def test_two_writes_of_one_row_are_refused_before_any_is_written(store: Store) -> None:
    with pytest.raises(ValueError, match="row"):
        store.commit((Insert(rows.payout()), Replace(replace(rows.payout(), version=2))))
    assert store.payout("po_1") is None


def test_rows_of_different_kinds_under_one_id_do_not_meet(store: Store) -> None:
    inserted(store, EventBody("same", "body"), FrozenRequest("same", "POST", "/", "text/plain", "request"))
    assert store.advocate("same") is None
    assert store.event_body("same") == EventBody("same", "body")


def test_budgets_of_a_program_of_its_advocates_of_its_periods_and_of_its_currencies_do_not_meet(store: Store) -> None:
    inserted(store, Reserved("customer-referral", None, "2026", "USD", rows.USD))
    assert store.reserved("customer-referral", "program", "2026", "USD") is None
    assert store.reserved("customer-referral", None, "2026-11", "USD") is None
    assert store.reserved("customer-referral", None, "2026", "EUR") is None
    assert store.reserved("partner-referral", None, "2026", "USD") is None
    assert store.reserved("customer-referral", None, "2026", "USD") == Reserved(
        "customer-referral", None, "2026", "USD", rows.USD
    )


def test_a_program_and_its_versions_do_not_meet(store: Store) -> None:
    inserted(store, ProgramHead("customer-referral", 1))
    assert store.program_version("customer-referral", 0) is None
    assert store.program_version("customer-referral", 1) is None


def test_deals_do_not_meet_whatever_their_ids_are_made_of(store: Store) -> None:
    win = DealRecord("a/b", "c", "d", "deal.closed", (Win("1", "ev_1", "f"),))
    inserted(store, win)
    assert store.deal_record("a", "b/c", "d", "deal.closed") is None
    assert store.deal_record("a%2Fb", "c", "d", "deal.closed") is None
    assert store.deal_record("a/b", "c", "d", "deal.closed") == win


def test_a_moment_is_the_same_moment_in_whatever_zone_it_was_written(store: Store) -> None:
    inserted(store, rows.payout(look_at=rows.NOW))
    found = store.payout("po_1")
    assert found is not None
    assert found.look_at == rows.NOW
    assert found.hold_until.utcoffset() == timedelta(0)


def test_undecided_events_are_those_whose_time_has_come(store: Store) -> None:
    ids = {f"ev_{number}" for number in range(12)}
    for event_id in ids:
        inserted(store, rows.inbox_event(event_id))
    inserted(store, rows.inbox_event("ev_later", received_at=rows.NOW + timedelta(seconds=1)))
    assert set(store.undecided_events(rows.NOW)) == set()
    assert sorted(store.undecided_events(rows.NOW + timedelta(microseconds=1))) == sorted(ids)


def test_a_decided_event_is_no_longer_undecided(store: Store) -> None:
    inserted(store, rows.inbox_event())
    decided = replace(
        rows.inbox_event(), undecided_since=None, look_at=None, outcome=Outcome.REWARDED, decided_at=rows.NOW, version=2
    )
    assert store.commit((Replace(decided),)) is Committed.YES
    assert list(store.undecided_events(rows.NOW + timedelta(days=1))) == []


def test_the_events_of_a_deal_come_in_the_order_of_their_arrival(store: Store) -> None:
    inserted(store, rows.inbox_event("ev_later", deal_id="D-1", received_at=rows.NOW + timedelta(seconds=1)))
    inserted(store, rows.inbox_event("ev_first", deal_id="D-1", received_at=rows.NOW))
    inserted(store, rows.inbox_event("ev_other", deal_id="D-2", received_at=rows.NOW))
    assert list(store.events_of_deal("D-1")) == ["ev_first", "ev_later"]
    assert list(store.events_of_deal("D-3")) == []


def test_payouts_to_look_at_are_those_whose_time_has_come(store: Store) -> None:
    ids = {f"po_{number}" for number in range(12)}
    for payout_id in ids:
        inserted(store, rows.payout(payout_id))
    inserted(store, rows.payout("po_waits", look_at=None))
    assert set(store.payouts_to_look_at(rows.NOW)) == set()
    assert sorted(store.payouts_to_look_at(rows.NOW + timedelta(microseconds=1))) == sorted(ids)


def test_a_payout_that_ended_is_no_longer_looked_at(store: Store) -> None:
    inserted(store, rows.payout())
    assert store.commit((Replace(rows.payout().to_look_at(None)),)) is Committed.YES
    assert list(store.payouts_to_look_at(rows.NOW + timedelta(days=1))) == []


def test_payouts_that_wait_are_found_with_their_reason_and_nobody_else(store: Store) -> None:
    ids = {f"po_{number}" for number in range(12)}
    for payout_id in ids:
        blocked = rows.payout(payout_id).blocked(BlockReason.FUNDS, rows.NOW)
        inserted(store, replace(blocked, version=1))
    inserted(store, rows.payout("po_goes_on"))
    found = sorted(store.waiting_payouts(), key=lambda waiting: waiting.subject_id)
    assert found == [Waiting(payout_id, rows.NOW, "funds") for payout_id in sorted(ids)]
    again = replace(rows.payout("po_3"), version=2)
    assert store.commit((Replace(again),)) is Committed.YES
    assert {waiting.subject_id for waiting in store.waiting_payouts()} == ids - {"po_3"}


def test_events_that_wait_are_found_with_their_reason_and_nobody_else(store: Store) -> None:
    judged = replace(
        rows.inbox_event("ev_1"),
        undecided_since=None,
        look_at=None,
        outcome=Outcome.NEEDS_ATTENTION,
        waiting_since=rows.NOW,
    )
    stuck = replace(rows.inbox_event("ev_2"), waiting_since=rows.NOW + timedelta(hours=1))
    inserted(store, judged, stuck, rows.inbox_event("ev_3"))
    assert sorted(store.waiting_events(), key=lambda waiting: waiting.subject_id) == [
        Waiting("ev_1", rows.NOW, "needs_attention"),
        Waiting("ev_2", rows.NOW + timedelta(hours=1), "undecidable"),
    ]
    assert store.commit((Replace(replace(judged, waiting_since=None, version=2)),)) is Committed.YES
    assert [waiting.subject_id for waiting in store.waiting_events()] == ["ev_2"]
    assert list(store.undecided_events(rows.NOW + timedelta(days=1))) != []


def test_the_journal_is_read_to_its_end_though_a_page_ends_after_a_megabyte(store: Store) -> None:
    entries = [replace(rows.entry(f"rw_{n:02}@1"), legal_entity="x" * 150_000) for n in range(20)]
    inserted(store, *entries)
    assert sorted(store.journal(), key=lambda one: one.entry_id) == entries


def test_the_journal_has_every_entry_of_every_hour(store: Store) -> None:
    entries = [rows.entry(f"rw_{n}@1", posted_at=rows.NOW + timedelta(hours=n)) for n in range(30)]
    for one in entries:
        inserted(store, one)
    assert sorted(store.journal(), key=lambda one: one.posted_at) == entries
