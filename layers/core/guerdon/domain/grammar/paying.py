"""Checks of what is paid: tiers and steps that pay less, bounds and conditions that leave an amount no choice."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from guerdon.domain.amounts import AmountKind, Escalating, Graduated, Percentage, Table, Tiered
from guerdon.domain.conditions import Sized
from guerdon.domain.document import Finding, Path, Severity
from guerdon.domain.grammar.implication import Patience, possible
from guerdon.domain.grammar.worth import pays_less, share_of, span_of, span_of_kind
from guerdon.domain.money import Money, percent_text
from guerdon.domain.program import Program, Rule


def paying_findings(program: Program, patience: Patience) -> Iterator[Finding]:
    """What in the amounts of `program` was hardly meant so."""
    for index, rule in enumerate(program.rules):
        place: Path = ("rules", index, "amount")
        yield from _own_bounds(rule, place)
        for path, kind in kinds_of(rule.amount.kind, place):
            yield from _edges(kind, path)
            yield from _tiers_in_vain(patience, rule, kind, path)
            if isinstance(kind, Escalating):
                yield from _steps(kind, (*path, "escalating"))
            if isinstance(kind, Table):
                yield from _columns(kind, (*path, "table"))


def kinds_of(kind: AmountKind, path: Path) -> Iterator[tuple[Path, AmountKind]]:
    """An amount, and those that its steps are made of, each with the path of the mapping that it stands in."""
    yield path, kind
    if isinstance(kind, Escalating):
        for index, step in enumerate(kind.steps):
            yield (*path, "escalating", index), step.pays


def _warning(path: Path, message: str, code: str) -> Finding:
    return Finding(path, message, code, Severity.WARNING)


def _own_bounds(rule: Rule, path: Path) -> Iterator[Finding]:
    amount, span = rule.amount, span_of_kind(rule.amount.kind)
    bonus = sum(bonus.amount.amount_minor for bonus in amount.bonuses)
    if amount.most is not None and amount.most.amount_minor < span.least:
        message = f"{amount.most} is below the least that the rule comes to, so it is all that is ever paid"
        yield _warning((*path, "max"), message, "max-below-least")
    if amount.least is not None and span.most is not None and span.most + bonus < amount.least.amount_minor:
        message = f"{amount.least} is above the most that the rule comes to, so it is all that is ever paid"
        yield _warning((*path, "min"), message, "min-above-most")
    if span_of(amount).most == 0:
        yield Finding(path, "never comes to more than zero; leave the rule out to pay nothing", "zero")


def _edges(kind: AmountKind, path: Path) -> Iterator[Finding]:
    """At an edge, the upper tier should pay no less than the lower one would."""
    if not isinstance(kind, Tiered):
        return
    for index, (lower, upper) in enumerate(pairwise(kind.tiers), 1):
        edge = upper.at_least
        below = _paid_at(lower.pays, edge, kind.of)
        above = _paid_at(upper.pays, edge, kind.of)
        if below is not None and above is not None and above < below:
            yield _warning(
                (*path, "tiers", index),
                f"pays less than the tier below: {above} for a deal of {edge}, where just below it pays {below}",
                "tier-pays-less",
            )


def _paid_at(pays: object, size: Money, of: str) -> Money | None:
    if isinstance(pays, Percentage):
        return _rounded(share_of(pays, size.amount_minor), size.currency) if pays.of == of else None
    amount = getattr(pays, "amount", pays)
    return amount if isinstance(amount, Money) else None


def _rounded(share: Fraction, currency: str) -> Money:
    return Money(round(share), currency)


def _tiers_in_vain(patience: Patience, rule: Rule, kind: AmountKind, path: Path) -> Iterator[Finding]:
    """Tiers and slices of an amount that the rule's own conditions keep out."""
    if isinstance(kind, Tiered):
        place, edges, of = (*path, "tiers"), [tier.at_least for tier in kind.tiers], kind.of
    elif isinstance(kind, Graduated):
        # A slice is reached by every amount above it, not only by those that end in it.
        place, edges, of = (*path, "graduated"), [one.at_least for one in kind.slices], kind.of
    elif isinstance(kind, Table):
        place, edges, of = (*path, "table", "tiers"), list(kind.tiers), kind.of
    else:
        return
    if not possible(patience, rule.when):
        return
    for index, edge in enumerate(edges):
        following = edges[index + 1] if index + 1 < len(edges) and not isinstance(kind, Graduated) else None
        if not possible(patience, rule.when, Sized(of, edge, following)):
            message = "is never reached: the rule's own conditions keep such amounts out"
            yield _warning((*place, index), message, "tier-never-reached")


def _steps(kind: Escalating, path: Path) -> Iterator[Finding]:
    for index, (earlier, later) in enumerate(pairwise(kind.steps), 1):
        if pays_less(later.pays, earlier.pays):
            yield _warning(
                (*path, index),
                f"pays less than the step before: from {later.from_ordinal} on referrals are worth less",
                "step-pays-less",
            )


def _columns(table: Table, path: Path) -> Iterator[Finding]:
    """Of a table's neighbors, the later step and the upper tier should pay no less."""
    for row, cells in enumerate(table.pays):
        for column, (earlier, later) in enumerate(pairwise(cells), 1):
            if _less(later, earlier):
                message = f"pays less than the step before: {_cell(later)} after {_cell(earlier)}"
                yield _warning((*path, "pays", row, column), message, "step-pays-less")
    for row, (lower, upper) in enumerate(pairwise(table.pays), 1):
        edge = table.tiers[row]
        for column, (before, after) in enumerate(zip(lower, upper, strict=True)):
            below, above = _cell_at(before, edge), _cell_at(after, edge)
            if above < below:
                yield _warning(
                    (*path, "pays", row, column),
                    f"pays less than the tier below: {above} for a deal of {edge}, where just below it pays {below}",
                    "tier-pays-less",
                )


def _less(later: Money | Fraction, earlier: Money | Fraction) -> bool:
    if isinstance(later, Money) and isinstance(earlier, Money):
        return later < earlier
    return isinstance(later, Fraction) and isinstance(earlier, Fraction) and later < earlier


def _cell(cell: Money | Fraction) -> str:
    return str(cell) if isinstance(cell, Money) else f"{percent_text(cell)} %"


def _cell_at(cell: Money | Fraction, size: Money) -> Money:
    return cell if isinstance(cell, Money) else size.times(cell)
