"""Whatever is planted in the journal or the seals is named, on the real store as on the fake one."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.dynamodb.engines import IN_PROCESS, Fresh, client_of
from builders import usd
from fakes.store import MemoryStore
from guerdon.adapters.dynamodb import keys
from guerdon.application.books import Books
from guerdon.application.ports import Store
from guerdon.application.seal_records import SealedText, SealHead
from guerdon.application.verify_ledger import Finding, Off, Verified, VerifyLedger
from guerdon.domain.balances import read_totals, totals_of, totals_text
from guerdon.domain.errors import UnreadableEntry
from guerdon.domain.ledger import Entry, Posting
from guerdon.domain.seal import Seal, entry_sha256, roster_text, sealed
from ledgers import OPENED, at, opened_with, promised, put_over, remove, seal_at

NOW = at(12)
FIRST, SECOND, THIRD = OPENED, "2026-11-22T09", "2026-11-22T10"
ENTRIES = [promised(number, at(8) + timedelta(minutes=30 * number), f"{number}.00") for number in range(1, 6)]
"""Of 8:30, 9:00, 9:30, 10:00 and 10:30."""
TAIL = promised(9, at(11, 30))


@pytest.fixture(scope="module", params=IN_PROCESS)
def engine(request: pytest.FixtureRequest) -> Iterator[Fresh]:
    with IN_PROCESS[request.param]() as fresh:
        yield fresh


@pytest.fixture
def store(engine: Fresh) -> Store:
    """A store whose first three hours are sealed, with one entry since."""
    store = engine()
    opened_with(store, *ENTRIES, TAIL)
    for minute in (15, 75, 135):
        seal_at(store, at(9) + timedelta(minutes=minute))
    return store


def found(store: Store, **asked: str) -> list[tuple[Off, str, str]]:
    verified = VerifyLedger(store)(NOW, **asked)
    return [(finding.off, finding.hour, finding.subject) for finding in verified.findings]


def seal_of(store: Store, hour: str) -> Seal:
    seal = store.seal(hour)
    assert seal is not None
    return seal


def with_amount(entry: Entry, value: str) -> Entry:
    debit, credit = entry.postings
    return replace(entry, postings=(Posting(debit.account, usd(value)), Posting(credit.account, -usd(value))))


def test_an_untouched_ledger_has_nothing_off(store: Store) -> None:
    verified = VerifyLedger(store)(NOW)
    head = store.seal_head()
    assert verified == Verified((), 3, 5, 1, head)
    assert Books(store).at(NOW).totals == totals_of([*ENTRIES, TAIL])
    assert head is not None
    assert found(store, kept=seal_of(store, FIRST).sha256) == []
    assert found(store, since=SECOND) == []


def test_a_new_stack_has_nothing_off(engine: Fresh) -> None:
    assert VerifyLedger(engine())(NOW) == Verified((), 0, 0, 0, None)


@pytest.mark.parametrize(
    "change",
    [
        {"effective_on": ENTRIES[1].effective_on - timedelta(days=31)},
        {"program": "partners"},
        {"legal_entity": "Acme GmbH"},
        {"event_id": "ev_2"},
        {"posted_at": at(9, 1)},
        {"postings": with_amount(ENTRIES[1], "2.01").postings},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_changed_entry_is_named(store: Store, change: dict[str, Any]) -> None:
    put_over(store, replace(ENTRIES[1], **change))
    assert found(store) == [(Off.CHANGED_ENTRY, SECOND, "rw_2@1")]


def test_a_missing_entry_is_named(store: Store) -> None:
    remove(store, ENTRIES[2])
    assert found(store) == [(Off.MISSING_ENTRY, SECOND, "rw_3@1")]


def test_an_extra_entry_is_named(store: Store) -> None:
    put_over(store, promised(7, at(10, 5)))
    assert found(store) == [(Off.EXTRA_ENTRY, THIRD, "rw_7@1")]


def test_an_extra_entry_in_an_hour_that_was_sealed_as_empty_is_named(engine: Fresh) -> None:
    store = engine()
    opened_with(store, promised(1, at(10, 5)))
    seal_at(store, at(11, 15))
    put_over(store, promised(7, at(9, 5)))
    assert found(store) == [(Off.EXTRA_ENTRY, SECOND, "rw_7@1")]


def test_an_entry_that_was_moved_to_another_hour_is_missing_there_and_extra_here(store: Store) -> None:
    remove(store, ENTRIES[0])
    put_over(store, replace(ENTRIES[0], posted_at=at(10, 5)))
    assert found(store) == [(Off.MISSING_ENTRY, FIRST, "rw_1@1"), (Off.EXTRA_ENTRY, THIRD, "rw_1@1")]


def test_everything_that_is_off_in_an_hour_is_named_at_once(store: Store) -> None:
    remove(store, ENTRIES[3])
    put_over(store, with_amount(ENTRIES[4], "99.00"), promised(7, at(10, 5)))
    assert found(store) == [
        (Off.MISSING_ENTRY, THIRD, "rw_4@1"),
        (Off.EXTRA_ENTRY, THIRD, "rw_7@1"),
        (Off.CHANGED_ENTRY, THIRD, "rw_5@1"),
    ]


CHANGES: list[Callable[[Seal], Seal]] = [
    lambda seal: replace(seal, entries=1),
    lambda seal: replace(seal, number=7),
    lambda seal: replace(seal, previous_sha256="ab" * 32),
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_seal_that_is_not_whole_is_a_broken_link(store: Store, change: Callable[[Seal], Seal]) -> None:
    put_over(store, change(seal_of(store, SECOND)))
    assert (Off.BROKEN_LINK, SECOND, "") in found(store)


def test_a_seal_made_anew_is_not_linked_to_the_next_one(store: Store) -> None:
    """Somebody changed an entry, and with it the roster, the balances and the seal of its hour, all of them rightly."""
    first, second = seal_of(store, FIRST), seal_of(store, SECOND)
    entries = [with_amount(ENTRIES[1], "1000.00"), ENTRIES[2]]
    roster = {entry.entry_id: entry_sha256(entry) for entry in entries}
    balances = totals_text(totals_of([ENTRIES[0], *entries]))
    forged = sealed(SECOND, (first.number, first.sha256), roster, balances, second.sealed_at)
    put_over(
        store,
        entries[0],
        forged,
        SealedText(forged.roster_sha256, 1, roster_text(roster)),
        SealedText(forged.balances_sha256, 1, balances),
    )
    assert found(store) == [(Off.BROKEN_LINK, THIRD, ""), (Off.WRONG_BALANCE, THIRD, "")]


def test_a_chain_made_anew_from_an_entry_on_lacks_the_digest_that_was_kept(store: Store) -> None:
    """Nothing in it is off by itself: that is what a digest outside of it is for."""
    kept = seal_of(store, THIRD).sha256
    texts = [text for seal in store.seals() for text in (seal.roster_sha256, seal.balances_sha256)]
    remove(store, *(SealedText(sha256, 1, "") for sha256 in texts), *store.seals())
    put_over(store, with_amount(ENTRIES[1], "1000.00"), SealHead(OPENED, "2026-11-22T07", 0, None, "", 9))
    seal_at(store, at(11, 15))
    assert found(store) == []
    assert found(store, kept=kept) == [(Off.UNKNOWN_DIGEST, THIRD, kept)]


def test_a_seal_that_is_gone_leaves_its_entries_extra_and_its_neighbors_unlinked(store: Store) -> None:
    remove(store, seal_of(store, SECOND))
    assert set(found(store)) == {
        (Off.BROKEN_LINK, THIRD, ""),
        (Off.EXTRA_ENTRY, SECOND, "rw_2@1"),
        (Off.EXTRA_ENTRY, SECOND, "rw_3@1"),
        (Off.WRONG_BALANCE, THIRD, ""),
    }


def test_the_last_seal_that_is_gone_is_missed_by_the_head(store: Store) -> None:
    remove(store, seal_of(store, THIRD))
    assert (Off.BROKEN_LINK, THIRD, "") in found(store)


def test_a_head_that_is_gone_is_missed(store: Store) -> None:
    head = store.seal_head()
    assert head is not None
    remove(store, head)
    assert found(store) == [(Off.BROKEN_LINK, FIRST, "")]


def test_a_head_that_was_set_back_disowns_the_seals_after_it(store: Store) -> None:
    head = store.seal_head()
    first = seal_of(store, FIRST)
    assert head is not None
    put_over(store, replace(head, sealed_through=FIRST, number=1, last_hour=FIRST, last_sha256=first.sha256))
    assert found(store) == [(Off.BROKEN_LINK, SECOND, ""), (Off.BROKEN_LINK, THIRD, ""), (Off.BROKEN_LINK, FIRST, "")]


def test_balances_that_were_changed_are_named_once(store: Store) -> None:
    seal = seal_of(store, SECOND)
    text = store.sealed_text(seal.balances_sha256)
    assert text is not None
    put_over(store, SealedText(seal.balances_sha256, 1, text.replace("600", "601")))
    assert found(store) == [(Off.WRONG_BALANCE, SECOND, "")]


def test_balances_that_were_wrong_when_they_were_sealed_are_named_with_what_they_should_be(store: Store) -> None:
    """The seal has their digest, and the next one is linked to it: only the entries tell."""
    second, third, head = seal_of(store, SECOND), seal_of(store, THIRD), store.seal_head()
    assert head is not None
    rosters = {
        hour: {e.entry_id: entry_sha256(e) for e in of} for hour, of in ((SECOND, ENTRIES[1:3]), (THIRD, ENTRIES[3:]))
    }
    texts = []
    for seal in (second, third):
        text = store.sealed_text(seal.balances_sha256)
        assert text is not None
        wrong = {
            heading: total._replace(minor=total.minor + (100 if heading.account == "rewards_expense" else -100))
            for heading, total in read_totals(text).items()
        }
        texts.append(totals_text(wrong))
    forged = sealed(SECOND, (1, second.previous_sha256), rosters[SECOND], texts[0], second.sealed_at)
    last = sealed(THIRD, (2, forged.sha256), rosters[THIRD], texts[1], third.sealed_at)
    parts = [SealedText(seal.balances_sha256, 1, text) for seal, text in ((forged, texts[0]), (last, texts[1]))]
    put_over(store, forged, last, *parts, replace(head, last_sha256=last.sha256))
    (finding,) = VerifyLedger(store)(NOW).findings
    assert finding == Finding(
        Off.WRONG_BALANCE,
        SECOND,
        "",
        "rewards_expense of customer-referral by earned says 7.00 USD in 3 postings, "
        "its entries come to 6.00 USD in 3; "
        "rewards_liability of customer-referral by earned says -7.00 USD in 3 postings, "
        "its entries come to -6.00 USD in 3",
    )


def test_balances_and_rosters_that_are_gone_are_named(store: Store) -> None:
    seal = seal_of(store, SECOND)
    remove(store, SealedText(seal.balances_sha256, 1, ""), SealedText(seal.roster_sha256, 1, ""))
    assert found(store) == [(Off.LOST_TEXT, SECOND, ""), (Off.WRONG_BALANCE, SECOND, "")]


def test_from_an_hour_on_only_that_is_read_and_the_chain_as_a_whole(store: Store) -> None:
    remove(store, ENTRIES[0])
    assert found(store, since=SECOND) == []
    assert found(store, since=FIRST) == [(Off.MISSING_ENTRY, FIRST, "rw_1@1")]
    put_over(store, replace(seal_of(store, FIRST), entries=0))
    assert (Off.BROKEN_LINK, FIRST, "") in found(store, since=THIRD)


def test_a_finding_is_one_line() -> None:
    finding = Finding(Off.MISSING_ENTRY, SECOND, "rw_3@1", "it was sealed, and is not in the journal")
    assert finding.words == "2026-11-22T09: missing entry rw_3@1 — it was sealed, and is not in the journal"


def stored_posting(amount: dict[str, Any]) -> dict[str, Any]:
    return {"postings": {"L": [{"M": {"account": {"S": "rewards_expense"}, "amount": amount}}]}}


UNREADABLE: dict[str, dict[str, Any]] = {
    "one side alone": stored_posting({"M": {"minor": {"N": "200"}, "currency": {"S": "USD"}}}),
    "an amount that is text": stored_posting({"S": "lots"}),
    "no such currency": stored_posting({"M": {"minor": {"N": "0"}, "currency": {"S": "XYZ"}}}),
    "a field is gone": {"program": None},
    "no such kind": {"kind": {"S": "gift"}},
    "no such day": {"effective_on": {"S": "yesterday"}},
}


@pytest.mark.parametrize("change", UNREADABLE.values(), ids=UNREADABLE)
def test_an_entry_that_cannot_be_read_any_more_is_named_and_the_others_are_held(change: dict[str, Any]) -> None:
    with IN_PROCESS["moto"]() as fresh:
        store = fresh()
        opened_with(store, *ENTRIES)
        seal_at(store, at(11, 15))
        client, table = client_of(None), "contract-journal"
        key = {"hour_shard": {"S": keys.hour_shard(SECOND, "rw_2@1")}, "entry_id": {"S": "rw_2@1"}}
        item = client.get_item(TableName=table, Key=key)["Item"] | change
        client.put_item(TableName=table, Item={name: value for name, value in item.items() if value is not None})
        remove(store, ENTRIES[2])
        assert found(store) == [(Off.UNREADABLE_ENTRY, SECOND, "rw_2@1"), (Off.MISSING_ENTRY, SECOND, "rw_3@1")]
        with pytest.raises(UnreadableEntry, match="2026-11-22T09"):
            list(Books(store).entries(NOW))


@settings(max_examples=60, deadline=None)
@given(
    minutes=st.lists(st.integers(0, 179), min_size=1, max_size=12, unique=True),
    which=st.integers(0, 11),
    deed=st.sampled_from(("remove", "change", "add")),
)
def test_any_one_entry_that_is_removed_changed_or_added_is_named_and_nothing_else(
    minutes: list[int], which: int, deed: str
) -> None:
    entries = [promised(minute, at(8) + timedelta(minutes=minute)) for minute in minutes]
    store = MemoryStore()
    opened_with(store, *entries)
    seal_at(store, NOW)
    victim = entries[which % len(entries)]
    match deed:
        case "remove":
            remove(store, victim)
            expected = (Off.MISSING_ENTRY, victim.entry_id)
        case "change":
            put_over(store, with_amount(victim, "0.01"))
            expected = (Off.CHANGED_ENTRY, victim.entry_id)
        case _:
            put_over(store, promised(1000, victim.posted_at))
            expected = (Off.EXTRA_ENTRY, "rw_1000@1")
    assert [(off, subject) for off, _, subject in found(store)] == [expected]
