"""Replay a history file, by several processes where the rules allow it."""

import multiprocessing
import signal
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Final

from guerdon.adapters.history.occurrences import Occurrences, told_twice
from guerdon.adapters.history.reading import PROBLEMS_MOST, HistoryReader, Problem
from guerdon.adapters.history.rewards import RewardsFile
from guerdon.application.replay.comparing import Changes
from guerdon.application.replay.engine import Engine, Listener
from guerdon.application.replay.sides import Side
from guerdon.application.replay.splitting import part_of, why_whole
from guerdon.application.replay.totals import Totals
from guerdon.domain.history import HistoryRow
from guerdon.domain.money import Money
from guerdon.domain.program import Program, Scope

_TOLD_EVERY: Final = 2048
"""After how many rows a process tells how far it is."""

SMALL_BYTES: Final = 2_000_000
"""A file of less is read by one process: starting another one costs more than it saves."""

Advance = Callable[[int], None]
"""Is told how many bytes of the file have been read; of several processes, by each on average."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is replayed.

    Attributes:
        history: The file.
        programs: What it is replayed by: the program, and then any others, over the same rows.
        compared: Which of `programs` the first one is compared with; None for none.
        months_of: For which of them each advocate's months are kept; None for none.
        rewards: Where every reward of the first program is written to; None for nowhere.
    """

    history: Path
    programs: tuple[Program, ...]
    compared: int | None = None
    months_of: int | None = None
    rewards: Path | None = None


@dataclass(slots=True)
class Replayed:
    """What came of it.

    Attributes:
        totals: Of each program.
        problems: What is wrong with the file; what was added up means nothing then.
        processes: How many processes worked.
        leads: Rows that were not won.
    """

    totals: list[Totals]
    changes: Changes = field(default_factory=Changes)
    problems: list[Problem] = field(default_factory=list)
    processes: int = 1
    leads: int = 0

    def merge(self, other: "Replayed") -> None:
        """Add another part of the history."""
        for mine, theirs in zip(self.totals, other.totals, strict=True):
            mine.merge(theirs)
        self.changes.merge(other.changes)
        # Rows that stand in the wrong order are seen by every process.
        self.problems = sorted({*self.problems, *other.problems})[:PROBLEMS_MOST]
        self.leads += other.leads


def replay(job: Job, processes: int, advance: Advance, small_bytes: int = SMALL_BYTES) -> Replayed:
    """Replay the history.

    Args:
        job: What is replayed.
        processes: How many processes may work; fewer do if a program's rules or a small file ask for it.
        advance: Hears how far it is.
        small_bytes: A smaller file is read by one process.
    """
    whole = any(why_whole(program) for program in job.programs) or not _is_large(job.history, small_bytes)
    parts = 1 if whole else max(1, processes)
    with tempfile.TemporaryDirectory(prefix="guerdon-") as scratch:
        folder = Path(scratch)
        replayed = _part(job, folder, 0, 1, advance) if parts == 1 else _in_parts(job, folder, parts, advance)
        if not replayed.problems:
            replayed.problems = told_twice(folder)
        if job.rewards is not None and not replayed.problems:
            RewardsFile.joined(job.rewards, [_rewards_part(folder, part) for part in range(parts)])
    replayed.processes = parts
    return replayed


def _is_large(path: Path, small_bytes: int) -> bool:
    try:
        return path.stat().st_size >= small_bytes
    except OSError:
        return False


def _rewards_part(folder: Path, part: int) -> Path:
    return folder / f"rewards-{part}.csv"


def _in_parts(job: Job, folder: Path, parts: int, advance: Advance) -> Replayed:
    context = multiprocessing.get_context("spawn")
    clean = replace(job, programs=tuple(map(replace, job.programs)))
    working: dict[Connection, tuple[BaseProcess, int]] = {}
    read = [0] * parts
    done: dict[int, Replayed] = {}
    for part in range(parts):
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=_work, args=(theirs, clean, folder, part, parts), daemon=True)
        process.start()
        theirs.close()
        working[ours] = process, part
    while working:
        for ready in [one for one in wait(list(working)) if isinstance(one, Connection)]:
            worker, part = working[ready]
            told = _told(ready, worker)
            if isinstance(told, Replayed):
                done[part] = told
                del working[ready]
                worker.join()
            else:
                read[part] = told
                advance(sum(read) // parts)
    replayed = Replayed([Totals(program, keeps_months=True) for program in job.programs])
    for part in range(parts):
        replayed.merge(done[part])
    return replayed


def _told(ready: Connection, process: BaseProcess) -> Replayed | int:
    try:
        told: Replayed | int = ready.recv()
    except EOFError:
        process.join()
        raise RuntimeError(f"a process of the simulation ended with status {process.exitcode}") from None
    return told


def _work(out: Connection, job: Job, folder: Path, part: int, parts: int) -> None:
    """One process: it reads all of the file, and replays the rows of its own advocates."""
    # Whoever interrupts the command interrupts the process that started this one, which ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    replayed = _part(job, folder, part, parts, out.send)
    for totals in replayed.totals:
        # What was worked out of a program's rules stays here: it is made anew where it is needed.
        totals.program = replace(totals.program)
    out.send(replayed)
    out.close()


def _part(job: Job, folder: Path, part: int, parts: int, advance: Advance) -> Replayed:
    reader = HistoryReader(job.history, None if parts == 1 else lambda advocate, _: part_of(advocate, parts) == part)
    totals = [Totals(program, keeps_months=job.months_of == index) for index, program in enumerate(job.programs)]
    replayed = Replayed(totals, problems=reader.problems)
    with ExitStack() as stack:
        occurrences = stack.enter_context(Occurrences(folder, part))
        listeners: list[Listener] = list(totals)
        if job.rewards is not None:
            rewards = stack.enter_context(RewardsFile(_rewards_part(folder, part), job.programs[0]))
            listeners[0] = _Both(totals[0], rewards)
        engines = [Engine(program, listener) for program, listener in zip(job.programs, listeners, strict=True)]
        for count, row in enumerate(reader.rows()):
            occurrences.add(row)
            sides = [engine.take(row) for engine in engines]
            if job.compared is not None and sides[0]:
                replayed.changes.add(sides[0], sides[job.compared])
            replayed.leads += not sides[0]
            if count % _TOLD_EVERY == 0:
                advance(reader.position)
        for engine, total in zip(engines, totals, strict=True):
            engine.finish()
            _add_standing(total, engine)
    return replayed


def _add_standing(totals: Totals, engine: Engine) -> None:
    """What the engine knows in the end, beside what each row came to."""
    totals.stopped = engine.releasing.stopped if engine.releasing is not None else None
    for budget, held in engine.reserved.items():
        if budget.scope is Scope.PROGRAM and held != Money(0, held.currency):
            totals.budgets[budget.period] = held.amount_minor


class _Both:
    """Tells two listeners."""

    def __init__(self, *listeners: Listener) -> None:
        self._listeners: Sequence[Listener] = listeners

    def settled(self, row: HistoryRow, sides: tuple[Side, ...]) -> None:
        for listener in self._listeners:
            listener.settled(row, sides)
