"""The time in which everything goes wrong at once: deals are told, and the plan's faults come over whoever works."""

import os
import random
import signal
import time
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from chaos.crm import Crm
from chaos.deals import Telling
from chaos.plan import Act, Plan, PlannedKill, PlannedRestart, PlannedStrike, Strike
from chaos.storms import Proxy, Storm
from chaos.suffered import Suffered
from e2e.faults import fired, queue_fault
from e2e.live import LiveCloud
from e2e.workers import workers_of
from local.cloud import processes
from local.cloud.processes import Program

PROVIDER_SILENT_SECONDS: Final = 30
"""How long a provider keeps a call without an answer; the functions give up before."""
TELLS_THE_REST_WITHIN_SECONDS: Final = 300
BEAT_SECONDS: Final = 0.5
SAY_EVERY_SECONDS: Final = 10.0


@dataclass(slots=True)
class Rage:
    """Plays a plan against a cloud."""

    cloud: LiveCloud
    plan: Plan
    proxy: Proxy
    emulator: Program
    crm: Crm
    killed: Counter[str] = field(default_factory=Counter)
    restarts: int = 0
    _began: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """Since the beginning."""
        return time.monotonic() - self._began

    def moments(self) -> Iterator[Suffered]:
        """Play the plan, telling now and then what was suffered so far; then end every fault.

        It goes on after its time, at most as long again, while some kind of fault has not found anything to strike.
        """
        tellings, acts = deque(self.plan.tellings), deque(self.plan.acts)
        said, over = 0.0, False
        while not over and self.seconds < 2 * self.plan.seconds:
            while acts and acts[0].at_seconds <= self.seconds:
                self._do(acts.popleft())
            while not self.crm.is_busy and tellings and tellings[0].at_seconds <= self.seconds:
                self.crm.tell(tellings.popleft())
            if self.seconds - said >= SAY_EVERY_SECONDS:
                said, suffered = self.seconds, self.suffered()
                yield suffered
                over = self.seconds >= self.plan.seconds and not suffered.never_fired()
            time.sleep(BEAT_SECONDS)
        yield self._calm(tellings)

    def suffered(self) -> Suffered:
        """What was done so far."""
        return Suffered(self.proxy.fired(), fired(self.cloud), dict(self.killed), self.restarts)

    def _calm(self, untold: deque[Telling]) -> Suffered:
        """End the faults, and tell the rest about every deal that was begun."""
        suffered = self.suffered()
        self.proxy.calm()
        self.cloud.sandbox("DELETE", "faults")
        begun = self.crm.begun
        for telling in untold:
            if telling.deal in begun:
                self.crm.tell(telling)
        self.crm.wait(TELLS_THE_REST_WITHIN_SECONDS)
        return suffered

    def _do(self, act: Act) -> None:
        match act:
            case Storm():
                self.proxy.let_loose(act)
            case PlannedStrike():
                self._strike(act)
            case PlannedKill():
                self._kill(act)
            case PlannedRestart():
                self._restart()

    def _strike(self, planned: PlannedStrike) -> None:
        status = {"status": 500} if planned.strike is Strike.FAILURE else {}
        queue_fault(self.cloud, planned.provider, planned.strike, hold_seconds=PROVIDER_SILENT_SECONDS, **status)

    def _kill(self, planned: PlannedKill) -> None:
        chance = random.Random(planned.luck)  # noqa: S311  it is repeatable, not secret
        for worker in workers_of(Path(self.cloud.environment["GUERDON_LOCAL"])):
            if chance.random() > planned.share:
                continue
            try:
                os.kill(worker.pid, signal.SIGKILL)
            except ProcessLookupError:
                continue  # It ended by itself meanwhile.
            self.killed[worker.function] += 1

    def _restart(self) -> None:
        """As `make restart` does it: the emulator keeps what it knows, and forgets what it is doing."""
        processes.stop(self.emulator)
        processes.start(self.emulator)
        self.restarts += 1
