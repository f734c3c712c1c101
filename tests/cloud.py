"""The queues, the schedule and the workflow around the use cases, on a virtual clock.

It does what the services do with our functions: redeliver, retry a few times, give up on a step and go on to
settle with the error's name, wake waiting tasks, and sweep.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from guerdon.application.ports import Notice, ProviderHint
from guerdon.application.receive_event import Delivery
from guerdon.application.release_payout import Verdict
from guerdon.domain.errors import Retryable
from world import World

TURN: Final = timedelta(minutes=10)
PAY_TRIES: Final = 3
TASK_WAITS: Final = timedelta(days=3)


@dataclass(slots=True)
class Execution:
    """One execution of the workflow, standing before its next state."""

    payout_id: str
    run: int
    state: str = "release"
    tries: int = 0
    token: str = ""
    waits_since: datetime | None = None
    error: str | None = None


class Cloud:
    """Runs a world until nothing is left to do."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.executions: dict[tuple[str, int], Execution] = {}

    def deliver(self, delivery: Delivery) -> None:
        """Send as a CRM does: until the answer is success."""
        while True:
            try:
                self.world.receive(delivery)
            except Retryable:
                continue
            return

    def hint(self, resource_id: str) -> None:
        """A provider's webhook, by its own id of the thing."""
        self.world.hints.enqueue(ProviderHint(self.world.provider.name, "orders", resource_id))

    def run(self, turns: int = 60) -> None:
        for _ in range(turns):
            self.turn()

    def turn(self) -> None:
        """Ten minutes: every message is handled or put back, every execution goes as far as it can."""
        self._decide()
        for key in self.world.fulfillments.started:
            self.executions.setdefault(key, Execution(*key))
        for execution in self.executions.values():
            while self._step(execution):
                pass
        self._hear()
        self._step_waiting()
        with suppress(Retryable):  # The schedule comes again.
            self.world.sweep()
        self.world.clock.advance(TURN)

    def _decide(self) -> None:
        messages, self.world.bus.published = self.world.bus.published, []
        for event_id in messages:
            try:
                self.world.evaluate(event_id)
            except Retryable:
                self.world.bus.published.append(event_id)

    def _hear(self) -> None:
        hints, self.world.hints.enqueued = self.world.hints.enqueued, []
        for hint in hints:
            try:
                self.world.look_again(hint)
            except Retryable:
                self.world.hints.enqueued.append(hint)

    def _step_waiting(self) -> None:
        for execution in self.executions.values():
            while self._step(execution):
                pass

    def _step(self, execution: Execution) -> bool:
        """Go one state further; False when the execution waits or is over."""
        steps = {"release": self._release, "pay": self._pay, "waiting": self._wait, "settle": self._settle}
        return steps[execution.state](execution) if execution.state in steps else False

    def _release(self, execution: Execution) -> bool:
        try:
            decision = self.world.release(execution.payout_id, execution.run).decision
        except Retryable as error:
            return self._again(execution, error)
        if decision is Verdict.HOLD:
            return False
        execution.state, execution.tries = ("over" if isinstance(decision, Verdict) else "pay"), 0
        if decision is Verdict.BLOCKED:
            self.world.notices.enqueue(Notice("payout", execution.payout_id, execution.run))
        return True

    def _pay(self, execution: Execution) -> bool:
        execution.token = f"{execution.payout_id}/{execution.run}/{execution.tries}"
        waiting = self.world.fulfillments.waiting
        waiting.add(execution.token)
        execution.state, execution.waits_since = "waiting", self.world.clock.now()
        try:
            self.world.pay(execution.payout_id, execution.run, execution.token)
        except Retryable as error:
            if self._rung(execution):
                return True
            waiting.discard(execution.token)
            execution.state = "pay"
            return self._again(execution, error)
        return True

    def _wait(self, execution: Execution) -> bool:
        if self._rung(execution):
            execution.state = "settle"
            return True
        since = execution.waits_since
        if since is not None and self.world.clock.now() - since > TASK_WAITS:
            self.world.fulfillments.waiting.discard(execution.token)
            execution.state, execution.error = "settle", "States.Timeout"
            return True
        return False

    def _settle(self, execution: Execution) -> bool:
        try:
            self.world.settle(execution.payout_id, execution.run, execution.error)
        except Retryable:
            return True
        self.world.notices.enqueue(Notice("payout", execution.payout_id, execution.run))
        execution.state = "over"
        return False

    def _rung(self, execution: Execution) -> bool:
        return any(token == execution.token for token, _, _ in self.world.fulfillments.rung)

    def _again(self, execution: Execution, error: Retryable) -> bool:
        execution.tries += 1
        if execution.tries > PAY_TRIES:
            execution.state, execution.error = "settle", type(error).__name__
        return True
