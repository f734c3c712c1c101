"""The ledger: balances by any dimension, the entries behind each, and one entry with its seal."""

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Final

import msgspec

from guerdon.application.books import Books
from guerdon.application.review.entry import SealedEntry, entry_of
from guerdon.application.review.journal import EntriesOf
from guerdon.application.review.services import Services
from guerdon.console.choices import CHANNELS, Choice, of_names
from guerdon.console.operations import NotFound, href, read
from guerdon.console.pages.ledger_cuts import TITLES, CutAsked, Dimension, EntriesAsked, end_of_day, entries_href
from guerdon.console.signin.principal import Principal
from guerdon.console.tables import Cell, Column, Kind, Row, Table, moment, money, nothing, reference, status, text
from guerdon.console.tables import date as day_cell
from guerdon.domain import glossary
from guerdon.domain.balances import DIMENSIONS, balances_by
from guerdon.domain.hours import hour_of
from guerdon.domain.ledger import Entry, sums
from guerdon.domain.ledger_words import account_meaning, account_words, kind_term
from guerdon.domain.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class BalancesAsked(CutAsked):
    """Which balances.

    Attributes:
        by: By what they are apart; by account if nothing is said. They are always apart by currency.
        at: As of the end of that day, UTC; None for now.
    """

    by: tuple[Dimension, ...] = ()
    at: date | None = None


@dataclass(frozen=True, slots=True)
class Balance:
    """One balance: debits are positive.

    Attributes:
        of: Its values by dimension.
    """

    of: dict[str, str]
    balance: Money


@dataclass(frozen=True, slots=True)
class Sum:
    """What the balances of one currency come to on each side; equal where nothing was left out."""

    debits: Money
    credits: Money


