"""The corrections of the emulator, without the emulator; with it, see test_emulator.py."""

import json
import os
import queue
import subprocess
import sys
import threading
import zipfile
from itertools import count
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from local.cloud.emulator import (
    END_OF_LOG,
    EmulatorChangedError,
    correct,
    lines_of_invocation,
    machine_of_answer,
    new_token,
    tell_a_log_group_page_by_page,
    unpack_each_archive_once,
)
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


def test_the_log_of_an_invocation_is_what_was_written_before_its_end_however_late_that_is_read() -> None:
    written: queue.Queue[str] = queue.Queue()
    working = threading.Event()
    reader = threading.Thread(target=working.wait)
    reader.start()

    def write() -> None:
        for line in ("one", "two", END_OF_LOG, "of the next one"):
            written.put(line)

    threading.Timer(0.3, write).start()

    try:
        assert lines_of_invocation(written, reader) == "one\ntwo"
        assert written.get_nowait() == "of the next one"
    finally:
        working.set()


def test_the_log_of_a_worker_that_died_is_what_it_wrote_until_then() -> None:
    written: queue.Queue[str] = queue.Queue()
    reader = threading.Thread(target=lambda: written.put("its last words"))
    reader.start()

    assert lines_of_invocation(written, reader) == "its last words"


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 50])
def test_a_log_group_is_told_to_its_last_line_each_once(limit: int) -> None:
    times = (1, 2, 2, 2, 2, 3, 5, 5, 8, 9)
    group = [{"timestamp": time, "message": f"line {number}"} for number, time in zip(count(), times, strict=False)]

    def as_the_emulator(asked: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        lines = [line for line in group if line["timestamp"] >= asked.get("startTime", 0)]
        return 200, {}, json.dumps({"events": lines[: min(asked["limit"], 10_000)]}).encode()

    logs = SimpleNamespace(_filter_log_events=as_the_emulator)
    tell_a_log_group_page_by_page(logs)  # type: ignore[arg-type]  # as the emulator's module has it

    told: list[str] = []
    asked: dict[str, Any] = {"limit": limit}
    while True:
        _, _, body = logs._filter_log_events(asked)  # noqa: SLF001  the emulator's own name
        page = json.loads(body)
        assert len(page["events"]) <= limit
        told += [line["message"] for line in page["events"]]
        if "nextToken" not in page:
            break
        asked = {"limit": limit, "nextToken": page["nextToken"]}

    assert told == [f"line {number}" for number in range(len(times))]


def test_what_the_emulator_refuses_about_a_log_group_stays_refused() -> None:
    logs = SimpleNamespace(_filter_log_events=lambda _asked: (400, {}, b"{}"))
    tell_a_log_group_page_by_page(logs)  # type: ignore[arg-type]  # as the emulator's module has it

    assert logs._filter_log_events({}) == (400, {}, b"{}")  # noqa: SLF001  the emulator's own name
