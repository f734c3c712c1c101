"""Read and write units of DynamoDB requests, by the rules of the developer guide, on each partition that is touched.

The sources, in the Amazon DynamoDB Developer Guide: "Read and write operations" and "DynamoDB item sizes and formats"
(a write unit is 1 KB of the larger of the item before and after, a read unit 4 KB read consistently, half as much
otherwise, at least one of each), "Capacity unit consumption for conditional writes" (a refused write costs what the
item that is there costs), "DynamoDB Transactions: capacity management" (two units for each; a transaction repeated
under its token is a read), "Using Global Secondary Indexes: provisioned throughput considerations" (an index is written
when what it carries changes, twice when its key does). An index follows its table after the transaction, at the plain
price: so AWS is said to count, while DynamoDB Local doubles that too. tests/bench/test_cost_capacity.py has an example
of each rule, and holds those outside of transactions to DynamoDB Local.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from adapters.dynamodb.item_size import item_bytes

WRITE_UNIT_BYTES: Final = 1024
READ_UNIT_BYTES: Final = 4096
TRANSACTION: Final = 2
"""Every item of a transaction is prepared, then committed."""

PAID_REFUSALS: Final = frozenset({"ConditionalCheckFailedException", "TransactionCanceledException"})
"""What was refused by a condition is paid for like what was done; what the service never took up is not."""

OK: Final = 200

Item = Mapping[str, Mapping[str, Any]]
Request = Mapping[str, Any]


class NotMetered(Exception):
    """A request that no rule is written for yet."""

    def __init__(self, operation: str) -> None:
        """Name it."""
        super().__init__(f"bench/cost/capacity.py has no rule for {operation} yet: add it, with its source")


@dataclass(frozen=True, slots=True)
class Units:
    """What one request took of one partition.

    Attributes:
        place: The table's logical name ("payouts"), with a slash and the index's name if it is an index.
        key: The partition key's value.
        read_halves: Halves of read units: what may be read in an older state costs half of one.
        written: Write units.
    """

    place: str
    key: str
    read_halves: int = 0
    written: int = 0


@dataclass(frozen=True, slots=True)
class Index:
    """A secondary index, as a table's definition has it."""

    name: str
    keys: tuple[str, ...]
    carried: frozenset[str] | None

    def entry(self, item: Item | None) -> Item | None:
        """What the index has of an item; None if the item is absent or has not all of its keys."""
        if item is None or any(key not in item for key in self.keys):
            return None
        return item if self.carried is None else {name: value for name, value in item.items() if name in self.carried}


@dataclass(slots=True)
class Table:
    """A table's keys and indexes, and its items as far as they were seen.

    Attributes:
        name: Its logical name.
        items: By the text of the key.
    """

    name: str
    keys: tuple[str, ...]
    indexes: tuple[Index, ...]
    items: dict[str, Item] = field(default_factory=dict)

    @classmethod
    def defined(cls, name: str, definition: Mapping[str, Any]) -> "Table":
        """A table as the template defines it."""
        keys = _names(definition["KeySchema"])
        indexes = []
        for index in definition.get("GlobalSecondaryIndexes", []):
            index_keys, projection = _names(index["KeySchema"]), index["Projection"]
            carried = None
            if projection["ProjectionType"] != "ALL":
                carried = frozenset((*keys, *index_keys, *projection.get("NonKeyAttributes", [])))
            indexes.append(Index(index["IndexName"], index_keys, carried))
        return cls(name, keys, tuple(indexes))

    def place_of(self, item: Item) -> str:
        """The text of an item's key."""
        return json.dumps([item[key] for key in self.keys])

    def there(self, item: Item) -> Item | None:
        """The item that is stored under the key of `item`."""
        return self.items.get(self.place_of(item))

    def put(self, item: Item) -> Iterator[Units]:
        """Store an item; what that takes of the table, outside of any transaction, and of its indexes."""
        before = self.there(item)
        yield Units(self.name, _key(item, self.keys), written=write_units(before, item))
        for index in self.indexes:
            yield from self._indexed(index, index.entry(before), index.entry(item))
        self.items[self.place_of(item)] = item

    def _indexed(self, index: Index, before: Item | None, after: Item | None) -> Iterator[Units]:
        place = f"{self.name}/{index.name}"
        moved = before is not None and after is not None and any(before[key] != after[key] for key in index.keys)
        if moved or before is None or after is None:
            for entry in (before, after):
                if entry is not None:
                    yield Units(place, _key(entry, index.keys), written=write_units(entry))
        elif before != after:
            yield Units(place, _key(after, index.keys), written=write_units(before, after))


