"""The mapping that is used where finance gave none of its own."""

from functools import cache
from pathlib import Path
from typing import Final

from guerdon.adapters.yaml_document import YamlProblem, read_yaml
from guerdon.application.exports.chart import Chart, read_chart

DEFAULT_CHART: Final = Path(__file__).with_name("chart.yaml")


@cache
def default_chart() -> Chart:
    """The chart of accounts in chart.yaml, which a test holds to be without a finding."""
    read = read_yaml(DEFAULT_CHART.read_bytes())
    if isinstance(read, YamlProblem):
        raise TypeError(f"chart.yaml:{read.place.line}: {read.message}")
    chart, findings = read_chart(read.node)
    if chart is None:
        raise TypeError(f"chart.yaml: {findings[0].message}")
    return chart
