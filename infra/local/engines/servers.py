"""Start a database engine on a free port of this machine, and stop it again."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path

from local.cloud import environments
from local.cloud.environments import python_of
from local.cloud.processes import Program, ProgramError, free_port, start, stop
from local.cloud.programs import emulator
from local.cloud.settings import ROOT, LocalCloud
from local.engines import dynamodb_local


class Engine(Enum):
    """A database that runs as a server of its own; the value names its folder and its line in tables."""

    MINISTACK = "ministack"
    DYNAMODB_LOCAL = "dynamodb_local"


@contextmanager
def running(engine: Engine, user: str) -> Iterator[str]:
    """Run `engine`, empty, and give its URL.

    Args:
        engine: Which one.
        user: Who runs it: two users each have one of their own, and what the same user left behind is stopped.

    Raises:
        ProgramError: It is not installed, or it did not start.
    """
    require_installed(engine)
    home, port = ROOT / ".local" / "engines" / f"{engine.value}-{user}", free_port()
    program = program_of(engine, home, port)
    stop(program)
    shutil.rmtree(home, ignore_errors=True)
    for folder in ("home", "tmp", "state/emulator/s3"):
        (home / folder).mkdir(parents=True)
    process = start(program)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        stop(program)
        if process is not None:
            process.wait()


def require_installed(engine: Engine) -> None:
    """Refuse to run what is not on this machine.

    Raises:
        ProgramError: It is not.
    """
    if engine is Engine.MINISTACK:
        installed = environments.is_current("emulator")
    else:
        installed = environments.is_current(dynamodb_local.ENVIRONMENT) and dynamodb_local.is_fetched()
    if not installed:
        raise ProgramError(f"The database engine {engine.value} is not installed: `make engines` installs and runs it.")


def program_of(engine: Engine, home: Path, port: int) -> Program:
    """Describe the program of an engine; the emulator is the very one of `make up`, with IAM and its corrections."""
    if engine is Engine.DYNAMODB_LOCAL:
        return dynamodb_local.program(home, port)
    # The other ports are the mail's and the providers', whom a database never calls.
    cloud = LocalCloud(home, emulator_port=port, sandbox_port=0, smtp_port=0, inbox_port=0)
    return emulator(cloud, python_of("emulator"))
