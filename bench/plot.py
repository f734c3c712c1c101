"""The plot of what was measured: how an evaluation grows with the rules of its program."""

import importlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

COLORS = ("#0b7285", "#c2410c", "#868e96")


def plot(grown: Mapping[str, Mapping[str, float]], to: Path) -> None:
    """Draw one line for each way to choose, as times the evaluation with the fewest rules.

    Args:
        grown: For each way to choose, calls a second by the number of rules.
        to: The SVG file that is written.
    """
    # It has no types, and this is the only place of the benchmark that knows it.
    pygal: Any = importlib.import_module("pygal")
    style = importlib.import_module("pygal.style").Style(
        background="white", plot_background="white", colors=COLORS, font_family="sans-serif", title_font_size=18
    )
    chart = pygal.XY(
        title="One evaluation, as times that of 10 rules",
        x_title="rules in the program",
        style=style,
        width=800,
        height=420,
        show_dots=True,
        dots_size=3,
        range=(0, 6),
        js=(),
        no_prefix=True,
        disable_xml_declaration=True,
        explicit_size=False,
    )
    for choose, by_size in grown.items():
        sizes = [int(size) for size in by_size]
        fewest = by_size[str(min(sizes))]
        points = [(int(size), round(fewest / calls, 2)) for size, calls in by_size.items()]
        chart.add(f"choose: {choose}", points)
    least = min(int(size) for size in next(iter(grown.values())))
    chart.add(
        "if each rule were asked", [(least, 1), (least * 6, 6)], show_dots=False, stroke_style={"dasharray": "4, 4"}
    )
    to.write_text(chart.render(is_unicode=True) + "\n", encoding="utf-8")
