"""Many schedules on every core, with progress, and the table of what befell which call."""

import gc
import multiprocessing
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from simulation.faults import SITES, Fault
from simulation.schedule import Played, play, shrunk
from simulation.workflow import DEFINITION

if TYPE_CHECKING:
    from multiprocessing.pool import AsyncResult

CHUNK: Final = 50


@dataclass(slots=True)
class Totals:
    """What came of many schedules.

    Attributes:
        failed: Those that violated something, with the whole of it.
        seconds: How long they took, in all.
    """

    schedules: int = 0
    with_faults: int = 0
    counts: Counter[tuple[str, Fault]] = field(default_factory=Counter)
    visited: Counter[str] = field(default_factory=Counter)
    failed: list[Played] = field(default_factory=list)
    seconds: float = 0.0

    def add(self, other: "Totals") -> None:
        self.schedules += other.schedules
        self.with_faults += other.with_faults
        self.counts.update(other.counts)
        self.visited.update(other.visited)
        self.failed.extend(other.failed)

    @property
    def never_hit(self) -> list[tuple[str, Fault]]:
        """Every fault that a site can have and never had."""
        return [(site, fault) for site, faults in SITES.items() for fault in faults if not self.counts[site, fault]]

    @property
    def never_entered(self) -> list[str]:
        """Every state of the workflow that no execution was in."""
        return sorted(set(DEFINITION["States"]) - set(self.visited))


def chunk(seeds: range) -> Totals:
    """Play some seeds in this process."""
    # What is there by now stays, and is not looked through again for what the schedules leave behind.
    gc.freeze()
    gc.disable()
    totals = Totals()
    for seed in seeds:
        played = play(seed)
        totals.schedules += 1
        totals.with_faults += bool(played.hits)
        totals.counts.update(played.counts)
        totals.visited.update(played.visited)
        if played.wrong:
            totals.failed.append(played)
    gc.collect()
    return totals


def many(first: int, most: int | None, seconds: float | None) -> Totals:
    """Play seeds from `first` on every core: `most` of them, or for so many seconds."""
    began, totals = time.monotonic(), Totals()
    end = first + most if most is not None else None

    def chunks() -> Iterator[range]:
        start = first
        while end is None or start < end:
            if seconds is not None and time.monotonic() - began > seconds:
                return
            stop = start + CHUNK if end is None else min(start + CHUNK, end)
            yield range(start, stop)
            start = stop

    cores = os.cpu_count() or 1
    with multiprocessing.Pool(cores) as pool:
        # The pool takes all that it is offered at once, so it is offered a little at a time.
        waiting: list[AsyncResult[Totals]] = []
        source = chunks()
        shown = 0.0
        while True:
            while len(waiting) < 2 * cores and (part := next(source, None)) is not None:
                waiting.append(pool.apply_async(chunk, (part,)))
            if not waiting:
                break
            totals.add(waiting.pop(0).get())
            totals.seconds = time.monotonic() - began
            if totals.seconds - shown > 1:
                shown = totals.seconds
                _progress(totals, most)
    totals.seconds = time.monotonic() - began
    return totals


def _progress(totals: Totals, most: int | None) -> None:
    if sys.stderr.isatty():
        whole = f" of {most}" if most else ""
        line = (
            f"\r{totals.schedules}{whole} schedules, {sum(totals.counts.values())} faults, {len(totals.failed)} failed"
        )
        print(f"{line}, {totals.schedules / totals.seconds:.0f}/s", end="", file=sys.stderr, flush=True)


def table(totals: Totals) -> str:
    """Faults by site and kind, and what was never hit."""
    wide = max(map(len, SITES))
    lines = [f"{'call to the outside':<{wide}}  faults, each with how often"]
    for site, faults in SITES.items():
        cells = "  ".join(f"{fault.value} {totals.counts[site, fault]}" for fault in faults)
        lines.append(f"{site:<{wide}}  {cells}")
    never = [f"{site}: {fault.value}" for site, fault in totals.never_hit]
    lines.append("")
    lines.append(f"never hit: {', '.join(never) or 'nothing'}")
    lines.append(f"states never entered: {', '.join(totals.never_entered) or 'none'}")
    lines.append(
        f"{totals.schedules} schedules ({totals.with_faults} with faults), {sum(totals.counts.values())} faults, "
        f"{len(totals.failed)} violations, {totals.schedules / max(totals.seconds, 0.001):.0f} schedules a second"
    )
    return "\n".join(lines)


def story_of(failed: Played) -> str:
    """A failing schedule, as short as it could be made, for a person to read."""
    short = shrunk(failed)
    lines = [f"seed {failed.seed} fails: {wrong}" for wrong in failed.wrong]
    lines.append(f"{len(failed.hits)} faults, of which these are enough:")
    lines.extend(f"  {fault.value}: {key}" for key, fault in short.hits)
    lines.append("what happens then:")
    lines.extend(f"  {line}" for line in short.trace)
    lines.extend(f"so {wrong}" for wrong in short.wrong)
    lines.append(f"play it again: make simulate SEED={failed.seed}")
    return "\n".join(lines)
