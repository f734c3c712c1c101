from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from guerdon.adapters.history.reading import HistoryReader
from guerdon.application.benchmark.published import SURVEY
from memory_stack import MemoryStack

Run = Callable[..., Result]

A_YEAR = ("--from", "2025-01-01", "--months", 12)


def test_writes_a_history_and_says_what_it_is(guerdon: Run, memory: MemoryStack, tmp_path: Path) -> None:
    out = tmp_path / "deals.csv"
    result = guerdon("generate", out, "--deals", 100, *A_YEAR, "--leads")
    assert result.exit_code == 0, result.stderr
    assert result.stdout.splitlines() == [
        f'{out}: 100 deals and 630 leads that became none, by the figures of "{SURVEY}".',
        f"To compare: guerdon benchmark {out} --kind customer --enrolled 786",
    ]
    reader = HistoryReader(out)
    assert sum(1 for _ in reader.rows()) == 730
    assert reader.problems == []
    assert memory.requests == []


def test_without_leads_there_are_deals_only(guerdon: Run, tmp_path: Path) -> None:
    out = tmp_path / "deals.csv"
    result = guerdon("generate", out, "--deals", 100, *A_YEAR, "--program-kind", "partner", "--currency", "EUR")
    assert result.exit_code == 0, result.stderr
    rows = list(HistoryReader(out).rows())
    assert len(rows) == 100
    assert {row.status for row in rows} == {"won"}
    assert {row.currency for row in rows} == {"EUR"}


def test_the_same_seed_writes_the_same_bytes(guerdon: Run, tmp_path: Path) -> None:
    one, two, three = (tmp_path / name for name in ("1.csv", "2.csv", "3.csv"))
    for out, seed in ((one, 7), (two, 7), (three, 8)):
        guerdon("generate", out, "--advocates", 200, *A_YEAR, "--seed", seed)
    assert one.read_bytes() == two.read_bytes()
    assert one.read_bytes() != three.read_bytes()


def test_without_a_wish_it_is_a_thousand_deals_of_the_sample_programs_year(guerdon: Run, tmp_path: Path) -> None:
    plain, told = tmp_path / "plain.csv", tmp_path / "told.csv"
    result = guerdon("generate", plain)
    assert (result.exit_code, result.stderr) == (0, "")
    guerdon("generate", told, "--deals", 1_000, "--from", "2026-01-01", "--months", 12, "--seed", 1)
    assert plain.read_bytes() == told.read_bytes()


def test_only_one_size_can_be_given(guerdon: Run, tmp_path: Path) -> None:
    out = tmp_path / "deals.csv"
    result = guerdon("generate", out, "--deals", 1, "--advocates", 1, *A_YEAR)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "error: give --deals or --advocates, one of the two\n"
    assert not out.exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--currency", "usd"), "error: --currency: 'usd' is not an ISO 4217 currency in use, such as USD\n"),
        (("--from", "1999-01-01"), "error: --from: the year must be from 2003 to 2189, not 1999\n"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_written(
    guerdon: Run, tmp_path: Path, options: tuple[str, ...], said: str
) -> None:
    out = tmp_path / "deals.csv"
    result = guerdon("generate", out, "--deals", 1, *A_YEAR, *options)
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", said)
    assert not out.exists()


@pytest.mark.parametrize("day", ["01/02/2026", "2026-02-30", "20260101", "2026-W01-1", "2026-01-01T00:00:00Z", ""])
def test_a_first_day_that_is_none_is_refused_with_one_that_is(guerdon: Run, tmp_path: Path, day: str) -> None:
    out = tmp_path / "deals.csv"
    result = guerdon("generate", out, "--from", day)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"error: --from: must be a date such as 2026-01-01, not {day!r}\n"
    assert not out.exists()


def test_a_place_that_cannot_be_written_is_named(guerdon: Run, tmp_path: Path) -> None:
    result = guerdon("generate", tmp_path / "missing" / "deals.csv", "--deals", 1, *A_YEAR)
    assert result.exit_code == 1
    assert result.stderr.endswith("deals.csv cannot be written: No such file or directory\n")
