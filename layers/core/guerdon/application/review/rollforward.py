"""How what is owed to advocates went through a month: opening + earned - paid - reversed ± other = closing.

Both ends are sums from the beginning, so what happened between is their difference by the kind of entry: no entry is
read but those of an hour that a boundary falls into.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo

from guerdon.application.books import Books
from guerdon.application.ports import Store
from guerdon.application.programs import ProgramShelf
from guerdon.domain.balances import Totals
from guerdon.domain.money import Money
from guerdon.domain.rollforward import OWED, Movement, movements


@dataclass(frozen=True, slots=True)
class RollForward:
    """What is owed in the programs of an entity by one channel and currency, through a month; what is owed is positive.

    Attributes:
        group: OWED, or the family of accounts that it is of.
        party: Whose it is, such as a provider; empty in OWED.
        earned: What was promised.
        paid: What was carried out; negative, since it takes away.
        reversed: What deals that came undone or changed took down; negative likewise.
        other: All else, such as what came back or was written off.
    """

    legal_entity: str
    group: str
    party: str
    program: str
    channel: str
    opening: Money
    earned: Money
    paid: Money
    reversed: Money
    other: Money
    closing: Money


def zones_of(store: Store, programs: Iterable[str]) -> Mapping[str, ZoneInfo]:
    """The time zone of each legal entity's books, by the current versions of its programs.

    Raises:
        StoreBusy: The database is throttled or away.
        StoredProgramUnreadable: This release cannot read a version any more.
    """
    shelf, zones = ProgramShelf(store), dict[str, ZoneInfo]()
    for name in programs:
        head = store.program_head(name)
        if head is not None:
            program = shelf.version(name, head.current)
            zones.setdefault(program.legal_entity, program.zone)
    return zones


def month_bounds(month: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The first moments of a month such as "2026-11" and of the next one, in an entity's time zone."""
    year, number = int(month[:4]), int(month[5:7])
    first = datetime(year, number, 1, tzinfo=zone)
    return first, datetime(year + number // 12, number % 12 + 1, 1, tzinfo=zone)


def boundaries(store: Store, now: datetime) -> Callable[[datetime], Totals]:
    """The balances at each moment that is asked for, read once: where one month ends, the next begins."""
    books = Books(store)
    return cache(lambda moment: books.at(now, moment).totals)


def rolled_forward(
    at: Callable[[datetime], Totals], month: str, zones: Mapping[str, ZoneInfo]
) -> tuple[RollForward, ...]:
    """The roll-forward of a month, each entity's in its own time zone; up to now, if the month is not over.

    Args:
        at: The balances at a moment, as `boundaries` gives them.
        month: Such as "2026-11".
        zones: The time zone of each legal entity.

    Raises:
        SealBroken: A seal, or its balances, were changed.
        StoreBusy: The database is throttled or away.
    """
    lines: list[RollForward] = []
    for entity, zone in sorted(zones.items()):
        first, following = month_bounds(month, zone)
        # Every moment as UTC, so that entities in zones that agree share a boundary.
        moved = movements(at(first.astimezone(UTC)), at(following.astimezone(UTC)), entity)
        lines += (of_movement(entity, each) for each in moved if each.group == OWED)
    return tuple(lines)


def of_movement(legal_entity: str, movement: Movement) -> RollForward:
    """A movement with its amounts as money; what was paid and reversed takes away."""
    currency = movement.currency
    return RollForward(
        legal_entity=legal_entity,
        group=movement.group,
        party=movement.party,
        program=movement.program,
        channel=movement.channel,
        opening=Money(movement.opening_minor, currency),
        earned=Money(movement.earned_minor, currency),
        paid=Money(-movement.paid_minor, currency),
        reversed=Money(-movement.reversed_minor, currency),
        other=Money(movement.other_minor, currency),
        closing=Money(movement.closing_minor, currency),
    )
