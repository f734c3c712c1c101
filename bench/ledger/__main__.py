"""`make bench-ledger`: the trial balance of journals of 10 thousand, 100 thousand and a million entries.

Beyond SCANNED_MOST entries a journal is sealed without its entries being stored, which would take hours of this
machine: the production use case seals them as they are made, through the production adapter, and only the hours that a
reader asks for are stored. Reading by seal is measured as ever; what a scan would ask for is counted, not done.

With the production adapter and the template's tables: the first size on Amazon's DynamoDB Local, all of them on the
engine of bench/ledger/engine.py, which must count the same requests. Requests and read units are what AWS counts; the
times are those of this machine without any network.
"""

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle, islice
from statistics import median
from typing import Any, Final

from rich.console import Console

from adapters.dynamodb.engines import REGION, client_of, credentials, recreate_tables, table_definitions
from adapters.dynamodb.item_size import item_bytes
from bench.ledger import journal
from bench.ledger.engine import PAGE_BYTES, UNIT_BYTES, Engine
from bench.ledger.meter import Meter, Taken
from fakes.clock import FakeClock
from guerdon.adapters.dynamodb.connection import Tables
from guerdon.adapters.dynamodb.models import EntryModel
from guerdon.adapters.dynamodb.store import DynamoStore
from guerdon.application.books import Books, Standing
from guerdon.application.seal_ledger import SealLedger
from guerdon.application.seal_records import SealHead
from guerdon.application.transaction import Insert
from guerdon.cli.output import plain_table, show
from guerdon.domain.balances import Totals, totals_of
from guerdon.domain.hours import hour_after, hour_before, hour_of
from guerdon.domain.ledger import Entry
from guerdon.domain.seal import GENESIS
from local.cloud.processes import ProgramError
from local.engines.servers import Engine as Server
from local.engines.servers import running

SIZES: Final = (10_000, 100_000, 1_000_000)
NOWHERE: Final = "http://127.0.0.1:9"
"""Where the engine in memory is said to be; nothing is sent."""

SCANNED_MOST: Final = 100_000
"""The longest journal that is stored and scanned."""

TIMES: Final = 5
"""How often the trial balance by seal and tail is read; the median is told."""

ROUNDED: Final = 0.1
"""How far the engines' read units may be apart: one counts a unit for a query that finds nothing, one does not."""

Put = Callable[[Iterable[journal.Item]], None]
"""Stores items of the journal."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What reading the same books took, both ways, and what sealing them had taken.

    Attributes:
        scan_done: Whether it was scanned; if not, `by_scan` has no time.
    """

    entries: int
    tail: int
    by_seal: Taken
    by_scan: Taken
    sealing: Taken
    hours_sealed: int
    scan_done: bool = True

    def agrees(self, other: "Measured") -> bool:
        """Whether another engine counted the same requests for each part, and the same units but for ROUNDED."""
        parts = ((self.by_seal, other.by_seal), (self.by_scan, other.by_scan), (self.sealing, other.sealing))
        return all(
            mine.requests == theirs.requests and abs(mine.read_units / theirs.read_units - 1) < ROUNDED
            for mine, theirs in parts
        )


@dataclass(frozen=True, slots=True)
class Bench:
    """One journal that grows."""

    store: DynamoStore
    put: Put
    out: Console

    def run(self, sizes: Sequence[int]) -> list[Measured]:
        """Grow the journal to each of `sizes`, seal it, and read it both ways."""
        opened = hour_of(journal.BEGINS)
        meter = Meter(self.store)
        self.store.commit((Insert(SealHead(opened, hour_before(opened), 0, None, GENESIS)),))
        measured, there = [], 0
        for size in sizes:
            if size <= SCANNED_MOST:
                self.put(journal.items(there, size - there))
                measured.append(self._measure(meter, size))
            else:
                measured.append(self._measure_made(meter, size))
            there = size
            report(self.out, measured[-1:])
        return measured

    def _measure(self, meter: Meter, size: int) -> Measured:
        # The last entry is some seconds old: its hour is open, as it is whenever somebody looks.
        now = journal.posted_at(size) + timedelta(seconds=10)
        hours = 0
        with meter as sealing:
            while done := SealLedger(self.store, FakeClock(now))().hours:
                hours += done
        standing, by_seal = self._by_seal(meter, now)
        with meter as by_scan:
            scanned = self._scanned()
        if scanned != standing.totals:
            raise RuntimeError("the two ways of reading disagree")
        return Measured(size, standing.since, by_seal, by_scan, sealing, hours)

    def _measure_made(self, meter: Meter, size: int) -> Measured:
        now = journal.posted_at(size) + timedelta(seconds=10)
        made = object.__new__(MadeAsRead)
        made.__dict__.update(self.store.__dict__)
        hours = 0
        with meter as sealing:
            while done := SealLedger(made, FakeClock(now))().hours:
                hours += done
        head = self.store.seal_head()
        if head is None:
            raise RuntimeError("the books have no head")
        tail = journal.number_of(hour_after(head.sealed_through))
        self.put(journal.items(tail, size - tail))
        standing, by_seal = self._by_seal(meter, now)
        if standing.totals != journal.totals_at(size):
            raise RuntimeError("the books are not what the entries come to")
        return Measured(size, standing.since, by_seal, counted_scan(size), sealing, hours, scan_done=False)

    def _by_seal(self, meter: Meter, now: datetime) -> tuple[Standing, Taken]:
        books, reads = Books(self.store), []
        for _ in range(TIMES):
            with meter as taken:
                books.at(now)
            reads.append(taken)
        return books.at(now), Taken(reads[0].requests, reads[0].read_units, median(taken.seconds for taken in reads))

    def _scanned(self) -> Totals:
        """What every entry comes to: the way in which the books were read before there were seals."""
        found = self.store.tables.model(EntryModel).scan(consistent_read=True)
        return totals_of(model.to_row() for model in found)


