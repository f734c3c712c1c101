"""The README's commands on the stack that the demo left, as a newcomer types them."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from e2e.samples import Ran
from guerdon.cli.app import app
from guerdon.cli.wiring import real_world
from local.cloud.settings import ROOT
from readme import ON_THE_DEMO, arguments

pytestmark = [pytest.mark.local_cloud, pytest.mark.allow_hosts(["127.0.0.1"])]


def test_every_command_for_the_demos_stack_ends_as_it_should(
    demo: Ran, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one process: that the installed command starts at all is seen by the other tests."""
    assert demo.status == 0, demo.output
    (tmp_path / "events").symlink_to(ROOT / "events")
    monkeypatch.chdir(tmp_path)

    ended = {}
    for command in ON_THE_DEMO:
        result = CliRunner().invoke(app, arguments(command), obj=real_world())
        ended[command] = result.exit_code
        assert result.output.strip(), command

    assert {command: status for command, status in ended.items() if status not in ON_THE_DEMO[command]} == {}
