"""What the end of a month needs of the store, and of whoever writes its pack down."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

from guerdon.application.month_end.records import MonthClose

if TYPE_CHECKING:
    from guerdon.application.month_end.pack import Pack


class CloseStore(Protocol):
    """The closes by legal entity and month. Reads are consistent; all raise StoreBusy as the Store does."""

    def month_close(self, legal_entity: str, month: str) -> MonthClose | None:
        """One close; None if nobody prepared it."""

    def month_closes(self) -> Iterator[MonthClose]:
        """Every close, by legal entity and then by month: some dozens a year."""

    def pack_text(self, sha256: str) -> str | None:
        """The text under a digest, put together from its parts; None if there is none of it."""


class PackCodec(Protocol):
    """Packs as text: equal packs give equal text, and the text gives the pack back."""

    def encode(self, pack: "Pack") -> str:
        """The pack as text."""

    def decode(self, text: str) -> "Pack":
        """The pack that a text is of.

        Raises:
            ValueError: The text is of none.
        """
