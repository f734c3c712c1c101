"""Checks: which ones the bank has not paid yet, for how long, and what the bank paid that is none of them."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final

import msgspec

from guerdon.application.review.check_list import numbered, outstanding, uncleared_lines
from guerdon.application.review.services import Services
from guerdon.console.operations import Listing, href, read
from guerdon.console.pages.ledger_cuts import entries_href
from guerdon.console.signin.principal import Principal
from guerdon.console.tables import (
    Cell,
    Column,
    Kind,
    Row,
    Table,
    money,
    nothing,
    number,
    paged,
    reference,
    status,
    text,
)
from guerdon.console.tables import date as day_cell
from guerdon.domain.channel import Channel
from guerdon.domain.checks import STALE_AFTER_DAYS, BankLine, Check, CheckState, age_band
from guerdon.domain.ledger import settlement_account, sums
from guerdon.domain.ledger_words import BANK_LINE, CHECK
from guerdon.domain.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecksAsked(Listing):
    """Which checks: the outstanding ones, if no number is given.

    Attributes:
        stale: Only those that a bank need not pay any more.
        number: The number that is printed on a check, whatever became of it.
    """

    stale: bool = False
    number: Annotated[str, msgspec.Meta(max_length=40)] = ""


@dataclass(frozen=True, slots=True)
class Age:
    """Outstanding checks of some age, in days such as "31-60"."""

    band: str
    count: int
    amounts: tuple[Money, ...]


@dataclass(frozen=True, slots=True)
class Checks:
    """Checks of a list, and what the bank paid that cleared none.

    Attributes:
        today: By which their age is reckoned.
        ages: All outstanding ones by age.
        uncleared: The bank's lines that cleared no check.
    """

    today: date
    checks: tuple[Check, ...]
    ages: tuple[Age, ...]
    uncleared: tuple[BankLine, ...]
    number: str
    next_cursor: str | None

    @property
    def outstanding_href(self) -> str:
        """The entries of what is outstanding."""
        return entries_href({"account": settlement_account(Channel.CHECK)})

    @property
    def stale_after(self) -> int:
        """Days after which a check is stale."""
        return STALE_AFTER_DAYS

    @property
    def lines(self) -> Table:
        """The bank's lines as a table."""
        columns = (
            Column("booked", "Booked", Kind.DATE),
            Column("account", "Account"),
            Column("number", "Check number"),
            Column("why", "Why it cleared none", Kind.STATUS),
            Column("amount", "Amount", Kind.MONEY),
        )
        rows = tuple(_line_row(line) for line in self.uncleared)
        return Table("bank-lines", columns, rows, empty="Every line of the bank's statements cleared a check.")


def _line_row(line: BankLine) -> Row:
    why = status(line.why, BANK_LINE[line.why]) if line.why else nothing()
    of_number = text(line.check_number, href("checks", number=line.check_number)) if line.check_number else nothing()
    return (day_cell(line.booked_on), text(line.account), of_number, why, money(line.amount))


def _checks(services: Services, _who: Principal, asked: ChecksAsked) -> Checks:
    store, today = services.store, services.clock.now().date()
    every = outstanding(store, today)
    found = numbered(store, asked.number) if asked.number else outstanding(store, today, stale_only=asked.stale)
    shown, cursor = paged(found, asked.cursor)
    return Checks(today, tuple(shown), _ages(every, today), uncleared_lines(store), asked.number, cursor)


def _ages(checks: tuple[Check, ...], today: date) -> tuple[Age, ...]:
    """By age, the oldest first: the checks come so."""
    bands = dict.fromkeys(age_band(check.age_days(today)) for check in checks)
    of = {band: [check for check in checks if age_band(check.age_days(today)) == band] for band in bands}
    return tuple(Age(band, len(found), _amounts(found)) for band, found in of.items())


def _amounts(checks: list[Check]) -> tuple[Money, ...]:
    return tuple(Money(minor, each) for each, minor in sorted(sums(check.amount for check in checks).items()))


_COLUMNS: Final = (
    Column("mailed", "Mailed", Kind.DATE),
    Column("number", "Number"),
    Column("payout", "Payout", Kind.LINK),
    Column("program", "Program"),
    Column("state", "State", Kind.STATUS),
    Column("age", "Days", Kind.NUMBER),
    Column("cleared", "Cleared", Kind.DATE),
    Column("amount", "Amount", Kind.MONEY),
)


def _table(found: Checks) -> Table:
    rows = tuple(_row(check, found.today) for check in found.checks)
    empty = (
        f"There is no check with the number {found.number}."
        if found.number
        else "No check is outstanding: the bank has paid every one that was mailed."
    )
    return Table("checks", _COLUMNS, rows, next_cursor=found.next_cursor, empty=empty)


def _row(check: Check, today: date) -> Row:
    stands = check.stands(today)
    payout = href("payouts", check.payout_id)
    age = number(check.age_days(today)) if check.state is CheckState.OUTSTANDING else nothing()
    return (
        day_cell(check.mailed_on),
        text(check.number) if check.number else nothing("not told"),
        reference(check.payout_id, payout),
        text(check.program, href("programs", check.program)),
        status(stands, CHECK[stands]),
        age,
        day_cell(check.cleared_on) if check.cleared_on else nothing(),
        Cell(check.amount.words, (check.amount.currency, check.amount.amount_minor), check.amount.decimal, payout,
             currency=check.amount.currency),
    )  # fmt: skip


OPERATIONS: Final = (
    read(
        "checks.list", "/checks", "Checks that the bank has not paid, and what it paid that is none of them.",
        ChecksAsked, Checks, _checks, page="checks.html", title="Checks", table=_table,
    ),
)  # fmt: skip
