"""Calls a second of several ways to do the same, measured in turns."""

import gc
import time
from collections.abc import Callable, Mapping

ROUNDS = 9


def calls_a_second(ways: Mapping[str, Callable[[], int]]) -> dict[str, float]:
    """The best round of each way, in calls a second of processor time.

    Rounds are taken in turns and only the best counts: what else the machine does slows some rounds of every way, and
    makes none of them faster.

    Args:
        ways: For each, what runs one round of it and says how many calls that was.
    """
    best = dict.fromkeys(ways, 0.0)
    for _ in range(ROUNDS):
        for name, one_round in ways.items():
            gc.collect()
            gc.disable()
            started = time.process_time()
            calls = one_round()
            took = time.process_time() - started
            gc.enable()
            best[name] = max(best[name], calls / took)
    return best
