"""The grammar of what a rule pays: what stands under `amount`."""

from collections.abc import Callable, Mapping
from typing import Final

from guerdon.domain.amounts import (
    DEAL_AMOUNT,
    Amount,
    AmountKind,
    Bonus,
    Escalating,
    Flat,
    Graduated,
    Outside,
    Percentage,
    PerUnit,
    SetBySales,
    Slice,
    Step,
    Tier,
    Tiered,
    Unescalated,
)
from guerdon.domain.document import Document, Node, Path
from guerdon.domain.grammar import keys
from guerdon.domain.grammar.lines import read_per_line
from guerdon.domain.grammar.reader import ORDINAL_MOST, ProgramReader
from guerdon.domain.grammar.shares import read_flat, read_percentage
from guerdon.domain.grammar.table import read_table
from guerdon.domain.money import Money

_OUTSIDE: Final = {outside.value: outside for outside in Outside}


def read_amount(reader: ProgramReader, node: Node, path: Path) -> Amount | None:
    """What `node` pays; None if something is wrong with it."""
    document = reader.mapping(node, path, keys.AMOUNT)
    if document is None:
        return None
    kind = reader.exactly_one(document, path, tuple(keys.KINDS))
    pays = _kind(reader, document, kind, path) if kind else None
    bonuses = _bonuses(reader, document["every"], (*path, "every")) if "every" in document else ()
    least, most = reader.bounds(document, path)
    return Amount(pays, bonuses, least, most) if pays else None


def _kind(reader: ProgramReader, document: Document, kind: str, path: Path) -> AmountKind | None:
    match kind:
        case "escalating":
            return _escalating(reader, document[kind], (*path, kind))
        case "table":
            return read_table(reader, document[kind], (*path, kind))
        case "flat":
            return read_flat(reader, document, path, above_zero="leave the rule out to pay nothing")
        case _:
            return _unescalated(reader, document, kind, path)


def _unescalated(reader: ProgramReader, document: Document, kind: str, path: Path) -> Unescalated | None:
    if kind == "flat":
        return read_flat(reader, document, path)
    return _NESTED[kind](reader, document[kind], (*path, kind))


def _tiered(reader: ProgramReader, node: Node, path: Path) -> Tiered | None:
    of, bands, inside = _named(reader, node, path, keys.TIERED)
    entries = reader.entries(bands, inside)
    tiers: list[Tier] = []
    for index, entry in enumerate(entries):
        inner = (*inside, index)
        document = reader.mapping(entry, inner, keys.TIER)
        kind = document and reader.exactly_one(document, inner, ("flat", "percentage"))
        if not document or not kind:
            continue
        before = tiers[-1].at_least if tiers else None
        at_least = reader.edge_of(document.get("from"), (*inner, "from"), before, "tier", first=index == 0)
        pays: Flat | Percentage | None
        if kind == "flat":
            pays = read_flat(reader, document, inner)
        else:
            pays = read_percentage(reader, document["percentage"], (*inner, "percentage"), of or DEAL_AMOUNT)
        if at_least is not None and pays is not None:
            tiers.append(Tier(at_least, pays))
    return Tiered(tuple(tiers), of) if of and entries and len(tiers) == len(entries) else None


def _graduated(reader: ProgramReader, node: Node, path: Path) -> Graduated | None:
    of, found, inside = _named(reader, node, path, keys.GRADUATED)
    entries = reader.entries(found, inside)
    slices: list[Slice] = []
    for index, entry in enumerate(entries):
        inner = (*inside, index)
        document = reader.mapping(entry, inner, keys.SLICE)
        kind = document and reader.exactly_one(document, inner, ("rate", "flat"))
        if not document or not kind:
            continue
        before = slices[-1].at_least if slices else None
        at_least = reader.edge_of(document.get("from"), (*inner, "from"), before, "slice", first=index == 0)
        pays = reader.rate(document, "rate", inner, zero=True) if kind == "rate" else reader.sum(document, kind, inner)
        if at_least is not None and pays is not None:
            slices.append(Slice(at_least, pays))
    if not of or not entries or len(slices) != len(entries):
        return None
    if not any(one.pays.amount_minor if isinstance(one.pays, Money) else one.pays for one in slices):
        reader.wrong(inside, "every slice pays zero; leave the rule out to pay nothing", "zero")
    return Graduated(tuple(slices), of)


