"""`guerdon redrive`: dead letters go back to their queues, and each is named."""

from collections.abc import Callable

import pytest
from typer.testing import Result

from builders import NOW
from guerdon.application.redrive import DeadLetter
from memory_stack import MemoryStack

Run = Callable[..., Result]
EVENT = DeadLetter("events", "m-1", NOW, "ev_1", "events")
TICK = DeadLetter("rules", "m-2", NOW, "a schedule's call", is_over=True)
BROKEN = DeadLetter("hints", "m-3", NOW, "", why="the message is not JSON: look at who sent it")


def test_each_is_moved_and_named(guerdon: Run, memory: MemoryStack) -> None:
    memory.dead_letters.there = [EVENT, TICK]
    ended = guerdon("redrive")
    assert (ended.exit_code, ended.stderr) == (0, "")
    assert ended.stdout.splitlines() == [
        "events: ev_1, since 2026-11-22 14:00 UTC: moved to events",
        "rules: a schedule's call, since 2026-11-22 14:00 UTC: deleted: it comes again by itself",
    ]
    assert (memory.dead_letters.sent_back, memory.dead_letters.there) == ([EVENT], [])
    assert guerdon("redrive").stdout == "There are no dead letters.\n"


def test_a_dry_run_moves_nothing(guerdon: Run, memory: MemoryStack) -> None:
    memory.dead_letters.there = [EVENT, TICK]
    assert guerdon("redrive", "--dry-run").stdout.splitlines() == [
        "events: ev_1, since 2026-11-22 14:00 UTC: would be moved to events",
        "rules: a schedule's call, since 2026-11-22 14:00 UTC: would be deleted: it comes again by itself",
    ]
    assert (memory.dead_letters.sent_back, memory.dead_letters.there) == ([], [EVENT, TICK])
    assert memory.dead_letters.left == 1


def test_what_cannot_be_read_is_left_and_ends_with_1(guerdon: Run, memory: MemoryStack) -> None:
    memory.dead_letters.there = [BROKEN, EVENT]
    ended = guerdon("redrive")
    assert ended.exit_code == 1
    assert ended.stderr == (
        "hints: m-3, since 2026-11-22 14:00 UTC: left there: the message is not JSON: look at who sent it\n"
    )
    assert memory.dead_letters.there == [BROKEN]


@pytest.mark.parametrize("dies", ["before sending", "before deleting"])
def test_whoever_dies_in_the_middle_runs_it_again(guerdon: Run, memory: MemoryStack, dies: str) -> None:
    memory.dead_letters.there = [EVENT]
    memory.dead_letters.away = int(dies == "before sending")
    memory.dead_letters.dies_before_deleting = dies == "before deleting"
    ended = guerdon("redrive")
    assert (ended.exit_code, ended.stdout) == (3, "")
    assert memory.dead_letters.there == [EVENT]
    assert memory.dead_letters.left == 1
    assert guerdon("redrive").exit_code == 0
    assert memory.dead_letters.sent_back == [EVENT] * (1 if dies == "before sending" else 2)
    assert memory.dead_letters.there == []
