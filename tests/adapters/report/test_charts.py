from xml.etree import ElementTree as ET

import pytest

from guerdon.adapters.report.charts import Pair, side_by_side, ticks

PAIRS = [Pair('<Sales> & "others"', (0.2, 0.1, 0.42), 0.3), Pair("All", (0.13, 0.12, 0.14), 0.13)]


def percent(figure: float) -> str:
    return f"{100 * figure:g} %"


def test_a_chart_is_well_formed_and_runs_and_styles_nothing() -> None:
    svg = side_by_side("chart-x", "What it shows", PAIRS, percent)
    root = ET.fromstring(svg)  # noqa: S314 - our own output.
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert tags.isdisjoint({"script", "style", "title", "desc", "defs", "image", "use"})
    assert root.get("aria-label") == "What it shows"
    assert "on" not in {name[:2] for element in root.iter() for name in element.attrib}
    assert '&lt;Sales&gt; &amp; "others"' in svg


def test_the_same_figures_make_the_same_chart() -> None:
    assert side_by_side("chart-x", "t", PAIRS, percent) == side_by_side("chart-x", "t", PAIRS, percent)


def test_the_axis_holds_every_interval() -> None:
    svg = side_by_side("chart-x", "t", PAIRS, percent)
    assert [mark for mark in range(0, 101, 5) if f">{mark} %<" in svg] == [0, 10, 20, 30, 40, 50]
    assert len(ET.fromstring(svg).findall(".//{*}g[@class='bar']")) == 4  # noqa: S314 - our own output.


@pytest.mark.parametrize(
    ("most", "marks"),
    [
        (0, [0, 1]),
        (0.004, [0, 0.001, 0.002, 0.003, 0.004]),
        (0.131, [0, 0.05, 0.1, 0.15]),
        (0.42, [0, 0.1, 0.2, 0.3, 0.4, 0.5]),
        (1, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (2.96, [0, 1, 2, 3]),
        (111, [0, 50, 100, 150]),
    ],
)
def test_marks_are_round_and_few(most: float, marks: list[float]) -> None:
    assert ticks(most) == marks
