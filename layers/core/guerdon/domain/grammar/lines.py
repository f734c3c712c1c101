"""The grammar of amounts by product line: what stands under `per_line`."""

from guerdon.domain.amounts import Flat, LineRate, Percentage, PerLine, PerUnit
from guerdon.domain.document import Document, Node, Path
from guerdon.domain.grammar import keys
from guerdon.domain.grammar.reader import ProgramReader
from guerdon.domain.grammar.shares import read_flat, read_percentage


def read_per_line(reader: ProgramReader, node: Node, path: Path) -> PerLine | None:
    """What each line of a deal pays."""
    entries = reader.entries(node, path)
    rates: list[LineRate] = []
    for index, entry in enumerate(entries):
        inner = (*path, index)
        document = reader.mapping(entry, inner, keys.LINE)
        if document is None:
            continue
        products = reader.texts(document["products"], (*inner, "products")) if "products" in document else ()
        pays = _pays(reader, document, inner)
        if pays is None:
            continue
        _check_reached(reader, inner, document, products, rates)
        rates.append(LineRate(products, pays))
    return PerLine(tuple(rates)) if entries and len(rates) == len(entries) else None


def _pays(reader: ProgramReader, document: Document, path: Path) -> Flat | Percentage | PerUnit | None:
    match reader.exactly_one(document, path, ("flat", "percentage", "per_unit")):
        case "flat":
            return read_flat(reader, document, path)
        case "percentage":
            return read_percentage(reader, document["percentage"], (*path, "percentage"), allowed=keys.LINE_PERCENTAGE)
        case "per_unit":
            amount = reader.sum(document, "per_unit", path)
            return PerUnit(amount) if amount is not None else None
        case _:
            return None


def _check_reached(
    reader: ProgramReader, path: Path, document: Document, products: tuple[str, ...], earlier: list[LineRate]
) -> None:
    """The first entry for a product pays its line, so what an earlier one is for is none of a later one's."""
    if any(not rate.products for rate in earlier):
        reader.wrong(path, "is never reached: an earlier entry is for every product", "entry-never-reached")
        return
    taken = {product for rate in earlier for product in rate.products}
    for product in products:
        if product in taken:
            place = (*path, "products") if "products" in document else path
            reader.wrong(place, f"an earlier entry is for {product[:40]!r} already", "entry-never-reached")
