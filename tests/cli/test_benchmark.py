import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from memory_stack import MemoryStack

Run = Callable[..., Result]


@pytest.fixture
def deals(guerdon: Run, tmp_path: Path) -> Path:
    """Two years of 1,500 deals, with leads."""
    out = tmp_path / "deals.csv"
    made = guerdon("generate", out, "--deals", 1500, "--from", "2024-01-01", "--months", 24, "--leads")
    assert made.exit_code == 0, made.stderr
    return out


def test_what_was_made_by_the_fields_figures_is_about_the_fields(guerdon: Run, deals: Path) -> None:
    result = guerdon("benchmark", deals, "--enrolled", 5900, "--json")
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    assert (told["deals"], told["leads"], told["months"], told["whole_years"]) == (1500, 11_230, 24, 2)
    figures = {figure["key"]: figure for figure in told["figures"]}
    assert len(figures) == 34
    assert {figure["verdict"] for figure in figures.values()} <= {"about", "too_few"}
    conversion = figures["conversion.all"]
    assert conversion["yours"] == 1500 / 11_230
    assert (conversion["field"], conversion["sample"], conversion["sample_of"]) == (0.13, 11_230, "leads")
    assert conversion["verdict"] == "about"
    assert conversion["source"].startswith("The State of Business Customer Referral Programs, on ")


def test_a_table_says_yours_the_fields_and_how_sure_that_is(guerdon: Run, memory: MemoryStack, deals: Path) -> None:
    result = guerdon("benchmark", deals)
    assert result.exit_code == 0, result.stderr
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert lines[0] == 'deals.csv beside "The State of Business Customer Referral Programs", customer programs'
    assert "All leads 13.4 % 13 % +0.4 pts 11,230 leads about the same" in lines
    assert "Enrolled who refer 36 % not in the file" in lines
    assert "Needs the number of enrolled advocates: give --enrolled." in lines
    assert memory.requests == []


def test_the_page_is_whole_and_runs_nothing(guerdon: Run, deals: Path, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    result = guerdon("benchmark", deals, "--out", page)
    assert result.exit_code == 0, result.stderr
    assert result.stdout.splitlines()[-1] == f"{page}: written"
    html = page.read_text(encoding="utf-8")
    assert html.startswith("<!doctype html>")
    assert "<script" not in html
    assert "javascript:" not in html
    assert "src=" not in html
    assert "@import" not in html
    assert html.count("<svg ") == 9
    assert html.count("The State of Business Customer Referral Programs") == 9
    again = tmp_path / "again.html"
    guerdon("benchmark", deals, "--out", again)
    assert again.read_bytes() == page.read_bytes()


def test_what_a_file_is_called_and_says_cannot_become_markup(guerdon: Run, deals: Path, tmp_path: Path) -> None:
    evil = tmp_path / "<img onerror=1>.csv"
    evil.write_bytes(deals.read_bytes().replace(b",email,", b",<b>mail</b>,"))
    page = tmp_path / "report.html"
    assert guerdon("benchmark", evil, "--out", page).exit_code == 0
    html = page.read_text(encoding="utf-8")
    assert "<img" not in html
    assert "<b>" not in html
    assert "&lt;img onerror=1&gt;.csv" in html


def test_a_file_of_won_deals_says_what_it_lacks(guerdon: Run, tmp_path: Path) -> None:
    file, page = tmp_path / "won.csv", tmp_path / "report.html"
    file.write_text(
        "deal,closed_at,amount,currency,advocate\nD-1,2026-01-05T10:00:00Z,100.00,USD,A-1\n", encoding="utf-8"
    )
    result = guerdon("benchmark", file, "--out", page, "--enrolled", 1)
    assert result.exit_code == 0, result.stderr
    assert "Of 34 figures: 34 not in the file." in result.stdout
    assert "Needs referrals that became no deal: rows whose status is lead or lost." in result.stdout
    assert "<svg" not in page.read_text(encoding="utf-8")


def test_partners_are_held_against_partners(guerdon: Run, tmp_path: Path) -> None:
    file = tmp_path / "deals.csv"
    guerdon(
        *("generate", file, "--deals", 1000, "--from", "2025-01-01", "--months", 12),
        *("--program-kind", "partner", "--leads"),
    )
    told = json.loads(guerdon("benchmark", file, "--kind", "partner", "--json").stdout)
    figures = {figure["key"]: figure for figure in told["figures"]}
    assert len(figures) == 14
    assert figures["conversion.all"]["field"] == 0.31
    as_customers = json.loads(guerdon("benchmark", file, "--json").stdout)
    verdicts = {figure["key"]: figure["verdict"] for figure in as_customers["figures"]}
    assert verdicts["conversion.all"] == "above"
    assert verdicts["method_use.social"] == "below"


def test_fewer_enrolled_than_active_cannot_be(guerdon: Run, deals: Path) -> None:
    result = guerdon("benchmark", deals, "--enrolled", 2000)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"error: --enrolled: 2,000 cannot be: 2,121 advocates refer in a year of {deals}\n"


def test_what_is_wrong_in_the_file_is_said_with_its_place(guerdon: Run, tmp_path: Path) -> None:
    file = tmp_path / "deals.csv"
    file.write_text(
        "deal,closed_at,amount,currency,advocate,status\nD-1,2026-01-05T10:00:00Z,1,USD,A-1,maybe\n", encoding="utf-8"
    )
    page = tmp_path / "report.html"
    result = guerdon("benchmark", file, "--out", page)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"{file}:2:status: must be won, lead, lost or empty, not 'maybe'\n"
    assert not page.exists()


def test_a_page_that_cannot_be_written_is_named(guerdon: Run, deals: Path, tmp_path: Path) -> None:
    result = guerdon("benchmark", deals, "--out", tmp_path / "missing" / "report.html")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.endswith("report.html cannot be written: No such file or directory\n")
