"""The programs here are real processes that serve HTTP on 127.0.0.1."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.cloud.processes import Program, ProgramError, free_port, running_pid, start, stop

pytestmark = pytest.mark.enable_socket


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    port = free_port()
    serving = Program(
        name="server",
        arguments=(sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(port)),
        environment={"PATH": os.environ["PATH"]},
        ready_url=f"http://127.0.0.1:{port}",
        ports={"SERVER_PORT": port},
        home=tmp_path,
        working_directory=tmp_path,
    )
    yield serving
    stop(serving)


def started(program: Program) -> subprocess.Popen[bytes]:
    process = start(program)
    assert process is not None
    return process


def test_a_program_runs_until_it_is_stopped(program: Program) -> None:
    assert running_pid(program) is None

    process = started(program)
    assert running_pid(program) == process.pid

    assert stop(program) is True
    assert process.wait() == -signal.SIGTERM
    assert running_pid(program) is None
    assert not program.pid_file.exists()


def test_starting_twice_leaves_the_first_one_running(program: Program) -> None:
    process = started(program)

    assert start(program) is None

    assert running_pid(program) == process.pid
    stop(program)
    process.wait()


def test_stopping_what_does_not_run_is_no_error(program: Program) -> None:
    assert stop(program) is False


def test_a_pid_file_that_outlived_its_program_is_not_believed(program: Program) -> None:
    # The number is that of a process which lives, as a number does that the system has given away again.
    program.pid_file.write_text(str(os.getpid()))

    assert running_pid(program) is None
    assert stop(program) is False
    assert not program.pid_file.exists()


def test_a_program_that_was_killed_can_be_started_again(program: Program) -> None:
    killed = started(program)
    killed.kill()
    killed.wait()

    assert running_pid(program) is None
    second = started(program)
    assert running_pid(program) == second.pid
    stop(program)
    second.wait()


def test_a_taken_port_is_named_with_the_variable_that_moves_it(program: Program) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", program.ports["SERVER_PORT"]))
        other.listen()

        with pytest.raises(ProgramError) as refusal:
            start(program)

    port = program.ports["SERVER_PORT"]
    assert f"port {port}" in str(refusal.value)
    assert f"SERVER_PORT={port + 10}" in str(refusal.value)
    assert running_pid(program) is None


def test_a_program_that_ends_as_it_starts_shows_the_end_of_its_log(tmp_path: Path) -> None:
    broken = Program(
        name="broken",
        arguments=(sys.executable, "-c", "import sys; sys.exit('no such setting: colour')"),
        environment={},
        ready_url=f"http://127.0.0.1:{free_port()}",
        ports={},
        home=tmp_path,
        working_directory=tmp_path,
    )

    with pytest.raises(ProgramError, match="no such setting: colour"):
        start(broken)

    assert running_pid(broken) is None
