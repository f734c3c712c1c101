"""Payouts in a store, with the entries that their story writes, and a statement that says what a test wants."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

import builders
from builders import Changed
from fakes.clock import FakeClock
from fakes.store import MemoryStore
from guerdon.application.reconcile import Reconcile
from guerdon.application.seal_records import SealHead
from guerdon.domain import ledger
from guerdon.domain.channel import CHANNEL_OF, Channel
from guerdon.domain.hours import hour_before, hour_of
from guerdon.domain.ledger import Entry
from guerdon.domain.money import Money
from guerdon.domain.payout import Payout, PayoutStatus
from guerdon.domain.reconciliation import LineKind, LineState, StatementLine
from guerdon.domain.seal import GENESIS

SENT_AT: Final = datetime(2026, 11, 19, 15, 0, tzinfo=builders.NOW.tzinfo)
SENT_ON: Final = date(2026, 11, 19)


class Statement:
    """A statement that lists the lines it is given, and knows besides those that are not listed any more."""

    def __init__(self, name: str = "tremendous", *lines: StatementLine) -> None:
        self.name = name
        self.lists_all = True
        self.listed: list[StatementLine] = list(lines)
        self.unlisted: list[StatementLine] = []
        self.looked_up: list[str] = []

    def lines(self, since: date, references: Sequence[str]) -> Iterator[StatementLine]:
        del references
        return iter([line for line in self.listed if line.on >= since])

    def lines_of(self, reference: str, provider_id: str | None) -> tuple[StatementLine, ...]:
        del provider_id
        self.looked_up.append(reference)
        return tuple(line for line in (*self.listed, *self.unlisted) if line.reference == reference)


def line(line_id: str = "ORDER1", **changes: Changed) -> StatementLine:
    """What the statement says of the first attempt of the builders' payout: carried out on the day it was sent."""
    blank = StatementLine(
        source="tremendous",
        line_id=line_id,
        kind=LineKind.PAYOUT,
        state=LineState.DONE,
        amount=builders.usd("100.00"),
        on=SENT_ON,
        reference=f"{builders.PAYOUT_ID}-1",
        detail="EXECUTED",
    )
    return replace(blank, **changes)


def opened(
    now: datetime = builders.NOW, *, provider: str = "tremendous", since: timedelta = timedelta(days=100)
) -> tuple[MemoryStore, FakeClock, Statement]:
    """A store with books that were opened so long before SENT_AT and an armed channel, a clock, an empty statement."""
    store = MemoryStore()
    first = hour_of(SENT_AT - since)
    store.put(SealHead(first, hour_before(first), 0, None, GENESIS), builders.armed(CHANNEL_OF[provider]))
    return store, FakeClock(now), Statement(provider)


def run(store: MemoryStore, clock: FakeClock, statement: Statement) -> Reconcile:
    return Reconcile(store, clock, statement)


def submitted(store: MemoryStore, at: datetime = SENT_AT, **changes: Changed) -> Payout:
    """A payout that was sent to its provider."""
    released = builders.payout(PayoutStatus.RELEASED, **changes)
    after = released.submitted(at)
    store.put(after, ledger.submitted(after, at), builders.attempt(after, number=after.attempts, first_sent_at=at))
    return after


def settled(
    store: MemoryStore, at: datetime = SENT_AT, cost: Money | None = None, dated: date = SENT_ON, **changes: Changed
) -> Payout:
    """A payout that was sent and carried out."""
    sent = submitted(store, at, **changes)
    charged = cost or sent.value
    after = sent.settled(at, charged, "ORDER1")
    store.put(after, ledger.settled(after, charged, at, dated))
    return after


def failed(store: MemoryStore, at: datetime = SENT_AT, **changes: Changed) -> Payout:
    """A payout that was sent and of which it is proven that nothing moved."""
    after = submitted(store, at, **changes).failed(at, "refused")
    store.put(after, ledger.failed(after, at))
    return after


def returned(store: MemoryStore, at: datetime = SENT_AT, **changes: Changed) -> Payout:
    """A payout that was carried out and came back."""
    after = settled(store, at, **changes).returned(at, "returned_to_sender")
    store.put(after, ledger.returned(after, at, at.date()))
    return after


def check(**changes: Changed) -> dict[str, Changed]:
    """The changes that make the builders' payout a check."""
    return {"channel": Channel.CHECK, **changes}


def entries(store: MemoryStore) -> list[Entry]:
    return store.of(Entry)
