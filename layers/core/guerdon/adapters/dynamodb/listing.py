"""Going through a list that is spread over partitions, newest first, with a bounded number of queries.

A list that grows with time stands in an index by month and shard, so that no one key takes all its writes. Here the
shards are merged, month after month, until a page is full, the list ends, or the page has had its queries.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from heapq import merge
from operator import attrgetter
from typing import Any, Final, TypeVar

from guerdon.adapters.dynamodb.failures import store_busy
from guerdon.adapters.dynamodb.keys import MONTH_LENGTH, month_of, month_shards
from guerdon.application.review_ports import READS_MOST

CHUNK: Final = 64
"""Entries that one query asks for: some 200 bytes each, so a query costs two read units."""

_CURSOR: Final = re.compile(r"\d{4}-(0[1-9]|1[0-2])(-.*)?", re.ASCII | re.DOTALL)

_Entry = TypeVar("_Entry")

Stream = Iterator[tuple[str, _Entry | None]]
"""What a list is gone through as: where it has come to, and the entry there if the list is to have it."""


class Spent(Exception):
    """A page has had all its queries."""


class Budget:
    """The queries that a page has left."""

    def __init__(self) -> None:
        self._left = READS_MOST

    def take(self) -> None:
        """Count one query.

        Raises:
            Spent: There are none left.
        """
        if self._left == 0:
            raise Spent
        self._left -= 1


def position(cursor: str | None) -> str | None:
    """The place that a cursor names; None, which is the beginning, for one that is none of ours."""
    return cursor if cursor is not None and _CURSOR.fullmatch(cursor) else None


def newest_first(
    query: Callable[..., Iterable[Any]],
    column: Any,  # noqa: ANN401 - PynamoDB's columns share no type that can be compared.
    key: str,
    before: str | None,
    budget: Budget,
) -> Iterator[Any]:
    """The entries under one key that stand before `before`, a chunk a query.

    Args:
        query: The `query` of a model or of an index.
        column: The sort key, whose name is `place`.
        key: The partition key.
        before: Where to begin; None at the newest.
        budget: What the queries are taken from.

    Raises:
        Spent: It is used up; all that was given so far is newer than what was not.
    """
    while True:
        budget.take()
        condition = None if before is None else column < before
        with store_busy():
            chunk = list(query(key, condition, scan_index_forward=False, limit=CHUNK))
        yield from chunk
        if len(chunk) < CHUNK:
            return
        before = chunk[-1].place


def through_months(
    query: Callable[..., Iterable[Any]],
    column: Any,  # noqa: ANN401 - as above
    months: tuple[str, str],
    before: str | None,
    wanted: Callable[[Any], bool],
) -> Stream[Any]:
    """The entries of the months from the newest to the oldest one, the shards of each merged.

    Raises:
        Spent: The page's queries are used up.
    """
    budget, (newest, oldest) = Budget(), months
    if before is not None:
        # A cursor that is a month only says that all of that month was seen.
        newest = min(newest, months_before(before, 1) if len(before) == MONTH_LENGTH else before[:MONTH_LENGTH])
    month = newest
    while month >= oldest:
        shards = [newest_first(query, column, key, before, budget) for key in month_shards(month)]
        for entry in merge(*shards, key=attrgetter("place"), reverse=True):
            yield entry.place, entry if wanted(entry) else None
        yield month, None
        month = months_before(month, 1)


def taken(stream: Stream[_Entry], limit: int) -> tuple[list[_Entry], str | None]:
    """Up to `limit` entries, and the cursor after them: None when there are no more."""
    found: list[_Entry] = []
    last = examined = None
    try:
        for place, entry in stream:
            if entry is not None:
                if len(found) == limit:
                    return found, last
                found.append(entry)
                last = place
            examined = place
    except Spent:
        return found, examined
    return found, None


def months_before(month: str, count: int) -> str:
    """The month `count` months before one: "2025-12" is one before "2026-01"."""
    number = int(month[:4]) * 12 + int(month[5:MONTH_LENGTH]) - 1 - count
    return f"{number // 12:04}-{number % 12 + 1:02}"


def months_of(begin: datetime, end: datetime) -> list[str]:
    """The months, UTC, that the moments from `begin` on and before `end` may be in."""
    first, month, months = month_of(begin), month_of(end), list[str]()
    while month >= first:
        months.append(month)
        month = months_before(month, 1)
    return months
