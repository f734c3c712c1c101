"""The grammar of a rule's conditions: what stands under `when`."""

from collections.abc import Mapping
from typing import Final

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
from guerdon.domain.currencies import MINOR_UNIT_EXPONENTS
from guerdon.domain.document import Document, Node, Path
from guerdon.domain.grammar import keys
from guerdon.domain.grammar.reader import AMOUNT_NAME, ProgramReader

UNITS_MOST: Final = 1_000_000_000
DEPTH_MOST: Final = 8
"""How deep conditions may be nested: what is deeper nobody reads right."""

_FLAGS: Final = {"true": True, "false": False}


def read_condition(reader: ProgramReader, node: Node, path: Path, depth: int = 1) -> Condition | None:
    """What `node` asks of a deal: every key that it gives; None if something is wrong with it."""
    if depth > DEPTH_MOST:
        reader.wrong(path, f"is nested more than {DEPTH_MOST} levels deep: put it more simply", "too-deep")
        return None
    document = reader.mapping(node, path, keys.WHEN)
    if document is None:
        return None
    if not document:
        reader.wrong(path, "must have at least one condition; a rule without `when` always applies", "empty")
        return None
    parts = [part for key in keys.WHEN if key in document for part in _conditions(reader, document, key, path, depth)]
    known = tuple(part for part in parts if part is not None)
    if len(known) != len(parts):
        return None
    return known[0] if len(known) == 1 else All(known)


def _conditions(reader: ProgramReader, document: Document, key: str, path: Path, depth: int) -> list[Condition | None]:
    node, inner = document[key], (*path, key)
    if key == "amounts":
        return _named_amounts(reader, node, inner)
    condition: Condition | None = None
    if key in keys.TEXT_CONDITIONS:
        condition = _one_of(reader, node, inner, TextFact(key))
    elif key in keys.FLAG_CONDITIONS:
        flag = reader.choice(document, key, path, _FLAGS)
        condition = None if flag is None else Flag(FlagFact(key), flag)
    elif key in keys.MOMENT_CONDITIONS:
        condition = _during(reader, node, inner, MomentFact(key))
    elif key == "deal_amount":
        condition = _sized(reader, node, inner, DEAL_AMOUNT)
    elif key == "units":
        condition = _units(reader, node, inner)
    elif key == "not":
        part = read_condition(reader, node, inner, depth + 1)
        condition = Not(part) if part is not None else None
    else:
        condition = _several(reader, node, inner, depth)
    return [condition]


def _one_of(reader: ProgramReader, node: Node, path: Path, fact: TextFact) -> Condition | None:
    values = reader.countries(node, path) if fact is TextFact.COUNTRIES else reader.texts(node, path)
    if fact is TextFact.CURRENCIES:
        for value in values:
            if value not in MINOR_UNIT_EXPONENTS:
                reader.wrong(path, f"must be ISO 4217 codes such as USD, not {value[:40]!r}")
    return OneOf(fact, values) if values else None


def _sized(reader: ProgramReader, node: Node, path: Path, of: str) -> Condition | None:
    document = _edges(reader, node, path, keys.RANGE)
    if document is None:
        return None
    at_least = reader.sum(document, "from", path) if "from" in document else None
    below = reader.sum(document, "below", path) if "below" in document else None
    if below is not None and below <= (at_least or reader.nothing):
        reader.wrong((*path, "below"), f"{below} must be above {at_least or reader.nothing}", "empty-range")
        return None
    return Sized(of, at_least, below)


def _named_amounts(reader: ProgramReader, node: Node, path: Path) -> list[Condition | None]:
    if not isinstance(node, Mapping) or not node:
        reader.wrong(path, "must be a mapping of amounts' names, such as first_year: {from: 1000.00}", "type")
        return [None]
    conditions: list[Condition | None] = []
    # The order of keys is no matter, and a stored document has them in another one than the file.
    for name, inner in sorted(node.items()):
        if not AMOUNT_NAME.fullmatch(name):
            reader.wrong((*path, name), "must be an amount's name such as first_year")
        conditions.append(_sized(reader, inner, (*path, name), name))
    return conditions


def _units(reader: ProgramReader, node: Node, path: Path) -> Condition | None:
    document = _edges(reader, node, path, keys.RANGE)
    if document is None:
        return None
    at_least = reader.whole(document, "from", path, 0, UNITS_MOST) if "from" in document else None
    below = reader.whole(document, "below", path, 1, UNITS_MOST) if "below" in document else None
    if at_least is not None and below is not None and below <= at_least:
        reader.wrong((*path, "below"), f"{below} must be above {at_least}", "empty-range")
        return None
    return Units(at_least, below)


def _during(reader: ProgramReader, node: Node, path: Path, fact: MomentFact) -> Condition | None:
    document = _edges(reader, node, path, keys.SPAN)
    if document is None:
        return None
    start = reader.day_or_moment(document, "from", path) if "from" in document else None
    end = reader.day_or_moment(document, "before", path) if "before" in document else None
    if start is not None and end is not None and end <= start:
        reader.wrong((*path, "before"), "must be after from: the span ends before it starts", "empty-range")
        return None
    return During(fact, start, end)


def _edges(reader: ProgramReader, node: Node, path: Path, allowed: keys.Keys) -> Document | None:
    document = reader.mapping(node, path, allowed)
    if document is not None and not any(key in document for key in allowed):
        reader.wrong(path, f"must have {' or '.join(allowed)}, or both", "empty")
        return None
    return document


def _several(reader: ProgramReader, node: Node, path: Path, depth: int) -> Condition | None:
    nodes = reader.entries(node, path)
    parts = [read_condition(reader, entry, (*path, index), depth + 1) for index, entry in enumerate(nodes)]
    known = tuple(part for part in parts if part is not None)
    if not known or len(known) != len(parts):
        return None
    return All(known) if path[-1] == "all" else AnyOf(known)
