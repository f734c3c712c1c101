"""Measure the cold start of every function as it ships, and write the table into docs/performance.md.

Each function is imported and built in fresh processes, in turns with `import boto3` and a client, which is the unit: a
machine's speed and what else it does are in both. Counted is processor time, from the first line that the process runs:
the start of the interpreter is no part of it. The artifacts are those of `sam build`, with the dates of its archives.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import Final

from rich.console import Console

from first_invocation import FUNCTIONS, LAYERS, ON_THE_WAY_OF_A_DEAL, ROOT, building, clients, environment_of
from local.artifacts import BuildError, built, package_bytes, path_of

PAGE: Final = ROOT / "docs" / "performance.md"
BEGIN: Final = "<!-- The table is written by make bench-coldstart. -->\n"
END: Final = "<!-- Its end. -->\n"
ROUNDS: Final = 9
GOAL: Final = 1.75
MEGABYTE: Final = 1_000_000

UNIT: Final = "import boto3"
PROGRAM: Final = """
import time
started = time.process_time()
{load}
loaded = time.process_time() - started
{build}
ready = time.process_time() - started
import json, sys
print(json.dumps([loaded, ready, len(sys.modules)]))
"""


@dataclass(frozen=True, slots=True)
class Start:
    """One cold start.

    Attributes:
        loaded: Processor seconds until the handler is imported.
        ready: Processor seconds until the first invocation may call AWS.
        modules: How many modules are loaded then, Python's own included.
    """

    loaded: float
    ready: float
    modules: int


def main(arguments: Sequence[str] | None = None) -> None:
    """Build, measure in turns, print, and write the page."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=ROUNDS)
    rounds = options.parse_args(arguments).rounds
    console = Console(highlight=False)
    try:
        with console.status("build what ships"):
            artifacts = built()
    except BuildError as error:
        console.print(f"\n{error}", style="red", markup=False, soft_wrap=True)
        sys.exit(1)
    starts: dict[str, list[Start]] = {name: [] for name in (UNIT, *FUNCTIONS)}
    with console.status("start each function cold") as status:
        # The first round fills the machine's caches of files, and does not count.
        for round_ in range(rounds + 1):
            status.update(f"start each function cold, round {round_} of {rounds}")
            for name, measured in starts.items():
                start = cold_start(artifacts, name)
                if round_:
                    measured.append(start)
    told = table(artifacts, starts)
    print(told)
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}{dated(rounds)}\n\n{told}\n{END}{rest.partition(END)[2]}", encoding="utf-8")


def cold_start(artifacts: Path, name: str) -> Start:
    """Start a function, or the unit, in a process of its own.

    Raises:
        subprocess.CalledProcessError: It failed; its error output was passed on.
    """
    if name == UNIT:
        path, load, build = [artifacts / "runtime"], "import boto3", "boto3.client('dynamodb')"
        environment = environment_of("unit")
    else:
        path = path_of(artifacts, *LAYERS.get(name, ()))
        load, build = f"import {name}.handler", building(name) + clients(name)
        environment = environment_of(name)
    done = subprocess.run(  # noqa: S603 - our own interpreter on our own text.
        [sys.executable, "-S", "-c", PROGRAM.format(load=load, build=build)],
        env={**environment, "PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(map(str, path))},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return Start(*json.loads(done.stdout.splitlines()[-1]))


def table(artifacts: Path, starts: dict[str, list[Start]]) -> str:
    """What was measured, as a table in Markdown: those on the way of a deal first."""
    boto3 = median(start.loaded for start in starts[UNIT])
    with_client = median(start.ready for start in starts[UNIT])
    unit = [spread([start.loaded / boto3 for start in starts[UNIT]])]
    unit.append(spread([start.ready / with_client for start in starts[UNIT]]))
    lines = [
        "| function | handler imported | ready to call AWS | modules | MB |",
        "|---|---|---|---|---|",
        f"| the unit | 1.00{unit[0]} | 1.00{unit[1]} | {starts[UNIT][0].modules} | |",
    ]
    others = [name for name in FUNCTIONS if name not in ON_THE_WAY_OF_A_DEAL]
    for name in (*ON_THE_WAY_OF_A_DEAL, *others):
        loaded = [start.loaded / boto3 for start in starts[name]]
        ready = [start.ready / with_client for start in starts[name]]
        size = package_bytes(artifacts, *LAYERS.get(name, ())) / MEGABYTE
        aside = "" if name in ON_THE_WAY_OF_A_DEAL else " (not on the way of a deal)"
        lines.append(
            f"| {name}{aside} | {median(loaded):.2f}{spread(loaded)} | {median(ready):.2f}{spread(ready)} "
            f"| {starts[name][0].modules} | {size:.1f} |"
        )
    imported = max(median(start.loaded for start in starts[name]) / boto3 for name in ON_THE_WAY_OF_A_DEAL)
    ready_most = max(median(start.ready for start in starts[name]) / with_client for name in ON_THE_WAY_OF_A_DEAL)
    lines.append(
        f"\nOn the way of a deal: imported, at most {imported:.2f} times `import boto3` (the goal is {GOAL}); "
        f"ready, at most {ready_most:.2f} times `import boto3` and a client."
    )
    return "\n".join(lines)


def spread(ratios: list[float]) -> str:
    """The middle half of what was measured."""
    if len(ratios) < 2:  # noqa: PLR2004 - one value has no spread.
        return ""
    low, _, high = quantiles(ratios, n=4)
    return f" ({low:.2f}-{high:.2f})"


def dated(rounds: int) -> str:
    """When and on what it was measured, by what makes ratios differ and names no machine."""
    return (
        f"Measured on {datetime.now(UTC):%Y-%m-%d} with Python {platform.python_version()} on "
        f"{platform.machine()}: the median of {rounds} cold starts, and in brackets their middle half."
    )


if __name__ == "__main__":
    main()
