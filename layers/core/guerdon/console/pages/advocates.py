"""Advocates: found by their email address, with what they earned; and the erasure of one."""

from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Annotated, Final

import msgspec

from guerdon.application.erase_advocate import CannotErase
from guerdon.application.records import AdvocateDetails
from guerdon.application.review.services import Services
from guerdon.application.review_ports import every
from guerdon.console.operations import Done, Listing, NotFound, Refused, act, href, read
from guerdon.console.pages.payout import Reason
from guerdon.console.signin.principal import Principal, Role
from guerdon.console.tables import Cell, Column, Kind, Row, Table, moment, money, nothing, reference, status, text
from guerdon.domain import glossary
from guerdon.domain.money import Money
from guerdon.domain.payout import Payout, PayoutStatus

TOTALLED_MOST: Final = 500
"""Payouts of one advocate that their totals take in, the newest; few have more than a dozen."""

_UNDER_WAY: Final = frozenset({
    PayoutStatus.EARNED, PayoutStatus.BLOCKED, PayoutStatus.RELEASED, PayoutStatus.SUBMITTED,
    PayoutStatus.FAILED, PayoutStatus.RETURNED,
})  # fmt: skip
"""Promised and not paid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvocatesAsked(Listing):
    """Whom to look for.

    Attributes:
        find: An email address, whole, or an advocate's id.
    """

    find: Annotated[str, msgspec.Meta(max_length=320)] = ""


@dataclass(frozen=True, slots=True)
class Total:
    """What one person was promised in one currency, and what became of it.

    Attributes:
        owed: By them, after reversals.
    """

    currency: str
    paid: Money
    under_way: Money
    owed: Money
    payouts: int


@dataclass(frozen=True, slots=True)
class AdvocateLine:
    """One person."""

    advocate_id: str
    name: str
    email: str | None
    crm_id: str
    country: str | None
    erased_at: datetime | None
    totals: tuple[Total, ...]


@dataclass(frozen=True, slots=True)
class Advocates:
    """Who was found."""

    find: str
    advocates: tuple[AdvocateLine, ...]


def _advocates(services: Services, _who: Principal, asked: AdvocatesAsked) -> Advocates:
    if not asked.find:
        return Advocates("", ())
    by_id = services.store.advocate(asked.find)
    found = services.reviews.advocates_by_email(asked.find) if by_id is None else (by_id,)
    return Advocates(asked.find, tuple(_line(services, details) for details in found))


def _line(services: Services, details: AdvocateDetails) -> AdvocateLine:
    erased = details.erased_at is not None
    return AdvocateLine(
        advocate_id=details.advocate_id,
        name="erased" if erased else details.name or details.crm_id,
        email=details.email,
        crm_id=details.crm_id,
        country=details.country,
        erased_at=details.erased_at,
        totals=_totals(services, details.advocate_id),
    )


def _totals(services: Services, advocate_id: str) -> tuple[Total, ...]:
    payouts = list(
        islice(every(lambda cursor: services.reviews.payouts_of_advocate(advocate_id, cursor)), TOTALLED_MOST)
    )
    totals = []
    for currency in sorted({payout.value.currency for payout in payouts}):
        here = [payout for payout in payouts if payout.value.currency == currency]
        paid = sum(payout.value.amount_minor for payout in here if payout.status is PayoutStatus.SETTLED)
        under_way = sum(payout.value.amount_minor for payout in here if payout.status in _UNDER_WAY)
        debt = services.store.receivable(advocate_id, currency)
        owed = debt.balance if debt else Money(0, currency)
        totals.append(Total(currency, Money(paid, currency), Money(under_way, currency), owed, len(here)))
    return tuple(totals)


def _table(found: Advocates) -> Table:
    columns = (
        Column("name", "Name", Kind.LINK),
        Column("email", "Email"),
        Column("crm_id", "Id in the CRM"),
        Column("paid", "Paid", Kind.MONEY),
        Column("under_way", "Owed to them", Kind.MONEY),
        Column("debt", "Owed by them", Kind.MONEY),
    )
    rows = tuple(row for line in found.advocates for row in _rows(line))
    empty = f"Nobody has the address {found.find}. Write it whole; whoever was erased is found by their id alone."
    if not found.find:
        empty = "Type the whole email address of an advocate, or their id."
    return Table("advocates", columns, rows, empty=empty)


def _rows(line: AdvocateLine) -> list[Row]:
    who = (
        text(line.name, href("advocates", line.advocate_id)),
        text(line.email) if line.email else nothing(),
        text(line.crm_id),
    )
    if not line.totals:
        return [(*who, nothing(), nothing(), nothing())]
    return [(*who, money(each.paid), money(each.under_way), money(each.owed)) for each in line.totals]


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvocateAsked(Listing):
    """Whose payouts."""

    advocate_id: str


@dataclass(frozen=True, slots=True)
class OneAdvocate:
    """A person and their payouts, the newest first."""

    who: AdvocateLine
    payouts: tuple[Payout, ...]
    next_cursor: str | None


def _advocate(services: Services, _who: Principal, asked: AdvocateAsked) -> OneAdvocate | NotFound:
    details = services.store.advocate(asked.advocate_id)
    if details is None:
        return NotFound(f"Nobody is known by the id {asked.advocate_id}. Look for their email address.")
    page = services.reviews.payouts_of_advocate(asked.advocate_id, asked.cursor or None)
    return OneAdvocate(_line(services, details), page.rows, page.cursor)


def _payouts_table(found: OneAdvocate) -> Table:
    columns = (
        Column("earned", "Earned", Kind.MOMENT),
        Column("value", "Value", Kind.MONEY),
        Column("status", "Status", Kind.STATUS),
        Column("channel", "Channel"),
        Column("program", "Program", Kind.LINK),
        Column("payout", "Payout", Kind.LINK),
    )
    rows = tuple(_payout_row(payout) for payout in found.payouts)
    return Table("payouts", columns, rows, next_cursor=found.next_cursor, empty="They earned nothing yet.")


def _payout_row(payout: Payout) -> tuple[Cell, ...]:
    whole = href("payouts", payout.payout_id)
    return (
        moment(payout.history[0].at),
        money(payout.value, whole),
        status(payout.status, glossary.STATUS[payout.status]),
        text(glossary.CHANNEL[payout.channel].words),
        text(payout.program, href("programs", payout.program)),
        reference(payout.payout_id, whole),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class EraseAsked:
    """Whom to erase, and why."""

    advocate_id: str
    reason: Reason


def _erase(services: Services, who: Principal, asked: EraseAsked) -> Done | Refused | NotFound:
    if services.store.advocate(asked.advocate_id) is None:
        return NotFound(f"Nobody is known by the id {asked.advocate_id}.")
    erased = services.erase(asked.advocate_id, who.actor, asked.reason)
    if isinstance(erased, CannotErase):
        return Refused(f"Nothing was erased: {erased.why}.")
    return Done("All that names them is erased. The books stay as they are.", href("advocates", asked.advocate_id))


OPERATIONS: Final = (
    read(
        "advocates.list", "/advocates", "Advocates with an email address.", AdvocatesAsked, Advocates, _advocates,
        page="advocates/list.html", title="Advocates", table=_table,
    ),
    read(
        "advocates.one", "/advocates/{advocate_id}", "One advocate and their payouts.", AdvocateAsked, OneAdvocate,
        _advocate, page="advocates/one.html", title=lambda found: found.who.name, table=_payouts_table,
    ),
    act(
        "advocates.erase", "/advocates/{advocate_id}/erase", "Erase all that names an advocate.", EraseAsked, _erase,
        role=Role.ADMIN, title="Erase the person", form_on="advocates.one",
    ),
)  # fmt: skip
