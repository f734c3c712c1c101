"""The simulator is tested too: each mistake that it is there for is planted, and must be caught."""

import pytest

from simulation.planted import check


@pytest.mark.parametrize("bug", check.BUGS)
def test_a_planted_bug_is_caught(bug: str) -> None:
    caught = check.catch(bug, shorten=False, first=check.BUGS[bug].met)
    assert caught.seed is not None, f"{bug} went unnoticed in {caught.schedules} schedules"


def test_the_page_names_every_planted_bug() -> None:
    page = check.DOCS.read_text(encoding="utf-8")
    assert [bug for bug in check.BUGS if f"| {bug} |" not in page] == []
    assert "missed" not in page
