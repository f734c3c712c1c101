"""The entries behind a balance: all of them, each once, and few hours read for them."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.store import MemoryStore
from guerdon.application.review.journal import ENTRIES_A_PAGE, HOURS_A_PAGE, Cut, EntriesOf, EntryPage
from guerdon.domain.ledger import Entry
from guerdon.domain.money import Money
from ledgers import at, opened_with, promised, seal_at


class CountingStore(MemoryStore):
    """Notes which hours of the journal are read."""

    def __init__(self) -> None:
        super().__init__()
        self.hours: list[str] = []

    def journal_hour(self, hour: str) -> Iterator[Entry]:
        self.hours.append(hour)
        return super().journal_hour(hour)


def sealed_with(*entries: Entry, until: datetime) -> CountingStore:
    store = CountingStore()
    opened_with(store, *entries)
    while seal_at(store, until).hours:
        pass
    store.hours.clear()
    return store


def all_pages(store: MemoryStore, cut: Cut, now: datetime) -> tuple[list[str], int]:
    """The ids of all entries of a cut, page by page, and how many pages there were."""
    ids: list[str] = []
    page, pages = EntryPage((), None), 0
    while pages == 0 or page.after is not None:
        page, pages = EntriesOf(store)(cut, now, page.after), pages + 1
        ids += [line.entry.entry_id for line in page.lines]
    return ids, pages


def test_the_newest_entry_comes_first_with_what_its_postings_come_to() -> None:
    store = sealed_with(promised(1, at(8, 10)), promised(2, at(9, 10), "7.00"), until=at(12))
    page = EntriesOf(store)(Cut({"account": "rewards_liability"}), at(12))
    assert [(line.entry.entry_id, line.amounts) for line in page.lines] == [
        ("rw_2@1", (Money(-700, "USD"),)),
        ("rw_1@1", (Money(-10000, "USD"),)),
    ]
    assert page.after is None


def test_hours_without_such_entries_are_not_read() -> None:
    others = [promised(n, at(8, 30) + timedelta(hours=n), program="partners") for n in range(1, 300)]
    mine = promised(400, at(8, 10))
    store = sealed_with(mine, *others, until=at(8) + timedelta(hours=301))
    now = at(8) + timedelta(hours=301)
    page = EntriesOf(store)(Cut({"program": "customer-referral"}), now)
    assert [line.entry for line in page.lines] == [mine]
    unsealed = 2
    assert len(store.hours) <= 1 + unsealed
    assert store.hours[-1] == "2026-11-22T08"


def test_a_page_ends_after_so_many_hours_and_says_where_to_go_on() -> None:
    entries = [promised(n, at(8, 30) + timedelta(hours=n)) for n in range(40)]
    store = sealed_with(*entries, until=at(8) + timedelta(hours=42))
    ids, pages = all_pages(store, Cut({}), at(8) + timedelta(hours=42))
    assert ids == [entry.entry_id for entry in reversed(entries)]
    assert pages == -(-len(entries) // HOURS_A_PAGE)


def test_a_page_ends_within_an_hour_that_has_more_entries_than_it_shows() -> None:
    entries = [promised(n, at(8, n % 60)) for n in range(130)]
    store = sealed_with(*entries, until=at(12))
    ids, pages = all_pages(store, Cut({}), at(12))
    assert sorted(ids) == sorted(entry.entry_id for entry in entries)
    assert len(set(ids)) == len(ids)
    assert pages == -(-len(entries) // ENTRIES_A_PAGE)


@settings(max_examples=60, deadline=None)
@given(
    minutes=st.lists(
        st.tuples(st.integers(0, 2000), st.sampled_from(["a", "b"])), max_size=30, unique_by=lambda m: m[0]
    ),
    sealed=st.integers(0, 2400),
    since=st.none() | st.integers(-100, 2100),
    before=st.none() | st.integers(-100, 2100),
    program=st.sampled_from([None, "a", "b"]),
)
def test_every_entry_of_a_cut_is_found_once(
    minutes: list[tuple[int, str]], sealed: int, since: int | None, before: int | None, program: str | None
) -> None:
    entries = [promised(m, at(8) + timedelta(minutes=m), program=of) for m, of in sorted(minutes)]
    early = [entry for entry in entries if entry.posted_at <= at(8) + timedelta(minutes=sealed)]
    store = sealed_with(*early, until=at(8) + timedelta(minutes=sealed))
    store.put(*entries)
    begin, end = (None if m is None else at(8) + timedelta(minutes=m) for m in (since, before))
    cut = Cut({"program": program} if program else {}, begin, end)
    wanted = [e for e in entries if program in {None, e.program} and cut.spans(e.posted_at)]
    ids, _ = all_pages(store, cut, at(8) + timedelta(minutes=2100))
    assert ids == [entry.entry_id for entry in reversed(wanted)]
