"""Which entries a period takes, and on which day each counts."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

import builders
import exports_journal
import ledgers
from exports_journal import BOOKS_OPENED, GULF, KK, NOVEMBER, READ_AT, store_with
from fakes.store import MemoryStore
from guerdon.application.exports.entries import Basis, RewardOfEntryMissing, Selection, entries_between
from guerdon.application.transaction import Insert
from guerdon.domain import ledger

NEW_YEAR = datetime(2027, 1, 1, 4, 59, tzinfo=UTC)  # Still 2026 in New York.


def taken(selection: Selection) -> list[tuple[str, str]]:
    return [
        (dated.on.isoformat(), f"{dated.entry.kind.value} {dated.entry.entry_id.partition('@')[0][:4]}")
        for dated in entries_between(exports_journal.store(), selection, READ_AT)
    ]


def test_by_posting_date_what_was_posted_in_the_period_counts_however_early_it_was_effective() -> None:
    assert taken(NOVEMBER) == [
        ("2026-11-01", "earned rw_b"),
        ("2026-11-02", "earned rw_a"),
        ("2026-11-03", "submitted po_a"),
        ("2026-11-04", "settled po_a"),
        ("2026-11-05", "earned rw_c"),
        ("2026-11-06", "submitted po_b"),
        ("2026-11-07", "settled po_b"),
        ("2026-11-20", "revised rw_a"),
    ]


def test_by_effective_date_the_same_entries_fall_where_the_obligation_arose() -> None:
    assert taken(Selection(date(2026, 10, 1), date(2026, 10, 31), Basis.EFFECTIVE)) == [
        ("2026-10-20", "earned rw_c"),
        ("2026-10-30", "revised rw_a"),
    ]
    assert ("2026-11-05", "earned rw_c") not in taken(replace(NOVEMBER, basis=Basis.EFFECTIVE))


def test_neighboring_periods_share_nothing_and_lose_nothing() -> None:
    days = [date(2026, 10, 31), date(2026, 11, 1), date(2026, 11, 6), date(2026, 11, 30), date(2026, 12, 1)]
    by_day = [taken(Selection(day, day)) for day in days]
    assert [[day for day, _ in entries] for entries in by_day] == [
        [],
        ["2026-11-01"],
        ["2026-11-06"],
        [],
        ["2026-12-01"],
    ]
    first, middle, next_day, last = date(2026, 1, 1), date(2026, 11, 4), date(2026, 11, 5), date(2026, 12, 31)
    whole = taken(Selection(first, last))
    assert taken(Selection(first, middle)) + taken(Selection(next_day, last)) == whole
    assert len(whole) == len(exports_journal.entries())


@pytest.mark.parametrize(
    ("zone", "on"), [("America/New_York", date(2026, 12, 31)), ("Pacific/Kiritimati", date(2027, 1, 1))]
)
def test_the_posting_day_is_that_of_the_zone_that_the_reward_is_under(zone: str, on: date) -> None:
    reward = builders.reward(reward_id="rw_z", decided_at=NEW_YEAR, version=1, terms=builders.terms(time_zone=zone))
    store = MemoryStore()
    store.commit((Insert(ledgers.head(BOOKS_OPENED)), Insert(reward), Insert(ledger.earned(reward))))
    assert [dated.on for dated in entries_between(store, Selection(on, on), READ_AT)] == [on]


@pytest.mark.parametrize(
    ("selection", "entities"),
    [
        (replace(NOVEMBER, entity=KK), {KK}),
        (replace(NOVEMBER, entity="nobody"), set()),
        (replace(NOVEMBER, program="customer-referral"), {KK, GULF, "Acme Inc."}),
        (replace(NOVEMBER, program="another"), set()),
    ],
)
def test_an_entity_or_a_program_alone(selection: Selection, entities: set[str]) -> None:
    assert {
        dated.entry.legal_entity for dated in entries_between(exports_journal.store(), selection, READ_AT)
    } == entities


def test_entries_of_one_day_stand_as_they_were_posted_and_then_by_id() -> None:
    payouts = [builders.payout(payout_id=f"po_{letter}", version=3) for letter in "cab"]
    late = ledger.submitted(builders.payout(payout_id="po_0", version=3), exports_journal.at(3, 13))
    entries = [late, *(ledger.submitted(payout, exports_journal.at(3)) for payout in payouts)]
    ordered = entries_between(store_with(*entries), NOVEMBER, READ_AT)
    assert [dated.entry.entry_id for dated in ordered] == ["po_a@3", "po_b@3", "po_c@3", "po_0@3"]


def test_an_entry_without_its_reward_is_not_dated_by_guess() -> None:
    orphan = ledger.earned(builders.reward(reward_id="rw_orphan", decided_at=exports_journal.at(9), version=1))
    with pytest.raises(RewardOfEntryMissing, match=r"rw_orphan@1 belongs to reward rw_orphan, which is not there"):
        entries_between(store_with(orphan), NOVEMBER, READ_AT)
