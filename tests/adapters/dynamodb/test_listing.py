"""A page costs a bounded number of queries, whatever the list is made of; page after page, each entry comes once."""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guerdon.adapters.dynamodb import keys
from guerdon.adapters.dynamodb.listing import CHUNK, months_before, position, taken, through_months
from guerdon.application.review_ports import READS_MOST

MONTHS = ("2026-11", "2025-01")


@dataclass(frozen=True)
class Entry:
    place: str


class Column:
    """Compares as PynamoDB's columns do: the comparison is what is asked for."""

    def __lt__(self, before: str) -> str:
        return before


class Index:
    """An index by month and shard, which counts its queries.

    Args:
        places: Where its entries stand.
    """

    def __init__(self, places: list[str]) -> None:
        self.queries = 0
        self._of: dict[str, list[str]] = {}
        for place in sorted(places):
            self._of.setdefault(f"{place[:7]}#{keys.shard_of(place)}", []).append(place)

    def query(self, key: str, before: str | None, *, scan_index_forward: bool, limit: int) -> list[Entry]:
        assert not scan_index_forward
        self.queries += 1
        places = self._of.get(key, [])
        end = len(places) if before is None else bisect_left(places, before)
        return [Entry(place) for place in reversed(places[max(0, end - limit) : end])]


def pages(index: Index, limit: int, wanted: Callable[[Any], bool]) -> Iterator[list[Entry]]:
    cursor: str | None = None
    while True:
        asked = index.queries
        assert position(cursor) == cursor
        found, cursor = taken(through_months(index.query, Column(), MONTHS, cursor, wanted), limit)
        assert index.queries - asked <= READS_MOST
        yield found
        if cursor is None:
            return


places = st.lists(
    st.builds(
        "{}-{:02}T{:02}:00:00.000000Z#po_{}".format,
        st.integers(0, 22).map(lambda count: months_before("2026-11", count)),
        st.integers(1, 28),
        st.integers(0, 23),
        st.integers(0, 3),
    ),
    unique=True,
    max_size=60,
)


@settings(max_examples=100, deadline=None)
@given(places=places, limit=st.integers(1, 20), modulus=st.integers(1, 7))
def test_all_that_is_wanted_comes_once_and_newest_first(places: list[str], limit: int, modulus: int) -> None:
    def wanted(entry: Entry) -> bool:
        return crc32(entry.place.encode()) % modulus == 0

    found = list(pages(Index(places), limit, wanted))
    assert [entry.place for page in found for entry in page] == sorted(filter(lambda p: wanted(Entry(p)), places))[::-1]
    assert all(len(page) <= limit for page in found)


@pytest.mark.parametrize("hits", [0, 1])
def test_a_rare_filter_ends_a_page_early_and_goes_on(hits: int) -> None:
    crowd = [f"2026-11-{1 + n % 28:02}T00:00:00.{n:06}Z#po" for n in range(10_000)]
    last = "2025-01-01T00:00:00.000000Z#po"
    index = Index([*crowd, *[last] * hits])
    found = list(pages(index, 50, lambda entry: entry.place == last))
    assert [entry.place for page in found for entry in page] == [last] * hits
    # Each page went through thousands of lines, and none through all of them.
    assert 3 <= len(found) <= 6
    assert index.queries < 10_000 / CHUNK * 1.1 + 8 * 23 + 8 * len(found)


def test_a_full_page_costs_one_query_a_shard() -> None:
    index = Index([f"2026-11-{1 + n % 28:02}T00:00:00.{n:06}Z#po" for n in range(10_000)])
    first = next(pages(index, 50, lambda _: True))
    assert len(first) == 50
    assert index.queries == keys.SHARDS


@pytest.mark.parametrize(
    ("month", "count", "before"),
    [("2026-11", 0, "2026-11"), ("2026-11", 10, "2026-01"), ("2026-01", 1, "2025-12"), ("2026-03", 27, "2023-12")],
)
def test_months_are_counted_back_over_years(month: str, count: int, before: str) -> None:
    assert months_before(month, count) == before
