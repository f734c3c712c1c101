"""What was found, as files: a page for people, and CSV for a spreadsheet."""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from guerdon.adapters.exports.cells import text
from guerdon.adapters.report.simulation_page import Report, simulation_page
from guerdon.cli.simulating.found import Found
from guerdon.domain.money import Money

REPORT, REWARDS, ADVOCATES, SUMMARY = "report.html", "rewards.csv", "advocates.csv", "summary.csv"
FILES: Final = (REPORT, REWARDS, ADVOCATES, SUMMARY)


def write_files(folder: Path, found: Found) -> None:
    """Write everything but the rewards, which were written while they became final."""
    (folder / REPORT).write_text(simulation_page(_report(found)), encoding="utf-8")
    _write(folder / ADVOCATES, _advocates(found))
    _write(folder / SUMMARY, _summary(found))


def _report(found: Found) -> Report:
    totals = found.totals
    lead = f"{found.rules.name} over the {totals.deals:,} deals of {found.history.name}"
    if totals.first is not None and totals.last is not None:
        zone = totals.program.zone
        first, last = (moment.astimezone(zone).date() for moment in (totals.first, totals.last))
        lead += f", which closed from {first} to {last}"
    versus = found.versus
    return Report(
        title=totals.program.title,
        lead=f"{lead}. Amounts are in {found.currency}.",
        totals=totals,
        figures=found.figures,
        sheets=found.sheets,
        against=(versus.title, versus.totals) if versus else None,
        forecast=found.forecast,
        notes=found.hints,
    )


def _write(path: Path, rows: Iterable[tuple[str, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows(rows)


def _advocates(found: Found) -> Iterable[tuple[str, ...]]:
    currency = found.currency
    against = found.versus.totals.advocates if found.versus else None
    compared = ("cost_against", "difference") if against is not None else ()
    yield ("advocate", "deals", "rewards", "cost", "revenue_of_rewarded_deals", "currency", *compared)
    for advocate, (deals, rewards, cost, revenue) in sorted(found.totals.advocates.items()):
        decimals = [Money(minor, currency).decimal for minor in (cost, revenue)]
        other: tuple[str, ...] = ()
        if against is not None:
            theirs = against[advocate][2]
            other = (Money(theirs, currency).decimal, Money(cost - theirs, currency).decimal)
        yield (text(advocate), str(deals), str(rewards), *decimals, currency, *other)


def _summary(found: Found) -> Iterable[tuple[str, ...]]:
    """One table under another, each named in its first column."""
    yield ("table", "row", "column", "value")
    for figure in found.figures:
        yield ("figures", figure.label, "value", figure.value.replace(",", ""))
    for sheet in found.sheets:
        for row in sheet.rows:
            for index, value in enumerate(row[1:], start=1):
                plain = value.replace(",", "") if index in sheet.numbers else value
                yield (sheet.key, text(row[0]), sheet.columns[index], plain)
