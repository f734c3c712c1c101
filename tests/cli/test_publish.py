from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import Result

import builders
from guerdon.application.records import ProgramHead, ProgramVersion
from guerdon.cli.program_check import provider_findings
from guerdon.cli.wiring import CAPABILITIES
from guerdon.domain.channel import Channel
from guerdon.domain.document import Finding
from memory_stack import CALLER, MemoryStack

Run = Callable[..., Result]

PROGRAM = """\
program: customer-referral
title: Customer Referrals
legal_entity: Acme, Inc.
currency: USD
time_zone: America/New_York
starts_at: 2026-01-01T00:00:00-05:00
rules:
  - name: all
    amount:
      flat: 50.00
    channel: gift_card
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "program.yaml"
    path.write_text(PROGRAM, encoding="utf-8")
    return path


def test_the_first_publication_is_version_1_by_the_aws_caller(guerdon: Run, memory: MemoryStack, file: Path) -> None:
    result = guerdon("publish", file)
    assert (result.exit_code, result.stdout) == (0, "customer-referral: version 1 published\n")
    (version,) = memory.store.of(ProgramVersion)
    assert (version.number, version.published_by) == (1, CALLER)


def test_the_same_file_again_publishes_nothing(guerdon: Run, memory: MemoryStack, file: Path) -> None:
    guerdon("publish", file)
    result = guerdon("publish", file)
    assert (result.exit_code, result.stdout) == (0, "customer-referral: unchanged, version 1\n")
    assert len(memory.store.of(ProgramVersion)) == 1


def test_a_comment_is_no_change_and_an_amount_is_one(guerdon: Run, memory: MemoryStack, file: Path) -> None:
    guerdon("publish", file)
    file.write_text("# for finance\n" + PROGRAM, encoding="utf-8")
    assert guerdon("publish", file).stdout == "customer-referral: unchanged, version 1\n"
    file.write_text(PROGRAM.replace("50.00", "60.00"), encoding="utf-8")
    assert guerdon("publish", file).stdout == "customer-referral: version 2 published\n"
    assert memory.store.of(ProgramHead) == [ProgramHead("customer-referral", 2, 2)]


def test_publishing_says_from_when_a_version_is_in_force(guerdon: Run, file: Path) -> None:
    guerdon("publish", file)
    for judged_by in ("closed", "referred"):
        later = f"{PROGRAM}effective_from: 2026-07-01T00:00:00-04:00\njudged_by: {judged_by}\n"
        file.write_text(later, encoding="utf-8")
        number = 2 if judged_by == "closed" else 3
        assert guerdon("publish", file).stdout == (
            f"customer-referral: version {number} published, in force for deals that were {judged_by} from "
            "2026-07-01 00:00-04:00 on; earlier ones keep the version before\n"
        )


def test_amounts_reach_the_store_as_they_were_written(guerdon: Run, memory: MemoryStack, file: Path) -> None:
    guerdon("publish", file)
    (version,) = memory.store.of(ProgramVersion)
    assert '"flat":"50.00"' in version.document


def test_findings_name_file_line_column_and_place(guerdon: Run, memory: MemoryStack, file: Path) -> None:
    wrong = PROGRAM.replace("50.00", "fifty").replace("currency: USD", "currency: USD\ncurency: EUR")
    file.write_text(wrong, encoding="utf-8")
    result = guerdon("publish", file)
    assert (result.exit_code, result.stdout) == (1, "")
    first, second = result.stderr.splitlines()
    assert first.startswith(f"{file}:5:10: error: curency: is not known here; did you mean currency?")
    assert second == (
        f"{file}:11:13: error: rules[0].amount.flat: 'fifty' is not a decimal amount such as \"1250.00\" [value]"
    )
    assert memory.store.rows == {}


def test_one_wrong_file_keeps_all_from_being_published(
    guerdon: Run, memory: MemoryStack, file: Path, tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("program: *p\n", encoding="utf-8")
    result = guerdon("publish", file, wrong)
    assert (result.exit_code, result.stderr) == (
        1,
        f"{wrong}:1:10: error: aliases are not understood: write the value out [yaml]\n",
    )
    assert memory.store.rows == {}


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        (
            {"USD": "JPY", "50.00": "5000", "gift_card": "check"},
            "11:14: error: rules[0].channel: Lob pays a check in USD, not in JPY",
        ),
        (
            {"50.00": "2000000.00"},
            "10:13: error: rules[0].amount.flat: 2000000.00 USD is above 999999.99 USD, the most that Tremendous pays",
        ),
        (
            {"flat: 50.00": "{tiers: [{from: 0, flat: 1.00}, {from: 5, percentage: {rate: 5, max: 1000000}}]}"},
            "10:76: error: rules[0].amount.tiers[1].percentage.max: 1000000.00 USD is above 999999.99 USD,",
        ),
        (
            {"flat: 50.00": "{escalating: [{from: 1, flat: 1.00}, {from: 2, flat: 1000000}]}"},
            "10:60: error: rules[0].amount.escalating[1].flat: 1000000.00 USD is above 999999.99 USD,",
        ),
    ],
)
def test_what_no_provider_can_carry_is_found_before_publication(
    guerdon: Run, memory: MemoryStack, file: Path, change: dict[str, str], finding: str
) -> None:
    text = PROGRAM
    for before, after in change.items():
        text = text.replace(before, after)
    file.write_text(text, encoding="utf-8")
    result = guerdon("publish", file)
    assert result.exit_code == 1
    assert finding in result.stderr
    assert memory.store.rows == {}


def test_an_amount_below_what_a_provider_pays_is_found_and_a_least_share_of_zero_is_none() -> None:
    rules = [
        builders.rule(name="small", amount={"flat": "4.99"}),
        builders.rule(name="share", amount={"percentage": {"rate": "5", "min": "0.00", "max": "5.00"}}),
    ]
    picky = {channel: replace(can, value_least_minor=500) for channel, can in CAPABILITIES.items()}
    assert provider_findings(builders.program(*rules), picky) == (
        Finding(
            ("rules", 0, "amount", "flat"),
            "4.99 USD is below 5.00 USD, the least that Tremendous pays",
            "provider-least",
        ),
    )


def test_a_reward_cut_below_what_its_provider_pays_is_found_and_an_item_is_never_cut() -> None:
    rules = [
        builders.rule(name="check", channel="check", amount={"flat": "100.00"}),
        builders.rule(name="credit", channel="bill_credit", amount={"flat": "100.00"}),
    ]
    picky = {
        channel: replace(can, value_least_minor=500 if channel is Channel.CHECK else 1)
        for channel, can in CAPABILITIES.items()
    }
    found = {"max": "4.99", "over": "cut"}
    assert provider_findings(builders.program(*rules, limits={"reward": [found]}), picky) == (
        Finding(
            ("limits", "reward", 0, "max"), "4.99 USD is below 5.00 USD, the least that Lob pays", "provider-least"
        ),
    )
    for fine in ({"max": "5.00", "over": "cut"}, {"max": "4.99", "over": "approval"}):
        assert provider_findings(builders.program(*rules, limits={"reward": [fine]}), picky) == ()


def test_check_asks_no_cloud(guerdon: Run, memory: MemoryStack, file: Path) -> None:
    result = guerdon("publish", "--check", file, "--stack", "there-is-none")
    assert (result.exit_code, result.stdout) == (0, f"{file} is in order\n")
    assert memory.store.rows == {}


def test_an_unknown_stack_is_status_3_in_one_line(guerdon: Run, file: Path) -> None:
    result = guerdon("publish", file, "--stack", "nowhere")
    assert (result.exit_code, result.stdout, result.stderr) == (3, "", "error: there is no stack called nowhere\n")


def test_a_busy_store_is_status_3_in_one_line(guerdon: Run, memory: MemoryStack, file: Path) -> None:
    memory.store.be_busy()
    result = guerdon("publish", file)
    assert (result.exit_code, result.stderr) == (3, "error: the store was told to be busy\n")
    assert memory.store.rows == {}


def test_a_file_that_is_not_there_is_status_2(guerdon: Run, tmp_path: Path) -> None:
    assert guerdon("publish", tmp_path / "none.yaml").exit_code == 2
