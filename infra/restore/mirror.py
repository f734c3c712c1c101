"""Make one table hold exactly what another holds.

AWS restores a table to a moment as a new table beside the old one. A stack's functions know their tables by the names
that CloudFormation gave them, so what was restored is brought back into those. Nothing else may write meanwhile.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

Item = dict[str, Any]
Key = tuple[str, ...]

A_BATCH: Final = 25
"""The most that BatchWriteItem takes."""

TRIES_MOST: Final = 10
PAUSE_FIRST_SECONDS: Final = 0.1


class TableBusy(Exception):
    """A table did not take all writes, however often they were sent: run it again, it goes on where it stopped."""

    def __init__(self, table: str) -> None:
        super().__init__(f"table {table} did not take all writes: run it again, and it goes on where it stopped")


@dataclass(frozen=True, slots=True)
class Difference:
    """What keeps one table from holding what another holds.

    Attributes:
        missing: Items that only the source has, or has in another form.
        excess: Keys that only the target has.
        same: How many items are the same.
    """

    missing: tuple[Item, ...]
    excess: tuple[Item, ...]
    same: int


def difference(client: "DynamoDBClient", source: str, target: str) -> Difference:
    """What would be written to `target`, and what would be deleted from it."""
    names = key_names(client, target)
    wanted = {_key(item, names): item for item in items_of(client, source)}
    there = {_key(item, names): item for item in items_of(client, target)}
    missing = tuple(item for key, item in wanted.items() if there.get(key) != item)
    excess = tuple({name: item[name] for name in names} for key, item in there.items() if key not in wanted)
    return Difference(missing, excess, len(wanted) - len(missing))


def apply(client: "DynamoDBClient", target: str, found: Difference) -> None:
    """Write and delete what was found. Doing it again, or half of it, is harmless.

    Raises:
        TableBusy: Not everything was taken.
    """
    writes: list[dict[str, Any]] = [{"PutRequest": {"Item": item}} for item in found.missing]
    writes += [{"DeleteRequest": {"Key": key}} for key in found.excess]
    for start in range(0, len(writes), A_BATCH):
        _write(client, target, writes[start : start + A_BATCH])


def items_of(client: "DynamoDBClient", table: str) -> Iterator[Item]:
    """Every item of a table as it stands now."""
    pages = client.get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
    yield from (item for page in pages for item in page["Items"])


def key_names(client: "DynamoDBClient", table: str) -> tuple[str, ...]:
    """The columns of a table's key."""
    return tuple(part["AttributeName"] for part in client.describe_table(TableName=table)["Table"]["KeySchema"])


def _key(item: Item, names: tuple[str, ...]) -> Key:
    return tuple(repr(item[name]) for name in names)


def _write(client: "DynamoDBClient", table: str, writes: list[dict[str, Any]]) -> None:
    left: Any = {table: writes}
    for tries in range(TRIES_MOST):
        left = client.batch_write_item(RequestItems=left)["UnprocessedItems"]
        if not left:
            return
        time.sleep(PAUSE_FIRST_SECONDS * 2**tries)
    raise TableBusy(table)
