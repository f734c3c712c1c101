"""Which rules apply to a deal, without asking each of them.

For each fact that rules look at there is a table from its values to the rules that accept them, as a bit mask: the
rules that apply are those in the masks of all facts. What a mask cannot say (any, not, a second condition on the same
fact) is asked of the rules that are left, and only when one of them would decide.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from guerdon.domain.amounts import DEAL_AMOUNT
from guerdon.domain.conditions import (
    All,
    AnyOf,
    Condition,
    During,
    Flag,
    FlagFact,
    MomentFact,
    Not,
    OneOf,
    Sized,
    TextFact,
    Units,
)
from guerdon.domain.evaluation.exchanging import Exchanging
from guerdon.domain.facts import Facts
from guerdon.domain.money import Money

Check = Callable[[Facts], bool]

_PLACE_OF: Mapping[TextFact | FlagFact | MomentFact, int] = {
    TextFact.SEGMENTS: Facts._fields.index("segment"),
    TextFact.ADVOCATE_TYPES: Facts._fields.index("advocate_type"),
    TextFact.COUNTRIES: Facts._fields.index("country"),
    TextFact.METHODS: Facts._fields.index("method"),
    TextFact.REGIONS: Facts._fields.index("region"),
    TextFact.CURRENCIES: Facts._fields.index("currency"),
    FlagFact.SALES_INVOLVED: Facts._fields.index("sales_involved"),
    FlagFact.FIRST_PURCHASE: Facts._fields.index("first_purchase"),
    MomentFact.CLOSED: Facts._fields.index("closed_at"),
    MomentFact.REFERRED: Facts._fields.index("referred_at"),
}
"""Where in Facts the value of a fact is."""

Bound = float
"""A scaled amount, a number of units, or a moment in seconds since 1970, which are exact to the microsecond."""


@dataclass(slots=True)
class Table:
    """The rules by the value of one fact.

    Attributes:
        accepting: For each value that a rule names, the rules that accept it.
        others: The rules that do not look at the fact: what any other value leaves.
    """

    accepting: dict[object, int] = field(default_factory=dict)
    others: int = 0


@dataclass(slots=True)
class Intervals:
    """The rules by where a number or a moment falls: `accepting[n]` between the edges `n - 1` and `n`."""

    edges: list[Bound]
    accepting: list[int]
    others: int


@dataclass(frozen=True, slots=True)
class Selector:
    """Which rules apply.

    Attributes:
        everyone: All rules, as a mask.
        plain: Facts with one value: where it is in Facts, and the rules by it.
        products: The rules by each sku of a deal.
        moments: Moments: where each is in Facts, and the rules by it.
        sizes: The rules by each named amount; None for the deal's own.
        units: The rules by the units of all lines.
        checks: What is left to ask of a rule.
        asked: The rules that have such a check, as a mask.
    """

    everyone: int
    plain: tuple[tuple[int, dict[object, int], int], ...]
    products: Table | None
    moments: tuple[tuple[int, Intervals], ...]
    sizes: tuple[tuple[str | None, Intervals], ...]
    units: Intervals | None
    up: int
    checks: Mapping[int, Check]
    asked: int

    def candidates(self, facts: Facts) -> int:
        """The rules that apply, but for what `checks` asks of them, as a mask."""
        mask = self.everyone
        for place, accepting, others in self.plain:
            mask &= accepting.get(facts[place], others)
        if self.products is not None:
            mask &= _of_products(self.products, facts)
        for place, intervals in self.moments:
            mask &= _of_bound(intervals, _seconds(facts[place]))
        for name, intervals in self.sizes:
            amount = facts.amount if name is None else facts.amounts.get(name)
            mask &= _of_bound(intervals, None if amount is None else amount * self.up)
        if self.units is not None:
            mask &= _of_bound(self.units, units_of(facts))
        return mask


def units_of(facts: Facts) -> int:
    """The units of all lines of a deal."""
    return sum(line.quantity for line in facts.lines)


def _of_products(table: Table, facts: Facts) -> int:
    mask = table.others
    for line in facts.lines:
        mask |= table.accepting.get(line.sku, 0)
    return mask


def _of_bound(intervals: Intervals, value: Bound | None) -> int:
    if value is None:
        return intervals.others
    return intervals.accepting[bisect_right(intervals.edges, value)]


def selector(conditions: Mapping[int, Condition], exchanging: Exchanging) -> Selector:
    """The tables for rules with these conditions, by the position of each rule."""
    everyone = sum(1 << rule for rule in conditions)
    texts: dict[TextFact | FlagFact, dict[int, tuple[object, ...]]] = {}
    spans: dict[MomentFact | str, dict[int, tuple[Bound | None, Bound | None]]] = {}
    left: dict[int, list[Condition]] = {}
    for rule, condition in conditions.items():
        for part in flat(condition):
            match part:
                case OneOf(fact, values) if rule not in texts.setdefault(fact, {}):
                    texts[fact][rule] = values
                case Flag(fact, value) if rule not in texts.setdefault(fact, {}):
                    texts[fact][rule] = (value,)
                case During(fact, start, end) if rule not in spans.setdefault(fact, {}):
                    spans[fact][rule] = _seconds(start), _seconds(end)
                case Sized(of, least, below) if not exchanging.unknown and rule not in spans.setdefault(f"={of}", {}):
                    spans[f"={of}"][rule] = _scaled_bounds(exchanging, least, below)
                case Units(least, below) if rule not in spans.setdefault("units", {}):
                    spans["units"][rule] = least, below
                case _:
                    left.setdefault(rule, []).append(part)
    tables = {fact: _table(everyone, by_rule) for fact, by_rule in texts.items()}
    intervals = {fact: _intervals(everyone, by_rule) for fact, by_rule in spans.items()}
    checks = {rule: check(All(tuple(parts)), exchanging) for rule, parts in left.items()}
    plain = ((_PLACE_OF[fact], table) for fact, table in tables.items() if fact is not TextFact.PRODUCTS)
    return Selector(
        everyone=everyone,
        plain=tuple((place, table.accepting, table.others) for place, table in plain),
        products=tables.get(TextFact.PRODUCTS),
        moments=tuple((_PLACE_OF[fact], intervals[fact]) for fact in MomentFact if fact in intervals),
        sizes=tuple((_name(fact[1:]), intervals[fact]) for fact in intervals if fact.startswith("=")),
        units=intervals.get("units"),
        up=exchanging.up,
        checks=checks,
        asked=sum(1 << rule for rule in checks),
    )


def _name(of: str) -> str | None:
    return None if of == DEAL_AMOUNT else of


def flat(condition: Condition) -> Iterable[Condition]:
    """The conditions that all have to hold, without an All around them."""
    if not isinstance(condition, All):
        return (condition,)
    return tuple(inner for part in condition.parts for inner in flat(part))


def looks_at_amounts(condition: Condition) -> bool:
    """Whether a condition compares an amount of the deal with one of the file, at whatever depth."""
    match condition:
        case All(parts) | AnyOf(parts):
            return any(looks_at_amounts(part) for part in parts)
        case Not(part):
            return looks_at_amounts(part)
        case _:
            return isinstance(condition, Sized)


def _table(everyone: int, by_rule: Mapping[int, tuple[object, ...]]) -> Table:
    table = Table(others=everyone & ~sum(1 << rule for rule in by_rule))
    for rule, values in by_rule.items():
        for value in values:
            table.accepting[value] = table.accepting.get(value, table.others) | 1 << rule
    return table


def _intervals(everyone: int, by_rule: Mapping[int, tuple[Bound | None, Bound | None]]) -> Intervals:
    turning: dict[Bound, int] = {}
    others = everyone & ~sum(1 << rule for rule in by_rule)
    mask = others
    for rule, (start, end) in by_rule.items():
        if start is not None and end is not None and end <= start:
            continue
        if start is None:
            mask |= 1 << rule
        else:
            turning[start] = turning.get(start, 0) ^ 1 << rule
        if end is not None:
            turning[end] = turning.get(end, 0) ^ 1 << rule
    edges = sorted(turning)
    accepting = [mask]
    for edge in edges:
        mask ^= turning[edge]
        accepting.append(mask)
    return Intervals(edges, accepting, others)


def check(  # noqa: C901, PLR0911 - one for each kind.
    condition: Condition, exchanging: Exchanging, *, surely: bool = False
) -> Check:
    """A condition as a question to the facts.

    Args:
        condition: The condition.
        exchanging: How the deal's amounts are compared with its amounts.
        surely: Whether it has to hold whatever an amount comes to that cannot be compared; else it is enough that it
            may hold.
    """
    match condition:
        case All(parts):
            every = tuple(check(part, exchanging, surely=surely) for part in parts)
            return lambda facts: all(one(facts) for one in every)
        case AnyOf(parts):
            some = tuple(check(part, exchanging, surely=surely) for part in parts)
            return lambda facts: any(one(facts) for one in some)
        case Not(part):
            denied = check(part, exchanging, surely=not surely)
            return lambda facts: not denied(facts)
        case OneOf(TextFact.PRODUCTS, values):
            return lambda facts: any(line.sku in values for line in facts.lines)
        case OneOf(fact, values):
            return lambda facts: facts[_PLACE_OF[fact]] in values
        case Flag(fact, value):
            return lambda facts: facts[_PLACE_OF[fact]] is value
        case During(fact, start, end):
            opening, closing = _seconds(start), _seconds(end)
            return lambda facts: _within(_seconds(facts[_PLACE_OF[fact]]), opening, closing)
        case Sized(of) if exchanging.unknown:
            named = _name(of)
            return lambda facts: not surely and _scaled(facts, named, 1) is not None
        case Sized(of, least, below):
            name, up = _name(of), exchanging.up
            bounds = _scaled_bounds(exchanging, least, below)
            return lambda facts: _within(_scaled(facts, name, up), *bounds)
        case Units(least, below):
            return lambda facts: _within(units_of(facts), least, below)


def _scaled(facts: Facts, name: str | None, up: int) -> int | None:
    amount = facts.amount if name is None else facts.amounts.get(name)
    return None if amount is None else amount * up


def _seconds(moment: object) -> Bound | None:
    return moment.timestamp() if isinstance(moment, datetime) else None


def _within(value: Bound | None, start: Bound | None, end: Bound | None) -> bool:
    if value is None:
        return False
    return (start is None or start <= value) and (end is None or value < end)


def _scaled_bounds(exchanging: Exchanging, least: Money | None, below: Money | None) -> tuple[int | None, int | None]:
    start = None if least is None else exchanging.scaled(least)
    return start, None if below is None else exchanging.scaled(below)
