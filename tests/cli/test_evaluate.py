import json
from collections.abc import Callable
from pathlib import Path

from typer.testing import Result

from local.demo.expectations import EVENTS, PROGRAMS
from memory_stack import MemoryStack

Run = Callable[..., Result]


def test_says_what_a_deal_earns_and_why(guerdon: Run, memory: MemoryStack) -> None:
    result = guerdon(
        "evaluate", EVENTS / "08-percentage-at-most.json", "--program", PROGRAMS / "enterprise-referral.yaml"
    )
    assert result.exit_code == 0
    assert result.stdout.splitlines()[:4] == [
        "Deal     D-1119, 180,000.00 USD",
        "Outcome  rewarded",
        "Amount   2,500.00 USD",
        "Paid by  check",
    ]
    assert "5 % of 180,000.00 USD is 9,000.00 USD, and the rule pays at most" in " ".join(result.stdout.split())
    assert memory.requests == []


def test_the_ordinal_decides_about_the_step(guerdon: Run) -> None:
    event, program = EVENTS / "01-first-referral.json", PROGRAMS / "customer-referral.yaml"
    told = json.loads(guerdon("evaluate", event, "--program", program, "--ordinal", 7, "--json").stdout)
    assert told["amount_minor"] == 10_000
    assert (told["step_from"], told["ordinal"], told["outcome"]) == (4, 7, "rewarded")


LIMITS = """
limits:
  reward:
    - {max: 2000.00, over: cut}
  program:
    - {max: 1500.00, period: calendar_month, over: approval}
"""


def test_limits_are_judged_as_if_nothing_was_reserved_and_it_says_so(guerdon: Run, tmp_path: Path) -> None:
    program = tmp_path / "program.yaml"
    program.write_text((PROGRAMS / "enterprise-referral.yaml").read_text(encoding="utf-8") + LIMITS, encoding="utf-8")
    event = EVENTS / "08-percentage-at-most.json"
    result = guerdon("evaluate", event, "--program", program)
    assert result.exit_code == 0
    told = [line.split("  ", 1) for line in result.stdout.splitlines()]
    assert [rest.strip() for name, rest in told if name == "Amount"] == ["2,000.00 USD"]
    assert [rest.strip() for name, rest in told if name == "Limits"] == ["judged as if nothing was reserved yet"]
    assert "2,500.00 USD is over the limit of 2,000.00 USD for one reward: cut to 2,000.00 USD" in result.stdout
    assert json.loads(guerdon("evaluate", event, "--program", program, "--json").stdout)["limits"] == [
        {"scope": "reward", "period": None, "over": "cut", "max_minor": 200_000, "left_minor": 200_000},
        {"scope": "program", "period": "2026-02", "over": "approval", "max_minor": 150_000, "left_minor": 150_000},
    ]


def test_a_program_without_budgets_says_nothing_of_them(guerdon: Run) -> None:
    result = guerdon("evaluate", EVENTS / "07-percentage.json", "--program", PROGRAMS / "enterprise-referral.yaml")
    assert "Limits" not in result.stdout


def test_a_deal_that_earns_nothing_says_why(guerdon: Run) -> None:
    event, program = EVENTS / "16-before-the-start.json", PROGRAMS / "customer-referral.yaml"
    result = guerdon("evaluate", event, "--program", program)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[1:] == [
        "Outcome  before the start",
        "Why      the deal closed before the program starts, 2026-01-01T00:00:00-05:00",
    ]


def test_a_wrong_field_is_named(guerdon: Run) -> None:
    event = EVENTS / "malformed" / "amount-as-number.json"
    result = guerdon("evaluate", event, "--program", PROGRAMS / "customer-referral.yaml")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"{event}: data.deal.amount.value: Expected `str`, got `float`")


def test_a_wrong_program_is_located(guerdon: Run, tmp_path: Path) -> None:
    program = tmp_path / "program.yaml"
    program.write_text("program: p\n", encoding="utf-8")
    result = guerdon("evaluate", EVENTS / "01-first-referral.json", "--program", program)
    assert result.exit_code == 1
    assert f"{program}:1:1: currency: is missing" in result.stderr.splitlines()


def test_an_event_of_another_program_is_not_judged_by_this_file(guerdon: Run) -> None:
    event = EVENTS / "13-yen.json"
    result = guerdon("evaluate", event, "--program", PROGRAMS / "customer-referral.yaml")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"{event}: data.program: is 'japan-referral', and the file is 'customer-referral'\n"


def test_a_reversal_is_not_judged_without_its_win(guerdon: Run) -> None:
    file = EVENTS / "20-reversal.json"
    result = guerdon("evaluate", file, "--program", PROGRAMS / "customer-referral.yaml")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert (
        "type: is 'deal.reversed', which is judged by the win that a stack knows: evaluate the win with the new total"
        in result.stderr
    )
