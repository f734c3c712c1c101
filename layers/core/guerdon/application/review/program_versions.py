"""Versions of a program side by side, as lines that people read."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from guerdon.domain.document import Node


class Fate(StrEnum):
    """What became of a line."""

    SAME = "same"
    CHANGED = "changed"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class LinePair:
    """A line of the older version beside the newer one's; None where one of them has none."""

    older: str | None
    newer: str | None
    fate: Fate


def lines_of(document: str) -> tuple[str, ...]:
    """A stored version, which is JSON text, as the lines of a file: a key or an item of a list on each."""
    return tuple(_lines(json.loads(document), ""))


def _lines(node: Node, indent: str) -> Iterator[str]:
    if isinstance(node, Mapping):
        for key, value in node.items():
            yield from _under(f"{indent}{key}:", value, f"{indent}  ")
    elif isinstance(node, list):
        for item in node:
            inner = list(_lines(item, f"{indent}  "))
            if isinstance(item, Mapping | list) and inner:
                yield f"{indent}- {inner[0].strip()}"
                yield from inner[1:]
            else:
                yield f"{indent}- {_scalar(item)}"
    else:
        yield f"{indent}{_scalar(node)}"


def _under(head: str, value: Node, indent: str) -> Iterator[str]:
    if isinstance(value, Mapping | list) and value:
        yield head
        yield from _lines(value, indent)
    else:
        yield f"{head} {_scalar(value)}"


def _scalar(value: Node) -> str:
    return value if isinstance(value, str) and value.strip() == value and value else json.dumps(value)


def side_by_side(older: Sequence[str], newer: Sequence[str]) -> tuple[LinePair, ...]:
    """Both versions, each line beside what became of it."""
    pairs: list[LinePair] = []
    for tag, begin, end, new_begin, new_end in SequenceMatcher(None, older, newer, autojunk=False).get_opcodes():
        left, right = older[begin:end], newer[new_begin:new_end]
        for index in range(max(len(left), len(right))):
            was = left[index] if index < len(left) else None
            now = right[index] if index < len(right) else None
            pairs.append(LinePair(was, now, _fate(tag, was, now)))
    return tuple(pairs)


def _fate(tag: str, was: str | None, now: str | None) -> Fate:
    if tag == "equal":
        return Fate.SAME
    if was is None:
        return Fate.ADDED
    return Fate.REMOVED if now is None else Fate.CHANGED