@dataclass(slots=True)
class Capacity:
    """Follows every request to some tables, in the order in which they were answered.

    Args:
        tables: By their real names.
    """

    tables: Mapping[str, Table]
    _tokens: set[str] = field(default_factory=set)

    def known(self, table: str, items: Iterable[Item]) -> None:
        """Say which items were there before the first request."""
        kept = self.tables[table]
        kept.items.update((kept.place_of(item), item) for item in items)

    def units(self, operation: str, asked: Request, status: int, answer: Request) -> list[Units]:
        """What one request took, partition by partition.

        Raises:
            NotMetered: There is no rule for the operation.
        """
        refused = status != OK
        if refused and str(answer.get("__type", "")).rpartition("#")[2] not in PAID_REFUSALS:
            return []
        match operation:
            case "GetItem":
                return [self._got(asked, answer)]
            case "Query":
                return [self._queried(asked, answer)]
            case "PutItem":
                table = self.tables[asked["TableName"]]
                return [_refused_write(table, asked["Item"])] if refused else list(table.put(asked["Item"]))
            case "TransactWriteItems":
                return list(self._transaction(asked, refused=refused))
        raise NotMetered(operation)

    def _got(self, asked: Request, answer: Request) -> Units:
        table = self.tables[asked["TableName"]]
        halves = read_halves(item_bytes(answer.get("Item", {})), consistent=asked.get("ConsistentRead", False))
        return Units(table.name, _key(asked["Key"], table.keys), read_halves=halves)

    def _queried(self, asked: Request, answer: Request) -> Units:
        table, index = self.tables[asked["TableName"]], asked.get("IndexName")
        size = sum(item_bytes(item) for item in answer.get("Items", []))
        place = f"{table.name}/{index}" if index else table.name
        # The key is compared first in all of our queries, and its value is the first that the expression names.
        value = next(iter(asked["ExpressionAttributeValues"][_first_value(asked["KeyConditionExpression"])].values()))
        return Units(place, str(value), read_halves=read_halves(size, consistent=asked.get("ConsistentRead", False)))

    def _transaction(self, asked: Request, *, refused: bool) -> Iterator[Units]:
        token = asked.get("ClientRequestToken", "")
        again = token in self._tokens
        if not refused and token:
            self._tokens.add(token)
        for ((kind, write),) in (part.items() for part in asked["TransactItems"]):
            table = self.tables[write["TableName"]]
            if kind not in {"Put", "ConditionCheck"}:
                raise NotMetered(f"{kind} in a transaction")
            item = write["Item"] if kind == "Put" else write["Key"]
            key, before = _key(item, table.keys), table.there(item)
            if again:
                size = item_bytes(dict(item if kind == "Put" else before or {}))
                yield Units(table.name, key, read_halves=TRANSACTION * read_halves(size, consistent=True))
            elif kind == "ConditionCheck" or refused:
                # Whether a transaction that was canceled is paid for what it would have written, or for what is there,
                # the guide leaves open; here it is the dearer.
                larger = write_units(before, item if kind == "Put" else None)
                yield Units(table.name, key, written=TRANSACTION * larger)
            else:
                on_the_table, *on_indexes = table.put(item)
                yield Units(table.name, key, written=TRANSACTION * on_the_table.written)
                yield from on_indexes


def write_units(*items: Item | None) -> int:
    """Write units of the largest of `items`, such as the one before and the one after; at least one."""
    size = max((item_bytes(dict(item)) for item in items if item is not None), default=0)
    return max(1, -(-size // WRITE_UNIT_BYTES))


def read_halves(size: int, *, consistent: bool) -> int:
    """Halves of read units of `size` bytes: at least two, or one if an older state will do."""
    return max(1, -(-size // READ_UNIT_BYTES)) * (2 if consistent else 1)


def _refused_write(table: Table, item: Item) -> Units:
    return Units(table.name, _key(item, table.keys), written=write_units(table.there(item)))


def _names(key_schema: list[Mapping[str, str]]) -> tuple[str, ...]:
    return tuple(part["AttributeName"] for part in sorted(key_schema, key=lambda part: part["KeyType"]))


def _key(item: Item, keys: tuple[str, ...]) -> str:
    return str(next(iter(item[keys[0]].values())))


def _first_value(expression: str) -> str:
    return ":" + expression.partition(":")[2].split(" ")[0].rstrip(")")
