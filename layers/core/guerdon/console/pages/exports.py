"""The journal of some days as a file for an accounting program."""

import io
import zipfile
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from guerdon.adapters.exports.default_chart import default_chart
from guerdon.adapters.exports.formats import IMPORTS, SUFFIXES, Format, writer_of
from guerdon.application.books import Books
from guerdon.application.exports.entries import Basis, Selection, entries_between
from guerdon.application.exports.journals import Export, ExportFile, Per, mapped
from guerdon.application.review.services import Services
from guerdon.console.operations import Download, Nothing, Refused, href, read
from guerdon.console.pages.ledger_cuts import EARLIEST
from guerdon.console.signin.principal import Principal
from guerdon.console.tables import Cell, Column, Kind, Table, text
from guerdon.domain.balances import DIMENSIONS

DAYS_MOST: Final = 92
"""Days of one export: what a request has the time for. The command line takes any."""

MONTHS: Final = 12

WORDS: Final = {
    Format.CSV: "CSV",
    Format.XLSX: "Excel",
    Format.BEANCOUNT: "Beancount",
    Format.QUICKBOOKS: "QuickBooks",
    Format.XERO: "Xero",
    Format.NETSUITE: "NetSuite",
}

_MEDIA: Final = {
    ".csv": "text/csv; charset=utf-8",
    ".beancount": "text/plain; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
}


@dataclass(frozen=True, slots=True)
class Exports:
    """What can be exported.

    Attributes:
        months: Months that have entries, or may have, the newest first.
        formats: The formats with their names.
        entities: The legal entities of the journal.
        programs: Its programs.
        today: The last day that an export of the days so far takes.
    """

    months: tuple[str, ...]
    formats: dict[str, str]
    entities: tuple[str, ...]
    programs: tuple[str, ...]
    today: date


def _exports(services: Services, _who: Principal, _asked: Nothing) -> Exports:
    now, store = services.clock.now(), services.store
    head, totals = store.seal_head(), Books(store).at(now).totals
    return Exports(
        months=tuple(months_since(now, head.opened[:7])) if head else (),
        formats={each.value: words for each, words in WORDS.items()},
        entities=tuple(sorted({DIMENSIONS["entity"](heading) for heading in totals})),
        programs=tuple(sorted({heading.program for heading in totals})),
        today=now.date(),
    )


def months_since(now: datetime, opened: str) -> list[str]:
    """The last MONTHS months, the newest first; none before that in which the books were opened."""
    last = now.astimezone(UTC)
    number = last.year * 12 + last.month - 1
    months = [f"{each // 12}-{each % 12 + 1:02}" for each in range(number, number - MONTHS, -1)]
    return [month for month in months if month >= opened]


def _table(found: Exports) -> Table:
    """A row for each month, with a link for each format."""
    columns = (
        Column("month", "Month"),
        *(Column(each.value, words, Kind.LINK, sorts=False) for each, words in WORDS.items()),
    )
    rows = tuple((text(month), *(_link(month, each) for each in Format)) for month in found.months)
    empty = "There is nothing to export yet. Publish a program and send its first deal."
    return Table("exports", columns, rows, empty=empty)


def _link(month: str, file_format: Format) -> Cell:
    first, last = days_of(month)
    where = href("exports", "file", file_format=file_format, first=first.isoformat(), last=last.isoformat())
    return text(WORDS[file_format], where)


def days_of(month: str) -> tuple[date, date]:
    """The first and the last day of a month such as "2026-11"."""
    first = date.fromisoformat(f"{month}-01")
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return first, following - timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportAsked:
    """Which entries, and as what.

    Attributes:
        by: The date that puts an entry into the period, in the legal entity's time zone.
        per: For QuickBooks, Xero and NetSuite: a journal for each entry, or sums of a day or a month.
        entity: Only this legal entity.
        program: Only this program.
    """

    file_format: Format
    first: date
    last: date
    by: Basis = Basis.POSTED
    per: Per = Per.ENTRY
    entity: str | None = None
    program: str | None = None


def _file(services: Services, _who: Principal, asked: ExportAsked) -> Download | Refused:
    wrong = _wrong(asked)
    if wrong is not None:
        return wrong
    selection = Selection(asked.first, asked.last, asked.by, asked.entity, asked.program)
    entries = entries_between(services.store, selection, services.clock.now())
    chart, writer = default_chart(), writer_of(asked.file_format)
    journals, missing = mapped(entries, selection, chart)
    export = Export(selection, chart, journals, asked.per)
    refusals = tuple(each.words for each in missing) or writer.refusals(export)
    if refusals:
        return Refused("Nothing was exported: " + "; ".join(refusals), "file_format")
    return _download(asked, writer.write(export))


def _wrong(asked: ExportAsked) -> Refused | None:
    if asked.last < asked.first:
        return Refused("The last day is before the first: swap them.", "last")
    if asked.first < EARLIEST or asked.last.year > _LAST_YEAR:
        return Refused(f"Choose days from {EARLIEST} to the year {_LAST_YEAR}.", "first")
    if (asked.last - asked.first).days >= DAYS_MOST:
        return Refused(f"That is more than {DAYS_MOST} days: choose fewer, such as a month at a time.", "last")
    if asked.per is not Per.ENTRY and (asked.program or asked.file_format not in IMPORTS):
        return Refused("Sums of a day or a month are for QuickBooks, Xero and NetSuite, and for all programs.", "per")
    return None


_LAST_YEAR: Final = 9000


def _download(asked: ExportAsked, files: tuple[ExportFile, ...]) -> Download:
    """The file; several as one archive, in which each has its part in its name."""
    base, suffix = f"guerdon-{asked.file_format}-{asked.first}-to-{asked.last}", SUFFIXES[asked.file_format]
    if len(files) == 1:
        return Download(f"{base}{suffix}", _MEDIA[suffix], files[0].content)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            # A fixed time, so that the same export gives the same bytes.
            archive.writestr(zipfile.ZipInfo(f"{base}-{file.part}{suffix}"), file.content, zipfile.ZIP_DEFLATED)
    return Download(f"{base}.zip", _MEDIA[".zip"], packed.getvalue())


OPERATIONS: Final = (
    read(
        "exports", "/exports", "What can be exported.", Nothing, Exports, _exports, page="exports.html",
        title="Exports", table=_table,
    ),
    read(
        "exports.file", "/exports/file", "The journal of some days as a file for an accounting program.", ExportAsked,
        Download, _file,
    ),
)  # fmt: skip
