"""What the store in memory knows of the journal's hours and of the seals."""

from collections.abc import Iterator
from typing import TypeVar

from guerdon.application.seal_records import SealedText, SealHead
from guerdon.application.transaction import Row
from guerdon.domain.hours import hour_of
from guerdon.domain.ledger import Entry
from guerdon.domain.seal import Seal

_Row = TypeVar("_Row", bound=Row)


class MemoryLedger:
    """The ledger's reads, over the rows of the store that it is a part of."""

    def of(self, kind: type[_Row]) -> list[_Row]:
        raise NotImplementedError

    def _answer(self) -> None:
        raise NotImplementedError

    def journal_hour(self, hour: str) -> Iterator[Entry]:
        self._answer()
        return iter([entry for entry in self.of(Entry) if hour_of(entry.posted_at) == hour])

    def entry_ids(self, hour: str) -> Iterator[str]:
        return iter([entry.entry_id for entry in self.journal_hour(hour)])

    def entry(self, hour: str, entry_id: str) -> Entry | None:
        return next((entry for entry in self.journal_hour(hour) if entry.entry_id == entry_id), None)

    def entries_of_reward(self, reward_id: str) -> Iterator[Entry]:
        self._answer()
        about = [entry for entry in self.of(Entry) if entry.reward_id == reward_id]
        return iter(sorted(about, key=lambda entry: entry.posted_at))

    def seal_head(self) -> SealHead | None:
        self._answer()
        return next(iter(self.of(SealHead)), None)

    def seal(self, hour: str) -> Seal | None:
        self._answer()
        return next((seal for seal in self.of(Seal) if seal.hour == hour), None)

    def last_seal(self, through: str) -> Seal | None:
        seals = [seal for seal in self.seals() if seal.hour <= through]
        return seals[-1] if seals else None

    def seals(self) -> Iterator[Seal]:
        self._answer()
        return iter(sorted(self.of(Seal), key=lambda seal: seal.hour))

    def sealed_text(self, sha256: str) -> str | None:
        self._answer()
        parts = sorted((part for part in self.of(SealedText) if part.sha256 == sha256), key=lambda part: part.part)
        return "".join(part.text for part in parts) if parts else None
