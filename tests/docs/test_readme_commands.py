"""What the README tells a newcomer to type is run by a test, or named as not run."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from guerdon.cli.app import app
from local.cloud.settings import ROOT
from memory_stack import MemoryStack
from readme import BY_HAND, GUERDON, OFFLINE, ON_THE_DEMO, arguments, commands


def test_every_command_of_the_readme_is_run_or_named_and_none_else_is() -> None:
    known = (*OFFLINE, *ON_THE_DEMO, *BY_HAND)
    assert len(known) == len(set(known))
    assert sorted(set(commands())) == sorted(known)


def test_what_is_run_elsewhere_names_a_test_that_is_there() -> None:
    named = {word.rstrip(";") for why in BY_HAND.values() for word in why.split() if word.startswith("tests/")}
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_commands_that_need_no_stack_end_well_one_after_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("programs", "events"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    monkeypatch.chdir(tmp_path)
    ended = {}
    for command in OFFLINE:
        assert command.startswith(GUERDON)
        result = CliRunner().invoke(app, arguments(command), obj=MemoryStack().world)
        ended[command] = (result.exit_code, result.output if result.exit_code else "")

    assert ended == dict.fromkeys(OFFLINE, (0, ""))
    assert (tmp_path / "deals.csv").exists()
    assert (tmp_path / "report" / "report.html").exists()
