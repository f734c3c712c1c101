"""The grammar of the plainest amounts: a flat one, and a percentage."""

from guerdon.domain.amounts import DEAL_AMOUNT, Flat, Percentage
from guerdon.domain.document import Document, Node, Path
from guerdon.domain.grammar import keys
from guerdon.domain.grammar.reader import ProgramReader


def read_flat(reader: ProgramReader, document: Document, path: Path, above_zero: str = "") -> Flat | None:
    """The amount under `flat`; `above_zero` says what to do instead of paying zero, where that is no use."""
    flat = reader.sum(document, "flat", path, above_zero=above_zero)
    return Flat(flat) if flat is not None else None


def read_percentage(
    reader: ProgramReader, node: Node, path: Path, of: str = DEAL_AMOUNT, allowed: keys.Keys = keys.PERCENTAGE
) -> Percentage | None:
    """The percentage that `node` describes, of the amount `of` unless it names another one."""
    document = reader.mapping(node, path, allowed)
    if document is None:
        return None
    least, most = reader.bounds(document, path)
    rate = reader.rate(document, "rate", path)
    name = reader.amount_name(document, path, of) if "of" in allowed else of
    return Percentage(rate, least, most, name) if rate is not None and name is not None else None