class MadeAsRead(DynamoStore):
    """The store, but for the hours of the journal: their entries are made when they are read."""

    def journal_hour(self, hour: str) -> Iterator[Entry]:
        """Every entry of an hour."""
        return journal.entries_of(hour)


def counted_scan(size: int) -> Taken:
    """What a consistent scan of so many entries asks for: a page ends before it would hold more than 1 MB."""
    round_of = [item_bytes(item) for item in journal.items(0, len(journal.PROTOTYPES))]
    requests = units = page = 0
    for item in islice(cycle(round_of), size):
        if page + item > PAGE_BYTES:
            requests, units, page = requests + 1, units + -(-page // UNIT_BYTES), 0
        page += item
    return Taken(requests + 1, units + -(-page // UNIT_BYTES), 0.0)


def report(out: Console, measured: Sequence[Measured]) -> None:
    """A line for each size, with the two ways side by side."""
    numbers = (
        "Entries",
        "Tail",
        "Requests",
        "RCU",
        "Seconds",
        "Scan: requests",
        "Scan: RCU",
        "Scan: seconds",
        "Fewer RCU",
    )
    table = plain_table(*numbers, right=numbers)
    for one in measured:
        table.add_row(
            f"{one.entries:,}",
            f"{one.tail:,}",
            f"{one.by_seal.requests:,}",
            f"{one.by_seal.read_units:,.1f}",
            f"{one.by_seal.seconds:.3f}",
            f"{one.by_scan.requests:,}",
            f"{one.by_scan.read_units:,.1f}",
            f"{one.by_scan.seconds:.3f}" if one.scan_done else "not done",
            f"{one.by_scan.read_units / one.by_seal.read_units:,.0f} x",
        )
    show(out, table)
    for one in measured:
        if not one.scan_done:
            out.print(f"Sealing {one.hours_sealed} hours as they were made: {one.sealing.seconds:.1f} s in all.")
            continue
        per_hour = one.sealing.requests / max(one.hours_sealed, 1)
        out.print(
            f"Sealing {one.hours_sealed} hours: {per_hour:.1f} requests an hour, {one.sealing.seconds:.1f} s in all."
        )


def on_dynamodb_local(out: Console, size: int) -> Measured:
    """Measure one journal on Amazon's engine.

    Raises:
        ProgramError: It is not installed.
    """
    with running(Server.DYNAMODB_LOCAL, "bench") as url, credentials():
        client = client_of(url)
        names = recreate_tables(client, "bench")

        def put(items: Iterable[journal.Item]) -> None:
            for batch in batched(items):
                asked: dict[str, list[Any]] = {names["journal"]: [{"PutRequest": {"Item": item}} for item in batch]}
                if client.batch_write_item(RequestItems=asked)["UnprocessedItems"]:
                    raise RuntimeError("DynamoDB Local did not take all of a batch")

        return Bench(DynamoStore(Tables(names, REGION, url)), put, out).run([size])[0]


def in_memory(out: Console, sizes: Sequence[int]) -> list[Measured]:
    """Measure a journal that grows on the engine of this bench."""
    with credentials():
        names = {name: name for name in table_definitions()}
        store = DynamoStore(Tables(names, REGION, NOWHERE))
        engine = Engine(names, NOWHERE)
        engine.serve(store)

        def put(items: Iterable[journal.Item]) -> None:
            for item in items:
                engine.put("journal", item)

        return Bench(store, put, out).run(sizes)


def batched(items: Iterable[journal.Item], size: int = 25) -> Iterator[list[journal.Item]]:
    """As many items at a time as one BatchWriteItem takes."""
    stream = iter(items)
    while batch := list(islice(stream, size)):
        yield batch


def main() -> None:
    """Measure, or say why not."""
    asked = argparse.ArgumentParser(prog="make bench-ledger", description=__doc__)
    asked.add_argument("--most", type=int, default=SIZES[-1], help="the longest journal")
    most = asked.parse_args().most
    sizes = [size for size in SIZES if size <= most] or [most]
    out = Console(highlight=False)
    try:
        out.print("On DynamoDB Local:")
        judge = on_dynamodb_local(out, sizes[0])
    except ProgramError as error:
        out.print(str(error), style="red", soft_wrap=True)
        sys.exit(1)
    out.print("\nOn the engine of this bench:")
    measured = in_memory(out, sizes)
    out.print()
    report(out, measured)
    if not measured[0].agrees(judge):
        out.print(
            "The two engines disagree about the shortest journal, so the rest is not to be relied on.", style="red"
        )
        sys.exit(1)
    out.print(f"Both engines counted the same requests for {sizes[0]:,} entries, and units within {ROUNDED:.0%}.")


if __name__ == "__main__":
    main()
