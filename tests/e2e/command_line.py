"""The installed `guerdon` command against the local cloud."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from local.demo.expectations import ROOT

ENDS_WITHIN_SECONDS = 900
"""Only ends what would never end: to verify the books of a year takes minutes."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended: its exit status and what it printed."""

    status: int
    out: str
    err: str


def guerdon(*arguments: str | Path, typed: str = "") -> Ended:
    """Run the command as an operator does, in the environment that the local cloud's file sets.

    Args:
        arguments: What stands after the command's name.
        typed: What it reads on its standard input.
    """
    command = Path(sys.executable).with_name("guerdon")
    ran = subprocess.run(  # noqa: S603  the arguments are our own
        [command, *arguments],
        cwd=ROOT,
        input=typed,
        capture_output=True,
        text=True,
        timeout=ENDS_WITHIN_SECONDS,
        check=False,
    )
    return Ended(ran.returncode, ran.stdout, ran.stderr)
