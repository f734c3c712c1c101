"""How many deals of a beneficiary were counted: read as ordinals, added to by a reward, taken from by a reversal."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from guerdon.domain.amounts import Amount, Escalating, PerLine, PerUnit
from guerdon.domain.conditions import All, AnyOf, Condition, Not, OneOf, TextFact
from guerdon.domain.counting import WHOLE, CountedBy, CountingPeriod
from guerdon.domain.facts import Facts
from guerdon.domain.program import Program

TALLIES_MOST: Final = 400
"""How many tallies one row keeps whatever they are. Of more, those days of a rolling count go that count no more."""

_LATE_MOST: Final = timedelta(days=366)
"""How long before the newest counted deal another may have closed and still have its days counted in full."""

_BYTES_MOST: Final = 300_000
_TALLY_BYTES: Final = 50
"""What one row may take up by our own rough reckoning, and a tally beside its product; DynamoDB's limit is 400 KB.
Beyond that the oldest go, though they may count: thousands of them are what no advocate refers."""

_COUNTED_PRODUCTS: Final = "counted_products"


@dataclass(frozen=True, slots=True)
class Tally:
    """Counted deals that are counted together.

    Attributes:
        product: The sku, where a program counts by product.
        on: Their closing day in the program's time zone, where it counts rolling days.
    """

    count: int
    product: str = WHOLE
    on: date | None = None


def counts_at(program: Program, tallies: Iterable[Tally], closed_at: datetime) -> Mapping[str, int]:
    """How many deals count for one that closed at `closed_at`: by product, or under WHOLE."""
    first = last = None
    if program.counting.period is CountingPeriod.ROLLING_DAYS:
        first = program.counting.first_counted_day(closed_at, program.zone)
        last = closed_at.astimezone(program.zone).date()
    counts: dict[str, int] = {}
    for tally in tallies:
        if first is None or last is None or (tally.on is not None and first <= tally.on <= last):
            counts[tally.product] = counts.get(tally.product, 0) + tally.count
    return counts


def tallied(program: Program, tallies: tuple[Tally, ...], facts: Facts) -> tuple[Tally, ...]:
    """The tallies after the deal of `facts` was rewarded."""
    return _kept(program, _changed(tallies, tallies_of(program, facts), 1))


def untallied(tallies: tuple[Tally, ...], counted: Iterable[Tally]) -> tuple[Tally, ...]:
    """The tallies after a deal that had counted as `counted` came undone."""
    return _changed(tallies, counted, -1)


def tallies_of(program: Program, facts: Facts) -> tuple[Tally, ...]:
    """As what one rewarded deal counts: once, or once for each of its products that the program names."""
    rolling = program.counting.period is CountingPeriod.ROLLING_DAYS
    on = facts.closed_at.astimezone(program.zone).date() if rolling else None
    if program.counting.by is not CountedBy.PRODUCT:
        return (Tally(1, WHOLE, on),)
    named = counted_products(program)
    return tuple(Tally(1, sku, on) for sku in dict.fromkeys(line.sku for line in facts.lines) if sku in named)


def counted_products(program: Program) -> frozenset[str]:
    """Every product that the program names: those that it counts when it counts by product."""
    known = program.worked_out.get(_COUNTED_PRODUCTS)
    if isinstance(known, frozenset):
        return known
    named = frozenset(sku for rule in program.rules for sku in (*_products_in(rule.when), *_products_paid(rule.amount)))
    program.worked_out[_COUNTED_PRODUCTS] = named
    return named


def _products_in(condition: Condition) -> Iterator[str]:
    match condition:
        case OneOf(TextFact.PRODUCTS, values):
            yield from values
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from _products_in(part)
        case Not(part):
            yield from _products_in(part)
        case _:
            return


def _products_paid(amount: Amount) -> Iterator[str]:
    steps = amount.kind.steps if isinstance(amount.kind, Escalating) else ()
    for kind in (amount.kind, *(step.pays for step in steps)):
        if isinstance(kind, PerUnit):
            yield from kind.products
        if isinstance(kind, PerLine):
            for rate in kind.rates:
                yield from rate.products


def _changed(tallies: tuple[Tally, ...], by: Iterable[Tally], sign: int) -> tuple[Tally, ...]:
    after = {(tally.product, tally.on): tally for tally in tallies}
    for change in by:
        key = change.product, change.on
        count = (after[key].count if key in after else 0) + sign * change.count
        if count > 0:
            after[key] = replace(change, count=count)
        else:
            after.pop(key, None)
    return tuple(after.values())


def _kept(program: Program, tallies: tuple[Tally, ...]) -> tuple[Tally, ...]:
    """What one row keeps of them."""
    if len(tallies) <= TALLIES_MOST:
        return tallies
    newest_first = sorted(tallies, key=lambda tally: (tally.on or date.max, tally.product), reverse=True)
    newest = newest_first[0].on
    gone = newest - timedelta(days=program.counting.days or 1) - _LATE_MOST if newest else date.min
    kept: list[Tally] = []
    size = 0
    for tally in newest_first:
        size += _TALLY_BYTES + len(tally.product.encode())
        if size > _BYTES_MOST or (tally.on or date.max) < gone:
            break
        kept.append(tally)
    return tuple(reversed(kept))
