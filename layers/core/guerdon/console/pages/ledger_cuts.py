"""What is asked of the ledger by an address: dimensions, values of them, and days."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from guerdon.application.review.journal import Cut
from guerdon.console.operations import Listing, href
from guerdon.domain.channel import Channel

EARLIEST: Final = date(2000, 1, 1)
"""No books of Guerdon's begin before."""


class Dimension(StrEnum):
    """By what balances can be asked for, in the words of `balances.DIMENSIONS`."""

    ACCOUNT = "account"
    PROGRAM = "program"
    CHANNEL = "channel"
    PROVIDER = "provider"
    ENTITY = "entity"
    KIND = "kind"


TITLES: Final = {
    Dimension.ACCOUNT: "Account",
    Dimension.PROGRAM: "Program",
    Dimension.CHANNEL: "Channel",
    Dimension.PROVIDER: "Provider",
    Dimension.ENTITY: "Legal entity",
    Dimension.KIND: "Recorded as",
}
"""The headings of the dimensions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CutAsked(Listing):
    """Values of the dimensions; what is None lets any through."""

    account: str | None = None
    program: str | None = None
    channel: Channel | None = None
    provider: str | None = None
    entity: str | None = None
    kind: str | None = None
    currency: str | None = None

    @property
    def only(self) -> dict[str, str]:
        """The values that are asked for, by dimension."""
        words = (*Dimension, "currency")
        asked = {word: getattr(self, word) for word in words}
        return {str(word): str(value) for word, value in asked.items() if value is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class EntriesAsked(CutAsked):
    """Which entries.

    Attributes:
        first: The first day on which they were posted, UTC.
        last: The last one, which belongs to it.
    """

    first: date | None = None
    last: date | None = None

    @property
    def cut(self) -> Cut:
        """The cut of the journal that is asked for."""
        since = None if self.first is None else begin_of_day(self.first)
        return Cut(self.only, since, None if self.last is None else end_of_day(self.last))


def begin_of_day(day: date) -> datetime:
    """The first moment of a day, UTC; of one before there was Guerdon, that of EARLIEST."""
    return datetime.combine(max(day, EARLIEST), time(), UTC)


def end_of_day(day: date) -> datetime:
    """The first moment after a day, UTC; the last day of the calendar ends with itself."""
    return begin_of_day(day + timedelta(days=1)) if day < date.max else begin_of_day(day)


def entries_href(only: Mapping[str, str], first: date | None = None, last: date | None = None) -> str:
    """The address of the entries behind a balance, whose values by dimension are `only`."""
    days = {"first": first.isoformat() if first else None, "last": last.isoformat() if last else None}
    return href("ledger", "entries", **{**only, **days})
