"""A table with an index of keys and one that carries more, and writes to it: one example of each rule of capacity."""

from dataclasses import dataclass, field
from typing import Any, Final

from bench.cost.capacity import Item, Request, Table

NAME: Final = "things"
DEFINITION: Final[dict[str, Any]] = {
    "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in ("id", "shard", "at")],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by-time",
            "KeySchema": [{"AttributeName": "shard", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        },
        {
            "IndexName": "carrying",
            "KeySchema": [{"AttributeName": "shard", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["status"]},
        },
    ],
}


def table() -> Table:
    return Table.defined(NAME, DEFINITION)


def item(**columns: str) -> Item:
    return {name: {"S": text} for name, text in columns.items()}


def put(written: Item) -> Request:
    return {"TableName": NAME, "Item": written}


KB: Final = 1024 - len("id") - len("1") - len("x")
"""The length of an attribute x that makes the item called "1" exactly one write unit."""


@dataclass(frozen=True, slots=True)
class Example:
    """A put, what was there before it, and what it takes of the table and of each index."""

    rule: str
    written: Item
    before: Item | None = None
    units: dict[str, int] = field(default_factory=dict)


IN: Final = {"shard": "3", "at": "2026-11-27", "status": "earned"}

EXAMPLES: Final = (
    Example("an item of less than a kilobyte is one unit", item(id="1"), units={"things": 1}),
    Example("so is one of exactly a kilobyte", item(id="1", x="y" * KB), units={"things": 1}),
    Example("a byte more is two", item(id="1", x="y" * (KB + 1)), units={"things": 2}),
    Example("the larger of before and after counts", item(id="1"), item(id="1", x="y" * (KB + 1)), units={"things": 2}),
    Example(
        "an item that comes into an index writes it",
        item(id="1", **IN),
        item(id="1"),
        units={"things": 1, "things/by-time": 1, "things/carrying": 1},
    ),
    Example(
        "an item without the sort key of an index is not in it",
        item(id="1", shard="3"),
        units={"things": 1, "things/carrying": 1},
    ),
    Example(
        "what an index does not carry does not write it", item(id="1", x="1", **IN), item(id="1", **IN), {"things": 1}
    ),
    Example(
        "what it carries does",
        item(id="1", **IN | {"status": "released"}),
        item(id="1", **IN),
        units={"things": 1, "things/carrying": 1},
    ),
    Example(
        "a key that changes is taken out and put in",
        item(id="1", **IN | {"at": "2026-11-28"}),
        item(id="1", **IN),
        units={"things": 1, "things/by-time": 2},
    ),
    Example(
        "an item that leaves an index writes it",
        item(id="1"),
        item(id="1", **IN),
        units={"things": 1, "things/by-time": 1, "things/carrying": 1},
    ),
)
