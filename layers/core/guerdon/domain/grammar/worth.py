"""What amounts can come to, and whether one ever comes to more than another: for checks, never for paying."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Final

from guerdon.domain.amounts import (
    Amount,
    AmountKind,
    Escalating,
    Flat,
    Graduated,
    Percentage,
    PerLine,
    PerUnit,
    SetBySales,
    Table,
    Tiered,
)
from guerdon.domain.money import Money

_FAR: Final = 10**17
"""More minor units than any amount that can be written."""


@dataclass(frozen=True, slots=True)
class Span:
    """The least and the most that an amount can come to, in minor units; a most of None is any amount."""

    least: int
    most: int | None


@dataclass(frozen=True, slots=True)
class Curve:
    """What an amount pays by the size of one named amount.

    Attributes:
        of: The named amount; None if it pays the same for every size.
        at: What it pays for a size in minor units, exactly.
        edges: The sizes at which its slope changes; between two of them it is a line.
    """

    of: str | None
    at: Callable[[int], Fraction]
    edges: tuple[int, ...]


def span_of(amount: Amount) -> Span:
    """What a rule's amount can come to, bonuses and its own bounds included."""
    span = span_of_kind(amount.kind)
    bonus = sum(bonus.amount.amount_minor for bonus in amount.bonuses)
    most = None if span.most is None else span.most + bonus
    return _held(Span(span.least, most), amount.least, amount.most)


def span_of_kind(kind: AmountKind) -> Span:
    """What one kind of amount can come to."""
    match kind:
        case Escalating(steps):
            return _joined(span_of_kind(step.pays) for step in steps)
        case Table(pays=rows):
            return _joined(_cell_span(cell) for row in rows for cell in row)
        case Tiered(tiers):
            return _joined(span_of_kind(tier.pays) for tier in tiers)
        case Graduated():
            return _slices_span(kind)
        case _:
            return _plain_span(kind)


def _plain_span(kind: Flat | Percentage | PerUnit | PerLine | SetBySales) -> Span:
    match kind:
        case Flat(amount):
            return Span(amount.amount_minor, amount.amount_minor)
        case SetBySales(least, most, default):
            bounds = [least.amount_minor, most.amount_minor, *([default.amount_minor] if default else [])]
            return Span(min(bounds), max(bounds))
        case Percentage(least=least, most=most):
            return _held(Span(0, None), least, most)
        case _:
            return Span(0, None)


def _cell_span(cell: Money | Fraction) -> Span:
    if isinstance(cell, Money):
        return Span(cell.amount_minor, cell.amount_minor)
    return Span(0, None if cell else 0)


def _slices_span(graduated: Graduated) -> Span:
    first = graduated.slices[0].pays
    endless = any(isinstance(one.pays, Fraction) and one.pays for one in graduated.slices)
    flats = sum(one.pays.amount_minor for one in graduated.slices if isinstance(one.pays, Money))
    return Span(first.amount_minor if isinstance(first, Money) else 0, None if endless else flats)


def _held(span: Span, least: Money | None, most: Money | None) -> Span:
    low, high = span.least, span.most
    if least is not None:
        low = max(low, least.amount_minor)
        high = None if high is None else max(high, least.amount_minor)
    if most is not None:
        low = min(low, most.amount_minor)
        high = most.amount_minor if high is None else min(high, most.amount_minor)
    return Span(low, high)


def _joined(spans: Iterator[Span]) -> Span:
    found = list(spans)
    endless = any(span.most is None for span in found)
    return Span(min(span.least for span in found), None if endless else max(span.most or 0 for span in found))


def curve_of(kind: AmountKind) -> Curve | None:
    """What `kind` pays by the size of one named amount; None if it looks at anything else."""
    match kind:
        case Flat(amount):
            flat = Fraction(amount.amount_minor)
            return Curve(None, lambda _: flat, (0,))
        case Percentage():
            return Curve(kind.of, lambda size: share_of(kind, size), (0, *_bends(kind)))
        case Tiered(tiers) if all(isinstance(tier.pays, Flat) or tier.pays.of == kind.of for tier in tiers):
            return _tiers_curve(kind)
        case Graduated():
            return _slices_curve(kind)
        case _:
            return None


