"""Histories at random, and the messages that a CRM would have sent for each of their rows."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from hypothesis import strategies as st

from domain.grammar.strategies import AMOUNT_NAMES, PRODUCTS, TEXTS
from guerdon.domain.deal import instant
from guerdon.domain.facts import LineFacts
from guerdon.domain.history import HistoryRow
from guerdon.domain.money import Money
from guerdon.domain.triggers import DEAL_CLOSED, ONCE, REPEATING

START: Final = datetime(2026, 1, 5, 12, tzinfo=UTC)
_STEPS: Final = st.sampled_from([timedelta(0), timedelta(hours=7), timedelta(days=9), timedelta(days=40)])
_LAGS: Final = st.sampled_from(
    [timedelta(days=-2), timedelta(0), timedelta(hours=7), timedelta(days=9), timedelta(days=70)]
)
_MINORS: Final = st.sampled_from([0, 1, 999_99, 1000_00, 4999_99, 5000_00, 12345_67, 60000_00])


@st.composite
def histories(
    draw: st.DrawFn,
    triggers: Sequence[str] = (DEAL_CLOSED,),
    currencies: Sequence[str] = ("USD",),
    most: int = 12,
) -> list[HistoryRow]:
    """Rows in the order of time, of a few advocates, with reversals and amendments before and after their wins."""
    at = START
    rows: list[HistoryRow] = []
    for number in range(draw(st.integers(1, most))):
        at += draw(_STEPS)
        rows.append(_row(draw, number, at, draw(st.sampled_from(triggers)), draw(st.sampled_from(currencies))))
    return rows


def _row(draw: st.DrawFn, number: int, at: datetime, trigger: str, currency: str) -> HistoryRow:
    reversed_after, amended_after = (draw(st.none() | st.none() | _LAGS) for _ in range(2))
    lines = st.builds(LineFacts, st.sampled_from(PRODUCTS), st.integers(0, 12), st.none() | _MINORS)
    texts = {key: draw(st.none() | st.sampled_from(TEXTS[key])) for key in _TEXT_KEYS}
    repeats = trigger in REPEATING
    return HistoryRow(
        line=number + 2,
        # What repeats comes again and again for few deals.
        deal=f"D-{draw(st.integers(0, 1))}" if repeats else f"D-{number}",
        closed_at=at,
        amount=draw(_MINORS),
        currency=currency,
        advocate=draw(st.sampled_from(["A-1", "A-2", "A-3"])),
        trigger=trigger,
        occurrence_id=f"in_{number}" if repeats else None,
        segment=texts["segments"],
        advocate_type=texts["advocate_types"],
        country=texts["countries"],
        method=texts["methods"],
        region=texts["regions"],
        sales_involved=draw(st.booleans()),
        first_purchase=draw(st.none() | st.booleans()),
        referred=draw(st.sampled_from([None, "C-1", "C-2"])),
        referred_at=draw(st.none() | st.just(at - timedelta(days=20))),
        referred_country=draw(st.none() | st.sampled_from(TEXTS["countries"])),
        preferred_channel=draw(st.none() | st.sampled_from(["gift_card", "check"])),
        referred_preferred_channel=draw(st.none() | st.sampled_from(["gift_card", "check"])),
        lines=tuple(draw(st.lists(lines, max_size=3))),
        amounts=draw(st.dictionaries(st.sampled_from(AMOUNT_NAMES), _MINORS, max_size=2)),
        set_by_sales=draw(st.none() | _MINORS.map(lambda minor: Money(minor, currency))),
        reversed_at=None if reversed_after is None else at + reversed_after,
        reversed_total=None if reversed_after is None else draw(st.sampled_from([0, 0, 1000_00])),
        amended_at=None if amended_after is None else at + amended_after,
        amended_total=None if amended_after is None else draw(_MINORS),
    )


_TEXT_KEYS: Final = ("segments", "advocate_types", "countries", "methods", "regions")


def messages(rows: Sequence[HistoryRow], program: str) -> Iterator[dict[str, Any]]:
    """What a CRM would have sent, in the order of time; of what happens at one moment, what is told later first."""
    told: list[tuple[datetime, int, int, int, dict[str, Any]]] = []
    for index, row in enumerate(rows):
        told.append((row.told_at or row.closed_at, 1, index, 0, _win(row, program)))
        for kind, at, total in (
            ("deal.amended", row.amended_at, row.amended_total),
            ("deal.reversed", row.reversed_at, row.reversed_total),
        ):
            if at is not None and total is not None:
                told.append((at, 0, index, kind == "deal.reversed", _revision(row, program, kind, at, total)))
    told.sort(key=lambda one: one[:4])
    return (message for *_, message in told)


def _win(row: HistoryRow, program: str) -> dict[str, Any]:
    data = _about(row, program, row.amount)
    deal = data["deal"]
    deal["products"] = [
        _given({"sku": line.sku, "quantity": line.quantity, "amount": _decimal(line.amount, row.currency)})
        for line in row.lines
    ]
    deal["amounts"] = {name: _decimal(minor, row.currency) for name, minor in row.amounts.items()}
    deal |= _given({"region": row.region})
    data["advocate"] = _given(
        {
            "id": row.advocate,
            "segment": row.segment,
            "type": row.advocate_type,
            "country": row.country,
            "preferred_channel": row.preferred_channel,
        }
    )
    if row.referred is not None:
        data["referred"] = _given(
            {
                "id": row.referred,
                "country": row.referred_country,
                "first_purchase": row.first_purchase,
                "preferred_channel": row.referred_preferred_channel,
            }
        )
    data["referral"] = _given(
        {
            "method": row.method,
            "sales_involved": row.sales_involved,
            "referred_at": instant(row.referred_at) if row.referred_at else None,
        }
    )
    if row.set_by_sales is not None:
        data["reward"] = {"value": row.set_by_sales.decimal, "currency": row.set_by_sales.currency}
    return {"type": row.trigger, "timestamp": instant(row.told_at or row.closed_at), "data": data}


def _revision(row: HistoryRow, program: str, kind: str, at: datetime, total: int) -> dict[str, Any]:
    data = _about(row, program, total) | {"effective_at": instant(at), "trigger": row.trigger}
    return {"type": kind, "timestamp": instant(at), "data": data}


def _about(row: HistoryRow, program: str, total: int) -> dict[str, Any]:
    deal = {"id": row.deal, "amount": {"value": _decimal(total, row.currency), "currency": row.currency}}
    data: dict[str, Any] = {"program": program, "deal": deal}
    if row.trigger == DEAL_CLOSED:
        deal["closed_at"] = instant(row.closed_at)
    else:
        data["occurred_at"] = instant(row.closed_at)
    return data | _given({"occurrence_id": row.occurrence_id})


def _decimal(minor: int | None, currency: str) -> str | None:
    return None if minor is None else Money(minor, currency).decimal


def _given(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


def occurrence_of(row: HistoryRow) -> str:
    """As the pipeline tells occurrences apart."""
    return instant(row.closed_at) if row.trigger in ONCE else f"id:{row.occurrence_id}"
