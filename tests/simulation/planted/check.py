"""Plants each bug in turn and plays seeds until one of them catches it."""

import multiprocessing
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

from simulation.planted import carrying, holding, limiting, paying, revising, siding, storing, switching
from simulation.schedule import broken_by, play, shrunk

BUGS: Final = {
    **paying.BUGS,
    **storing.BUGS,
    **carrying.BUGS,
    **revising.BUGS,
    **limiting.BUGS,
    **siding.BUGS,
    **holding.BUGS,
    **switching.BUGS,
}

DOCS: Final = Path(__file__).parents[3] / "docs" / "exactly-once.md"
BEGINS: Final = "<!-- made by `make planted` -->"
ENDS: Final = "<!-- until here -->"

SEEDS_MOST: Final = 6000
"""A bug that is not caught in so many schedules counts as missed."""


@dataclass(frozen=True, slots=True)
class Caught:
    """How a planted bug was found; a seed of None says that it was not.

    Attributes:
        schedules: How many schedules it took.
        faults: How many faults were enough.
    """

    bug: str
    schedules: int
    seed: int | None
    by: tuple[str, ...] = ()
    faults: int = 0


def catch(bug: str, most: int = SEEDS_MOST, *, shorten: bool = True, first: int = 0) -> Caught:
    """Play seeds with `bug` planted until one fails, from `first` on."""
    parts, first = BUGS[bug].parts, max(BUGS[bug].first, first)
    for seed in range(first, first + most):
        played = play(seed, parts=parts)
        if played.wrong:
            faults = len(shrunk(played, parts).hits) if shorten else len(played.hits)
            return Caught(bug, seed - first + 1, seed, tuple(sorted(broken_by(played))), faults)
    return Caught(bug, most, None)


def all_of_them() -> list[Caught]:
    """Every bug, on every core."""
    with multiprocessing.Pool(os.cpu_count() or 1) as pool:
        return pool.map(catch, BUGS, chunksize=1)


def table(caught: list[Caught]) -> str:
    """A Markdown table."""
    lines = [
        "| planted bug | what it does | caught after | with faults | by |",
        "|---|---|---:|---:|---|",
    ]
    for one in caught:
        after = f"{one.schedules}" if one.seed is not None else "**missed**"
        by = ", ".join(f"`{name}`" for name in one.by)
        lines.append(f"| {one.bug} | {BUGS[one.bug].what} | {after} | {one.faults} | {by} |")
    return "\n".join(lines)


def report(out: TextIO, docs: Path = DOCS) -> int:
    """Print the table and write it into the docs; the exit status says whether every bug was caught."""
    caught = all_of_them()
    missed = [one.bug for one in caught if one.seed is None]
    summary = f"{len(caught) - len(missed)} of {len(caught)} planted bugs were caught."
    written = f"{table(caught)}\n\n{summary}"
    print(written, file=out)
    if not missed:
        page = docs.read_text(encoding="utf-8")
        before, _, rest = page.partition(BEGINS)
        _, _, after = rest.partition(ENDS)
        docs.write_text(f"{before}{BEGINS}\n{written}\n{ENDS}{after}", encoding="utf-8")
    return 1 if missed else 0
