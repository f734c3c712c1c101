"""Start, find and stop the programs of the local cloud.

A program holds a lock on its own pid file for as long as it lives, so a pid file that outlived its program, or whose
number has gone to a stranger, is never mistaken for it.
"""

import fcntl
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

READY_SECONDS = 30
STOP_SECONDS = 30
POLL_SECONDS = 0.1


class ProgramError(Exception):
    """A program could not be started or stopped; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Program:
    """A program of the local cloud and how to see that it is ready."""

    name: str
    arguments: tuple[str, ...]
    environment: dict[str, str]
    ready_url: str
    # The ports it listens on, by the variable that moves each.
    ports: dict[str, int]
    home: Path
    working_directory: Path = field(default_factory=Path.cwd)

    @property
    def log(self) -> Path:
        """What it printed."""
        return self.home / "logs" / f"{self.name}.log"

    @property
    def pid_file(self) -> Path:
        """Its process id, locked while it runs."""
        return self.home / f"{self.name}.pid"


def running_pid(program: Program) -> int | None:
    """Return the process id of a running program; None if it doesn't run."""
    if not program.pid_file.exists():
        return None
    with program.pid_file.open() as pid_file:
        try:
            fcntl.flock(pid_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return int(pid_file.read())
    return None


def start(program: Program) -> subprocess.Popen[bytes] | None:
    """Start a program and wait until it is ready; it outlives its starter. Return None if it ran already.

    Raises:
        ProgramError: One of its ports is taken, or it did not become ready.
    """
    if running_pid(program) is not None:
        return None
    for variable, port in program.ports.items():
        require_free_port(program.name, variable, port)
    program.log.parent.mkdir(parents=True, exist_ok=True)
    with program.pid_file.open("w") as pid_file, program.log.open("ab") as log:
        fcntl.flock(pid_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        process = subprocess.Popen(  # noqa: S603  the arguments are our own
            program.arguments,
            env=program.environment,
            cwd=program.working_directory,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=(pid_file.fileno(),),
        )
        pid_file.write(str(process.pid))
        pid_file.flush()
    wait_until_ready(program, process)
    return process


def require_free_port(name: str, variable: str, port: int) -> None:
    """Refuse a port that something else listens on.

    Raises:
        ProgramError: The port is taken.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise ProgramError(
                f"The {name} cannot listen on port {port}: another program has it. "
                f"Stop that program, or take another port: make up {variable}={port + 10}"
            ) from None


def free_port() -> int:
    """Return a port of 127.0.0.1 that nothing listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until_ready(program: Program, process: subprocess.Popen[bytes]) -> None:
    """Wait until a program answers.

    Raises:
        ProgramError: It ended, or it did not answer in time.
    """
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise ProgramError(
                f"The {program.name} ended as it started (exit status {process.returncode}):\n{last_lines(program.log)}"
            )
        if answers(program.ready_url):
            return
        time.sleep(POLL_SECONDS)
    raise ProgramError(
        f"The {program.name} did not answer at {program.ready_url} within {READY_SECONDS} s:\n{last_lines(program.log)}"
    )


def answers(url: str) -> bool:
    """Say whether anything but an error of the server's comes back from a URL of this machine."""
    try:
        with urllib.request.urlopen(url, timeout=2):  # noqa: S310  the URL is ours, on 127.0.0.1
            return True
    except urllib.error.HTTPError as error:
        return error.code < 500  # noqa: PLR2004  HTTP's own line between the caller's errors and the server's
    except OSError:
        return False


def stop(program: Program) -> bool:
    """Stop a program gently, so that it keeps its state; say whether it ran.

    Raises:
        ProgramError: It didn't end in time and was killed, which loses what it had not saved.
    """
    pid = running_pid(program)
    if pid is None:
        program.pid_file.unlink(missing_ok=True)
        return False
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while time.monotonic() < deadline:
        if running_pid(program) is None:
            program.pid_file.unlink(missing_ok=True)
            return True
        time.sleep(POLL_SECONDS)
    os.kill(pid, signal.SIGKILL)
    raise ProgramError(
        f"The {program.name} (process {pid}) did not stop within {STOP_SECONDS} s and was killed. "
        "What it had not saved is lost; `make clean` starts over."
    )


def last_lines(log: Path, count: int = 20) -> str:
    """Return the end of a log."""
    if not log.exists():
        return f"({log} does not exist)"
    return "\n".join(log.read_text(errors="replace").splitlines()[-count:])
