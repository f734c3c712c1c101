"""The processes in which the emulator runs the functions, and killing them as a crash would."""

import os
import re
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

PS = shutil.which("ps") or "/bin/ps"
_WORKER = re.compile(r"\s*(?P<pid>\d+)\s+(?P<parent>\d+)\s.*/ministack-lambda-(?P<function>\S+?)-[^-/]+/_worker\.py")


@dataclass(frozen=True, slots=True)
class Worker:
    """One process that runs one function."""

    pid: int
    function: str


def workers_of(home: Path) -> list[Worker]:
    """The workers of the one local cloud that lives in `home`, and of no other on this machine."""
    emulator = (home / "emulator.pid").read_text().strip()
    # The environment may name a width of the terminal; -ww prints the whole command all the same.
    listing = subprocess.run(  # noqa: S603  the arguments are our own
        [PS, "-A", "-ww", "-o", "pid=,ppid=,command="], capture_output=True, text=True, check=True
    )
    found = (_WORKER.match(line) for line in listing.stdout.splitlines())
    return [Worker(int(one["pid"]), one["function"]) for one in found if one and one["parent"] == emulator]


LONGER = 1.2


@dataclass(slots=True)
class Killer:
    """Kills every worker of a cloud again and again until it is told to stop.

    Each pause is longer than the one before, so that on a slow machine too a worker gets to start and do something.
    """

    home: Path
    first_pause_seconds: float
    stopped: threading.Event = field(default_factory=threading.Event)
    killed: list[str] = field(default_factory=list)

    def run(self) -> None:
        pause_seconds = self.first_pause_seconds
        while not self.stopped.wait(pause_seconds):
            pause_seconds *= LONGER
            for worker in workers_of(self.home):
                try:
                    os.kill(worker.pid, signal.SIGKILL)
                except ProcessLookupError:
                    continue  # It ended by itself meanwhile.
                self.killed.append(worker.function)


@contextmanager
def killing_workers(home: Path, first_pause_seconds: float) -> Iterator[Killer]:
    """Kill the workers of a cloud while the block runs."""
    if not (home / "emulator.pid").exists():
        pytest.fail(f"there is no local cloud in {home}")
    killer = Killer(home, first_pause_seconds)
    with ThreadPoolExecutor(max_workers=1) as pool:
        running = pool.submit(killer.run)
        try:
            yield killer
        finally:
            killer.stopped.set()
            running.result()
