"""What finance sees first: what is owed, on its way and paid, how it went over the months, and what needs a person.

Nothing is scanned: each month's end is one seal with its balances, and what waits is counted from sparse indexes.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from guerdon.application.books import Books
from guerdon.application.ports import Store
from guerdon.application.review.paid import paid_by_channel
from guerdon.domain.balances import Totals, balances_by
from guerdon.domain.channel import Channel
from guerdon.domain.ledger import REWARDS_LIABILITY
from guerdon.domain.money import Money

MONTHS: Final = 12
"""How many months the plots show, the present one included."""

HEADLINES: Final = ("rewards_liability", "in_transit", "outstanding_checks", "receivable")
"""The families of accounts whose balances come first."""

_CREDITS: Final = frozenset({"rewards_liability", "in_transit", "outstanding_checks"})
"""Families that are ours to pay: their balances are credits, shown as amounts."""


@dataclass(frozen=True, slots=True)
class Headline:
    """What stands on a family of accounts, in one currency, as an amount that is usually positive."""

    family: str
    account: str | None
    balance: Money


@dataclass(frozen=True, slots=True)
class PaidThrough:
    """What was paid through a channel in a month, in one currency of value; returns are not taken off."""

    channel: Channel
    count: int
    value: Money


@dataclass(frozen=True, slots=True)
class MonthLine:
    """One month.

    Attributes:
        month: Such as "2026-11", UTC.
        owed: What was owed to advocates at its end, by currency; now, for the present one.
    """

    month: str
    paid: tuple[PaidThrough, ...]
    owed: tuple[Money, ...]


@dataclass(frozen=True, slots=True)
class Need:
    """Something that needs a person.

    Attributes:
        about: "payout" or "event".
        why: A key of `glossary.WAITING`.
    """

    about: str
    why: str
    count: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class Figures:
    """The books at a glance.

    Attributes:
        months: The oldest first, at most MONTHS of them, none before the books were opened.
        sealed_through: The last hour that is sealed; None if none is.
    """

    at: datetime
    headlines: tuple[Headline, ...]
    months: tuple[MonthLine, ...]
    sealed_through: str | None


def figures_of(store: Store, now: datetime) -> Figures:
    """What the books say now and at the end of each of the last months.

    Raises:
        SealBroken: A seal, or its balances, were changed.
        StoreBusy: The database is throttled or away.
    """
    books, head = Books(store), store.seal_head()
    standing = books.at(now)
    begins = [begin for begin in _month_begins(now) if head and begin.strftime("%Y-%m") >= head.opened[:7]]
    ends: list[tuple[datetime, Totals]] = [(begin, books.at(now, begin).totals) for begin in begins]
    lines = []
    for number, (begin, before) in enumerate(ends):
        after = ends[number + 1][1] if number + 1 < len(ends) else standing.totals
        lines.append(MonthLine(begin.strftime("%Y-%m"), _paid_between(before, after), _owed(after)))
    return Figures(now, _headlines(standing.totals), tuple(lines), standing.seal.hour if standing.seal else None)


def needs_of(store: Store) -> tuple[Need, ...]:
    """What waits for a person, by why; counted from the indexes, which lag behind by a moment."""
    found: list[Need] = []
    for about, waiting in (("payout", list(store.waiting_payouts())), ("event", list(store.waiting_events()))):
        counts = Counter(each.why for each in waiting)
        found += (
            Need(about, why, count, min(each.since for each in waiting if each.why == why))
            for why, count in counts.items()
        )
    return tuple(sorted(found, key=lambda need: need.oldest))


def _month_begins(now: datetime) -> list[datetime]:
    """The first moments of the last MONTHS months, UTC, the oldest first."""
    there = now.astimezone(UTC)
    last = there.year * 12 + there.month - 1
    return [datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC) for month in range(last - MONTHS + 1, last + 1)]


def _paid_between(before: Totals, after: Totals) -> tuple[PaidThrough, ...]:
    """What was settled from one moment to another: both are sums from the beginning."""
    earlier = {(paid.channel, paid.value.currency): paid for paid in paid_by_channel(before)}
    lines = []
    for paid in paid_by_channel(after):
        known = earlier.get((paid.channel, paid.value.currency))
        count, value = (paid.count - known.count, paid.value - known.value) if known else (paid.count, paid.value)
        if count:
            lines.append(PaidThrough(paid.channel, count, value))
    return tuple(lines)


def _owed(totals: Totals) -> tuple[Money, ...]:
    balances = balances_by(totals, (), {"account": REWARDS_LIABILITY})
    return tuple(Money(-minor, currency) for (currency,), minor in balances.items())


def _headlines(totals: Totals) -> tuple[Headline, ...]:
    """The families' balances; a family of one account names it, so that it can be followed to its entries."""
    sums: defaultdict[tuple[str, str], int] = defaultdict(int)
    accounts: defaultdict[str, set[str]] = defaultdict(set)
    for (account, currency), minor in balances_by(totals, ("account",)).items():
        family = account.partition(":")[0]
        sums[family, currency] += minor
        accounts[family].add(account)
    return tuple(
        Headline(family, _only(accounts[family]), Money(-minor if family in _CREDITS else minor, currency))
        for family in HEADLINES
        for (of, currency), minor in sorted(sums.items())
        if of == family
    )


def _only(accounts: set[str]) -> str | None:
    return next(iter(accounts)) if len(accounts) == 1 else None


def currencies_of(lines: Sequence[MonthLine]) -> tuple[str, ...]:
    """The currencies of the months, the one with the most paid payouts first."""
    counts: Counter[str] = Counter()
    for line in lines:
        counts.update({money.currency: 0 for money in line.owed})
        counts.update({paid.value.currency: paid.count for paid in line.paid})
    return tuple(currency for currency, _ in counts.most_common())


def paid_in(line: MonthLine, currency: str) -> Mapping[Channel, Money]:
    """What was paid in a month, by channel, in one currency."""
    return {paid.channel: paid.value for paid in line.paid if paid.value.currency == currency}
