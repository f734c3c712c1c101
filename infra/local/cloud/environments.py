"""Make the environments that the emulator and the SAM CLI run in.

Each has an environment of its own, because the two pin things against each other. An environment is made anew when
its lock or this interpreter changes, and shared by every local cloud of this working copy.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from local.cloud.package_index import pip_settings, uv_environment
from local.cloud.processes import last_lines
from local.cloud.settings import ROOT

ENVIRONMENTS = ROOT / ".local" / "envs"
# What each is for, in the words of `make up`.
PURPOSES = {"emulator": "the emulator", "sam": "the SAM CLI"}
UV = Path(sys.executable).with_name("uv")


class EnvironmentSetupError(Exception):
    """An environment could not be made; the message says which one and why."""


def python_of(name: str) -> Path:
    """Return the interpreter of an environment, made or not."""
    return ENVIRONMENTS / name / "bin" / "python"


def is_current(name: str) -> bool:
    """Say whether an environment exists as its lock asks."""
    marker = ENVIRONMENTS / name / "made-from"
    return marker.exists() and marker.read_text() == fingerprint(name)


def make(name: str, log: Path) -> None:
    """Make the environment `name` from requirements/`name`.txt.

    Raises:
        EnvironmentSetupError: uv failed; the end of its output is in the message.
    """
    folder = ENVIRONMENTS / name
    run_uv(["venv", "--quiet", "--clear", "--python", sys.executable, str(folder)], name, log)
    lock = ROOT / "requirements" / f"{name}.txt"
    run_uv(
        ["pip", "install", "--require-hashes", "--python", str(folder / "bin" / "python"), "-r", str(lock)], name, log
    )
    (folder / "made-from").write_text(fingerprint(name))


def fingerprint(name: str) -> str:
    """Return what an environment depends on: its lock and the interpreter."""
    lock = (ROOT / "requirements" / f"{name}.txt").read_bytes()
    return f"{hashlib.sha256(lock).hexdigest()} {sys.version} {sys.base_prefix}"


def run_uv(arguments: list[str], name: str, log: Path) -> None:
    """Run uv, with its output in a log.

    Raises:
        EnvironmentSetupError: It failed.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        done = subprocess.run(  # noqa: S603  the arguments are our own
            [UV, *arguments],
            env=installer_environment(),
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode != 0:
        raise EnvironmentSetupError(
            f"The environment {name!r} could not be made. Packages come from the index that pip or uv is "
            f"configured for; is it reachable? The end of {log}:\n{last_lines(log)}"
        )


def installer_environment() -> dict[str, str]:
    """Return uv's environment: the machine's package index, and a cache inside the working copy."""
    environment = uv_environment(os.environ, pip_settings())
    environment.setdefault("UV_CACHE_DIR", str(ROOT / ".local" / "cache" / "uv"))
    return environment
