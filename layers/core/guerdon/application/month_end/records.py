"""The rows of a month's close: the close itself, and its pack as a text under its digest."""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from guerdon.domain.deal import instant

FIRST_CLOSE: Final = ""
"""What a legal entity's first close has for the digest of the close before."""


class CloseState(StrEnum):
    """How far a month's close is."""

    PREPARED = "prepared"  # A person put the pack together; another has to review it.
    CLOSED = "closed"  # Final.


@dataclass(frozen=True, slots=True)
class MonthClose:
    """The close of one month of one legal entity.

    Attributes:
        time_zone: IANA zone in which the month begins and ends.
        pack_sha256: The digest of the pack's text.
        seal_hour: The hour of the last seal of the month; None if nothing was ever posted by then.
        seal_sha256: That seal's digest, which stands for every entry up to it.
        previous_sha256: The digest of the entity's close before; FIRST_CLOSE for its first.
        sha256: The digest of all of the above and of who prepared and reviewed it; empty until it is closed.
    """

    legal_entity: str
    month: str
    time_zone: str
    pack_sha256: str
    seal_hour: str | None
    seal_sha256: str
    previous_sha256: str
    prepared_at: datetime
    prepared_by: str
    state: CloseState = CloseState.PREPARED
    reviewed_at: datetime | None = None
    reviewed_by: str | None = None
    sha256: str = ""
    version: int = 1

    def closed(self, at: datetime, reviewed_by: str) -> "MonthClose":
        """It is reviewed, and final."""
        reviewed = replace(
            self, state=CloseState.CLOSED, reviewed_at=at, reviewed_by=reviewed_by, version=self.version + 1
        )
        return replace(reviewed, sha256=_close_sha256(reviewed))

    @property
    def is_whole(self) -> bool:
        """Whether its digest is that of what it says; what is not closed has none."""
        return self.sha256 == (_close_sha256(self) if self.state is CloseState.CLOSED else "")

    @property
    def subject_id(self) -> str:
        """How the audit trail names it."""
        return f"{self.legal_entity} {self.month}"


@dataclass(frozen=True, slots=True)
class PackText:
    """One part of a pack's text, under the digest of the whole; from 1, since a row holds 400 KB."""

    sha256: str
    part: int
    text: str


def _close_sha256(close: MonthClose) -> str:
    facts = (
        close.legal_entity,
        close.month,
        close.time_zone,
        close.pack_sha256,
        close.seal_hour,
        close.seal_sha256,
        close.previous_sha256,
        instant(close.prepared_at),
        close.prepared_by,
        instant(close.reviewed_at) if close.reviewed_at else None,
        close.reviewed_by,
    )
    return hashlib.sha256(json.dumps(facts, ensure_ascii=True, separators=(",", ":")).encode()).hexdigest()
