"""What the store in memory knows of the closes of months."""

from collections.abc import Iterator
from typing import TypeVar
from urllib.parse import quote

from guerdon.application.month_end.records import MonthClose, PackText
from guerdon.application.transaction import Row

_Row = TypeVar("_Row", bound=Row)


class MemoryCloses:
    """The reads of closes, over the rows of the store that it is a part of."""

    def of(self, kind: type[_Row]) -> list[_Row]:
        raise NotImplementedError

    def _answer(self) -> None:
        raise NotImplementedError

    def month_close(self, legal_entity: str, month: str) -> MonthClose | None:
        found = (close for close in self.month_closes() if (close.legal_entity, close.month) == (legal_entity, month))
        return next(found, None)

    def month_closes(self) -> Iterator[MonthClose]:
        self._answer()
        return iter(sorted(self.of(MonthClose), key=lambda close: (quote(close.legal_entity, safe=""), close.month)))

    def pack_text(self, sha256: str) -> str | None:
        self._answer()
        parts = sorted((part for part in self.of(PackText) if part.sha256 == sha256), key=lambda part: part.part)
        return "".join(part.text for part in parts) or None
