"""The store that the history is played over: the tests' own store in memory, with an index over the journal's hours.

The contract suite holds that store to the behavior of the one in DynamoDB. A year has ten thousand hours, and sealing
reads each of them.
"""

from collections import defaultdict
from collections.abc import Iterator

from fakes.store import MemoryStore
from guerdon.application.transaction import Row
from guerdon.domain.hours import hour_of
from guerdon.domain.ledger import Entry


class HistoryStore(MemoryStore):
    """Rows in a dictionary, and entries by their hour."""

    def __init__(self) -> None:
        super().__init__()
        self._hours: defaultdict[str, list[Entry]] = defaultdict(list)

    def put(self, *rows: Row) -> None:
        """Store `rows` as they are."""
        super().put(*rows)
        for row in rows:
            if isinstance(row, Entry):
                self._hours[hour_of(row.posted_at)].append(row)

    def journal_hour(self, hour: str) -> Iterator[Entry]:
        """The entries posted in an hour."""
        return iter(tuple(self._hours.get(hour, ())))
