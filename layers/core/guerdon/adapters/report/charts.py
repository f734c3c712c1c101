"""Charts as SVG that lies in the page: colors and type come from the page's style sheet, and nothing runs in them."""

import sys
from collections.abc import Callable, Sequence
from math import ceil, floor, log10
from typing import Final, NamedTuple
from xml.etree import ElementTree as ET

import pygal
from markupsafe import Markup

# pygal leaves a finder for its maps among the interpreter's own, of a kind that Python 3.11 warns of at each later
# import. We draw no maps.
sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, pygal.PluginImportFixer)]

WIDTH: Final = 420
"""Of a drawing, in its own units: drawn narrow, so that its text can still be read on a phone."""
_NOT_WANTED: Final = ("script", "desc", "defs", "title")
"""Scripts, what they would read, style sheets that would win over the page's own, and titles that say nothing."""
SERIES_MOST: Final = 4
"""How many series a chart may have; each has a class of its own, by which the style sheet colors it."""
_TICKS_MOST: Final = 5


def settings(height: int, value_text: Callable[[float], str]) -> dict[str, object]:
    """What all charts have in common, for a pygal chart's constructor."""
    return {
        "width": WIDTH,
        "height": height,
        "js": [],
        "css": [],
        "show_legend": False,
        "margin": 4,
        "margin_right": 20,
        "spacing": 12,
        "style": _STYLE,
        "formatter": value_text,
        "value_formatter": value_text,
    }


def drawn(chart: pygal.graph.graph.Graph, name: str, told: str) -> Markup:
    """The chart as inline SVG, the same for the same figures.

    Args:
        chart: With `settings`.
        name: Its id in the page.
        told: What it shows, for those who cannot see it.
    """
    chart.uuid = name
    root = chart.render_tree()
    for parent in root.iter():
        for child in list(parent):
            if child.tag in _NOT_WANTED or child.tag is ET.Comment:
                parent.remove(child)
    root.set("role", "img")
    root.set("aria-label", told)
    return Markup(ET.tostring(root, encoding="unicode"))  # noqa: S704 - ElementTree escaped every text in it.


class Pair(NamedTuple):
    """A figure and what it is held against.

    Attributes:
        yours: The figure, and the low and the high end of where it probably is.
        field: What it is held against.
    """

    label: str
    yours: tuple[float, float, float]
    field: float


def ticks(most: float) -> list[float]:
    """Round figures for an axis, from zero to the first that is not below `most`, which is zero or more."""
    if most <= 0:
        return [0.0, 1.0]
    size = 10.0 ** floor(log10(most))
    step = next(step for step in (size / 5, size / 2, size, size * 2, size * 5) if most / step <= _TICKS_MOST)
    return [round(number * step, 9) for number in range(ceil(most / step - 1e-9) + 1)]


def side_by_side(name: str, told: str, pairs: Sequence[Pair], value_text: Callable[[float], str]) -> Markup:
    """Two bars for each pair, yours above the field's, with a whisker for how sure yours is.

    Args:
        name: Its id in the page.
        told: What it shows, for those who cannot see it.
        pairs: From top to bottom.
        value_text: How the axis writes a figure.
    """
    chart = pygal.HorizontalBar(**settings(30 + 40 * len(pairs), value_text))
    marks = ticks(max(max(pair.field, *pair.yours) for pair in pairs))
    chart.y_labels = marks
    chart.range = (0, marks[-1])
    # pygal draws the first label at the bottom.
    chart.x_labels = [pair.label for pair in reversed(pairs)]
    chart.add("yours", [_with_interval(*pair.yours) for pair in reversed(pairs)])
    chart.add("field", [pair.field for pair in reversed(pairs)])
    return drawn(chart, name, told)


def _with_interval(value: float, low: float, high: float) -> dict[str, object]:
    return {"value": value, "ci": {"low": low, "high": high}}


_STYLE: Final = pygal.style.Style(
    background="transparent",
    plot_background="transparent",
    # What pygal reserves room for; the style sheet's sizes are not above it.
    label_font_size=12,
    major_label_font_size=12,
    value_colors=("transparent",) * SERIES_MOST,
    colors=("transparent",) * SERIES_MOST,
    ci_colors=("transparent",) * SERIES_MOST,
)
