"""The grammar of what an ordinal counts: what stands under `counting`."""

import re
from datetime import date
from typing import Final

from guerdon.domain.counting import CountedBy, Counting, CountingPeriod
from guerdon.domain.document import Document, Node, Path
from guerdon.domain.grammar import keys
from guerdon.domain.grammar.reader import NAME, ProgramReader

DAYS_MOST: Final = 3660
PERIODS: Final = {period.value: period for period in CountingPeriod}
BY: Final = {by.value: by for by in CountedBy}
_MONTH_DAY: Final = re.compile(r"(?P<month>\d{2})-(?P<day>\d{2})", re.ASCII)
_COMMON_YEAR: Final = 2025
"""Of no leap day: a fiscal year starts every year."""


def read_counting(reader: ProgramReader, node: Node, path: Path, *, fiscal_limits: bool) -> Counting:
    """How a program counts, as far as that is right.

    Args:
        reader: Collects what is wrong.
        node: What stands under `counting`; an empty mapping where nothing does.
        path: Its place.
        fiscal_limits: Whether the program's limits need to know when a fiscal year starts.
    """
    document = reader.mapping(node, path, keys.COUNTING)
    if document is None:
        return Counting()
    by = reader.choice({"by": CountedBy.PROGRAM.value, **document}, "by", path, BY)
    period = reader.choice({"period": CountingPeriod.LIFETIME.value, **document}, "period", path, PERIODS)
    group = _group(reader, document, path, by)
    days = _days(reader, document, path, period)
    starts = _fiscal_year_starts(reader, document, path, period, fiscal_limits=fiscal_limits)
    return Counting(period or CountingPeriod.LIFETIME, by or CountedBy.PROGRAM, group, starts, days)


def _group(reader: ProgramReader, document: Document, path: Path, by: CountedBy | None) -> str | None:
    if by is CountedBy.GROUP:
        group = reader.text(document, "group", path)
        if group is not None and not NAME.fullmatch(group):
            reader.wrong((*path, "group"), "must be lower-case letters, digits and dashes, at most 63")
        return group
    if by is not None and "group" in document:
        reader.wrong((*path, "group"), "is only for by: group; leave it out, or write that", "unused")
    return None


def _days(reader: ProgramReader, document: Document, path: Path, period: CountingPeriod | None) -> int | None:
    if period is CountingPeriod.ROLLING_DAYS:
        return reader.whole(document, "days", path, 1, DAYS_MOST)
    if period is not None and "days" in document:
        reader.wrong((*path, "days"), "is only for period: rolling_days; leave it out, or write that", "unused")
    return None


def _fiscal_year_starts(
    reader: ProgramReader, document: Document, path: Path, period: CountingPeriod | None, *, fiscal_limits: bool
) -> tuple[int, int]:
    january = (1, 1)
    inner = (*path, "fiscal_year_starts")
    needed = period is CountingPeriod.FISCAL_YEAR or fiscal_limits
    if not needed and "fiscal_year_starts" not in document:
        return january
    if not needed:
        if period is not None:
            reader.wrong(inner, "is only for a period of fiscal_year; leave it out, or write that", "unused")
        return january
    if "fiscal_year_starts" not in document:
        reader.wrong(inner, "is missing: say on which month and day a fiscal year starts, such as 04-01", "missing")
        return january
    text = reader.text(document, "fiscal_year_starts", path)
    match = _MONTH_DAY.fullmatch(text or "")
    try:
        starts = match and date(_COMMON_YEAR, int(match["month"]), int(match["day"]))
    except ValueError:
        starts = None
    if starts:
        return starts.month, starts.day
    if text is not None:
        reader.wrong(inner, f"must be a month and day of every year, such as 04-01, not {text[:40]!r}")
    return january
