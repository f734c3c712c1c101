from dataclasses import fields, replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import builders
from builders import usd
from guerdon.domain.channel import Channel
from guerdon.domain.hours import hour_of
from guerdon.domain.ledger import Entry, EntryKind, Posting
from guerdon.domain.money import Money
from guerdon.domain.seal import (
    GENESIS,
    SEALED_AFTER,
    Seal,
    entry_sha256,
    entry_text,
    last_due,
    read_roster,
    roster_text,
    sealed,
    text_sha256,
)
from ledgers import at, promised

OTHER: dict[str, Any] = {
    "entry_id": "rw_2@1",
    "kind": EntryKind.REVISED,
    "effective_on": date(2026, 1, 1),
    "posted_at": at(9) + timedelta(microseconds=1),
    "legal_entity": "Acme GmbH",
    "program": "partners",
    "channel": Channel.GIFT_CARD,
    "currency": "EUR",
    "postings": (Posting("a", usd("1.00")), Posting("b", -usd("1.00"))),
    "event_id": "ev_2",
    "reward_id": "rw_2",
    "payout_id": "po_2",
    "value_on": date(2026, 1, 2),
}


def seal_of(roster: dict[str, str], before: tuple[int, str] = (0, GENESIS), balances: str = "b") -> Seal:
    return sealed("2026-11-22T08", before, roster, balances, at(9))


def test_an_entry_has_one_written_form() -> None:
    assert entry_text(promised(1, at(8, 5))) == (
        '{"channel":"check","currency":"USD","effective_on":"2026-11-20","entry_id":"rw_1@1",'
        '"event_id":"ev_aaaaaaaaaaaaaaaaaaaaaaaa","kind":"earned","legal_entity":"Acme Inc.",'
        '"posted_at":"2026-11-22T08:05:00.000000Z","postings":[["rewards_expense",10000,"USD"],'
        '["rewards_liability",-10000,"USD"]],"program":"customer-referral","reward_id":"rw_1"}'
    )
    assert entry_sha256(promised(1, at(8, 5))) == text_sha256(entry_text(promised(1, at(8, 5))))


@pytest.mark.parametrize("name", [field.name for field in fields(Entry)])
def test_whatever_changes_in_an_entry_changes_its_digest(name: str) -> None:
    entry = promised(1, at(8, 5))
    assert entry_sha256(replace(entry, **{name: OTHER[name]})) != entry_sha256(entry)


def test_the_same_moment_in_another_zone_has_the_same_digest() -> None:
    entry = promised(1, at(8, 5))
    there = entry.posted_at.astimezone(builders.CLOSED_AT.tzinfo)
    assert entry_sha256(replace(entry, posted_at=there)) == entry_sha256(entry)


def test_two_postings_that_swap_their_amounts_change_the_digest() -> None:
    entry = promised(1, at(8, 5))
    swapped = tuple(Posting(posting.account, -posting.amount) for posting in entry.postings)
    assert entry_sha256(replace(entry, postings=swapped)) != entry_sha256(entry)


def test_a_value_without_a_written_form_is_refused() -> None:
    entry = replace(promised(1, at(8)), event_id=Money(1, "USD"))  # type: ignore[arg-type] # what it is about
    with pytest.raises(TypeError, match="no canonical form"):
        entry_text(entry)


@given(roster=st.dictionaries(st.from_regex(r"[a-z]{2}_[0-9]{1,3}@[0-9]", fullmatch=True), st.just("ab" * 32)))
def test_a_roster_reads_back_and_its_text_is_sorted(roster: dict[str, str]) -> None:
    assert read_roster(roster_text(roster)) == roster
    assert roster_text(roster).splitlines() == sorted(roster_text(roster).splitlines())


@pytest.mark.parametrize("text", ["rw_1@1", "b 1\na 1\n", "a 1\na 1\n"])
def test_what_is_no_roster_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="roster"):
        read_roster(text)


def test_a_seal_is_linked_to_the_one_before_and_counts_on() -> None:
    first = seal_of({"rw_1@1": "ab" * 32})
    second = seal_of({"rw_2@1": "cd" * 32}, (first.number, first.sha256))
    assert (first.number, first.previous_sha256) == (1, GENESIS)
    assert (second.number, second.previous_sha256) == (2, first.sha256)
    assert first.is_whole
    assert second.is_whole


def test_when_it_was_sealed_makes_no_difference() -> None:
    seal = seal_of({"rw_1@1": "ab" * 32})
    assert replace(seal, sealed_at=at(23)).is_whole


@pytest.mark.parametrize(
    "change",
    [
        {"number": 2},
        {"hour": "2026-11-22T09"},
        {"previous_sha256": "ab" * 32},
        {"entries": 2},
        {"roster_sha256": "ab" * 32},
        {"balances_sha256": "ab" * 32},
        {"sha256": "ab" * 32},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_seal_of_which_anything_was_changed_is_not_whole(change: dict[str, Any]) -> None:
    assert not replace(seal_of({"rw_1@1": "ab" * 32}), **change).is_whole


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (at(9, 14), "2026-11-22T07"),
        (at(9, 15), "2026-11-22T08"),
        (at(10, 0), "2026-11-22T08"),
        (at(10, 14), "2026-11-22T08"),
        (at(10, 15), "2026-11-22T09"),
    ],
)
def test_an_hour_is_due_a_quarter_of_an_hour_after_its_end(now: datetime, due: str) -> None:
    assert last_due(now) == due


@given(minutes=st.integers(0, 100_000))
def test_what_is_posted_from_now_on_by_a_clock_ten_minutes_behind_is_in_no_hour_that_is_due(minutes: int) -> None:
    now = at(8) + timedelta(minutes=minutes)
    assert hour_of(now - timedelta(minutes=10)) > last_due(now)
    assert timedelta(minutes=15) == SEALED_AFTER
