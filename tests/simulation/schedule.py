"""Play one seed, and if it fails find the fewest faults that still make it fail."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from simulation.engine import NeverAtRest
from simulation.faults import Fault, Hit
from simulation.invariants import violations
from simulation.parts import PRODUCTION, Parts
from simulation.world import World

PLAYS_MOST: Final = 600
"""How often a failing schedule is replayed in search of a shorter one."""


@dataclass(frozen=True, slots=True)
class Played:
    """What came of one schedule.

    Attributes:
        wrong: What was violated; empty when every invariant held.
        hits: The faults, in order.
        counts: How often each fault befell each site.
        calls: How many calls to the outside there were.
        visited: How often each state of the workflow was entered.
    """

    seed: int
    wrong: tuple[str, ...]
    hits: tuple[Hit, ...]
    counts: Counter[tuple[str, Fault]]
    visited: Counter[str]
    trace: tuple[str, ...]


def play(
    seed: int, plan: Mapping[str, Fault] | None = None, parts: Parts = PRODUCTION, *, traced: bool = False
) -> Played:
    """Play one schedule: by chance, or with exactly the faults of `plan`."""
    world = World(seed, plan, parts, traced=traced)
    try:
        world.play()
        wrong = tuple(violations(world))
    except NeverAtRest as error:
        wrong = (f"everything_comes_to_rest: {error}",)
    return Played(
        seed,
        wrong,
        tuple(world.faults.hits),
        world.faults.counts,
        world.workflow.visited,
        tuple(world.engine.trace or ()),
    )


def broken_by(played: Played) -> frozenset[str]:
    """The names of the invariants that a schedule violated."""
    return frozenset(wrong.partition(":")[0] for wrong in played.wrong)


def shrunk(failed: Played, parts: Parts = PRODUCTION) -> Played:
    """The same seed with the fewest faults that were found to violate the same invariant, traced.

    Delta debugging: halves, then quarters, then ever smaller parts of the faults are left out as long as it
    still fails.
    """
    sought = broken_by(failed)
    tries = 0

    def fails(hits: tuple[Hit, ...]) -> bool:
        nonlocal tries
        tries += 1
        return bool(broken_by(play(failed.seed, dict(hits), parts)) & sought)

    hits = () if fails(()) else _fewest(failed.hits, fails, lambda: tries >= PLAYS_MOST)
    return play(failed.seed, dict(hits), parts, traced=True)


def _fewest(
    hits: tuple[Hit, ...], fails: Callable[[tuple[Hit, ...]], bool], enough: Callable[[], bool]
) -> tuple[Hit, ...]:
    pieces = 2
    while len(hits) > 1 and not enough():
        size = -(-len(hits) // pieces)
        for start in range(0, len(hits), size):
            fewer = hits[:start] + hits[start + size :]
            if fails(fewer):
                hits, pieces = fewer, max(pieces - 1, 2)
                break
        else:
            if size == 1:
                break
            pieces = min(2 * pieces, len(hits))
    return hits
