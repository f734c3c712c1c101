"""The rows of the seals table beside the seals themselves: how far the journal is sealed, and the texts sealed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SealHead:
    """How far the journal is sealed. There is one, written first when the first program is published.

    Attributes:
        opened: The first hour that can have an entry.
        sealed_through: Every hour from `opened` to this one is sealed; the hour before `opened` at first.
        number: How many seals there are; hours without entries have none.
        last_hour: The hour of the last seal; None if there is none.
        last_sha256: Its digest; GENESIS if there is none.
    """

    opened: str
    sealed_through: str
    number: int
    last_hour: str | None
    last_sha256: str
    version: int = 1


@dataclass(frozen=True, slots=True)
class SealedText:
    """One part of a text that a seal has the digest of: the roster of an hour, or the balances at its end.

    It stands under its digest, so it is the same whoever wrote it, and what a dead sealer left is found or ignored.

    Attributes:
        sha256: The digest of the whole text.
        part: From 1; a row holds 400 KB, and a busy hour's roster is longer.
    """

    sha256: str
    part: int
    text: str
