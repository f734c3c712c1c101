"""The charts of a simulation's report."""

from collections.abc import Sequence
from typing import Final

import pygal
from markupsafe import Markup

from guerdon.adapters.report.charts import drawn, settings, ticks
from guerdon.domain.money import Money

_ROW: Final = 34
_MONTHS_HEIGHT: Final = 230
_THOUSAND: Final = 1000
_LABELS_MOST: Final = 12
_LABEL_LENGTH: Final = 24
_NAMES: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def compact(amount: float) -> str:
    """An amount as an axis writes it, in units, thousands, millions or billions: "12.5k"."""
    for power, ending in ((3, "bn"), (2, "m"), (1, "k")):
        scale = _THOUSAND**power
        if abs(amount) >= scale:
            return f"{amount / scale:.3g}{ending}"
    return f"{amount:.3g}"


def units(minor: int, currency: str) -> float:
    """An amount in units of its currency, to be drawn."""
    return float(Money(minor, currency).decimal)


def rows(name: str, told: str, values: Sequence[tuple[str, float]], *, counts: bool = False) -> Markup:
    """One bar for each value, from top to bottom, each with its figure beside its name."""
    chart = pygal.HorizontalBar(**settings(16 + _ROW * len(values), compact), show_x_labels=False, show_x_guides=False)
    shown = [(label, f"{value:,.0f}" if counts else compact(value), value) for label, value in values]
    # pygal draws the first label at the bottom.
    chart.x_labels = [f"{_cut(label)}: {text}" for label, text, _ in reversed(shown)]
    chart.truncate_label = -1
    chart.range = (0, max(value for _, value in values))
    chart.add("value", [value for _, _, value in reversed(shown)])
    return drawn(chart, name, told)


def months(name: str, told: str, labels: Sequence[str], series: Sequence[Sequence[float]]) -> Markup:
    """Bars by month; of two series the first is this version's.

    Args:
        name: Its id in the page.
        told: What it shows, for those who cannot see it.
        labels: Months as "2026-11".
        series: For each, a value for each month.
    """
    chart = pygal.Bar(**settings(_MONTHS_HEIGHT, compact) | {"spacing": 8})
    every = -(-len(labels) // _LABELS_MOST)
    chart.x_labels = [_month(label) if index % every == 0 else "" for index, label in enumerate(labels)]
    chart.truncate_label = -1
    chart.y_labels = ticks(max(value for values in series for value in values))
    for number, values in enumerate(series):
        chart.add(str(number), list(values))
    return drawn(chart, name, told)


def _month(label: str) -> str:
    return _NAMES[int(label[-2:]) - 1]


def _cut(label: str) -> str:
    return label if len(label) <= _LABEL_LENGTH else f"{label[: _LABEL_LENGTH - 1]}…"
