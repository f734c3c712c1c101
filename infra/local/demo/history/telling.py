"""What the CRM tells in the year: wins, and what became of them later, as messages in the order of time.

What closed on a working day is told that afternoon, as a CRM does that is synchronized once a day.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from guerdon.adapters.sample_history.generate import History, Wish
from guerdon.adapters.sample_history.seasons import Size
from guerdon.application.benchmark.published import Kind
from guerdon.domain.history import HistoryRow
from guerdon.domain.money import Money
from local.demo.history.names import person

MONTHS: Final = 12
"""Whole months of the history; what is gone of the present one comes after them."""

_CLOSED_AT_HOUR: Final = 14
_TOLD_AT_HOUR: Final = 15
_QUIET: Final = timedelta(hours=36)
_WEEKEND: Final = 5
_DAYS_A_WEEK: Final = 7
_APART: Final = timedelta(seconds=7)


@dataclass(frozen=True, slots=True)
class Told:
    """One message of the CRM's."""

    at: datetime
    delivery_id: str
    body: str


@dataclass(frozen=True, slots=True)
class Source:
    """The deals of one program."""

    program: str
    prefix: str
    kind: Kind
    currency: str
    deals: int
    seed: int
    hold_days: int


SOURCES: Final = (
    Source("payroll-referral", "HC", Kind.CUSTOMER, "USD", 240, 41, hold_days=3),
    Source("adviser-referral", "HA", Kind.PARTNER, "USD", 70, 42, hold_days=10),
    Source("europe-referral", "HE", Kind.CUSTOMER, "EUR", 60, 43, hold_days=5),
)


def messages(first: date, until: datetime) -> tuple[Told, ...]:
    """Everything that was told from `first` to `until`, the first message first."""
    told = [told for source in SOURCES for told in _of_source(source, first, until) if told.at < until]
    told.sort(key=lambda message: (message.at.date(), message.delivery_id))
    told.append(_contradiction(told, until))
    told.sort(key=lambda message: message.at.date())
    # Those of one day follow one another, within the hour.
    apart: Counter[date] = Counter()
    spread: list[Told] = []
    for message in told:
        spread.append(Told(message.at + apart[message.at.date()] * _APART, message.delivery_id, message.body))
        apart[message.at.date()] += 1
    return tuple(spread)


def _contradiction(told: Sequence[Told], until: datetime) -> Told:
    """A win that is told again with another amount, some days before the end: a person has to say which one counts."""
    at = _sync_after(until - timedelta(days=5))
    win = next(message for message in reversed(told) if message.at < at and message.delivery_id.endswith("_won"))
    message = json.loads(win.body)
    amount = message["data"]["deal"]["amount"]
    amount["value"] = f"{float(amount['value']) * 2:.2f}"
    message["data"]["deal"]["products"] = []
    return Told(at, f"{win.delivery_id}_again", json.dumps(message, ensure_ascii=False))


def _of_source(source: Source, first: date, until: datetime) -> Iterator[Told]:
    months = MONTHS + 1
    deals = source.deals * months // MONTHS
    wish = Wish(source.kind, Size(deals, None), first, months, source.currency, source.seed, with_leads=False)
    for row in History(wish).rows():
        in_hours = row._replace(closed_at=row.closed_at.replace(hour=_CLOSED_AT_HOUR, minute=30))
        ends = in_hours.closed_at + timedelta(days=source.hold_days)
        # A hold that ends while somebody looks would have the stack pay of itself in the middle of the demo.
        if not until - _QUIET <= ends <= until + _QUIET:
            yield from _of_row(source, in_hours)


def _of_row(source: Source, row: HistoryRow) -> Iterator[Told]:
    deal_id = f"{source.prefix}-{row.deal.removeprefix('D-')}"
    yield _told(deal_id, "won", row.closed_at, _won(source, row, deal_id))
    for kind, since, total in (
        ("deal.reversed", row.reversed_at, row.reversed_total),
        ("deal.amended", row.amended_at, row.amended_total),
    ):
        if since is not None and total is not None:
            revised = {
                "type": kind,
                "data": {
                    "program": source.program,
                    "deal": {
                        "id": deal_id,
                        "amount": _amount(total, row.currency),
                        "closed_at": _moment(row.closed_at),
                    },
                    "effective_at": _moment(since),
                },
            }
            yield _told(deal_id, kind.removeprefix("deal."), since, revised)


def _told(deal_id: str, what: str, happened_at: datetime, message: dict[str, Any]) -> Told:
    at = _sync_after(happened_at)
    body = json.dumps({**message, "timestamp": _moment(at)}, ensure_ascii=False)
    return Told(at, f"msg_history_{deal_id}_{what}", body)


def _won(source: Source, row: HistoryRow, deal_id: str) -> dict[str, Any]:
    number = int(row.advocate.rpartition("-")[2])
    who = person(source.seed, number, row.country)
    customer = person(source.seed + 1000, int(deal_id.rpartition("-")[2]), row.referred_country)
    deal: dict[str, Any] = {
        "id": deal_id,
        "amount": _amount(row.amount, row.currency),
        "closed_at": _moment(row.closed_at),
        "products": [
            {"sku": line.sku, "quantity": line.quantity, "amount": Money(line.amount, row.currency).decimal}
            for line in row.lines
            if line.amount is not None
        ],
        "region": row.region,
    }
    address = {"line1": who.line1, **{name: part for name, part in who.place._asdict().items() if part}}
    return {
        "type": "deal.closed",
        "data": {
            "program": source.program,
            "deal": {name: value for name, value in deal.items() if value is not None},
            "advocate": {
                "id": f"{source.prefix}A-{number}",
                "name": who.name,
                "email": who.email,
                "segment": row.segment,
                "type": row.advocate_type,
                "country": who.place.country,
                "address": address,
                "stripe_customer": f"cus_{source.prefix}{number}",
                "preferred_channel": row.preferred_channel,
            },
            "referred": {
                "id": f"{source.prefix}C-{deal_id.rpartition('-')[2]}",
                "name": customer.name,
                "email": customer.email,
                "company": customer.company,
                "first_purchase": bool(row.first_purchase),
            },
            "referral": {"method": row.method, "sales_involved": bool(row.sales_involved)},
        },
    }


def _sync_after(moment: datetime) -> datetime:
    """When the CRM tells of what happened at a moment: that afternoon, or the next working day's."""
    at = moment.replace(hour=_TOLD_AT_HOUR, minute=0, second=0, microsecond=0)
    if moment >= at:
        at += timedelta(days=1)
    return at + timedelta(days=_DAYS_A_WEEK - at.weekday()) if at.weekday() >= _WEEKEND else at


def _amount(minor: int, currency: str) -> dict[str, str]:
    return {"value": Money(minor, currency).decimal, "currency": currency}


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
