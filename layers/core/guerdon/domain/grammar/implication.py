"""Whether conditions can hold together, and whether one covers another: decided, where that does not take too long.

A condition is true or false for every deal: a fact that a deal does not say makes each comparison with it false. So
"this and that cannot hold together" is plain boolean logic over comparisons, and comparisons with one fact are decided
by sets of texts and by spans of amounts or moments. What takes more steps than there is patience for is not decided.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from guerdon.domain.amounts import DEAL_AMOUNT
from guerdon.domain.conditions import (
    All,
    AnyOf,
    Condition,
    During,
    Flag,
    MomentFact,
    Not,
    OneOf,
    Sized,
    TextFact,
    Units,
)

_STEPS_AT_ONCE: Final = 4_000
_STEPS_IN_ALL: Final = 150_000

Atom = OneOf | Flag | Sized | Units | During


@dataclass(frozen=True, slots=True)
class _Literal:
    """A comparison that has to hold, or has to fail."""

    atom: Atom
    holds: bool


@dataclass(slots=True)
class Patience:
    """How many steps the questions about one program may still take together: some seconds, whatever it says."""

    steps: int = field(default=_STEPS_IN_ALL)


@dataclass(slots=True)
class _Search:
    """Looks for one way to make conditions hold together; an exhausted search says that there is one."""

    steps: int

    def possible(self, asked: list[tuple[Condition, bool]], literals: list[_Literal]) -> bool:
        """Whether all of `asked` can hold (or fail, where False stands beside it) together with `literals`."""
        asked, literals = list(asked), list(literals)
        choices: list[list[tuple[Condition, bool]]] = []
        seen: dict[Condition, bool] = {}
        while asked:
            condition, holds = asked.pop()
            self.steps -= 1
            # Whatever it is made of: what has to hold and to fail is found without a look inside, however large it is.
            if seen.setdefault(condition, holds) is not holds:
                return False
            match condition:
                case Not(part):
                    asked.append((part, not holds))
                case All(parts) | AnyOf(parts):
                    options = [(part, holds) for part in parts]
                    if isinstance(condition, All) is holds or len(options) == 1:
                        asked.extend(options)
                    else:
                        choices.append(options)
                case _:
                    literals.append(_Literal(condition, holds))
        if self.steps < 0:
            return True
        # A choice among nothing, such as "not always", cannot be made.
        if not all(choices) or not _consistent(literals):
            return False
        if not choices:
            return True
        choices.sort(key=len)
        first, rest = choices[0], choices[1:]
        waiting = [_as_condition(options) for options in rest]
        return any(self.possible([option, *waiting], literals) for option in first)


def _as_condition(options: list[tuple[Condition, bool]]) -> tuple[Condition, bool]:
    """Several options, at least one of which has to come true, as one condition."""
    holds = options[0][1]
    parts = tuple(part for part, _ in options)
    return (AnyOf(parts), True) if holds else (All(parts), False)


def possible(patience: Patience, *conditions: Condition) -> bool:
    """Whether a deal can meet all of `conditions` at once; True too where that takes too long to say."""
    return _searched(patience, [(condition, True) for condition in conditions]) is not False


def covered(patience: Patience, condition: Condition, by: Iterable[Condition], within: Condition) -> bool | None:
    """Whether every deal of `within` that meets `condition` meets one of `by`; None where it takes too long to say."""
    failing = [(other, False) for other in by]
    uncovered = _searched(patience, [(condition, True), (within, True), *failing])
    return None if uncovered is None else not uncovered


def _searched(patience: Patience, asked: list[tuple[Condition, bool]]) -> bool | None:
    steps = min(_STEPS_AT_ONCE, patience.steps)
    if steps <= 0:
        return None
    search = _Search(steps)
    found = search.possible(asked, [])
    patience.steps -= steps - search.steps
    return None if search.steps < 0 else found


def apart(one: Condition, other: Condition) -> bool:
    """Whether it is plain that no deal meets both: each asks, beside all else, for other texts of the same fact."""
    theirs = dict(_texts_of(other))
    return any(fact in theirs and values.isdisjoint(theirs[fact]) for fact, values in _texts_of(one))


def _texts_of(condition: Condition) -> Iterator[tuple[TextFact, frozenset[str]]]:
    """What a condition asks of facts that are one text each."""
    parts = condition.parts if isinstance(condition, All) else (condition,)
    for part in parts:
        if isinstance(part, OneOf) and part.fact is not TextFact.PRODUCTS:
            yield part.fact, frozenset(part.values)


def _consistent(literals: list[_Literal]) -> bool:
    by_fact: dict[object, list[_Literal]] = {}
    for literal in literals:
        by_fact.setdefault(_fact_of(literal.atom), []).append(literal)
    return all(_JUDGES[type(group[0].atom)](group) for group in by_fact.values())


def _fact_of(atom: Atom) -> object:
    match atom:
        case OneOf(fact) | Flag(fact) | During(fact):
            return fact
        case Sized(of):
            return Sized, of
        case Units():
            return Units


def _texts(literals: list[_Literal]) -> bool:
    wanted = [set(one.atom.values) for one in literals if isinstance(one.atom, OneOf) and one.holds]
    unwanted = {value for one in literals if isinstance(one.atom, OneOf) and not one.holds for value in one.atom.values}
    atom = literals[0].atom
    if isinstance(atom, OneOf) and atom.fact is TextFact.PRODUCTS:
        # A deal may have a line for each.
        return all(values - unwanted for values in wanted)
    return not wanted or bool(set.intersection(*wanted) - unwanted)


def _flags(literals: list[_Literal]) -> bool:
    held = {one.atom.value for one in literals if isinstance(one.atom, Flag) and one.holds}
    failed = {one.atom.value for one in literals if isinstance(one.atom, Flag) and not one.holds}
    return len(held) <= 1 and not held & failed


def _sizes(literals: list[_Literal]) -> bool:
    sized = [(one.atom, one.holds) for one in literals if isinstance(one.atom, Sized)]
    spans = [
        (
            (atom.at_least.amount_minor if atom.at_least else None, atom.below.amount_minor if atom.below else None),
            holds,
        )
        for atom, holds in sized
    ]
    return _spans(spans, least=0, always=sized[0][0].of == DEAL_AMOUNT)


def _units(literals: list[_Literal]) -> bool:
    spans = [((one.atom.at_least, one.atom.below), one.holds) for one in literals if isinstance(one.atom, Units)]
    return _spans(spans, least=0, always=True)


def _moments(literals: list[_Literal]) -> bool:
    during = [(one.atom, one.holds) for one in literals if isinstance(one.atom, During)]
    spans = [
        ((atom.start.timestamp() if atom.start else None, atom.end.timestamp() if atom.end else None), holds)
        for atom, holds in during
    ]
    return _spans(spans, least=None, always=during[0][0].fact is MomentFact.CLOSED)


_JUDGES: Final[dict[type[Any], Callable[[list[_Literal]], bool]]] = {
    OneOf: _texts,
    Flag: _flags,
    Sized: _sizes,
    Units: _units,
    During: _moments,
}


def _spans(spans: list[tuple[tuple[Any, Any], bool]], *, least: int | None, always: bool) -> bool:
    """Whether a value can be in every span that holds and in none that fails.

    Args:
        spans: Each from its first value to its end, which is not in it; None where it has no such edge.
        least: The least value that there is.
        always: Whether every deal has the value; one that has none is in no span.
    """
    held = [span for span, holds in spans if holds]
    if not held and not always:
        return True
    start = max((first for first, _ in held if first is not None), default=least)
    end = min((last for _, last in held if last is not None), default=None)
    for first, last in sorted((span for span, holds in spans if not holds), key=_by_start):
        if first is not None and (start is None or start < first):
            break  # What begins at `start` is before every span that fails from here on.
        if last is None:
            return False
        start = last if start is None else max(start, last)
    return end is None or start is None or start < end


def _by_start(span: tuple[Any, Any]) -> tuple[bool, Any]:
    return span[0] is not None, span[0] or 0


def atoms_of(condition: Condition) -> Iterator[Atom]:
    """Every comparison that a condition makes."""
    match condition:
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from atoms_of(part)
        case Not(part):
            yield from atoms_of(part)
        case _:
            yield condition
