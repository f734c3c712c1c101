"""Find what stands twice in a history of any length, in bounded memory: digests go into buckets on disk."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from struct import Struct
from types import TracebackType
from typing import BinaryIO, Final, Self

from guerdon.adapters.history.reading import PROBLEMS_MOST, Problem
from guerdon.domain.history import HistoryRow
from guerdon.domain.triggers import REPEATING

_BUCKETS: Final = 64
_RECORD: Final = Struct("<16s8sQ")
"""The digest of what must not stand twice with another value, the digest of that value, and the line."""

_WAITING_MOST: Final = 1 << 16


class Occurrences:
    """Remembers every row of one part of a history: 32 bytes on disk each, 64 for a repeating trigger's."""

    def __init__(self, folder: Path, part: int) -> None:
        self._paths = [folder / f"{bucket}-{part}" for bucket in range(_BUCKETS)]
        self._waiting = [bytearray() for _ in range(_BUCKETS)]
        self._files: list[BinaryIO] = []

    def __enter__(self) -> Self:
        self._files = [path.open("wb", buffering=0) for path in self._paths]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for file, waiting in zip(self._files, self._waiting, strict=True):
            file.write(waiting)
            file.close()

    def add(self, row: HistoryRow) -> None:
        """Remember a row."""
        if row.trigger in REPEATING:
            self._remember(f"o\0{row.deal}\0{row.trigger}\0{row.occurrence_id}", b"", row.line)
            whose = hashlib.blake2b(row.advocate.encode(), digest_size=8).digest()
            self._remember(f"d\0{row.deal}\0{row.trigger}", whose, row.line)
        else:
            self._remember(f"o\0{row.deal}\0{row.trigger}", b"", row.line)

    def _remember(self, what: str, value: bytes, line: int) -> None:
        digest = hashlib.blake2b(what.encode(), digest_size=16).digest()
        bucket = digest[0] % _BUCKETS
        waiting = self._waiting[bucket]
        waiting += _RECORD.pack(digest, value, line)
        if len(waiting) >= _WAITING_MOST:
            self._files[bucket].write(waiting)
            waiting.clear()


def told_twice(folder: Path) -> list[Problem]:
    """What stands twice among all that was remembered in `folder`, in the order of lines."""
    problems: list[Problem] = []
    for bucket in range(_BUCKETS):
        problems.extend(_in_bucket(folder, bucket))
    return sorted(problems)[:PROBLEMS_MOST]


def _in_bucket(folder: Path, bucket: int) -> Iterator[Problem]:
    known: dict[bytes, tuple[bytes, int]] = {}
    records = b"".join(path.read_bytes() for path in sorted(folder.glob(f"{bucket}-*")))
    for digest, value, line in sorted(_RECORD.iter_unpack(records), key=lambda record: record[2]):
        before = known.setdefault(digest, (value, line))
        if before[1] == line:
            continue
        if value == _NO_VALUE:
            yield Problem(
                line,
                "deal",
                f"stands in line {before[1]} already: give one row for each occurrence, and a deal that was won again "
                "after a reversal an id of its own",
            )
        elif value != before[0]:
            yield Problem(line, "advocate", f"is another one than in line {before[1]}, which is about the same deal")


_NO_VALUE: Final = bytes(8)