def share_of(percentage: Percentage, size: int) -> Fraction:
    """What a percentage pays for an amount of `size` minor units, held between its own bounds."""
    share = size * percentage.rate
    if percentage.least is not None:
        share = max(share, Fraction(percentage.least.amount_minor))
    return share if percentage.most is None else min(share, Fraction(percentage.most.amount_minor))


def _tiers_curve(tiered: Tiered) -> Curve:
    edges = [tier.at_least.amount_minor for tier in tiered.tiers]
    bends = [bend for tier in tiered.tiers if isinstance(tier.pays, Percentage) for bend in _bends(tier.pays)]

    def at(size: int) -> Fraction:
        pays = tiered.tiers[bisect_right(edges, size) - 1].pays
        return share_of(pays, size) if isinstance(pays, Percentage) else Fraction(pays.amount.amount_minor)

    return Curve(tiered.of, at, _around(edges, bends))


def _slices_curve(graduated: Graduated) -> Curve:
    """A slice's flat amount is added above its edge, the first one's on its edge too."""
    edges = [one.at_least.amount_minor for one in graduated.slices]
    pays = [one.pays for one in graduated.slices]
    before = [Fraction(0)]  # What the slices below each edge come to, when the amount is far above them.
    for index, (start, end) in enumerate(pairwise(edges)):
        one = pays[index]
        before.append(before[-1] + (one.amount_minor if isinstance(one, Money) else (end - start) * one))

    def at(size: int) -> Fraction:
        index = max(0, bisect_left(edges, size) - 1)
        one = pays[index]
        return before[index] + (one.amount_minor if isinstance(one, Money) else (size - edges[index]) * one)

    return Curve(graduated.of, at, _around(edges, []))


def _bends(percentage: Percentage) -> Iterator[int]:
    """The sizes around those at which a percentage reaches its bounds."""
    for bound in (percentage.least, percentage.most):
        if bound is not None:
            size = bound.amount_minor / percentage.rate
            yield from (int(size), int(size) + 1)


def _around(edges: list[int], bends: list[int]) -> tuple[int, ...]:
    """Both sides of each edge, where what is paid may jump."""
    return tuple(sorted({max(0, edge + aside) for edge in edges for aside in (-1, 0, 1)} | set(bends)))


def never_more(one: AmountKind, other: AmountKind) -> bool:
    """Whether `one` never comes to more than `other`, for any deal that they look at the same facts of."""
    curve, beside = curve_of(one), curve_of(other)
    if curve and beside and (curve.of == beside.of or curve.of is None or beside.of is None):
        return all(curve.at(size) <= beside.at(size) for size in sizes(curve, beside))
    if isinstance(one, PerUnit) and isinstance(other, PerUnit) and one.products == other.products:
        return one.amount <= other.amount
    most = span_of_kind(one).most
    return most is not None and most <= span_of_kind(other).least


def pays_less(later: AmountKind, earlier: AmountKind) -> bool:
    """Whether `later` never comes to more than `earlier`, and sometimes to less."""
    return never_more(later, earlier) and not never_more(earlier, later)


def amount_never_more(one: Amount, other: Amount) -> bool:
    """The same as `never_more` for the whole amounts of two rules."""
    # Bonuses and bounds that are alike change both in the same way.
    alike = (one.bonuses, one.least, one.most) == (other.bonuses, other.least, other.most)
    if alike and (one.kind == other.kind or never_more(one.kind, other.kind)):
        return True
    most = span_of(one).most
    return most is not None and most <= span_of(other).least


def sizes(*curves: Curve) -> tuple[int, ...]:
    """Sizes that decide a comparison: every edge, the middle between two, and one far beyond."""
    edges = sorted({edge for curve in curves for edge in curve.edges} | {0, _FAR})
    return tuple(sorted({*edges, *((low + high) // 2 for low, high in pairwise(edges))}))
