"""A small journal for exports: two legal entities, three currencies, a charge in another one, and a late revision."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Final

import builders
import ledgers
from builders import usd
from fakes.store import MemoryStore
from guerdon.adapters.exports.default_chart import DEFAULT_CHART
from guerdon.adapters.yaml_document import YamlDocument, read_yaml
from guerdon.application.exports.chart import Chart, read_chart
from guerdon.application.exports.entries import Selection, entries_between
from guerdon.application.exports.journals import Export, mapped
from guerdon.application.transaction import Insert
from guerdon.domain import ledger
from guerdon.domain.channel import Channel
from guerdon.domain.ledger import Entry
from guerdon.domain.money import Money
from guerdon.domain.payout import PayoutStatus
from guerdon.domain.reward import Adjustment, Reward

NOVEMBER: Final = Selection(date(2026, 11, 1), date(2026, 11, 30))
BOOKS_OPENED: Final = "2026-10-01T00"
READ_AT: Final = datetime(2027, 2, 1, tzinfo=UTC)
KK: Final = "Harbor Payroll KK"
GULF: Final = '=Gulf "Rewards" W.L.L.'
"""A legal entity whose name a spreadsheet would run."""


def at(day: int, hour: int = 12) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC)


def rewards() -> tuple[Reward, ...]:
    dollars = builders.reward(version=1, decided_at=at(2), closed_at=at(2))
    yen = builders.reward(
        reward_id="rw_b",
        version=1,
        amount=Money(15_000, "JPY"),
        terms=builders.terms(legal_entity=KK, time_zone="Asia/Tokyo", channel=Channel.GIFT_CARD),
        # November 1 in Tokyo, and still October for whoever reads UTC.
        decided_at=datetime(2026, 10, 31, 20, tzinfo=UTC),
        closed_at=datetime(2026, 10, 31, 20, tzinfo=UTC),
    )
    dinars = builders.reward(
        reward_id="rw_c",
        version=1,
        amount=Money(12_345, "KWD"),
        terms=builders.terms(legal_entity=GULF, time_zone="Asia/Kuwait", channel=Channel.CHECK),
        decided_at=at(5),
        closed_at=datetime(2026, 10, 20, 9, tzinfo=UTC),
    )
    return dollars, yen, dinars


def entries() -> tuple[Entry, ...]:
    """In no order, as the store has them."""
    dollars, yen, dinars = rewards()
    gift = builders.payout(PayoutStatus.SUBMITTED, version=3)
    abroad = builders.payout(
        PayoutStatus.SUBMITTED,
        payout_id="po_b",
        reward_id="rw_b",
        version=3,
        legal_entity=KK,
        time_zone="Asia/Tokyo",
        value=Money(15_000, "JPY"),
    )
    revised = dollars.adjusted(Adjustment(at(20), "ev_revision", usd("500.00"), usd("60.00"), usd("60.00")))
    return (
        ledger.settled(builders.payout(PayoutStatus.SETTLED, version=4), usd("103.50"), at(4), date(2026, 11, 3)),
        ledger.earned(dollars),
        ledger.submitted(gift, at(3)),
        ledger.earned(yen),
        ledger.earned(dinars),
        ledger.submitted(abroad, at(6)),
        ledger.settled(replace(abroad, version=4), usd("101.20"), at(7), date(2026, 11, 7)),
        ledger.revised(
            revised,
            at(20),
            datetime(2026, 10, 30, 12, tzinfo=UTC),
            promised=usd("0"),
            owed=usd("40.00"),
            netted=usd("0"),
        ),
        # December in New York: no part of it.
        ledger.failed(builders.payout(PayoutStatus.SUBMITTED, payout_id="po_d"), datetime(2026, 12, 1, 5, tzinfo=UTC)),
    )


def store_with(*of: Entry) -> MemoryStore:
    store = MemoryStore()
    store.commit((Insert(ledgers.head(BOOKS_OPENED)),))
    for reward in rewards():
        store.commit((Insert(reward),))
    for entry in of:
        store.commit((Insert(entry),))
    return store


def store() -> MemoryStore:
    return store_with(*entries())


def chart_of(text: str) -> Chart:
    read = read_yaml(text.encode())
    assert isinstance(read, YamlDocument), read
    chart, findings = read_chart(read.node)
    assert chart is not None, findings
    return chart


def default_chart() -> Chart:
    return chart_of(DEFAULT_CHART.read_text(encoding="utf-8"))


def export_of(of: MemoryStore, selection: Selection = NOVEMBER, chart: Chart | None = None) -> Export:
    """The export of what a store has, which the chart must cover."""
    used = chart or default_chart()
    journals, missing = mapped(entries_between(of, selection, READ_AT), selection, used)
    assert missing == ()
    return Export(selection, used, journals)


def export(selection: Selection = NOVEMBER, chart: Chart | None = None) -> Export:
    return export_of(store(), selection, chart)
