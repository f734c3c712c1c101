"""The roll-forward of what is owed: its parts add up, and each is what the entries of the month say."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from console.history import lived
from guerdon.application.review.rollforward import boundaries, month_bounds, rolled_forward, zones_of
from guerdon.domain.ledger import Entry

ENTITY = "Harbor Payroll, Inc."
OWED = ("rewards_liability", "in_transit:")


def owed_by(entries: Iterable[Entry]) -> int:
    """A second, plain reckoning: what entries add to what is owed, in cents."""
    postings = (posting for entry in entries for posting in entry.postings)
    return -sum(posting.amount.amount_minor for posting in postings if posting.account.startswith(OWED))


def test_the_parts_are_what_the_entries_of_the_month_say_and_add_up() -> None:
    stack = lived(60)
    now = stack.clock.now()
    zones = zones_of(stack.store, stack.store.program_names())
    at, entries = boundaries(stack.store, now), stack.store.of(Entry)
    for month in ("2026-09", "2026-10", "2026-11"):
        first, following = month_bounds(month, zones[ENTITY])
        within = [entry for entry in entries if first <= entry.posted_at < following]
        lines = rolled_forward(at, month, zones)
        assert {line.legal_entity for line in lines} == {ENTITY}
        paid = sum(line.paid.amount_minor for line in lines)
        assert paid == owed_by(entry for entry in within if entry.kind == "settled")
        for line in lines:
            moved = line.earned + line.paid + line.reversed + line.other
            assert line.opening + moved == line.closing
        assert sum(line.closing.amount_minor for line in lines) == owed_by(
            e for e in entries if e.posted_at < following
        )


def test_a_month_begins_in_the_entitys_own_time_zone() -> None:
    first, following = month_bounds("2026-12", ZoneInfo("Asia/Tokyo"))
    assert first == datetime.fromisoformat("2026-11-30T15:00:00+00:00")
    assert following - first == timedelta(days=31)
