"""Load a year of invented history into a new local stack, once.

It is played first and kept in a file, and only then written: rows, then what the providers keep, and last the head of
the journal's seals, which says that all of it is there. A load that was interrupted goes on from the file, and writes
the same rows again.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import boto3
import urllib3

from guerdon.adapters.dynamodb.models import MODELS
from guerdon.application.seal_records import SealHead
from guerdon.application.transaction import Row
from guerdon.stack import Stack
from local.demo.history.playing import Played, play

ROWS_AT_ONCE: Final = 25
"""What DynamoDB takes in one BatchWriteItem."""

_SENDERS: Final = 4
_MODEL_OF: Final = {model.row_type: model for model in MODELS}

Item = Mapping[str, Any]


class CannotLoad(Exception):
    """The stack, or the sandbox, did not take the history; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """How the stack stands to its history.

    Attributes:
        said: What to say of it.
        until: The end of the history; None if the stack has none.
        new: Whether it was loaded just now.
    """

    said: str
    until: datetime | None
    new: bool = False


@dataclass(frozen=True, slots=True)
class _Kept:
    """What was played, as it is kept in the file: items by logical table, and the head alone."""

    until: str
    opened: str
    head: Item
    items: Mapping[str, list[Item]]
    providers: Mapping[str, Any]


def load_history(stack: Stack, file: Path, sandbox_url: str, now: datetime, busy: Callable[[str], None]) -> Loaded:
    """Load it, unless the stack has it or has a journal of its own.

    Raises:
        CannotLoad: The stack or the sandbox did not take it.
        CannotPlay: A program of the history is not in order.
    """
    kept = _read(file)
    head = stack.store.seal_head()
    if head is not None:
        if kept is not None and kept.opened == head.opened:
            return Loaded("a year of invented history is there already", datetime.fromisoformat(kept.until))
        return Loaded(
            "this stack has a journal of its own, so none is invented for it; for one: make clean, then make demo",
            None,
        )
    if kept is None:
        busy("playing a year of invented history")
        kept = _keep(play(_end(now)), _end(now), file)
    busy("writing it into the stack")
    _write(stack, kept.items)
    _tell_providers(sandbox_url, kept.providers)
    _write(stack, {"seals": [kept.head]})
    rows = sum(len(items) for items in kept.items.values())
    deals, payouts = len(kept.items["inbox"]), len(kept.items["payouts"])
    _finish(kept, file)
    return Loaded(
        f"a year of invented history: {deals} messages about deals, {payouts} payouts, {rows:,} rows",
        datetime.fromisoformat(kept.until),
        new=True,
    )


def _end(now: datetime) -> datetime:
    """The history ends with the day before: what comes after is the demo's own."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


def _keep(played: Played, until: datetime, file: Path) -> _Kept:
    items: defaultdict[str, list[Item]] = defaultdict(list)
    head: Row | None = None
    for row in played.store.rows.values():
        if isinstance(row, SealHead):
            head = row
        else:
            items[_MODEL_OF[type(row)].table].append(_item(row))
    if not isinstance(head, SealHead):
        raise CannotLoad("the history that was played has no journal")
    kept = _Kept(until.isoformat(), head.opened, _item(head), items, played.providers)
    _put(file, {name: getattr(kept, name) for name in _Kept.__slots__})
    return kept


def _finish(kept: _Kept, file: Path) -> None:
    """What a later run has to know; the rows are in the stack."""
    _put(file, {"until": kept.until, "opened": kept.opened, "head": {}, "items": {}, "providers": {}})


def _put(file: Path, content: Mapping[str, Any]) -> None:
    beside = file.with_suffix(".new")
    beside.write_text(json.dumps(content))
    beside.replace(file)


def _read(file: Path) -> _Kept | None:
    return _Kept(**json.loads(file.read_text())) if file.exists() else None


def _item(row: Row) -> Item:
    """A row in DynamoDB's own JSON, as the production adapter stores it."""
    item: Item = _MODEL_OF[type(row)].from_row(row).serialize()
    return item


def _write(stack: Stack, items: Mapping[str, list[Item]]) -> None:
    client = boto3.client("dynamodb")
    batches = [batch for table, rows in items.items() for batch in _batches(_name(stack, table), rows)]
    with ThreadPoolExecutor(_SENDERS) as senders:
        for left in senders.map(lambda batch: client.batch_write_item(RequestItems=batch)["UnprocessedItems"], batches):
            if left:
                raise CannotLoad("the local DynamoDB did not take every row of the history: run the demo again")


def _batches(table: str, rows: Sequence[Item]) -> Iterator[dict[str, Any]]:
    for begin in range(0, len(rows), ROWS_AT_ONCE):
        yield {table: [{"PutRequest": {"Item": row}} for row in rows[begin : begin + ROWS_AT_ONCE]]}


def _name(stack: Stack, table: str) -> str:
    return stack.outputs[f"{table.capitalize()}Table"]


def _tell_providers(sandbox_url: str, history: Mapping[str, Any]) -> None:
    url = f"{sandbox_url}/_sandbox/history"
    try:
        answer = urllib3.request("POST", url, json=history, timeout=60)
    except urllib3.exceptions.HTTPError as error:
        raise CannotLoad(f"the provider sandbox does not answer at {url}: {type(error).__name__}") from error
    if answer.status != 200:  # noqa: PLR2004 - plain success.
        raise CannotLoad(f"the provider sandbox did not take the history: {answer.status} {answer.data!r}")
