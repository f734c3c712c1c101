"""Which operation an address means."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from guerdon.console.http import unsegment
from guerdon.console.operations import Operation

_SEGMENT_MOST = 1_000
"""Bytes of one segment; the store's keys are at most 1,024 bytes, so no id is longer."""


@dataclass(frozen=True, slots=True)
class Found:
    """An operation, and what its path names."""

    operation: Operation
    in_path: Mapping[str, str]


def find(operations: Sequence[Operation], method: str, path: str) -> Found | frozenset[str]:
    """The operation at a path below /console; or the methods that the path has instead, none for no such path.

    A segment that is written out goes before one in braces: /months/open is not the month called "open".
    """
    parts = path.strip("/").split("/")
    fits = [(each, named) for each in operations if (named := _named(each.path, parts)) is not None]
    best = min((len(named) for _, named in fits), default=0)
    for operation, named in fits:
        if operation.method == method and len(named) == best:
            return Found(operation, named)
    return frozenset(operation.method for operation, named in fits if len(named) == best)


def _named(pattern: str, parts: Sequence[str]) -> Mapping[str, str] | None:
    wanted = pattern.strip("/").split("/")
    if len(wanted) != len(parts) or any(not part or len(unsegment(part).encode()) > _SEGMENT_MOST for part in parts):
        return None
    named: dict[str, str] = {}
    for want, part in zip(wanted, parts, strict=True):
        if want.startswith("{"):
            named[want[1:-1]] = unsegment(part)
        elif want != part:
            return None
    return named
