"""`make simulate` and `make simulation` play schedules; `make planted` tests the harness itself."""

import argparse
import secrets
import sys

from simulation import run
from simulation.planted import check
from simulation.schedule import play

_SEEDS = 2**40


def main() -> int:
    """Play one seed, some, or for some time; or plant bugs. The exit status says whether all is well."""
    parser = argparse.ArgumentParser(prog="simulate", description=__doc__)
    parser.add_argument("what", nargs="?", choices=["play", "planted"], default="play")
    parser.add_argument("--seed", type=int, help="play this one and print it")
    parser.add_argument("--first", type=int, help="the first seed of many; random if it is not given")
    parser.add_argument("--schedules", type=int, help="how many")
    parser.add_argument("--seconds", type=float, help="for how long")
    given = parser.parse_args()
    if given.what == "planted":
        return check.report(sys.stdout)
    if given.seed is not None:
        return _one(given.seed)
    first = secrets.randbelow(_SEEDS) if given.first is None else given.first
    print(f"first seed {first}", flush=True)
    seconds = 60.0 if given.schedules is None and given.seconds is None else given.seconds
    totals = run.many(first, given.schedules, seconds)
    for failed in totals.failed[:3]:
        print(f"\n{run.story_of(failed)}")
    print(f"\n{run.table(totals)}")
    print(f"seeds {first} to {first + totals.schedules - 1}")
    if totals.failed:
        print(f"failing seeds: {', '.join(str(failed.seed) for failed in totals.failed[:50])}")
    return 1 if totals.failed else 0


def _one(seed: int) -> int:
    played = play(seed, traced=True)
    if played.wrong:
        print(run.story_of(played))
        return 1
    print("\n".join(played.trace))
    print(f"seed {seed}: {len(played.hits)} faults, and every invariant holds")
    return 0


if __name__ == "__main__":
    sys.exit(main())
