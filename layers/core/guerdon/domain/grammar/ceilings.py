"""The grammar of a program file's daily ceilings, and of how late a deal may be told."""

from typing import Final

from guerdon.domain.ceilings import Ceilings
from guerdon.domain.document import Document, Node, Path
from guerdon.domain.grammar import keys
from guerdon.domain.grammar.reader import ProgramReader

PAYOUTS_MOST: Final = 1_000_000
"""More payouts a day than one row of sums could ever take."""

TOLD_WITHIN_MOST: Final = 3660


def read_ceilings(reader: ProgramReader, node: Node, path: Path) -> Ceilings | None:
    """The ceilings that `node` describes, as far as they are right."""
    document = reader.mapping(node, path, keys.CEILINGS)
    if document is None:
        return None
    if not document:
        reader.wrong(path, f"must name at least one of {', '.join(keys.CEILINGS)}", "empty")
    payouts, amount = None, None
    if "payouts_per_day" in document:
        payouts = reader.whole(document, "payouts_per_day", path, 1, PAYOUTS_MOST)
    if "amount_per_day" in document:
        amount = reader.sum(document, "amount_per_day", path, above_zero="pause the program to pay nothing")
    return Ceilings(reader.time_zone.key, payouts, amount)


def read_told_within(reader: ProgramReader, document: Document, path: Path) -> int | None:
    """The days under `told_within_days`, which may be absent."""
    if "told_within_days" not in document:
        return None
    return reader.whole(document, "told_within_days", path, 1, TOLD_WITHIN_MOST)
