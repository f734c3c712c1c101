"""The corrections of the emulator, without the emulator; with it, see test_emulator.py."""

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from local.cloud.emulator import EmulatorChangedError, correct, machine_of_answer, new_token
from local.cloud.settings import ROOT

BUSY_EMULATOR = """
import sys, threading
from pathlib import Path
from types import SimpleNamespace
from local.cloud.emulator import end_once_saved

threading.Thread(target=threading.Event().wait).start()  # A function that never comes back.
app = SimpleNamespace(save_all=lambda services: Path(sys.argv[1]).write_text(services["sqs"]))
end_once_saved(app)
app.save_all({"sqs": "what it knows"})
"""
MACHINE = "arn:aws:states:us-east-1:000000000000:stateMachine:guerdon-fulfillment"


def test_a_correction_of_what_is_gone_stops_the_emulator() -> None:
    emulator = SimpleNamespace()

    with pytest.raises(EmulatorChangedError, match="no longer has _call_lambda"):
        correct(emulator, "_call_lambda", lambda original: original)


def test_a_correction_wraps_what_was_there() -> None:
    def twice(original: Any) -> Any:  # noqa: ANN401  what the emulator passes around is untyped
        return lambda value: 2 * original(value)

    emulator = SimpleNamespace(increment=lambda value: value + 1)
    correct(emulator, "increment", twice)

    assert emulator.increment(1) == 4


def test_a_token_is_used_once_and_knows_its_state_machine() -> None:
    token = new_token(MACHINE)

    assert token != new_token(MACHINE)
    assert machine_of_answer(f'{{"taskToken": "{token}", "output": "{{}}"}}'.encode()) == MACHINE


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b'"text"', b'{"taskToken": 1}', b'{"taskToken": "%%%"}', b'{"taskToken": "e30="}']
)
def test_a_request_without_a_token_of_ours_is_left_to_the_emulator(body: bytes) -> None:
    assert machine_of_answer(body) is None


def test_an_emulator_that_is_told_to_stop_ends_once_it_has_saved_though_a_function_is_at_work(tmp_path: Path) -> None:
    saved = tmp_path / "state"

    ended = subprocess.run(  # noqa: S603  the arguments are our own
        [sys.executable, "-c", BUSY_EMULATOR, str(saved)],
        env={**os.environ, "PYTHONPATH": str(ROOT / "infra")},
        timeout=60,
        check=False,
    )

    assert ended.returncode == 0
    assert saved.read_text() == "what it knows"
