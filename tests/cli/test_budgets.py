"""`guerdon budgets`, and what `guerdon status` tells of limits."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from guerdon.application.records import Reserved
from guerdon.domain.channel import Channel
from guerdon.domain.payout import Payout
from local.demo.expectations import EVENTS, PROGRAMS
from memory_stack import SECRET, MemoryStack

Run = Callable[..., Result]
PROGRAM = (PROGRAMS / "enterprise-referral.yaml").read_text(encoding="utf-8")
LIMITS = """
limits:
  advocate:
    - {max: 900.00, period: calendar_year, over: cut}
  program:
    - {max: 100000.00, period: lifetime, over: refuse}
    - {max: 500.00, period: calendar_month, over: approval}
"""


@pytest.fixture
def stand(guerdon: Run, memory: MemoryStack, tmp_path: Path) -> Callable[[str], None]:
    """Publishes the enterprise program with these limits, and arms all channels."""

    def publish(limits: str = LIMITS) -> None:
        file = tmp_path / "enterprise.yaml"
        file.write_text(PROGRAM + limits, encoding="utf-8")
        result = guerdon("publish", file)
        assert result.exit_code == 0, result.stderr
        memory.arm()

    publish()
    return publish


@pytest.fixture
def send(guerdon: Run, stand: Callable[[str], None]) -> Run:
    """Sends a sample event to a stack that has that program, with LIMITS unless a test publishes others."""
    del stand

    def send(name: str, *options: object) -> Result:
        return guerdon("send", EVENTS / f"{name}.json", "--connection", "crm", "--secret", SECRET, *options)

    return send


def rows(result: Result) -> list[list[str]]:
    assert result.exit_code == 0, result.stderr
    lines = result.stdout.splitlines()
    return [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in lines]


def test_a_program_tells_what_is_reserved_and_left_of_each_budget(guerdon: Run, memory: MemoryStack, send: Run) -> None:
    send("07-percentage")
    commits = len(memory.store.commits)
    assert rows(guerdon("budgets", "enterprise-referral", "--on", "2026-02-28")) == [
        ["enterprise-referral, version 1"],
        ["Limit of", "Period", "At most", "Reserved", "Left", "What is over"],
        ["the program", "lifetime", "100,000.00 USD", "625.00 USD", "99,375.00 USD", "is refused"],
        ["the program", "2026-02", "500.00 USD", "625.00 USD", "0.00 USD", "needs approval"],
        ["It limits each advocate as well: name one with --advocate and --account."],
    ]
    assert len(memory.store.commits) == commits


def test_an_advocate_has_their_own(guerdon: Run, memory: MemoryStack, send: Run) -> None:
    send("07-percentage")
    crm_id = json.loads((EVENTS / "07-percentage.json").read_text(encoding="utf-8"))["data"]["advocate"]["id"]
    asked = ("budgets", "enterprise-referral", "--on", "2026-01-01", "--account", "acme", "--json", "--advocate")
    told = json.loads(guerdon(*asked, crm_id).stdout)
    assert told[0] == {
        "program": "enterprise-referral",
        "version": 1,
        "scope": "advocate",
        "period": "2026",
        "over": "cut",
        "currency": "USD",
        "max_minor": 900_00,
        "reserved_minor": 625_00,
        "left_minor": 275_00,
    }
    assert [(limit["scope"], limit["period"], limit["reserved_minor"]) for limit in told[1:]] == [
        ("program", "lifetime", 625_00),
        ("program", "2026-01", 0),
    ]
    assert json.loads(guerdon(*asked, "nobody").stdout)[0]["reserved_minor"] == 0
    assert len(memory.store.of(Reserved)) == 3


def test_today_is_meant_when_no_day_is_given(guerdon: Run, memory: MemoryStack, send: Run) -> None:
    send("07-percentage")
    told = json.loads(guerdon("budgets", "enterprise-referral", "--json").stdout)
    assert told[1]["period"] == f"{memory.clock.now():%Y-%m}"


def test_a_program_without_budgets_says_so(guerdon: Run, stand: Callable[[str], None]) -> None:
    stand("")
    assert guerdon("budgets", "enterprise-referral").stdout.splitlines() == [
        "enterprise-referral, version 2",
        "It limits nothing for the whole program.",
    ]
    assert guerdon("budgets", "enterprise-referral", "--json").stdout == "[]\n"


def test_an_unknown_program_is_status_1(guerdon: Run) -> None:
    result = guerdon("budgets", "unheard-of")
    assert (result.exit_code, result.stdout, result.stderr) == (
        1,
        "",
        "error: no program 'unheard-of' is published\n",
    )


@pytest.mark.parametrize("half", [("--advocate", "A-1"), ("--account", "acme")])
def test_an_advocate_is_named_by_account_and_id_or_not_at_all(guerdon: Run, half: tuple[str, str]) -> None:
    result = guerdon("budgets", "enterprise-referral", *half)
    assert result.exit_code == 2
    assert "--advocate and --account are given together, or neither" in result.stderr


# The story.


def test_the_story_names_the_limit_that_a_reward_waits_for_and_the_approval(
    guerdon: Run, memory: MemoryStack, send: Run
) -> None:
    send("07-percentage")
    (payout,) = memory.store.of(Payout)
    limit = "625.00 USD is over the program's limit of 500.00 USD for 2026-02"
    lines = guerdon("status", "D-1083").stdout.splitlines()
    assert f"Status    waiting: it needs approval; {limit}" in lines
    assert any(line.startswith("Why ") and line.endswith(f"{limit}: a person must approve it.") for line in lines)
    assert (
        "To do: Look at its story, and approve it with guerdon release, or give it up with guerdon write-off." in lines
    )
    assert memory.providers[Channel.CHECK].till == []
    assert [mail.template for mail in memory.mailer.sent] == ["payout_attention", "reward_earned"]
    guerdon("release", payout.payout_id, "--reason", "approved")
    told = guerdon("status", "D-1083").stdout
    assert "payout: waiting: it needs approval" in told
    assert "mail “a payout needs you”, to finance: sent" in told


def test_the_story_names_the_limit_that_cut_an_amendment(guerdon: Run, memory: MemoryStack, send: Run) -> None:
    send("07-percentage")
    amendment = send("21-amendment").stdout.strip()
    assert [str(row.amount) for row in memory.store.of(Reserved)] == ["750.00 USD"] * 3
    told = guerdon("status", amendment).stdout
    assert "the deal is worth 15,000.00 USD now: the reward is worth 750.00 USD; the program's limit of" in told


def test_a_refused_deal_says_by_which_limit_and_what_to_do(
    guerdon: Run, memory: MemoryStack, stand: Callable[[str], None], send: Run
) -> None:
    stand("limits: {program: [{max: 600.00, period: lifetime, over: refuse}]}\n")
    send("07-percentage")
    result = guerdon("status", "D-1083")
    assert result.stdout.splitlines()[0] == "Deal D-1083 · enterprise-referral · over the limit"
    assert "decided: over the limit: 625.00 USD is over the program's limit of 600.00 USD in all" in result.stdout
    assert "To do: If it shall earn all the same, publish the program with a higher limit" in result.stdout
    assert memory.store.of(Payout) == []
