"""A simulation as a page: headline figures, then plots, each with its table, then the other tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from guerdon.adapters.history.forecasting import Forecast
from guerdon.adapters.report.charts import Pair, side_by_side
from guerdon.adapters.report.page import page
from guerdon.adapters.report.simulation_charts import compact, months, rows, units
from guerdon.application.replay.summary import Figure, Sheet, bins, rule_costs
from guerdon.application.replay.totals import Totals
from guerdon.domain import glossary
from guerdon.domain.channel import Channel

_MONTHS_MOST = 24
"""How many months are drawn: the last ones."""

_ROWS_MOST = 40
"""More rows of one table than this are in the CSV only."""


@dataclass(frozen=True, slots=True)
class Report:
    """What the page shows.

    Attributes:
        lead: What was simulated, as a sentence.
        against: The other version's name and sums, if there is one.
        notes: What has to be known before believing the figures.
    """

    title: str
    lead: str
    totals: Totals
    figures: Sequence[Figure]
    sheets: Sequence[Sheet]
    against: tuple[str, Totals] | None = None
    forecast: Forecast | None = None
    notes: Sequence[str] = field(default_factory=tuple)


def simulation_page(report: Report) -> str:
    """The report as one HTML file."""
    charts = _charts(report)
    return page(
        "simulation.html",
        title=report.title,
        lead=report.lead,
        figures=[figure._asdict() for figure in report.figures],
        sheets=[_sheet(sheet, charts) for sheet in report.sheets],
        against=report.against[0] if report.against else None,
        notes=report.notes,
    )


def _sheet(sheet: Sheet, charts: Mapping[str, Markup]) -> dict[str, object]:
    return {
        "key": sheet.key,
        "title": sheet.title,
        "columns": [(name, index in sheet.numbers) for index, name in enumerate(sheet.columns)],
        "headed": any(sheet.columns),
        "rows": [[(text, index in sheet.numbers) for index, text in enumerate(row)] for row in sheet.rows[:_ROWS_MOST]],
        "more": max(0, len(sheet.rows) - _ROWS_MOST),
        "note": sheet.note,
        "chart": charts.get(sheet.key),
        "compares": sheet.key in {"versus", "forecast"},
    }


def _charts(report: Report) -> dict[str, Markup]:
    totals, currency = report.totals, report.totals.program.currency
    charts: dict[str, Markup] = {}
    labels = sorted(totals.months)[-_MONTHS_MOST:]
    costs = [units(totals.months[month][2], currency) for month in labels]
    if len(labels) > 1:
        told = ", ".join(f"{month} {compact(cost)}" for month, cost in zip(labels, costs, strict=True))
        charts["month"] = months("chart-month", f"Cost by month: {told}", labels, [costs])
    by_rule = [(name, units(minor, currency)) for name, (_, minor) in rule_costs(totals).items() if minor]
    if len(by_rule) > 1:
        charts["rule"] = rows("chart-rule", _told("Cost by rule", by_rule), by_rule)
    by_channel = [
        (glossary.CHANNEL[Channel(channel)].words, units(minor, currency))
        for channel, (_, minor) in sorted(totals.channels.items(), key=lambda one: -one[1][1])
    ]
    if len(by_channel) > 1:
        charts["channel"] = rows("chart-channel", _told("Cost by channel", by_channel), by_channel)
    amounts = [(label, float(times)) for label, times in bins(totals)]
    if len(amounts) > 1:
        charts["amount"] = rows("chart-amount", _told("Rewards by amount", amounts), amounts, counts=True)
    if report.against is not None and len(labels) > 1:
        other = [units(report.against[1].months[month][2], currency) for month in labels]
        told = f"Cost by month of this version and of {report.against[0]}"
        charts["versus"] = months("chart-versus", told, labels, [costs, other])
    if report.forecast is not None:
        charts["forecast"] = _forecast(report.forecast, totals, currency)
    return charts


def _forecast(forecast: Forecast, totals: Totals, currency: str) -> Markup:
    cost = forecast.cost
    yours = tuple(units(minor, currency) for minor in (cost.middle, cost.low, cost.high))
    first, last = forecast.base
    before = sum(minor for month, (_, _, minor, _, _) in totals.months.items() if first <= month <= last)
    told = f"Cost, forecast {compact(yours[0])}, from {compact(yours[1])} to {compact(yours[2])}"
    pair = Pair("cost", (yours[0], yours[1], yours[2]), units(before, currency))
    return side_by_side("chart-forecast", told, [pair], compact)


def _told(what: str, values: Sequence[tuple[str, float]]) -> str:
    return f"{what}: {', '.join(f'{label} {compact(value)}' for label, value in values)}"
