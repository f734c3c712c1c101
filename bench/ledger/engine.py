"""DynamoDB in memory, as far as reading and sealing a journal asks for it, answering at the HTTP layer.

DynamoDB Local's scan slows down with its table until its pages time out, so that it cannot hold the scan of a million
entries. This engine keeps the rules that a read is charged by: a page ends at 1 MB, a consistent read unit is 4 KB,
every request takes one at least (DynamoDB Local counts nothing where nothing is found). The bench holds it against
DynamoDB Local where both can: the same requests, and nearly the same units. It judges no conditions: one sealer works
at a time.
"""

import io
import json
import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping
from itertools import islice
from typing import Any, Final, NamedTuple

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from urllib3 import HTTPResponse

from adapters.dynamodb.engines import table_definitions
from adapters.dynamodb.item_size import item_bytes
from guerdon.adapters.dynamodb.store import DynamoStore

PAGE_BYTES: Final = 1024 * 1024
UNIT_BYTES: Final = 4096

Request = dict[str, Any]

_KEYS: Final = re.compile(r"\(?(?P<hash>#\d+) = (?P<at>:\d+)(?: AND (?P<range>#\d+) <= (?P<most>:\d+)\))?")


class Stored(NamedTuple):
    """An item as it is answered, in the order of its sort key."""

    place: str
    text: str
    size: int


class Engine:
    """The tables of one deployment.

    Args:
        names: Real table name by logical name, as the store has them.
        urls: Where the client sends to.
    """

    def __init__(self, names: Mapping[str, str], url: str) -> None:
        self.url = url
        schemas = {names[logical]: definition["KeySchema"] for logical, definition in table_definitions().items()}
        self._keys = {name: [key["AttributeName"] for key in schema] for name, schema in schemas.items()}
        self._rows: defaultdict[str, defaultdict[str, list[Stored]]] = defaultdict(lambda: defaultdict(list))
        self._flat: dict[str, list[Stored]] = {}

    def serve(self, store: DynamoStore) -> None:
        """Answer every request of a store."""
        store.tables.connection.client.meta.events.register_first("before-send.dynamodb", self._send)

    def put(self, table: str, item: dict[str, Any]) -> None:
        """Store an item over the one that has its key."""
        keys = [next(iter(item[name].values())) for name in self._keys[table]]
        stored = Stored(keys[1] if len(keys) > 1 else "", json.dumps(item), item_bytes(item))
        rows = self._rows[table][keys[0]]
        at = bisect_left(rows, stored.place, key=_place)
        known = at < len(rows) and rows[at].place == stored.place
        rows[at : at + known] = [stored]
        self._flat.pop(table, None)

    def _send(self, request: AWSPreparedRequest, **_: object) -> Any:  # noqa: ANN401 - the stubs say None, the SDK takes an AWSResponse.
        target = request.headers["X-Amz-Target"]
        operation = (target.decode() if isinstance(target, bytes) else target).rpartition(".")[2]
        asked: Request = json.loads(_body(request))
        match operation:
            case "Query":
                return self._page(self._query(asked), asked)
            case "Scan":
                return self._page(self._scan(asked), asked)
            case "GetItem":
                return self._got(asked)
            case "TransactWriteItems":
                for write in asked["TransactItems"]:
                    self.put(write["Put"]["TableName"], write["Put"]["Item"])
                return self._whole({})
            case _:
                raise NotImplementedError(operation)

    def _query(self, asked: Request) -> list[Stored]:
        found = _KEYS.fullmatch(asked["KeyConditionExpression"])
        if found is None:
            raise NotImplementedError(asked["KeyConditionExpression"])
        values = {name: next(iter(value.values())) for name, value in asked["ExpressionAttributeValues"].items()}
        rows = self._rows[asked["TableName"]].get(values[found["at"]], [])
        if found["most"]:
            rows = rows[: bisect_right(rows, values[found["most"]], key=_place)]
        return rows if asked.get("ScanIndexForward", True) else rows[::-1]

    def _scan(self, asked: Request) -> list[Stored]:
        table = asked["TableName"]
        if table not in self._flat:
            self._flat[table] = [row for rows in self._rows[table].values() for row in rows]
        return self._flat[table]

    def _got(self, asked: Request) -> AWSResponse:
        key = [next(iter(asked["Key"][name].values())) for name in self._keys[asked["TableName"]]]
        place = key[1] if len(key) > 1 else ""
        rows = self._rows[asked["TableName"]].get(key[0], [])
        row = next((row for row in rows if row.place == place), None)
        consumed = {"ConsumedCapacity": _consumed(asked, row.size if row else 0)}
        return self._whole(consumed | ({"Item": json.loads(row.text)} if row else {}))

    def _page(self, rows: list[Stored], asked: Request) -> AWSResponse:
        """One page. The key that a later page is asked for by holds how many rows were answered before it."""
        first_key, *_ = names = self._keys[asked["TableName"]]
        skipped = int(asked["ExclusiveStartKey"][first_key]["S"]) if "ExclusiveStartKey" in asked else 0
        page: list[str] = []
        size, more = 0, False
        for row in islice(rows, skipped, None):
            if size + row.size > PAGE_BYTES or len(page) == asked.get("Limit"):
                more = True
                break
            page.append(row.text)
            size += row.size
        told: Request = {"Count": len(page), "ScannedCount": len(page), "ConsumedCapacity": _consumed(asked, size)}
        if more:
            told["LastEvaluatedKey"] = {name: {"S": str(skipped + len(page))} for name in names}
        return self._text(json.dumps(told)[:-1] + ',"Items":[' + ",".join(page) + "]}")

    def _whole(self, body: Request) -> AWSResponse:
        return self._text(json.dumps(body))

    def _text(self, body: str) -> AWSResponse:
        raw = HTTPResponse(io.BytesIO(body.encode()), preload_content=False)
        return AWSResponse(self.url, 200, HTTPHeaders.from_dict({"content-type": "application/x-amz-json-1.0"}), raw)


def _body(request: AWSPreparedRequest) -> bytes:
    if not isinstance(request.body, bytes):
        raise TypeError(request.body)
    return request.body


def _place(row: Stored) -> str:
    return row.place


def _consumed(asked: Request, size: int) -> Request:
    units = max(1, -(-size // UNIT_BYTES)) * (1 if asked.get("ConsistentRead") else 0.5)
    return {"TableName": asked["TableName"], "CapacityUnits": units}
