"""docs/benchmark.md says what the command compares."""

from pathlib import Path

import pytest

from guerdon.application.benchmark.compare import compare
from guerdon.application.benchmark.published import FIGURES, SURVEY, Kind
from guerdon.application.benchmark.tally import Tally
from guerdon.application.benchmark.verdicts import Chapter

TEXT = (Path(__file__).parents[2] / "docs" / "benchmark.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("chapter", compare(Tally(), Kind.CUSTOMER, None), ids=lambda chapter: chapter.key)
def test_every_chapter_and_every_figure_of_the_field_is_in_its_row(chapter: Chapter) -> None:
    _, found, rest = TEXT.partition(f"| **{chapter.title}** |")
    assert found
    rows = rest.partition("\n| **")[0].partition("\n\n")[0]
    for line in chapter.lines:
        figure = line.published.words.removesuffix(" %").removesuffix(" USD").removeprefix("< ")
        assert figure.removesuffix("0") in rows or figure in rows


def test_every_method_is_named_as_files_write_it() -> None:
    for figures in FIGURES.values():
        for method in figures.methods:
            assert f"`{method}`" in TEXT
            assert method.words in TEXT


def test_the_source_is_named() -> None:
    assert SURVEY in TEXT