@dataclass(frozen=True, slots=True)
class Balances:
    """Balances as of a moment.

    Attributes:
        by: By what they are apart.
        only: What was asked for alone.
        seal: Number, hour and digest of the last seal among them; None before the first.
        since: How many entries were posted after it.
    """

    at: date | None
    by: tuple[Dimension, ...]
    only: dict[str, str]
    balances: tuple[Balance, ...]
    sums: tuple[Sum, ...]
    seal: "SealSaid | None"
    since: int
    values: dict[str, tuple[str, ...]]

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The fields that narrow the balances."""
        asked = tuple(_choice(word, self.values[word]) for word in (*map(str, Dimension), "currency"))
        return (*asked, Choice("at", "At the end of", kind="date"))

    @property
    def dimensions(self) -> tuple[tuple[str, str], ...]:
        """What they can be apart by, with their words."""
        return tuple((word.value, TITLES[word]) for word in Dimension)


@dataclass(frozen=True, slots=True)
class SealSaid:
    """A seal as a page names it."""

    number: int
    hour: str
    sha256: str


def _balances(services: Services, _who: Principal, asked: BalancesAsked) -> Balances:
    now = services.clock.now()
    standing = Books(services.store).at(now, None if asked.at is None else end_of_day(asked.at))
    by = tuple(dict.fromkeys(asked.by)) or (Dimension.ACCOUNT,)
    found = balances_by(standing.totals, by, asked.only)
    names = (*(str(word) for word in by), "currency")
    rows = tuple(Balance(dict(zip(names, key, strict=True)), Money(minor, key[-1])) for key, minor in found.items())
    seal = standing.seal
    values = {word: tuple(sorted({read_of(each) for each in standing.totals})) for word, read_of in DIMENSIONS.items()}
    return Balances(
        asked.at,
        by,
        asked.only,
        rows,
        _sums(rows),
        SealSaid(seal.number, seal.hour, seal.sha256) if seal else None,
        standing.since,
        values,
    )


def _choice(word: str, values: tuple[str, ...]) -> Choice:
    match word:
        case Dimension.CHANNEL:
            return CHANNELS
        case Dimension.KIND:
            return Choice(word, TITLES[Dimension.KIND], tuple((each, kind_term(each).words) for each in values))
        case "currency":
            return of_names(word, "Currency", values)
        case _:
            return of_names(word, TITLES[Dimension(word)], values)


def _sums(rows: tuple[Balance, ...]) -> tuple[Sum, ...]:
    currencies = sorted({row.balance.currency for row in rows})
    debits = sums(row.balance for row in rows if row.balance.amount_minor > 0)
    credits_ = sums(-row.balance for row in rows if row.balance.amount_minor < 0)
    return tuple(Sum(Money(debits.get(each, 0), each), Money(credits_.get(each, 0), each)) for each in currencies)


def _balances_table(found: Balances) -> Table:
    """A row for each balance; its amount leads to the entries that it is made of."""
    columns = (
        *(Column(str(word), TITLES[word]) for word in found.by),
        Column("debit", "Debit", Kind.MONEY),
        Column("credit", "Credit", Kind.MONEY),
    )
    rows = tuple(_balance_row(found, balance) for balance in found.balances)
    empty = "Nothing was posted that fits. Widen what you ask for, or publish a program and send its first deal."
    return Table("balances", columns, rows, empty=empty, totals=_totals(found) if len(found.sums) == 1 else None)


def _balance_row(found: Balances, balance: Balance) -> Row:
    entries = entries_href(found.only | balance.of, last=found.at)
    credit = balance.balance.amount_minor < 0
    amount = money(-balance.balance if credit else balance.balance, entries)
    sides = (nothing(), amount) if credit else (amount, nothing())
    return (*(_dimension(word, balance.of[word]) for word in found.by), *sides)


def _totals(found: Balances) -> Row:
    only = found.sums[0]
    return (text("Sum"), *(nothing() for _ in found.by[1:]), money(only.debits), money(only.credits))


def _dimension(word: Dimension, value: str) -> Cell:
    match word:
        case Dimension.ACCOUNT:
            return Cell(value, (value,), value, meaning=account_meaning(value), note=account_words(value))
        case Dimension.CHANNEL:
            return Cell(glossary.CHANNEL[value].words, (value,), value)
        case Dimension.PROVIDER:
            return Cell(glossary.PROVIDER.get(value, value), (value,), value)
        case Dimension.KIND:
            return status(value, kind_term(value))
        case Dimension.PROGRAM:
            return text(value, href("programs", value))
        case _:
            return text(value)


@dataclass(frozen=True, slots=True)
class EntrySaid:
    """One entry of a list.

    Attributes:
        hour: The hour that it was posted in: with its id, its key.
        amount: What its postings come to on the account that is asked for; else, what moved.
    """

    hour: str
    entry: Entry
    amount: Money


@dataclass(frozen=True, slots=True)
class Entries:
    """Entries behind a balance, the newest first."""

    only: dict[str, str]
    first: date | None
    last: date | None
    entries: tuple[EntrySaid, ...]
    next_cursor: str | None


def _entries(services: Services, _who: Principal, asked: EntriesAsked) -> Entries:
    page = EntriesOf(services.store)(asked.cut, services.clock.now(), _after(asked.cursor))
    said = []
    for line in page.lines:
        hour = hour_of(line.entry.posted_at)
        amounts = line.amounts if asked.account else _moved(line.entry, asked.currency)
        said += [EntrySaid(hour, line.entry, amount) for amount in amounts]
    return Entries(asked.only, asked.first, asked.last, tuple(said), _cursor(page.after))


def _moved(entry: Entry, currency: str | None) -> tuple[Money, ...]:
    """The debits of an entry, which are its credits too, by currency."""
    debits = sums(posting.amount for posting in entry.postings if posting.amount.amount_minor > 0)
    return tuple(Money(minor, each) for each, minor in sorted(debits.items()) if currency in {None, each})


def _cursor(after: tuple[datetime, str] | None) -> str | None:
    if after is None:
        return None
    return base64.urlsafe_b64encode(f"{after[0].isoformat()} {after[1]}".encode()).decode()


def _after(cursor: str) -> tuple[datetime, str] | None:
    """Where a cursor goes on; one that is none of ours is the start."""
    try:
        at, _, entry_id = base64.urlsafe_b64decode(cursor).decode().partition(" ")
        return (datetime.fromisoformat(at).astimezone(UTC), entry_id) if cursor else None
    except (binascii.Error, ValueError, OverflowError):
        return None


_ENTRY_COLUMNS: Final = (
    Column("posted", "Posted", Kind.MOMENT),
    Column("effective", "Effective", Kind.DATE),
    Column("recorded", "Recorded as", Kind.STATUS),
    Column("entry", "Entry", Kind.LINK, on_page=False),
    Column("program", "Program"),
    Column("subject", "About", Kind.LINK),
    Column("amount", "Amount", Kind.MONEY),
)


def _entries_table(found: Entries) -> Table:
    rows = tuple(_entry_row(said) for said in found.entries)
    empty = "No entry fits. Widen the days or what you ask for." if found.next_cursor is None else _FEW
    return Table("entries", _ENTRY_COLUMNS, rows, next_cursor=found.next_cursor, empty=empty)


_FEW: Final = "There is none in the hours looked at so far: go on with the next page."


def _entry_row(said: EntrySaid) -> Row:
    entry = said.entry
    where = href("ledger", "entries", said.hour, entry.entry_id)
    return (
        moment(entry.posted_at, where),
        day_cell(entry.effective_on),
        status(entry.kind, kind_term(entry.kind)),
        text(entry.entry_id, where),
        text(entry.program, href("programs", entry.program)),
        about(entry),
        money(said.amount, where),
    )


def about(entry: Entry) -> Cell:
    """What an entry is about: its payout, or the payouts of its reward."""
    if entry.payout_id is not None:
        return reference(entry.payout_id, href("payouts", entry.payout_id))
    return reference(entry.reward_id, href("payouts", find=entry.reward_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryAsked:
    """Which entry."""

    hour: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}$")]
    entry_id: str


def _entry(services: Services, _who: Principal, asked: EntryAsked) -> SealedEntry | NotFound:
    found = entry_of(services.store, asked.hour, asked.entry_id)
    return found or NotFound(f"There is no entry {asked.entry_id} in the hour {asked.hour}.")


def _entry_title(found: SealedEntry) -> str:
    """What it records, how much of it, and of which day."""
    moved = ", ".join(money_.words for money_ in _moved(found.entry, None))
    return f"Entry: {kind_term(found.entry.kind).words}, {moved}, {found.entry.posted_at:%Y-%m-%d}"


def _postings_table(found: SealedEntry) -> Table:
    columns = (
        Column("account", "Account"),
        Column("debit", "Debit", Kind.MONEY),
        Column("credit", "Credit", Kind.MONEY),
    )
    rows = []
    for posting in found.entry.postings:
        entries = entries_href({"account": posting.account, "program": found.entry.program})
        credit = posting.amount.amount_minor < 0
        amount = money(-posting.amount if credit else posting.amount)
        account = Cell(
            posting.account,
            (posting.account,),
            posting.account,
            entries,
            meaning=account_meaning(posting.account),
            note=account_words(posting.account),
        )
        rows.append((account, nothing(), amount) if credit else (account, amount, nothing()))
    return Table("postings", columns, tuple(rows))


OPERATIONS: Final = (
    read(
        "ledger.balances", "/ledger", "Balances as of now or the end of a day, by any dimensions.", BalancesAsked,
        Balances, _balances, page="ledger/balances.html", title="Ledger", table=_balances_table,
    ),
    read(
        "ledger.entries", "/ledger/entries", "The journal entries behind a balance, the newest first.", EntriesAsked,
        Entries, _entries, page="ledger/entries.html", title="Entries", table=_entries_table,
    ),
    read(
        "ledger.entry", "/ledger/entries/{hour}/{entry_id}", "One journal entry, and the seal of its hour.", EntryAsked,
        SealedEntry, _entry, page="ledger/entry.html", title=_entry_title,
        table=_postings_table,
    ),
)  # fmt: skip