def _named(reader: ProgramReader, node: Node, path: Path, allowed: keys.Keys) -> tuple[str | None, Node, Path]:
    """The name of the amount, and the list with its path, which stands there itself if it is of the deal's amount."""
    if not isinstance(node, Mapping):
        return DEAL_AMOUNT, node, path
    document = reader.mapping(node, path, allowed)
    entries = tuple(allowed)[1]
    return reader.amount_name(document or {}, path), node.get(entries), (*path, entries)


def _escalating(reader: ProgramReader, node: Node, path: Path) -> Escalating | None:
    kinds = tuple(key for key in keys.STEP if key != "from")
    entries = reader.entries(node, path)
    steps: list[Step] = []
    for index, entry in enumerate(entries):
        inner = (*path, index)
        document = reader.mapping(entry, inner, keys.STEP)
        kind = document and reader.exactly_one(document, inner, kinds)
        if not document or not kind:
            continue
        before = steps[-1].from_ordinal if steps else None
        ordinal = reader.ordinal_of(document.get("from"), (*inner, "from"), before, first=index == 0)
        pays = _unescalated(reader, document, kind, inner)
        if ordinal is not None and pays is not None:
            steps.append(Step(ordinal, pays))
    return Escalating(tuple(steps)) if entries and len(steps) == len(entries) else None


def _per_unit(reader: ProgramReader, node: Node, path: Path) -> PerUnit | None:
    document = reader.mapping(node, path, keys.PER_UNIT)
    if document is None:
        return None
    amount = reader.sum(document, "amount", path, above_zero="leave the rule out to pay nothing")
    products = reader.texts(document["products"], (*path, "products")) if "products" in document else ()
    return PerUnit(amount, products) if amount else None


def _set_by_sales(reader: ProgramReader, node: Node, path: Path) -> SetBySales | None:
    document = reader.mapping(node, path, keys.SET_BY_SALES)
    if document is None:
        return None
    least, most = reader.bounds({"min": None, "max": None, **document}, path)
    default = reader.sum(document, "default", path) if "default" in document else None
    outside = reader.choice({"outside": Outside.ATTENTION.value, **document}, "outside", path, _OUTSIDE)
    if least is None or most is None or outside is None:
        return None
    if default is not None and not least <= default <= most:
        reader.wrong((*path, "default"), f"{default} is not from min, {least}, to max, {most}", "bounds")
    return SetBySales(least, most, default, outside)


def _bonuses(reader: ProgramReader, node: Node, path: Path) -> tuple[Bonus, ...]:
    bonuses: list[Bonus] = []
    for index, entry in enumerate(reader.entries(node, path)):
        inner = (*path, index)
        document = reader.mapping(entry, inner, keys.BONUS)
        if document is None:
            continue
        nth = reader.whole(document, "nth", inner, 1, ORDINAL_MOST)
        amount = reader.sum(document, "bonus", inner, above_zero="leave the entry out to add nothing")
        if nth is None or amount is None:
            continue
        if nth in {bonus.nth for bonus in bonuses}:
            reader.wrong((*inner, "nth"), f"{nth} has an entry already: add the two up", "twice")
        bonuses.append(Bonus(nth, amount))
    return tuple(bonuses)


_NESTED: Final[Mapping[str, Callable[[ProgramReader, Node, Path], Unescalated | None]]] = {
    "percentage": read_percentage,
    "tiers": _tiered,
    "graduated": _graduated,
    "per_unit": _per_unit,
    "per_line": read_per_line,
    "set_by_sales": _set_by_sales,
}
