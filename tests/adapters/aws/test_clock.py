from datetime import UTC, datetime

import pytest
import time_machine

from guerdon.adapters.aws.clock import SystemClock


def test_now_is_the_machines_time_in_utc() -> None:
    moment = datetime(2026, 11, 22, 14, 5, 6, tzinfo=UTC)
    with time_machine.travel(moment, tick=False):
        assert SystemClock().now() == moment
        assert SystemClock().now().tzinfo is UTC


@pytest.mark.parametrize(("attempt", "most"), [(1, 0.1), (2, 0.2), (4, 0.8), (5, 1.0), (50, 1.0)])
def test_a_pause_is_random_and_bounded(attempt: int, most: float) -> None:
    slept: list[float] = []
    clock = SystemClock(sleep=slept.append)
    for _ in range(200):
        clock.pause(attempt)
    assert all(0 <= seconds <= most for seconds in slept)
    assert len(set(slept)) > 100
