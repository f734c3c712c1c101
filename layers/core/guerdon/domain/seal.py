"""The seal of one hour of the journal: what its entries were, what the books came to, and the seal before.

An entry has a digest of its canonical text. The roster of an hour has a line for each entry, its id and its digest,
sorted by id. A seal carries the digests of the roster and of the balances, and of the seal before, under a digest of
its own: whoever knows the last seal's digest can tell whether anything before it was changed.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Final

from guerdon.domain.deal import instant
from guerdon.domain.hours import end_of, hour_before, hour_of
from guerdon.domain.ledger import Entry

SEALED_AFTER: Final = timedelta(minutes=15)
"""How long after its end an hour is sealed: AWS takes no request whose clock is off by more than 5 minutes, whoever
posts stamps `posted_at` in an attempt that lives under 5 minutes, and the sealer's clock may be 5 minutes ahead."""

GENESIS: Final = ""
"""What the first seal has for the digest of the seal before."""


@dataclass(frozen=True, slots=True)
class Seal:
    """One sealed hour that has entries. An hour without any has no seal.

    Attributes:
        number: Its place in the chain, from 1.
        hour: Such as "2026-11-22T14", in UTC.
        previous_sha256: The digest of the seal before; GENESIS for the first.
        entries: How many entries the hour has.
        roster_sha256: The digest of the roster's text.
        balances_sha256: The digest of the text of all balances at the end of the hour.
        sha256: The digest of all of the above.
        sealed_at: When; the digest does not cover it, so that it does not matter who seals an hour and when.
    """

    number: int
    hour: str
    previous_sha256: str
    entries: int
    roster_sha256: str
    balances_sha256: str
    sha256: str
    sealed_at: datetime

    @property
    def is_whole(self) -> bool:
        """Whether its digest is that of what it says."""
        return self.sha256 == _seal_sha256(
            self.number, self.hour, self.previous_sha256, self.entries, self.roster_sha256, self.balances_sha256
        )


def sealed(
    hour: str, before: tuple[int, str], roster: Mapping[str, str], balances_text: str, sealed_at: datetime
) -> Seal:
    """The seal of an hour.

    Args:
        hour: Which.
        before: Number and digest of the seal before: (0, GENESIS) for none.
        roster: The digest of each of its entries, by id.
        balances_text: All balances at its end, as `balances.totals_text` writes them.
        sealed_at: Now.
    """
    number, previous = before[0] + 1, before[1]
    roster_sha256, balances_sha256 = text_sha256(roster_text(roster)), text_sha256(balances_text)
    return Seal(
        number=number,
        hour=hour,
        previous_sha256=previous,
        entries=len(roster),
        roster_sha256=roster_sha256,
        balances_sha256=balances_sha256,
        sha256=_seal_sha256(number, hour, previous, len(roster), roster_sha256, balances_sha256),
        sealed_at=sealed_at,
    )


def last_due(now: datetime) -> str:
    """The last hour that may be sealed at `now`."""
    hour = hour_of(now)
    while end_of(hour) + SEALED_AFTER > now:
        hour = hour_before(hour)
    return hour


def entry_sha256(entry: Entry) -> str:
    """The digest of an entry's canonical text."""
    return text_sha256(entry_text(entry))


def entry_text(entry: Entry) -> str:
    """All that an entry says, in its one written form: JSON with sorted keys; what it does not have is left out.

    Raises:
        TypeError: A field has a type that has no canonical form yet.
    """
    stated = {field.name: _plain(getattr(entry, field.name)) for field in fields(entry)}
    present = {name: value for name, value in stated.items() if value is not None}
    return json.dumps(present, sort_keys=True, ensure_ascii=True, separators=(",", ":"))


def roster_text(roster: Mapping[str, str]) -> str:
    """The roster of an hour as text: a line "id digest" for each entry, sorted by id."""
    return "".join(f"{entry_id} {roster[entry_id]}\n" for entry_id in sorted(roster))


def read_roster(text: str) -> dict[str, str]:
    """The digests by entry id in a roster's text.

    Raises:
        ValueError: A line is not one of `roster_text`.
    """
    pairs: Iterable[tuple[str, str, str]] = (line.rpartition(" ") for line in text.splitlines())
    roster = {entry_id: digest for entry_id, _, digest in pairs}
    if roster_text(roster) != text:
        raise ValueError("the text is no roster")
    return roster


def text_sha256(text: str) -> str:
    """The SHA-256 of a text's UTF-8 bytes, as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def _seal_sha256(*facts: str | int) -> str:
    return text_sha256(json.dumps(facts, ensure_ascii=True, separators=(",", ":")))


def _plain(value: object) -> object:
    """A field's value as JSON has it."""
    match value:
        case None | str() | int():
            return value
        case datetime():
            return instant(value)
        case date():
            return value.isoformat()
        case tuple():
            return [[posting.account, posting.amount.amount_minor, posting.amount.currency] for posting in value]
        case _:
            raise TypeError(f"{value!r} has no canonical form yet: add it to domain/seal.py")
