"""What a person reads who runs a command of the local cloud while it is down, or while another command works on it."""

import fcntl
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from local.cloud.__main__ import alone
from local.cloud.executions import words_of
from local.cloud.settings import ROOT, from_environment

NOBODY_LISTENS_ON = "1"


def run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command of a local cloud that was never started."""
    return subprocess.run(  # noqa: S603  the arguments are the test's own
        [sys.executable, "-m", "local.cloud", *arguments],
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT / "infra"),
            "GUERDON_LOCAL": str(home),
            "GUERDON_EMULATOR_PORT": NOBODY_LISTENS_ON,
        },
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("arguments", [("logs", "--grep", "ev_1"), ("execution", "po_1")])
def test_asking_a_cloud_that_is_down_says_how_to_start_it(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = run(tmp_path, *arguments)

    assert done.returncode == 1
    assert done.stdout.strip() == "The local cloud is not up: `make up` starts it, `make status` says what runs."
    assert done.stderr == ""


def test_a_cloud_that_is_down_is_stopped_without_complaint(tmp_path: Path) -> None:
    done = run(tmp_path, "down")

    assert done.returncode == 0
    assert [line.split(" was ")[0] for line in done.stdout.splitlines()] == [
        "✓ stop the emulator",
        "✓ stop the sandbox",
        "✓ stop the inbox",
    ]


def test_a_second_command_waits_for_the_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cloud = from_environment({"GUERDON_LOCAL": str(tmp_path)})
    entered = threading.Event()

    def second() -> None:
        with alone(cloud):
            entered.set()

    with (tmp_path / "lock").open("w") as first:
        fcntl.flock(first, fcntl.LOCK_EX)
        waiting = threading.Thread(target=second)
        waiting.start()
        assert not entered.wait(0.2)
    waiting.join(10)

    assert entered.is_set()
    assert "wait for another command that works on this local cloud" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ({"type": "TaskStateEntered", "stateEnteredEventDetails": {"name": "PayCheck", "input": "{}"}}, "→ PayCheck"),
        ({"type": "TaskStateExited", "stateExitedEventDetails": {"name": "PayCheck"}}, "← PayCheck"),
        ({"type": "TaskSucceeded", "taskSucceededEventDetails": {"resource": "invoke"}}, "  TaskSucceeded"),
        (
            {"type": "TaskFailed", "taskFailedEventDetails": {"error": "ProviderAway", "cause": "lob: 503"}},
            "  TaskFailed: ProviderAway: lob: 503",
        ),
        ({"type": "ExecutionStarted"}, "  ExecutionStarted"),
    ],
)
def test_an_execution_is_told_by_its_states_and_its_errors(event: dict[str, Any], words: str) -> None:
    assert words_of(event) == words
