"""One entry of the journal, beside the seal of its hour."""

from dataclasses import dataclass

from guerdon.application.ledger_ports import LedgerStore
from guerdon.domain.ledger import Entry
from guerdon.domain.seal import Seal, entry_sha256


@dataclass(frozen=True, slots=True)
class SealedEntry:
    """An entry and what is sealed of it.

    Attributes:
        hour: The hour that it was posted in, UTC.
        sha256: The digest of all that it says.
        seal: The seal of its hour; None while it is not sealed.
    """

    hour: str
    entry: Entry
    sha256: str
    seal: Seal | None


def entry_of(store: LedgerStore, hour: str, entry_id: str) -> SealedEntry | None:
    """The entry of that hour and id; None if there is none.

    Raises:
        UnreadableEntry: It cannot be read.
    """
    entry = store.entry(hour, entry_id)
    if entry is None:
        return None
    return SealedEntry(hour, entry, entry_sha256(entry), store.seal(hour))
