"""The grammar of a table of tiers by steps: what stands under `table`."""

import re
from fractions import Fraction
from typing import Final

from guerdon.domain.amounts import Table
from guerdon.domain.document import Document, Node, Path
from guerdon.domain.grammar import keys
from guerdon.domain.grammar.reader import ProgramReader
from guerdon.domain.money import Money

_SHARE: Final = re.compile(r"(?P<rate>\S+?) ?%", re.ASCII)

Cell = Money | Fraction


def read_table(reader: ProgramReader, node: Node, path: Path) -> Table | None:
    """The table that `node` describes."""
    document = reader.mapping(node, path, keys.TABLE)
    if document is None:
        return None
    of = reader.amount_name(document, path)
    tiers = _tiers(reader, document, path)
    steps = _steps(reader, document, path)
    pays = _rows(reader, document.get("pays"), (*path, "pays"), len(tiers), len(steps))
    if not (of and tiers and steps and pays):
        return None
    return Table(tiers, steps, pays, of)


def _tiers(reader: ProgramReader, document: Document, path: Path) -> tuple[Money, ...]:
    inner = (*path, "tiers")
    tiers: list[Money] = []
    entries = reader.entries(document.get("tiers"), inner)
    for index, entry in enumerate(entries):
        edge = reader.edge_of(entry, (*inner, index), tiers[-1] if tiers else None, "tier", first=index == 0)
        if edge is not None:
            tiers.append(edge)
    return tuple(tiers) if len(tiers) == len(entries) else ()


def _steps(reader: ProgramReader, document: Document, path: Path) -> tuple[int, ...]:
    inner = (*path, "steps")
    steps: list[int] = []
    entries = reader.entries(document.get("steps"), inner)
    for index, entry in enumerate(entries):
        ordinal = reader.ordinal_of(entry, (*inner, index), steps[-1] if steps else None, first=index == 0)
        if ordinal is not None:
            steps.append(ordinal)
    return tuple(steps) if len(steps) == len(entries) else ()


def _rows(reader: ProgramReader, node: Node, path: Path, tiers: int, steps: int) -> tuple[tuple[Cell, ...], ...]:
    nodes = reader.entries(node, path)
    rows: list[tuple[Cell, ...]] = []
    if tiers and nodes and len(nodes) != tiers:
        reader.wrong(path, f"must have a row for each of the {tiers} tiers, and has {len(nodes)}", "table-shape")
    for index, entry in enumerate(nodes):
        inner = (*path, index)
        entries = reader.entries(entry, inner)
        if steps and entries and len(entries) != steps:
            reader.wrong(
                inner, f"must have a cell for each of the {steps} steps, and has {len(entries)}", "table-shape"
            )
        cells = [_cell(reader, cell, (*inner, column)) for column, cell in enumerate(entries)]
        rows.append(tuple(cell for cell in cells if cell is not None))
    if rows and all(rows) and not any(_above_zero(cell) for row in rows for cell in row):
        reader.wrong(path, "every cell pays zero; leave the rule out to pay nothing", "zero")
    return tuple(rows)


def _cell(reader: ProgramReader, node: Node, path: Path) -> Cell | None:
    share = _SHARE.fullmatch(node) if isinstance(node, str) else None
    if share is not None:
        return reader.rate_of(share["rate"], path, zero=True)
    return reader.sum_of(node, path)


def _above_zero(cell: Cell) -> bool:
    return cell.amount_minor > 0 if isinstance(cell, Money) else cell > 0
