"""Measure the evaluation of rules, and plot how it grows: ``python -m bench``, or `make bench-rules`."""

import json
import os
import subprocess
import sys

from rich.console import Console

from bench.plot import plot
from local.cloud import environments
from local.cloud.environments import EnvironmentSetupError
from local.cloud.settings import ROOT

WORK = ROOT / ".local" / "bench"
PLOT = ROOT / "docs" / "rules-speed.svg"


def main() -> None:
    """Make the environment if need be, measure in it, and plot."""
    console = Console(highlight=False)
    try:
        if not environments.is_current("bench"):
            with console.status("install what it is measured against"):
                environments.make("bench", WORK / "install.log")
    except EnvironmentSetupError as error:
        console.print(f"\n{error}", style="red", markup=False, soft_wrap=True)
        sys.exit(1)
    result = WORK / "rules.json"
    result.parent.mkdir(parents=True, exist_ok=True)
    measured = subprocess.run(  # noqa: S603 - the arguments are our own.
        [str(environments.python_of("bench")), "-m", "bench.measure", str(result)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "layers" / "core")},
        check=False,
    )
    if measured.returncode != 0:
        sys.exit(measured.returncode)
    plot(json.loads(result.read_text(encoding="utf-8"))["grown"], PLOT)
    console.print(f"\nThe plot is in {PLOT.relative_to(ROOT)}.")


if __name__ == "__main__":
    main()
