"""Everything the sandbox remembers: named collections of JSON records, in the order they came.

With a directory, each record is one file that is replaced whole on every change, so that a
sandbox stopped at any moment finds its till again. Without one, records live in memory.
"""

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

JsonObject = dict[str, Any]


class Records:
    """Collections of JSON records by key; a record read is the record kept, not a copy.

    Change a record, then `put` it again: that is what writes it down.
    """

    def __init__(self, directory: Path | None = None) -> None:
        self._directory = directory
        self._collections: dict[str, dict[str, JsonObject]] = {}
        self._sequences: dict[tuple[str, str], int] = {}
        self._last_sequence = 0
        if directory is not None:
            self._load(directory)

    def get(self, collection: str, key: str) -> JsonObject | None:
        """The record under `key`, or None."""
        return self._collections.get(collection, {}).get(key)

    def all(self, collection: str) -> list[JsonObject]:
        """Every record of a collection, oldest first."""
        return list(self._collections.get(collection, {}).values())

    def everything(self) -> list[tuple[str, str, JsonObject]]:
        """Every record with its collection and its key, in the order in which they came."""
        places = sorted(self._sequences, key=self._sequences.__getitem__)
        return [(collection, key, self._collections[collection][key]) for collection, key in places]

    def put(self, collection: str, key: str, record: JsonObject) -> None:
        """Keep `record` under `key`; a new key goes to the end of its collection."""
        self._collections.setdefault(collection, {})[key] = record
        sequence = self._sequences.get((collection, key))
        if sequence is None:
            sequence = self.next_number()
            self._sequences[(collection, key)] = sequence
        if self._directory is not None:
            entry = {"key": key, "sequence": sequence, "record": record}
            _replace(self._file(self._directory, collection, key), entry)

    def remove(self, collection: str, key: str) -> None:
        """Forget the record under `key`; nothing happens when there is none."""
        self._collections.get(collection, {}).pop(key, None)
        self._sequences.pop((collection, key), None)
        if self._directory is not None:
            self._file(self._directory, collection, key).unlink(missing_ok=True)

    def clear(self, collection: str) -> None:
        """Forget a whole collection."""
        for key in list(self._collections.get(collection, {})):
            self.remove(collection, key)

    def clear_all(self) -> None:
        """Forget everything."""
        self._collections.clear()
        self._sequences.clear()
        if self._directory is not None:
            for folder in self._directory.iterdir():
                if folder.is_dir():
                    shutil.rmtree(folder)

    def next_number(self) -> int:
        """A number that no record and no earlier call has had in this directory's life."""
        self._last_sequence += 1
        return self._last_sequence

    def go_on_from(self, number: int) -> None:
        """Give no number up to this one any more."""
        self._last_sequence = max(self._last_sequence, number)

    def _load(self, directory: Path) -> None:
        # For its owner alone: the webhook secrets are among the records.
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        found: list[tuple[int, str, str, JsonObject]] = []
        for file in directory.glob("*/*.json"):
            entry: JsonObject = json.loads(file.read_bytes())
            found.append((entry["sequence"], file.parent.name, entry["key"], entry["record"]))
        for sequence, collection, key, record in sorted(found, key=lambda entry: entry[0]):
            self._collections.setdefault(collection, {})[key] = record
            self._sequences[(collection, key)] = sequence
            self._last_sequence = sequence

    @staticmethod
    def _file(directory: Path, collection: str, key: str) -> Path:
        # Keys are the callers' own references: any characters, up to 256 of them.
        return directory / collection / f"{hashlib.sha256(key.encode()).hexdigest()}.json"


def _replace(file: Path, entry: JsonObject) -> None:
    """Write the file beside its place, then move it there in one step."""
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_suffix(".new")
    # Requests are kept as they came, and their fractions came as Decimal.
    beside.write_text(json.dumps(entry, default=float))
    beside.replace(file)
