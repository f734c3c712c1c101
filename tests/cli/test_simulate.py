"""`guerdon simulate`, as a person calls it: what it prints, what it writes, and what it says of a wrong file."""

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

Run = Callable[..., Result]

HEADER = "deal,closed_at,amount,currency,advocate,segment,reversed_at,reversed_total"
DEALS = """\
D-1,2026-01-10T12:00:00Z,1000.00,USD,A-1,,,
D-2,2026-01-20T12:00:00Z,2000.00,USD,A-2,gold,,
D-3,2026-02-10T12:00:00Z,4000.00,USD,A-1,,2026-03-01T00:00:00Z,0
D-4,2026-02-20T12:00:00Z,1000.00,USD,A-1,,,
D-5,2025-12-31T12:00:00Z,1000.00,USD,A-3,,,
"""
PROGRAM = """\
program: customer-referral
title: Customer referral
legal_entity: Acme Inc.
currency: USD
time_zone: America/New_York
starts_at: 2026-01-01T00:00:00-05:00
rules:
  - name: gold
    when:
      segments: [gold]
    amount:
      percentage: {rate: 10}
    channel: check
  - name: all
    amount:
      escalating:
        - {from: 1, flat: 50.00}
        - {from: 2, flat: 60.00}
        - {from: 3, flat: 80.00}
    channel: gift_card
"""
BUDGET = """\
limits:
  program:
    - {max: 230.00, period: calendar_month, over: cut}
    - {max: 300.00, period: lifetime, over: refuse}
"""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    return written(tmp_path / "program.yaml", PROGRAM)


@pytest.fixture
def deals(tmp_path: Path) -> Path:
    rows = DEALS.splitlines()
    return written(tmp_path / "deals.csv", "\n".join([HEADER, rows[-1], *rows[:-1], ""]))


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def simulated(guerdon: Run, *arguments: object) -> dict[str, object]:
    result = guerdon("simulate", *arguments, "--json")
    assert result.exit_code == 0, result.stderr
    told: dict[str, object] = json.loads(result.stdout)
    return told


def test_a_person_reads_the_cost_first_and_then_the_tables(guerdon: Run, program: Path, deals: Path) -> None:
    result = guerdon("simulate", program, deals)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "Customer referral: 5 deals from 2025-12-31 to 2026-02-20"
    assert lines[1].split() == [
        "Total",
        "cost,",
        "USD",
        "330.00",
        "60.00",
        "of",
        "what",
        "was",
        "granted",
        "came",
        "back",
        "by",
        "reversals",
        "and",
        "amendments",
    ]
    assert lines[2].split() == ["Cost", "per", "rewarded", "deal", "110.00", "3", "rewarded", "deals"]
    assert any(line.startswith("Note: 1 of 5 deals closed before the program starts") for line in lines)
    assert [line for line in lines if line.startswith(("gold ", "all "))] == [
        "gold        1  200.00         60.6 %  200.00",
        "all         2  130.00         39.4 %   65.00",
    ]


def test_a_reversed_deal_costs_nothing_and_later_deals_keep_their_steps(
    guerdon: Run, program: Path, deals: Path
) -> None:
    told = simulated(guerdon, program, deals)
    assert (told["deals"], told["rewarded_deals"], told["granted_minor"], told["cost_minor"]) == (5, 3, 390_00, 330_00)
    parts = told["parts"]
    assert isinstance(parts, list)
    assert {(part["rule"], part["step"]): part["cost_minor"] for part in parts} == {
        ("gold", ""): 200_00,
        ("all", "1st"): 50_00,
        ("all", "3rd and later"): 80_00,
    }


