"""Reconciliation: when each statement was compared last, what differs, and a person's word on it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final

import msgspec

from guerdon.application.reconciliation_records import ItemState, ReconciliationItem, ReconciliationRun
from guerdon.application.resolve_item import CannotResolveItem
from guerdon.application.review.services import Services
from guerdon.application.review.waiting import age_text
from guerdon.console.choices import Choice, of_terms
from guerdon.console.operations import Done, Listing, NotFound, Refused, act, href, read
from guerdon.console.pages.payout import Reason
from guerdon.console.signin.principal import Principal, Role
from guerdon.console.tables import (
    Cell,
    Column,
    Kind,
    Row,
    Table,
    date,
    moment,
    money,
    nothing,
    paged,
    reference,
    status,
    text,
)
from guerdon.domain import glossary
from guerdon.domain.channel import PROVIDER_OF
from guerdon.domain.ledger_words import DIFFERENCE, ITEM_STATE
from guerdon.domain.reconciliation import BANK, Difference


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemsAsked(Listing):
    """Which differences.

    Attributes:
        source: A provider's name, or "bank".
        month: Those about a month such as "2026-11", resolved ones included; the open ones of all time if left out.
    """

    source: str | None = None
    difference: Difference | None = None
    month: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")] | None = None


@dataclass(frozen=True, slots=True)
class RunSaid:
    """How long ago a source was compared with the books.

    Attributes:
        age: Such as "3 hours"; "never" while it was not.
        run: None while nobody ever expected one.
    """

    source: str
    name: str
    age: str
    run: ReconciliationRun | None


@dataclass(frozen=True, slots=True)
class Items:
    """What differs, and when it was looked for."""

    runs: tuple[RunSaid, ...]
    items: tuple[ReconciliationItem, ...]
    month: str | None
    sources: dict[str, str]
    next_cursor: str | None

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The fields that narrow the list."""
        return (
            Choice("source", "Statement of", tuple(self.sources.items())),
            of_terms(
                "difference", "What differs", {name: term for name, term in DIFFERENCE.items() if name != "matched"}
            ),
            Choice("month", "All of month", kind="month"),
        )


def _items(services: Services, _who: Principal, asked: ItemsAsked) -> Items:
    now, store = services.clock.now(), services.store
    found = store.items_of_month(asked.month) if asked.month else store.open_items()
    fits = [
        item for item in found if asked.source in {None, item.source} and asked.difference in {None, item.difference}
    ]
    fits.sort(key=lambda item: (item.found_at, item.item_id), reverse=True)
    shown, cursor = paged(fits, asked.cursor)
    sources = {each: source_words(each) for each in (*PROVIDER_OF.values(), BANK)}
    runs = tuple(_run(store.reconciliation_run(each), each, now) for each in PROVIDER_OF.values())
    return Items(runs, tuple(shown), asked.month, sources, cursor)


def _run(run: ReconciliationRun | None, source: str, now: datetime) -> RunSaid:
    ended = None if run is None else run.finished_at
    return RunSaid(source, source_words(source), "never" if ended is None else age_text(now - ended), run)


def source_words(source: str) -> str:
    """The name of whoever a statement is from."""
    return "the bank" if source == BANK else glossary.PROVIDER.get(source, source)


_COLUMNS: Final = (
    Column("found", "Found", Kind.MOMENT, on_page=False),
    Column("source", "Statement"),
    Column("difference", "What differs", Kind.STATUS),
    Column("detail", "Detail"),
    Column("payout", "Payout", Kind.LINK),
    Column("here", "In the books", Kind.MONEY),
    Column("there", "In the statement", Kind.MONEY),
    Column("about", "Day", Kind.DATE),
    Column("state", "State", Kind.STATUS),
)


def _table(found: Items) -> Table:
    empty = (
        f"Nothing of {found.month} differed from any statement."
        if found.month
        else "Nothing differs that nobody has explained. Each statement is compared once a day; choose a month to see "
        "what was resolved."
    )
    rows = tuple(item_row(item) for item in found.items)
    return Table("reconciliation", _COLUMNS, rows, next_cursor=found.next_cursor, empty=empty)


def item_row(item: ReconciliationItem) -> Row:
    """One difference of a list."""
    return (
        moment(item.found_at),
        Cell(source_words(item.source), (item.source,), item.source),
        status(item.difference, DIFFERENCE[item.difference]),
        text(item.detail, href("reconciliation", item.item_id)),
        reference(item.payout_id, href("payouts", item.payout_id)) if item.payout_id else nothing(),
        money(item.here) if item.here else nothing(),
        money(item.there) if item.there else nothing(),
        date(item.on),
        status(item.state, ITEM_STATE[item.state]),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemAsked:
    """Which difference."""

    item_id: str


def _item(services: Services, _who: Principal, asked: ItemAsked) -> ReconciliationItem | NotFound:
    item = services.store.reconciliation_item(asked.item_id)
    return item or NotFound(f"There is no difference {asked.item_id}.")


def _history(item: ReconciliationItem) -> Table:
    columns = (
        Column("at", "When", Kind.MOMENT),
        Column("state", "State", Kind.STATUS),
        Column("by", "By"),
        Column("reason", "Why"),
    )
    rows = tuple(
        (
            moment(change.at),
            status(change.state, ITEM_STATE[change.state]),
            text(change.by) if change.by else nothing("a run"),
            text(change.reason),
        )
        for change in item.history
    )
    return Table("history", columns, rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveAsked:
    """Which difference, and why nothing remains to be done about it."""

    item_id: str
    reason: Reason


def _resolve(services: Services, who: Principal, asked: ResolveAsked) -> Done | Refused | NotFound:
    item = services.store.reconciliation_item(asked.item_id)
    if item is None:
        return NotFound(f"There is no difference {asked.item_id}.")
    if item.state is ItemState.RESOLVED:
        return Refused(f"It was resolved already, by {item.resolved_by or 'a run that did not find it any more'}.")
    resolved = services.resolve_item(asked.item_id, who.actor, asked.reason)
    if isinstance(resolved, CannotResolveItem):
        return Refused(f"It was not resolved: {resolved.why}.")
    return Done("It is resolved. Nothing was posted to the books.", href("reconciliation", asked.item_id))


OPERATIONS: Final = (
    read(
        "reconciliation.list", "/reconciliation", "What differs between the statements and the books.", ItemsAsked,
        Items, _items, page="reconciliation/list.html", title="Reconciliation", table=_table,
    ),
    read(
        "reconciliation.one", "/reconciliation/{item_id}", "One difference, with its history.", ItemAsked,
        ReconciliationItem, _item, page="reconciliation/one.html",
        title=lambda item: f"{source_words(item.source)}: {DIFFERENCE[item.difference].words}".capitalize(),
        table=_history,
    ),
    act(
        "reconciliation.resolve", "/reconciliation/{item_id}/resolve",
        "Say why nothing remains to be done about a difference.", ResolveAsked, _resolve, role=Role.FINANCE,
        title="Resolve the difference", form_on="reconciliation.one",
    ),
)  # fmt: skip
