"""`guerdon simulate` on what would have waited for a person: at a ceiling of the day, and told late."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from cli.test_simulate import DEALS, HEADER, PROGRAM, simulated, table, written

Run = Callable[..., Result]


@pytest.fixture
def program(tmp_path: Path) -> Path:
    return written(tmp_path / "program.yaml", PROGRAM)


@pytest.fixture
def deals(tmp_path: Path) -> Path:
    rows = DEALS.splitlines()
    return written(tmp_path / "deals.csv", "\n".join([HEADER, rows[-1], *rows[:-1], ""]))


CEILINGS = """\
ceilings:
  payouts_per_day: 1
told_within_days: 30
"""
STOPPED = (
    "A person lets it go on or not: the cost above has it. A ceiling was reached on 1 of 1 days that had something "
    "to release. When 2 rewarded deals were told the history does not say (told_at), so whether that was late "
    "cannot be judged; only what was amended late is counted."
)
TOLD = """\
deal,closed_at,amount,currency,advocate,told_at
D-1,2026-01-10T12:00:00Z,1000.00,USD,A-1,2026-04-01T12:00:00Z
D-2,2026-03-31T12:00:00Z,1000.00,USD,A-2,2026-04-01T13:00:00Z
D-3,2026-04-01T14:00:00Z,1000.00,USD,A-3,
D-4,2026-04-01T15:00:00Z,1000.00,USD,A-4,
"""


def test_what_ceilings_and_a_late_telling_would_have_stopped_is_a_section_of_its_own(
    guerdon: Run, tmp_path: Path
) -> None:
    program = written(tmp_path / "program.yaml", PROGRAM + CEILINGS)
    deals, out = written(tmp_path / "deals.csv", TOLD), tmp_path / "out"
    result = guerdon("simulate", program, deals, "--out", out)
    assert result.exit_code == 0, result.stderr
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    start = lines.index("What would have waited for a person, USD")
    assert lines[start : start + 10] == [
        "What would have waited for a person, USD",
        "how many worth",
        "payouts at a ceiling of the day 2 100.00",
        "rewards that were told late 1 50.00",
        STOPPED,
        "",
        "Days on which a ceiling was reached, USD",
        "day payouts released worth waiting worth of them",
        "2026-04-01 1 50.00 2 100.00",
        "A day is one of the legal entity's books. What waits is counted in no day.",
    ]
    rows = {(row["table"], row["row"], row["column"]): row["value"] for row in table(out / "summary.csv")}
    assert rows["waiting", "payouts at a ceiling of the day", "worth"] == "100.00"
    assert rows["ceiling_day", "2026-04-01", "waiting"] == "2"
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "What would have waited for a person, USD" in page
    told = simulated(guerdon, program, deals)
    assert told["cost_minor"] == 200_00
    assert told["waiting"] == {
        "at_ceilings": {
            "payouts_per_day": 1,
            "amount_per_day_minor": None,
            "payouts": 2,
            "worth_minor": {"USD": 100_00},
            "days": [
                {
                    "day": "2026-04-01",
                    "released": 1,
                    "released_minor": {"USD": 50_00},
                    "waiting": 2,
                    "waiting_minor": {"USD": 100_00},
                }
            ],
        },
        "told_late": {"told_within_days": 30, "rewards": 1, "worth_minor": {"USD": 50_00}, "not_judged": 2},
    }


def test_a_program_without_ceilings_says_nothing_of_what_waits(guerdon: Run, program: Path, deals: Path) -> None:
    assert "waited" not in guerdon("simulate", program, deals).stdout
    assert simulated(guerdon, program, deals)["waiting"] is None


def test_ceilings_change_no_total(guerdon: Run, program: Path, deals: Path, tmp_path: Path) -> None:
    capped = simulated(guerdon, written(tmp_path / "capped.yaml", PROGRAM + CEILINGS), deals)
    free = simulated(guerdon, program, deals)
    assert {key: value for key, value in capped.items() if key != "waiting"} == {
        key: value for key, value in free.items() if key != "waiting"
    }
