"""What every Store must do, whatever it is made of."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from adapters.dynamodb import rows
from adapters.dynamodb.engines import WholeStore
from guerdon.application.audit_records import Audit
from guerdon.application.funds_records import FundsHold
from guerdon.application.month_end.records import MonthClose, PackText
from guerdon.application.reconciliation_records import ReconciliationItem, ReconciliationRun, SeenLine
from guerdon.application.records import (
    AdvocateDetails,
    Attempt,
    ChannelSwitch,
    DayReleased,
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
from guerdon.application.seal_records import SealedText, SealHead
from guerdon.application.transaction import (
    Committed,
    Insert,
    Overwrite,
    OverwrittenRow,
    Replace,
    Row,
    Unchanged,
    VersionedRow,
)
from guerdon.domain.channel import Channel
from guerdon.domain.checks import BankLine, Check
from guerdon.domain.hours import begin_of, hour_of
from guerdon.domain.judgment import Outcome
from guerdon.domain.ledger import Entry
from guerdon.domain.pausing import Pauses
from guerdon.domain.payout import BlockReason, Payout
from guerdon.domain.program import Beneficiary
from guerdon.domain.reward import Reward
from guerdon.domain.seal import Seal
from guerdon.domain.wins import Win

HOUR = hour_of(rows.NOW)


def _text(store: WholeStore, stored: SealedText) -> SealedText | None:
    found = store.sealed_text(stored.sha256)
    return None if found is None else replace(stored, text=found)


def _pack(store: WholeStore, stored: PackText) -> PackText | None:
    found = store.pack_text(stored.sha256)
    return None if found is None else replace(stored, text=found)


READS: dict[type, Callable[[WholeStore], Row | None]] = {
    InboxEvent: lambda store: store.inbox_event("ev_1"),
    EventBody: lambda store: store.event_body("ev_1"),
    AdvocateDetails: lambda store: store.advocate("ad_1"),
    FrozenRequest: lambda store: store.frozen_request("po_1-1"),
    DealRecord: lambda store: store.deal_record(
        "sf_1", "customer-referral", "D-1041", "deal.closed", Beneficiary.ADVOCATE
    ),
    Receivable: lambda store: store.receivable("ad_1", "USD"),
    Reserved: lambda store: store.reserved("customer-referral", "ad_1", "2026", "USD"),
    DayReleased: lambda store: store.day_released("customer-referral", "2026-11-22"),
    DealCount: lambda store: store.deal_count("ad_1", "customer-referral", "2026"),
    Reward: lambda store: store.reward("rw_1"),
    Payout: lambda store: store.payout("po_1"),
    Attempt: lambda store: store.attempt("po_1", 1),
    Entry: lambda store: next(store.journal_hour(HOUR), None),
    SealHead: lambda store: store.seal_head(),
    Seal: lambda store: store.seal(HOUR),
    SealedText: lambda store: _text(store, rows.SEALED_TEXT),
    ReconciliationItem: lambda store: store.reconciliation_item("ri_1"),
    ReconciliationRun: lambda store: store.reconciliation_run("tremendous"),
    SeenLine: lambda store: next(store.statement_lines("tremendous", "2026-11"), None),
    MonthClose: lambda store: store.month_close("Example Inc", "2026-10"),
    PackText: lambda store: _pack(store, rows.PACK_TEXT),
    Check: lambda store: store.check("po_1", 1),
    BankLine: lambda store: store.bank_line("operating", "2026-11", "bl_1"),
    ProgramHead: lambda store: store.program_head("customer-referral"),
    ProgramVersion: lambda store: store.program_version("customer-referral", 3),
    ChannelSwitch: lambda store: store.channel_switch(Channel.GIFT_CARD),
    Pauses: lambda store: store.pauses(),
    FundsHold: lambda store: store.funds_hold(Channel.GIFT_CARD),
    SentNotice: lambda store: store.sent_notice("reward_earned/rw_1"),
    Audit: lambda store: next(iter(store.audit_of_subject("po_1").rows), None),
}
VERSIONED = [row for row in rows.SAMPLES if isinstance(row, VersionedRow)]
every_row = pytest.mark.parametrize("row", rows.SAMPLES, ids=lambda row: type(row).__name__)
every_versioned_row = pytest.mark.parametrize("row", VERSIONED, ids=lambda row: type(row).__name__)


def read(store: WholeStore, row: Row) -> Row | None:
    return READS[type(row)](store)


def inserted(store: WholeStore, *stored: Row) -> None:
    assert store.commit(tuple(Insert(row) for row in stored)) is Committed.YES


@every_row
def test_nothing_is_found_where_nothing_was_stored(store: WholeStore, row: Row) -> None:
    assert read(store, row) is None


@every_row
def test_what_was_inserted_is_found_as_it_was(store: WholeStore, row: Row) -> None:
    inserted(store, row)
    assert read(store, row) == row


@every_row
def test_an_insert_over_an_existing_row_is_refused_even_if_it_is_the_same(store: WholeStore, row: Row) -> None:
    inserted(store, row)
    assert store.commit((Insert(row),)) is Committed.NO_CONDITION_FAILED
    assert read(store, row) == row


@every_versioned_row
def test_a_row_is_replaced_by_who_read_its_version(store: WholeStore, row: VersionedRow) -> None:
    inserted(store, row)
    changed = replace(row, version=2)
    assert store.commit((Replace(changed),)) is Committed.YES
    assert read(store, row) == changed


@every_versioned_row
def test_a_row_is_not_replaced_by_who_read_an_older_version(store: WholeStore, row: VersionedRow) -> None:
    newer = replace(row, version=3)
    inserted(store, newer)
    assert store.commit((Replace(replace(row, version=3)),)) is Committed.NO_CONDITION_FAILED
    assert store.commit((Replace(replace(row, version=2)),)) is Committed.NO_CONDITION_FAILED
    assert read(store, row) == newer


@every_versioned_row
def test_a_row_that_is_not_there_is_not_replaced(store: WholeStore, row: VersionedRow) -> None:
    assert store.commit((Replace(replace(row, version=2)),)) is Committed.NO_CONDITION_FAILED
    assert read(store, row) is None


@every_versioned_row
def test_what_is_unchanged_lets_the_rest_be_written_and_stays_as_it_is(store: WholeStore, row: VersionedRow) -> None:
    inserted(store, row)
    assert store.commit((Unchanged(row), Insert(rows.entry("other@1")))) is Committed.YES
    assert read(store, row) == row
    assert [entry.entry_id for entry in store.journal_hour(HOUR)] == ["other@1"]


@every_versioned_row
def test_what_has_changed_since_it_was_read_keeps_the_rest_from_being_written(
    store: WholeStore, row: VersionedRow
) -> None:
    inserted(store, replace(row, version=2))
    assert store.commit((Unchanged(row), Insert(rows.entry("other@1")))) is Committed.NO_CONDITION_FAILED
    assert read(store, row) == replace(row, version=2)
    assert list(store.journal_hour(HOUR)) == []


@every_versioned_row
def test_what_is_not_there_is_not_unchanged(store: WholeStore, row: VersionedRow) -> None:
    assert store.commit((Unchanged(row), Insert(rows.entry("other@1")))) is Committed.NO_CONDITION_FAILED
    assert list(store.journal_hour(HOUR)) == []


OVERWRITTEN: list[tuple[OverwrittenRow, OverwrittenRow]] = [
    (EventBody("ev_1", "who"), EventBody("ev_1", "nobody")),
    (FrozenRequest("po_1-1", "POST", "/", "text/plain", "who"), FrozenRequest("po_1-1", "POST", "/", "text/plain", "")),
]


@pytest.mark.parametrize(("row", "erased"), OVERWRITTEN, ids=lambda row: type(row).__name__)
def test_a_row_without_a_version_is_overwritten_as_often_as_one_likes_where_it_is(
    store: WholeStore, row: OverwrittenRow, erased: OverwrittenRow
) -> None:
    assert store.commit((Overwrite(erased),)) is Committed.NO_CONDITION_FAILED
    assert read(store, row) is None
    inserted(store, row)
    for _ in range(2):
        assert store.commit((Overwrite(erased),)) is Committed.YES
        assert read(store, row) == erased


def test_a_row_is_not_both_held_still_and_written(store: WholeStore) -> None:
    inserted(store, rows.payout())
    with pytest.raises(ValueError, match="row"):
        store.commit((Unchanged(rows.payout()), Replace(replace(rows.payout(), version=2))))
    assert store.payout("po_1") == rows.payout()


def test_one_failed_condition_keeps_all_of_a_transaction_from_being_written(store: WholeStore) -> None:
    inserted(store, rows.payout())
    transaction = (Insert(rows.reward()), Replace(replace(rows.payout(), version=7)), Insert(rows.entry()))
    assert store.commit(transaction) is Committed.NO_CONDITION_FAILED
    assert store.reward("rw_1") is None
    assert store.payout("po_1") == rows.payout()
    assert list(store.journal_hour(HOUR)) == []


def test_twenty_writes_are_one_transaction(store: WholeStore) -> None:
    inserted(store, *(rows.entry(f"rw_{number}@1") for number in range(20)))
    assert len(list(store.journal_hour(HOUR))) == 20


def test_more_than_twenty_writes_are_refused_before_any_is_written(store: WholeStore) -> None:
    with pytest.raises(ValueError, match="1 to 20 writes"):
        store.commit(tuple(Insert(rows.entry(f"rw_{number}@1")) for number in range(21)))
    assert list(store.journal_hour(HOUR)) == []


def test_an_empty_transaction_is_refused(store: WholeStore) -> None:
    with pytest.raises(ValueError, match="1 to 20 writes"):
        store.commit(())


def test_two_writes_of_one_row_are_refused_before_any_is_written(store: WholeStore) -> None:
    with pytest.raises(ValueError, match="row"):
        store.commit((Insert(rows.payout()), Replace(replace(rows.payout(), version=2))))
    assert store.payout("po_1") is None


def test_rows_of_different_kinds_under_one_id_do_not_meet(store: WholeStore) -> None:
    inserted(store, EventBody("same", "body"), FrozenRequest("same", "POST", "/", "text/plain", "request"))
    assert store.advocate("same") is None
    assert store.event_body("same") == EventBody("same", "body")


def test_budgets_of_a_program_of_its_advocates_of_its_periods_and_of_its_currencies_do_not_meet(
    store: WholeStore,
) -> None:
    inserted(store, Reserved("customer-referral", None, "2026", "USD", rows.USD))
    assert store.reserved("customer-referral", "program", "2026", "USD") is None
    assert store.reserved("customer-referral", None, "2026-11", "USD") is None
    assert store.reserved("customer-referral", None, "2026", "EUR") is None
    assert store.reserved("partner-referral", None, "2026", "USD") is None
    assert store.reserved("customer-referral", None, "2026", "USD") == Reserved(
        "customer-referral", None, "2026", "USD", rows.USD
    )


def test_a_program_and_its_versions_do_not_meet(store: WholeStore) -> None:
    inserted(store, ProgramHead("customer-referral", 1))
    assert store.program_version("customer-referral", 0) is None
    assert store.program_version("customer-referral", 1) is None


def test_deals_do_not_meet_whatever_their_ids_are_made_of(store: WholeStore) -> None:
    win = DealRecord("a/b", "c", "d", "deal.closed", (Win("1", "ev_1", "f"),))
    inserted(store, win)
    assert store.deal_record("a", "b/c", "d", "deal.closed", Beneficiary.ADVOCATE) is None
    assert store.deal_record("a%2Fb", "c", "d", "deal.closed", Beneficiary.ADVOCATE) is None
    assert store.deal_record("a/b", "c", "d", "deal.closed", Beneficiary.ADVOCATE) == win


def test_the_sides_and_triggers_of_a_deal_do_not_meet(store: WholeStore) -> None:
    records = [
        DealRecord("sf_1", "p", "d", trigger, (Win(f"{trigger}{side}", "ev_1", "f"),), beneficiary=side)
        for trigger in ("deal.closed", "invoice.paid")
        for side in Beneficiary
    ]
    inserted(store, *records)
    for record in records:
        assert store.deal_record("sf_1", "p", "d", record.trigger, record.beneficiary) == record


def test_a_moment_is_the_same_moment_in_whatever_zone_it_was_written(store: WholeStore) -> None:
    inserted(store, rows.payout(look_at=rows.NOW))
    found = store.payout("po_1")
    assert found is not None
    assert found.look_at == rows.NOW
    assert found.hold_until.utcoffset() == timedelta(0)


def test_undecided_events_are_those_whose_time_has_come(store: WholeStore) -> None:
    ids = {f"ev_{number}" for number in range(12)}
    for event_id in ids:
        inserted(store, rows.inbox_event(event_id))
    inserted(store, rows.inbox_event("ev_later", received_at=rows.NOW + timedelta(seconds=1)))
    assert set(store.undecided_events(rows.NOW)) == set()
    assert sorted(store.undecided_events(rows.NOW + timedelta(microseconds=1))) == sorted(ids)


def test_undecided_events_come_the_longest_due_first(store: WholeStore) -> None:
    minutes = {f"ev_{number}": (number * 5) % 12 for number in range(12)}
    for event_id, minute in minutes.items():
        inserted(store, rows.inbox_event(event_id, received_at=rows.NOW + timedelta(minutes=minute)))
    found = list(store.undecided_events(rows.NOW + timedelta(hours=1)))
    assert found == sorted(minutes, key=lambda event_id: minutes[event_id])


def test_a_decided_event_is_no_longer_undecided(store: WholeStore) -> None:
    inserted(store, rows.inbox_event())
    decided = replace(
        rows.inbox_event(), undecided_since=None, look_at=None, outcome=Outcome.REWARDED, decided_at=rows.NOW, version=2
    )
    assert store.commit((Replace(decided),)) is Committed.YES
    assert list(store.undecided_events(rows.NOW + timedelta(days=1))) == []


def test_the_events_of_a_deal_come_in_the_order_of_their_arrival(store: WholeStore) -> None:
    inserted(store, rows.inbox_event("ev_later", deal_id="D-1", received_at=rows.NOW + timedelta(seconds=1)))
    inserted(store, rows.inbox_event("ev_first", deal_id="D-1", received_at=rows.NOW))
    inserted(store, rows.inbox_event("ev_other", deal_id="D-2", received_at=rows.NOW))
    assert list(store.events_of_deal("D-1")) == ["ev_first", "ev_later"]
    assert list(store.events_of_deal("D-3")) == []


def test_payouts_to_look_at_are_those_whose_time_has_come(store: WholeStore) -> None:
    ids = {f"po_{number}" for number in range(12)}
    for payout_id in ids:
        inserted(store, rows.payout(payout_id))
    inserted(store, rows.payout("po_waits", look_at=None))
    assert set(store.payouts_to_look_at(rows.NOW)) == set()
    assert sorted(store.payouts_to_look_at(rows.NOW + timedelta(microseconds=1))) == sorted(ids)


def test_payouts_to_look_at_come_the_longest_due_first(store: WholeStore) -> None:
    minutes = {f"po_{number}": (number * 5) % 12 for number in range(12)}
    for payout_id, minute in minutes.items():
        inserted(store, rows.payout(payout_id, look_at=rows.NOW + timedelta(minutes=minute)))
    found = list(store.payouts_to_look_at(rows.NOW + timedelta(hours=1)))
    assert found == sorted(minutes, key=lambda payout_id: minutes[payout_id])


def test_a_payout_that_ended_is_no_longer_looked_at(store: WholeStore) -> None:
    inserted(store, rows.payout())
    assert store.commit((Replace(rows.payout().to_look_at(None)),)) is Committed.YES
    assert list(store.payouts_to_look_at(rows.NOW + timedelta(days=1))) == []


def test_payouts_that_wait_are_found_with_their_reason_and_nobody_else(store: WholeStore) -> None:
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


def test_several_payouts_are_read_together_in_the_order_of_their_ids(store: WholeStore) -> None:
    payouts = {f"po_{number}": replace(rows.payout(), payout_id=f"po_{number}") for number in range(3)}
    inserted(store, *payouts.values())
    found = list(store.payouts_of(["po_2", "po_9", "po_0"]))
    assert found == [payouts["po_2"], payouts["po_0"]]
    assert list(store.payouts_of([])) == []


def test_events_that_wait_are_found_with_their_reason_and_nobody_else(store: WholeStore) -> None:
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


def test_the_journal_is_read_to_its_end_though_a_page_ends_after_a_megabyte(store: WholeStore) -> None:
    entries = [replace(rows.entry(f"rw_{n:02}@1"), legal_entity="x" * 150_000) for n in range(20)]
    inserted(store, *entries)
    assert sorted(store.journal_hour(HOUR), key=lambda one: one.entry_id) == entries
    assert sorted(store.entry_ids(HOUR)) == [one.entry_id for one in entries]


def test_an_hour_has_its_own_entries_and_no_others(store: WholeStore) -> None:
    last, first = begin_of(HOUR) + timedelta(hours=1, microseconds=-1), begin_of(HOUR)
    of_the_hour = [rows.entry("rw_1@1", posted_at=first), rows.entry("rw_2@1", posted_at=last)]
    others = [rows.entry("rw_3@1", posted_at=first - timedelta(microseconds=1))]
    others.append(rows.entry("rw_4@1", posted_at=last + timedelta(microseconds=1)))
    inserted(store, *of_the_hour, *others)
    assert sorted(store.journal_hour(HOUR), key=lambda one: one.posted_at) == of_the_hour
    assert store.entry(HOUR, "rw_2@1") == of_the_hour[1]
    assert store.entry(HOUR, "rw_3@1") is None


def test_the_entries_of_a_reward_come_in_the_order_of_time_and_no_others_do(store: WholeStore) -> None:
    entries = [rows.entry(f"po_{n}@{n}", posted_at=rows.NOW + timedelta(hours=n)) for n in (1, 2, 3)]
    inserted(store, entries[2], entries[0], entries[1])
    inserted(store, replace(rows.entry("rw_2@1"), reward_id="rw_2"))
    assert list(store.entries_of_reward("rw_1")) == entries
    assert list(store.entries_of_reward("rw_3")) == []


def test_seals_come_in_the_order_of_their_hours_and_the_last_one_by_itself(store: WholeStore) -> None:
    hours = ("2026-09-30T23", "2026-10-01T00", "2026-11-22T14")
    seals = [replace(rows.SEAL, hour=hour, number=number) for number, hour in enumerate(hours, start=1)]
    inserted(store, seals[2], seals[0], seals[1], rows.SEAL_HEAD)
    assert list(store.seals()) == seals
    assert store.last_seal("2026-11-22T13") == seals[1]
    assert store.last_seal("2026-11-22T14") == seals[2]
    assert store.last_seal("2026-09-30T22") is None


def test_a_sealed_text_is_put_together_in_the_order_of_its_parts(store: WholeStore) -> None:
    parts = [SealedText(rows.SEALED_TEXT.sha256, number, f"{number},") for number in range(1, 12)]
    inserted(store, *reversed(parts), SealedText("cd" * 32, 1, "another"))
    assert store.sealed_text(rows.SEALED_TEXT.sha256) == "1,2,3,4,5,6,7,8,9,10,11,"
    assert store.sealed_text("ef" * 32) is None


def test_a_difference_is_among_the_open_ones_until_it_is_resolved_and_among_its_months_for_ever(
    store: WholeStore,
) -> None:
    later = replace(rows.ITEM, item_id="ri_2", found_at=rows.NOW + timedelta(hours=1))
    december = replace(rows.ITEM, item_id="ri_3", on=date(2026, 12, 1))
    inserted(store, later, december, rows.ITEM, rows.RUN)

    resolved = later.resolved(rows.NOW, "aws:arn:aws:iam::123456789012:user/finance", "charged once more by agreement")
    assert store.commit((Replace(resolved),)) is Committed.YES

    assert sorted(item.item_id for item in store.open_items()) == ["ri_1", "ri_3"]
    assert list(store.items_of_month("2026-11")) == [rows.ITEM, resolved]
    assert list(store.items_of_month("2026-12")) == [december]
    assert list(store.items_of_month("2026-10")) == []


def test_the_lines_of_a_statement_are_found_by_their_month_and_by_the_reference_that_they_carry(
    store: WholeStore,
) -> None:
    line = rows.SEEN_LINE.line
    alone = replace(rows.SEEN_LINE, line=replace(line, line_id="ORDER0", reference=None))
    december = replace(rows.SEEN_LINE, line=replace(line, line_id="ORDER2", on=date(2026, 12, 1)))
    others = replace(rows.SEEN_LINE, line=replace(line, source="printful", reference="po_2-1"))
    inserted(store, rows.SEEN_LINE, december, others, alone)

    assert list(store.statement_lines("tremendous", "2026-11")) == [alone, rows.SEEN_LINE]
    assert list(store.statement_lines("lob", "2026-11")) == []
    found = sorted(store.lines_of_reference("po_1-1"), key=lambda row: row.line.line_id)
    assert found == [rows.SEEN_LINE, december]
