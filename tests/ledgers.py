"""Journals to seal, and what happens to them that must not."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Final

import builders
from fakes.clock import FakeClock
from fakes.store import MemoryStore, key_of
from guerdon.adapters.dynamodb.models import MODELS
from guerdon.adapters.dynamodb.store import DynamoStore
from guerdon.application.ports import Store
from guerdon.application.seal_ledger import Sealed, SealLedger
from guerdon.application.seal_records import SealHead
from guerdon.application.transaction import Committed, Insert, Row
from guerdon.domain import ledger
from guerdon.domain.channel import Channel
from guerdon.domain.hours import begin_of, hour_before
from guerdon.domain.ledger import Entry
from guerdon.domain.seal import GENESIS, SEALED_AFTER, Seal

OPENED: Final = "2026-11-22T08"
_MODEL_OF: Final = {model.row_type: model for model in MODELS}


def at(hour: int, minute: int = 0) -> datetime:
    """That time of the day on which the journals here begin."""
    return begin_of("2026-11-22T00").replace(hour=hour, minute=minute)


def promised(number: int, posted_at: datetime, value: str = "100.00", **program: str) -> Entry:
    """The entry of a reward that was earned; `program` may name its legal_entity too."""
    entity = program.get("legal_entity", "Acme Inc.")
    reward = builders.reward(
        reward_id=f"rw_{number}",
        program=program.get("program", "customer-referral"),
        terms=builders.terms(legal_entity=entity, channel=Channel.CHECK),
        amount=builders.usd(value),
        decided_at=posted_at,
    )
    return ledger.earned(reward)


def head(opened: str = OPENED) -> SealHead:
    """The head of books in which nothing is sealed yet."""
    return SealHead(opened, hour_before(opened), 0, None, GENESIS)


def opened_with(store: Store, *entries: Entry) -> None:
    """Open the books in an empty store, and post `entries`."""
    assert store.commit((Insert(head()),)) is Committed.YES
    for entry in entries:
        assert store.commit((Insert(entry),)) is Committed.YES


def seal_at(store: Store, now: datetime) -> Sealed:
    """One pass of a sealer at that time."""
    return SealLedger(store, FakeClock(now))()


def sealed_alone(entries: Iterable[Entry], opened: SealHead, through: str) -> list[Seal]:
    """The chain that one sealer makes of these entries, undisturbed; when each was sealed is left out."""
    store = MemoryStore()
    store.put(
        SealHead(opened.opened, hour_before(opened.opened), 0, None, GENESIS),
        *(entry for entry in entries),
    )
    now = begin_of(through) + 5 * SEALED_AFTER
    while seal_at(store, now).hours:
        pass
    return undated(store.seals())


def undated(seals: Iterable[Seal]) -> list[Seal]:
    """Seals as if all had been made at one moment."""
    return [replace(seal, sealed_at=builders.NOW) for seal in seals]


def put_over(store: Store, *rows: Row) -> None:
    """Write rows without any condition, as nothing of Guerdon does."""
    if isinstance(store, DynamoStore):
        for row in rows:
            store.tables.model(_MODEL_OF[type(row)]).from_row(row).save()
    else:
        assert isinstance(store, MemoryStore)
        store.put(*rows)


def remove(store: Store, *rows: Row) -> None:
    """Delete rows, as nothing of Guerdon does."""
    for row in rows:
        if isinstance(store, DynamoStore):
            store.tables.model(_MODEL_OF[type(row)]).from_row(row).delete()
        else:
            assert isinstance(store, MemoryStore)
            del store.rows[key_of(row)]
