"""Who did what, when, from what state to what, and why."""

import re
from dataclasses import dataclass
from datetime import UTC
from typing import Annotated, Final

import msgspec

from guerdon.adapters.report.month_page import actor_words
from guerdon.application.audit_records import Audit
from guerdon.application.review.services import Services
from guerdon.console.choices import Choice
from guerdon.console.operations import Listing, href, read
from guerdon.console.signin.principal import Principal
from guerdon.console.tables import Cell, Column, Kind, Row, Table, moment, nothing, status, text
from guerdon.domain import glossary
from guerdon.domain.actions import SubjectKind

_SECTION: Final = {
    SubjectKind.ADVOCATE: "advocates",
    SubjectKind.EVENT: "inbox",
    SubjectKind.ITEM: "reconciliation",
    SubjectKind.PAYOUT: "payouts",
    SubjectKind.PROGRAM: "programs",
}
"""Where a subject has its page; the others have none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditAsked(Listing):
    """Which lines.

    Attributes:
        month: Such as "2026-11", UTC; this month if left out.
        subject: The id of what something was done to; then of all months.
    """

    month: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")] | None = None
    subject: Annotated[str, msgspec.Meta(max_length=320)] = ""


@dataclass(frozen=True, slots=True)
class AuditTrail:
    """Lines of the trail, the newest first.

    Attributes:
        month: The month that they are of; None if they are about one subject.
    """

    month: str | None
    subject: str
    lines: tuple[Audit, ...]
    next_cursor: str | None

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The fields that narrow the list."""
        return (Choice("month", "Month", kind="month"), Choice("subject", "Id of what it was done to"))


def _audit(services: Services, _who: Principal, asked: AuditAsked) -> AuditTrail:
    cursor = asked.cursor or None
    if asked.subject:
        page = services.reviews.audit_of_subject(asked.subject, cursor)
        return AuditTrail(None, asked.subject, page.rows, page.cursor)
    month = asked.month or f"{services.clock.now().astimezone(UTC):%Y-%m}"
    page = services.reviews.audit_of_month(month, cursor)
    return AuditTrail(month, "", page.rows, page.cursor)


_COLUMNS: Final = (
    Column("at", "When", Kind.MOMENT),
    Column("actor", "Who"),
    Column("action", "What", Kind.STATUS),
    Column("subject", "Done to", Kind.LINK),
    Column("before", "Before", on_page=False),
    Column("after", "Became"),
    Column("reason", "Why"),
)


def _table(found: AuditTrail) -> Table:
    about = f"to {found.subject}" if found.subject else f"in {found.month}"
    empty = f"Nobody did anything {about}. What people decide here or on the command line is listed with its reason."
    if found.next_cursor is not None:
        empty = "There is none among those looked at so far: go on with the next page."
    return Table("audit", _COLUMNS, tuple(map(line_row, found.lines)), next_cursor=found.next_cursor, empty=empty)


def line_row(line: Audit) -> Row:
    """One line of the trail."""
    return (
        moment(line.at),
        actor_cell(line.actor),
        status(line.action, glossary.ACTION[line.action]),
        _subject(line),
        text(line.before) if line.before else nothing(),
        _after(line),
        text(line.reason) if line.reason else nothing(),
    )


def actor_cell(actor: str) -> Cell:
    """An employee: by the console as their email address, by the command line as the end of their ARN."""
    kind, _, who = actor.partition(":")
    if kind == "aws":
        return Cell(actor_words(actor), (who.casefold(),), actor, meaning=who)
    return Cell(who or actor, ((who or actor).casefold(),), actor)


def _after(line: Audit) -> Cell:
    """What it became; what it was before stands in its title, and in a column of the CSV file."""
    was = f"before: {line.before}" if line.before else ""
    shown = _DIGEST.sub(r"\1…", line.after or "")
    return Cell(shown, (line.after,), line.after, meaning=was or line.after) if line.after else nothing()


_DIGEST: Final = re.compile(r"\b([0-9a-f]{12})[0-9a-f]{52}\b")
"""A SHA-256, of which a line shows the beginning."""


def _subject(line: Audit) -> Cell:
    section = _SECTION.get(line.subject_kind)
    where = href("audit", subject=line.subject_id) if section is None else href(section, line.subject_id)
    return text(line.subject_id, where)


OPERATIONS: Final = (
    read(
        "audit.list", "/audit", "Who did what, the newest first.", AuditAsked, AuditTrail, _audit,
        page="audit.html", title="Audit", table=_table,
    ),
)  # fmt: skip
