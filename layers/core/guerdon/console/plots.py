"""The plots of the overview and of a draft, as SVG that lies in the page. The data of each stands beside as a table."""

from collections.abc import Mapping, Sequence
from typing import Final

import pygal
from markupsafe import Markup

from guerdon.adapters.report.charts import drawn, settings, ticks
from guerdon.adapters.report.simulation_charts import compact, units
from guerdon.adapters.report.simulation_charts import months as month_bars
from guerdon.application.review.overview import MonthLine, paid_in
from guerdon.application.review.simulate_draft import Versus
from guerdon.domain.channel import Channel
from guerdon.domain.money import Money

_HEIGHT: Final = 220
_NAMES: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def paid_plot(months: Sequence[MonthLine], currency: str) -> Markup:
    """What was paid in one currency, a bar a month, stacked by channel."""
    paid = [paid_in(month, currency) for month in months]
    chart = pygal.StackedBar(**settings(_HEIGHT, compact))
    _months(chart, months, [sum(map(_units, of.values())) for of in paid])
    # Every channel is drawn, so that each keeps its color whatever the others were paid.
    for channel in Channel:
        chart.add(channel.value, [_units(of[channel]) if channel in of else None for of in paid])
    most = max(months, key=lambda month: _sum(paid_in(month, currency)), default=None)
    told = f"Paid by month and channel in {currency}"
    if most is not None and _sum(paid_in(most, currency)):
        told += f"; most in {most.month}: {Money(_sum(paid_in(most, currency)), currency).words}"
    return drawn(chart, f"paid-{currency.lower()}", told)


def owed_plot(months: Sequence[MonthLine], currency: str) -> Markup:
    """What was owed to advocates in one currency at the end of each month."""
    owed = [next((money for money in month.owed if money.currency == currency), Money(0, currency)) for month in months]
    chart = pygal.Bar(**settings(_HEIGHT, compact))
    _months(chart, months, [_units(money) for money in owed])
    chart.add("owed", [_units(money) for money in owed])
    told = f"Owed to advocates at the end of each month in {currency}"
    if owed:
        told += f"; now {owed[-1].words}"
    return drawn(chart, f"owed-{currency.lower()}", told)


def draft_plot(lines: Sequence[Versus]) -> Markup:
    """What a draft costs beside the published version, two bars a month: the draft's first."""
    published, draft = [_units(line.published) for line in lines], [_units(line.draft) for line in lines]
    told = "Cost by month of closing, by the draft and by the published version; the table below has every figure"
    return month_bars("draft-months", told, [line.what for line in lines], [draft, published])


def _months(chart: pygal.graph.graph.Graph, months: Sequence[MonthLine], totals: Sequence[float]) -> None:
    chart.x_labels = [_NAMES[int(month.month[-2:]) - 1] for month in months]
    chart.truncate_label = -1
    chart.y_labels = ticks(max((*totals, 0.0)))
    chart.range = (min((*totals, 0.0)), chart.y_labels[-1])


def _sum(paid: Mapping[Channel, Money]) -> int:
    return sum(money.amount_minor for money in paid.values())


def _units(money: Money) -> float:
    return units(money.amount_minor, money.currency)
