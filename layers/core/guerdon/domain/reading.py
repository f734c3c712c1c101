"""What a rule reads of a deal beside its total: a revision that changes the total has to say that anew."""

from collections.abc import Iterable, Iterator

from guerdon.domain.amounts import (
    DEAL_AMOUNT,
    Escalating,
    Flat,
    Graduated,
    Percentage,
    PerLine,
    PerUnit,
    SetBySales,
    Table,
    Tiered,
    Unescalated,
)
from guerdon.domain.conditions import All, AnyOf, Condition, Not, Sized, Units
from guerdon.domain.program import Rule
from guerdon.domain.wins import Detail


def details_read(rules: Iterable[Rule]) -> frozenset[Detail]:
    """What `rules` read, in their conditions and in what they pay; which products a deal has is not an amount of it."""
    return frozenset(detail for rule in rules for detail in (*_in_condition(rule.when), *_in_amount(rule)))


def _in_condition(condition: Condition) -> Iterator[Detail]:
    match condition:
        case Sized(of) if of != DEAL_AMOUNT:
            yield Detail.AMOUNTS
        case Units():
            yield Detail.PRODUCTS
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from _in_condition(part)
        case Not(part):
            yield from _in_condition(part)
        case _:
            return


def _in_amount(rule: Rule) -> Iterator[Detail]:
    kind = rule.amount.kind
    if isinstance(kind, Escalating):
        for step in kind.steps:
            yield from _in_kind(step.pays)
    else:
        yield from _in_kind(kind)


def _in_kind(kind: Unescalated | Table) -> Iterator[Detail]:
    match kind:
        case PerUnit() | PerLine():
            yield Detail.PRODUCTS
        case SetBySales():
            yield Detail.REWARD
        case Percentage() | Graduated() | Table():
            yield from _named(kind.of)
        case Tiered():
            yield from _named(kind.of)
            for tier in kind.tiers:
                yield from _in_kind(tier.pays)
        case Flat():
            return


def _named(of: str) -> Iterator[Detail]:
    if of != DEAL_AMOUNT:
        yield Detail.AMOUNTS


def lacking(rules: Iterable[Rule], unsaid: frozenset[Detail]) -> str | None:
    """What a person must have told anew, as a clause, when `rules` read something of what is `unsaid`; else None."""
    decided = tuple(rules)
    missing = sorted(details_read(decided) & unsaid)
    if not missing:
        return None
    names = " and ".join(repr(rule.name) for rule in decided)
    return (
        f"the deal's total changed, and rule {names} reads more of it than that: have the CRM send the change again, "
        f"with {' and '.join(missing)} as it is now"
    )
