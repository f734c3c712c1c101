"""Counts what the adapter asks of DynamoDB, and what DynamoDB says that it took."""

from dataclasses import dataclass
from time import perf_counter
from typing import Any

from guerdon.adapters.dynamodb.store import DynamoStore


@dataclass(slots=True)
class Taken:
    """What one piece of work took.

    Attributes:
        read_units: As DynamoDB counts them; a consistent read of 4 KB is one.
    """

    requests: int = 0
    read_units: float = 0.0
    seconds: float = 0.0


class Meter:
    """Sits between the adapter and its client.

    Args:
        store: Whose calls are counted.
    """

    def __init__(self, store: DynamoStore) -> None:
        self._taken = Taken()
        events = store.tables.connection.client.meta.events
        events.register("provide-client-params.dynamodb.*", self._ask)
        events.register("after-call.dynamodb.*", self._count)

    def __enter__(self) -> Taken:
        self._taken = Taken()
        self._began = perf_counter()
        return self._taken

    def __exit__(self, *_: object) -> None:
        self._taken.seconds = perf_counter() - self._began

    def _ask(self, params: dict[str, Any], **_: object) -> None:
        params["ReturnConsumedCapacity"] = "TOTAL"

    def _count(self, parsed: dict[str, Any], **_: object) -> None:
        self._taken.requests += 1
        consumed = parsed.get("ConsumedCapacity", {})
        for table in consumed if isinstance(consumed, list) else [consumed]:
            self._taken.read_units += table.get("CapacityUnits", 0.0)