def test_the_files_hold_every_reward_and_every_advocate(
    guerdon: Run, program: Path, deals: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert guerdon("simulate", program, deals, "--out", out).exit_code == 0
    assert sorted(path.name for path in out.iterdir()) == ["advocates.csv", "report.html", "rewards.csv", "summary.csv"]
    rewards = table(out / "rewards.csv")
    assert [(one["deal"], one["ordinal"], one["earned"], one["worth"]) for one in rewards] == [
        ("D-1", "1", "50.00", "50.00"),
        ("D-2", "1", "200.00", "200.00"),
        ("D-4", "3", "80.00", "80.00"),
        ("D-3", "2", "60.00", "0.00"),
    ]
    advocates = table(out / "advocates.csv")
    assert [(one["advocate"], one["rewards"], one["cost"]) for one in advocates] == [
        ("A-1", "2", "130.00"),
        ("A-2", "1", "200.00"),
        ("A-3", "0", "0.00"),
    ]


def test_the_page_is_one_file_that_loads_and_runs_nothing(
    guerdon: Run, program: Path, deals: Path, tmp_path: Path
) -> None:
    hostile = written(tmp_path / "other.yaml", PROGRAM.replace("name: gold", "name: <script>alert(1)</script>"))
    written(deals, deals.read_text(encoding="utf-8").replace("A-2", "<img src=x>"))
    assert (
        guerdon("simulate", program, deals, "--against", hostile, "--roi", "--forecast", "--out", tmp_path).exit_code
        == 0
    )
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "<img" not in page
    assert re.findall(r"(?:src|href)=[\"'](?!#)|@import|url\((?!#)", page) == []
    assert "330.00" in page
    assert page.count("<svg") >= 3


def test_ids_that_a_spreadsheet_would_run_are_written_as_text(guerdon: Run, program: Path, tmp_path: Path) -> None:
    row = "=1+1,2026-02-01T12:00:00Z,1000.00,USD,@sum,silver,,"
    deals, out = written(tmp_path / "run.csv", f"{HEADER}\n{row}\n"), tmp_path / "out"
    assert guerdon("simulate", program, deals, "--out", out).exit_code == 0
    (reward,) = table(out / "rewards.csv")
    assert (reward["deal"], reward["advocate"]) == ("'=1+1", "'@sum")
    assert [line["advocate"] for line in table(out / "advocates.csv")] == ["'@sum"]


def test_a_budget_says_when_it_ran_out_and_how_much_it_withheld(guerdon: Run, tmp_path: Path, deals: Path) -> None:
    told = simulated(guerdon, written(tmp_path / "limited.yaml", PROGRAM + BUDGET), deals)
    limits = told["limits"]
    assert isinstance(limits, list)
    assert [(one["period"], one["over"], one["first_deal"], one["times"], one["amount_minor"]) for one in limits] == [
        ("2026-01", "cut", "D-2", 1, 20_00),
        ("lifetime", "refuse", "D-4", 1, 80_00),
    ]
    assert limits[0]["first_at"] == "2026-01-20T12:00:00+00:00"
    assert told["cost_minor"] == 230_00


def test_another_version_shows_who_gains_and_who_loses(
    guerdon: Run, program: Path, deals: Path, tmp_path: Path
) -> None:
    other = written(
        tmp_path / "other.yaml", PROGRAM.replace("rate: 10", "rate: 1").replace("3, flat: 80", "3, flat: 90")
    )
    against = simulated(guerdon, program, deals, "--against", other)["against"]
    assert isinstance(against, dict)
    assert against["cost_minor"] == 50_00 + 20_00 + 90_00
    assert (against["advocates_who_gain"], against["advocates_who_lose"]) == (1, 1)
    assert against["most_gained"] == [
        {"advocate": "A-2", "cost_minor": 200_00, "against_minor": 20_00, "difference_minor": 180_00}
    ]
    assert [one["advocate"] for one in against["most_lost"]] == ["A-1"]
    assert against["deals_whose_rule_changes"] == 0


def test_a_rule_that_is_gone_changes_the_rule_of_its_deals(
    guerdon: Run, program: Path, deals: Path, tmp_path: Path
) -> None:
    fewer = written(tmp_path / "fewer.yaml", PROGRAM.replace("segments: [gold]", "segments: [silver]"))
    against = simulated(guerdon, program, deals, "--against", fewer)["against"]
    assert isinstance(against, dict)
    assert against["rule_changes"] == [{"from": "all", "to": "gold", "deals": 1}]


def test_the_return_is_reckoned_as_vendors_calculators_do(guerdon: Run, program: Path, deals: Path) -> None:
    back = simulated(
        guerdon, program, deals, "--roi", "--margin", "40%", "--fees", "270.00", "--other-cost", "500", "--months", "10"
    )["return"]
    assert back == {
        "revenue": 4000_00,
        "contribution": 1600_00,
        "rewards": 330_00,
        "fees": 270_00,
        "profit": 1000_00,
        "ratio": 1.666667,
        "acquired": 3,
        "per_acquisition": 200_00,
        "saved": 900_00,
        "payback_months": 3.75,
    }


def test_a_forecast_is_the_same_for_the_same_seed_and_grows_with_the_volume(
    guerdon: Run, program: Path, deals: Path
) -> None:
    def forecast(*options: object) -> dict[str, Any]:
        told = simulated(guerdon, program, deals, "--forecast", *options)["forecast"]
        assert isinstance(told, dict)
        return told

    one, again, grown = forecast(), forecast(), forecast("--volume", "+300%")
    assert one == again
    assert one["cost_minor"]["low"] <= one["cost_minor"]["middle"] <= one["cost_minor"]["high"]
    assert grown["advocates"] == 12
    assert grown["cost_minor"]["middle"] > 2 * one["cost_minor"]["middle"]


def test_a_forecast_never_pays_more_than_the_budget_has_left(guerdon: Run, tmp_path: Path, deals: Path) -> None:
    limited = written(tmp_path / "limited.yaml", PROGRAM + BUDGET)
    told = simulated(guerdon, limited, deals, "--forecast", "--volume", "50")["forecast"]
    assert isinstance(told, dict)
    # 300.00 for all time, and 230.00 of them are taken.
    assert told["cost_minor"]["high"] == 70_00
    assert [one["share_of_draws"] for one in told["limits"]] == [1.0, 1.0]


def test_any_date_takes_the_program_as_if_it_had_been_in_force(guerdon: Run, program: Path, deals: Path) -> None:
    assert simulated(guerdon, program, deals, "--any-date")["rewarded_deals"] == 4


def test_rows_that_are_wrong_are_named_and_nothing_is_reported(
    guerdon: Run, program: Path, deals: Path, tmp_path: Path
) -> None:
    written(deals, deals.read_text(encoding="utf-8").replace("2000.00", "2,000").replace("A-3", ""))
    result = guerdon("simulate", program, deals, "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.splitlines() == [
        f"{deals}:2:advocate: is empty",
        f"{deals}:4: has 9 values, and the header has 8",
    ]
    assert list((tmp_path / "out").iterdir()) == []


def test_a_deal_that_stands_twice_is_named_with_both_lines(guerdon: Run, program: Path, deals: Path) -> None:
    written(deals, deals.read_text(encoding="utf-8").replace("D-4", "D-1"))
    result = guerdon("simulate", program, deals)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"{deals}:6:deal: stands in line 3 already")


