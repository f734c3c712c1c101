"""The corrections of the emulator, without the emulator; with it, see test_emulator.py."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from local.cloud.emulator import EmulatorChangedError, correct, machine_of_answer, new_token, unpack_each_archive_once
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


def test_processes_with_the_same_code_share_one_copy_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    runtime = ModuleType("lambda_runtime")
    runtime.zipfile = zipfile  # type: ignore[attr-defined]  # as the emulator's module has it
    unpack_each_archive_once(runtime)

    folders = []
    for number, source in enumerate(("a = 1", "a = 1", "a = 2")):
        archive, folder = tmp_path / f"{number}.zip", tmp_path / f"process-{number}"
        with zipfile.ZipFile(archive, "w") as files:
            files.writestr(zipfile.ZipInfo("package/code.py", (1980, 1, 1, 0, 0, 0)), source)
        folder.mkdir()
        with runtime.zipfile.ZipFile(str(archive)) as packed:
            packed.extractall(str(folder))
        folders.append(folder)

    assert [(folder / "package/code.py").read_text() for folder in folders] == ["a = 1", "a = 1", "a = 2"]
    assert folders[0].resolve() == folders[1].resolve() != folders[2].resolve()
