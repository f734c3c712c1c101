"""A month's pack: all that a reviewer looks at before the month is closed, as plain data.

Pages, workbooks and terminals make their tables of it. It has ids and amounts, and nobody's personal data.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from guerdon.domain.rollforward import BUCKETS, OLDEST, OWED, Movement, OpenPart, bucket_of


@dataclass(frozen=True, slots=True)
class CutOffLine:
    """An entry that was posted in the month and is effective on a day outside of it."""

    entry_id: str
    kind: str
    effective_on: date
    posted_at: datetime
    program: str
    channel: str
    reward_id: str
    payout_id: str | None
    account: str
    currency: str
    minor: int


@dataclass(frozen=True, slots=True)
class OutcomeCount:
    """How many events came in the month for a program and ended so.

    Attributes:
        outcome: None while it is undecided: such a month cannot be closed.
        ours: Whether the program is one of the legal entity's; else it is none that was ever published.
    """

    program: str
    outcome: str | None
    ours: bool
    count: int


@dataclass(frozen=True, slots=True)
class OpenDifference:
    """A difference between a statement and the books, up to the month's end, that nobody has resolved."""

    item_id: str
    source: str
    difference: str
    on: date
    payout_id: str | None
    detail: str


@dataclass(frozen=True, slots=True)
class ManualAction:
    """What a person did in the month."""

    at: datetime
    actor: str
    action: str
    subject: str
    before: str | None
    after: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class AgeLine:
    """What is open of one age."""

    group: str
    channel: str
    currency: str
    bucket: str
    parts: int
    minor: int


@dataclass(frozen=True, slots=True)
class Pack:
    """The pack of one month of one legal entity.

    Attributes:
        begin: The month's first moment; `end` is the first one after it.
        seal_number: How many seals there were at the month's end; 0 before the first entry.
        previous_sha256: The digest of the close before.
        entries: How many entries were posted in the month.
    """

    legal_entity: str
    month: str
    time_zone: str
    begin: datetime
    end: datetime
    seal_number: int
    seal_hour: str | None
    seal_sha256: str
    previous_sha256: str
    entries: int
    movements: tuple[Movement, ...]
    cut_off: tuple[CutOffLine, ...]
    completeness: tuple[OutcomeCount, ...]
    open_parts: tuple[OpenPart, ...]
    differences: tuple[OpenDifference, ...]
    actions: tuple[ManualAction, ...]

    @property
    def last_day(self) -> date:
        """The month's last day."""
        return (self.end.astimezone(ZoneInfo(self.time_zone)) - timedelta(microseconds=1)).date()

    @property
    def rollforward(self) -> tuple[Movement, ...]:
        """What is owed: opening + earned - paid - reversed + other = closing, by program, channel and currency."""
        return self.of_group(OWED)

    def of_group(self, group: str) -> tuple[Movement, ...]:
        """The movements of one group of accounts."""
        return tuple(movement for movement in self.movements if movement.group == group)

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups that have a movement, what is owed first."""
        others = sorted({movement.group for movement in self.movements} - {OWED})
        return (OWED, *others)

    @property
    def ageing(self) -> tuple[AgeLine, ...]:
        """What is open at the month's end, by how long it has been."""
        return aged(self.open_parts, self.last_day)


def aged(parts: Iterable[OpenPart], on: date) -> tuple[AgeLine, ...]:
    """Open parts by their age at the end of a day, the youngest first."""
    order = [name for _, name in BUCKETS] + [OLDEST]
    found: defaultdict[tuple[str, str, str, str], list[int]] = defaultdict(list)
    for part in parts:
        found[part.group, part.channel, part.currency, bucket_of(part.since, on)].append(part.minor)
    keys = sorted(found, key=lambda key: (*key[:3], order.index(key[3])))
    return tuple(AgeLine(*key, parts=len(found[key]), minor=sum(found[key])) for key in keys)