def test_versions_in_two_currencies_cannot_be_compared(
    guerdon: Run, program: Path, deals: Path, tmp_path: Path
) -> None:
    euros = written(tmp_path / "euros.yaml", PROGRAM.replace("USD", "EUR"))
    result = guerdon("simulate", program, deals, "--against", euros)
    assert (result.exit_code, result.stderr.split(": ", 1)[1]) == (
        1,
        f"currency: is EUR, and {program} is in USD: only programs of one currency can be compared\n",
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--roi", "--margin", "much"), "--margin: 'much' is not a percentage"),
        (("--roi", "--fees", "1.234"), "--fees: '1.234' has more than the 2 decimal places of USD"),
        (("--forecast", "--volume", "twice"), "must be a factor such as 1.2 or a growth such as +20%"),
    ],
)
def test_an_option_that_makes_no_sense_is_said(
    guerdon: Run, program: Path, deals: Path, options: tuple[str, ...], said: str
) -> None:
    result = guerdon("simulate", program, deals, *options)
    assert result.exit_code == 2
    assert said in result.stderr


def test_a_program_that_is_wrong_is_named_with_its_line(guerdon: Run, program: Path, deals: Path) -> None:
    written(program, PROGRAM.replace("flat: 50.00", "flat: fifty"))
    result = guerdon("simulate", program, deals)
    assert result.exit_code == 1
    assert re.match(rf"{re.escape(str(program))}:17:\d+: error: rules\[1\]", result.stderr)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--margin", "40"), "--margin is for --roi: give that too, or leave it out"),
        (("--other-cost", "1.00"), "--other-cost is for --roi: give that too, or leave it out"),
        (("--volume", "2", "--roi"), "--volume is for --forecast: give that too, or leave it out"),
        (("--roi", "--margin", "101"), "--margin: must be at most 100 percent, not 101"),
        (("--roi", "--fees=-1"), "--fees: must not be below zero: -1.00 USD"),
        (("--roi", "--other-cost", "1e3"), "--other-cost: '1e3' is not a decimal amount such as \"1250.00\""),
        *(
            (
                ("--forecast", f"--volume={volume}"),
                f"--volume: must be a factor such as 1.2 or a growth such as +20%, not {volume!r}",
            )
            for volume in ("20%", "+20", "0", "-100%", "1/2", "1e2", "nan")
        ),
    ],
)
def test_an_option_that_means_nothing_or_two_things_is_refused(
    guerdon: Run, program: Path, deals: Path, options: tuple[str, ...], said: str
) -> None:
    result = guerdon("simulate", program, deals, *options)
    assert (result.exit_code, result.stdout, result.stderr.strip()) == (2, "", f"error: {said}")


def test_a_history_of_no_deals_says_so(guerdon: Run, program: Path, tmp_path: Path) -> None:
    result = guerdon("simulate", program, written(tmp_path / "none.csv", f"{HEADER}\n"))
    assert result.exit_code == 0
    assert result.stdout.startswith("Customer referral: no deals\n")
    assert "Note: the history has no deal that was won, so there is nothing to pay for.\n" in result.stdout


def test_a_file_that_cannot_be_written_is_named(guerdon: Run, program: Path, deals: Path, tmp_path: Path) -> None:
    (tmp_path / "out" / "rewards.csv").mkdir(parents=True)
    result = guerdon("simulate", program, deals, "--out", tmp_path / "out")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.strip() == f"error: {tmp_path / 'out' / 'rewards.csv'} cannot be written: Is a directory"


def test_a_return_says_what_it_rests_on(guerdon: Run, program: Path, deals: Path) -> None:
    result = guerdon("simulate", program, deals, "--roi", "--margin", "42.5", "--months", "6")
    said = " ".join(result.stdout.split())
    assert "By a margin of 42.5 % of revenue that comes in evenly over 6 months." in said
    assert "Every rewarded deal is taken as one that would not have come without the program" in said
