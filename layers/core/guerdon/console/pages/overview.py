"""The overview: what is owed, on its way and paid, how it went over the months, and what needs somebody today."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from markupsafe import Markup

from guerdon.application.month_end.records import CloseState
from guerdon.application.review.check_list import outstanding
from guerdon.application.review.overview import Figures, MonthLine, currencies_of, figures_of, needs_of
from guerdon.application.review.rollforward import zones_of
from guerdon.application.review.services import Services
from guerdon.application.review.standing import stopped_in
from guerdon.application.review.waiting import age_text
from guerdon.console.operations import Nothing, href, read
from guerdon.console.pages.exports import days_of, months_since
from guerdon.console.pages.ledger_cuts import entries_href
from guerdon.console.pages.stops import Stop, stops_of
from guerdon.console.plots import owed_plot, paid_plot
from guerdon.console.signin.principal import Principal
from guerdon.console.tables import Cell, Column, Kind, Row, Table, money, nothing, number, text
from guerdon.domain import glossary
from guerdon.domain.channel import Channel
from guerdon.domain.ledger import EntryKind, in_transit
from guerdon.domain.ledger_words import ACCOUNT, CHECK, DIFFERENCE
from guerdon.domain.money import Money


@dataclass(frozen=True, slots=True)
class Today:
    """Something that needs a person today.

    Attributes:
        words: What it is.
        to_do: What a person does about it.
        href: Where it is listed.
        waits: How long the oldest has waited; "" where that does not say anything.
    """

    words: str
    count: int
    to_do: str
    href: str
    waits: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A figure on top of the page."""

    words: str
    meaning: str
    amount: Money
    href: str


@dataclass(frozen=True, slots=True)
class Plot:
    """One currency's plots."""

    currency: str
    paid: Markup
    owed: Markup


@dataclass(frozen=True, slots=True)
class Overview:
    """The books at a glance.

    Attributes:
        stops: What keeps money from moving for now.
    """

    figures: Figures
    cards: tuple[Card, ...]
    today: tuple[Today, ...]
    stops: tuple[Stop, ...]

    @property
    def plots(self) -> tuple[Plot, ...]:
        """The plots of each currency, the one that is paid in most first."""
        months = self.figures.months
        return tuple(Plot(each, paid_plot(months, each), owed_plot(months, each)) for each in currencies_of(months))

    @property
    def channels(self) -> tuple[str, ...]:
        """The names of the channels in the order of the plots' colors."""
        return tuple(glossary.CHANNEL[channel].words for channel in Channel)


def _overview(services: Services, _who: Principal, _asked: Nothing) -> Overview:
    now = services.clock.now()
    figures = figures_of(services.store, now)
    stops = stops_of(stopped_in(services.store), now)
    return Overview(figures, tuple(_cards(figures)), _today(services, now), stops)


def _cards(figures: Figures) -> list[Card]:
    cards = []
    for headline in figures.headlines:
        term = ACCOUNT[headline.family]
        currency = headline.balance.currency
        # A family of several accounts is shown account by account first.
        where = (
            entries_href({"account": headline.account, "currency": currency})
            if headline.account
            else href("ledger", by="account", currency=currency)
        )
        cards.append(Card(term.words, term.meaning, headline.balance, where))
    return cards


def _today(services: Services, now: datetime) -> tuple[Today, ...]:
    """What needs somebody, the oldest first."""
    found = []
    for need in needs_of(services.store):
        term = glossary.WAITING[need.why]
        subjects = need.about if need.count == 1 else f"{need.about}s"
        where = href("payouts", why=need.why) if need.about == "payout" else href("inbox", waiting="true")
        found.append(
            Today(f"{subjects}: {term.words}", need.count, term.to_do_in_console, where, age_text(now - need.oldest))
        )
    return (*found, *_differences(services, now), *_stale_checks(services, now), *_to_close(services, now))


def _differences(services: Services, now: datetime) -> Iterator[Today]:
    """The differences from statements that nobody has explained, by what differs."""
    items = list(services.store.open_items())
    for kind, term in DIFFERENCE.items():
        found = [item.found_at for item in items if item.difference == kind]
        if found:
            words = f"{'difference' if len(found) == 1 else 'differences'} from a statement: {term.words}"
            where = href("reconciliation", difference=kind)
            yield Today(words, len(found), term.to_do, where, age_text(now - min(found)))


def _stale_checks(services: Services, now: datetime) -> Iterator[Today]:
    stale = outstanding(services.store, now.date(), stale_only=True)
    if stale:
        words = "stale check" if len(stale) == 1 else "stale checks"
        yield Today(words, len(stale), CHECK["stale"].to_do, href("checks", stale="true"))


def _to_close(services: Services, now: datetime) -> Iterator[Today]:
    """The month before this one, of each legal entity that has not closed it."""
    head, months = services.store.seal_head(), months_since(now, "")
    if head is None or months[1] < head.opened[:7]:
        return
    month = months[1]
    for entity in sorted(zones_of(services.store, services.reviews.program_names())):
        close = services.store.month_close(entity, month)
        if close is None or close.state is not CloseState.CLOSED:
            to_do = "Another person reviews what was prepared." if close else "Prepare its pack, for another to review."
            yield Today(f"month to close: {month} of {entity}", 1, to_do, href("months", month, entity))


def _months_table(found: Overview) -> Table:
    """A row for each month, channel and currency that something was paid by."""
    columns = (
        Column("month", "Month", Kind.LINK),
        Column("channel", "Channel"),
        Column("payouts", "Payouts", Kind.NUMBER),
        Column("paid", "Paid", Kind.MONEY),
        Column("owed", "Owed at the end", Kind.MONEY),
    )
    rows = tuple(row for month in reversed(found.figures.months) for row in _month_rows(month))
    empty = "Nothing was paid yet. Publish a program and send its first deal."
    return Table("months", columns, rows, empty=empty)


def _month_rows(month: MonthLine) -> list[Row]:
    first, last = days_of(month.month)
    rows: list[Row] = []
    currencies = sorted({money.currency for money in month.owed} | {paid.value.currency for paid in month.paid})
    for currency in currencies:
        owed = next((each for each in month.owed if each.currency == currency), Money(0, currency))
        shown: Cell = money(owed, entries_href({"account": "rewards_liability", "currency": currency}, last=last))
        paid_here = [paid for paid in month.paid if paid.value.currency == currency]
        for paid in paid_here:
            of_channel = {"kind": EntryKind.SETTLED, "channel": paid.channel, "account": in_transit(paid.channel)}
            where = entries_href(of_channel, first, last)
            channel = glossary.CHANNEL[paid.channel].words
            rows.append((text(month.month), text(channel), number(paid.count), money(paid.value, where), shown))
            shown = nothing()
        if not paid_here:
            rows.append((text(month.month), nothing("none"), number(0), money(Money(0, currency)), shown))
    return rows


OPERATIONS: Final = (
    read(
        "overview", "/overview", "What is owed, on its way and paid, and what needs somebody today.", Nothing, Overview,
        _overview, page="overview.html", title="Overview", table=_months_table,
    ),
)  # fmt: skip
