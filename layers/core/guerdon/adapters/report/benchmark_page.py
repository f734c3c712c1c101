"""The benchmark as a page."""

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from guerdon.adapters.report.benchmark import RULE, Benchmark, cells
from guerdon.adapters.report.charts import Pair, side_by_side
from guerdon.adapters.report.page import page
from guerdon.application.benchmark.published import SURVEY
from guerdon.application.benchmark.verdicts import Chapter, Line, Unit


def as_page(benchmark: Benchmark) -> str:
    """The benchmark as one HTML file."""
    tally = benchmark.tally
    figures: list[tuple[str, str]] = [
        ("Leads", f"{tally.all.leads:,}"),
        ("Deals", f"{tally.all.deals:,}"),
        ("Months", f"{tally.years.months:,}"),
        ("Whole years", f"{tally.years.whole:,}"),
    ]
    return page(
        "benchmark.html",
        name=benchmark.name,
        survey=SURVEY,
        kind=benchmark.kind.value,
        summary=benchmark.summary,
        figures=[{"name": name, "value": value} for name, value in figures],
        chapters=[_chapter(chapter) for chapter in benchmark.chapters],
        rule=RULE,
    )


def _chapter(chapter: Chapter) -> dict[str, object]:
    told = [line for line in chapter.lines if line.measured is not None]
    return {
        "key": chapter.key,
        "title": chapter.title,
        "note": chapter.note,
        "source": chapter.source,
        "charts": list(_charts(chapter, told)),
        "lines": [_line(line) for line in told],
        "lacking": list(_lacking(chapter)),
    }


def _charts(chapter: Chapter, lines: Sequence[Line]) -> Iterator[Markup]:
    """One chart for each unit: a share and an amount have no axis in common."""
    for unit in Unit:
        of_unit = [line for line in lines if line.published.unit is unit]
        if not of_unit:
            continue
        yield side_by_side(
            f"chart-{chapter.key}-{unit.value.lower()}",
            f"{chapter.title}: " + " ".join(f"{line.label}: {line.sentence}" for line in of_unit),
            [
                Pair(line.short or line.label, (line.measured.figure, *line.measured.interval), line.published.figure)
                for line in of_unit
                if line.measured
            ],
            unit.axis,
        )


def _line(line: Line) -> dict[str, str]:
    yours, field, difference, verdict = cells(line)
    return {
        "label": line.label,
        "sentence": line.sentence,
        "yours": yours,
        "field": field,
        "difference": difference or "–",  # noqa: RUF001 - a dash, as tables write "none".
        "verdict": line.verdict.value,
        "verdict_words": verdict,
    }


def _lacking(chapter: Chapter) -> Iterator[dict[str, str]]:
    """What cannot be compared, lines with the same reason together."""
    reasons: dict[str, list[str]] = {}
    for line in chapter.lines:
        if line.measured is None:
            reasons.setdefault(line.lacking, []).append(f"{line.label} (the field's: {line.published.words})")
    for why, labels in reasons.items():
        yield {"labels": "; ".join(labels) + ".", "why": why}
