"""The world does to workers what it says: each fault does its own thing, and the services keep their rules."""

import random
from datetime import UTC, datetime

import pytest

import builders
from guerdon.application.records import AnswerState
from guerdon.domain.errors import StoreBusy
from simulation.engine import DAY, SECOND, Engine, Killed
from simulation.faults import Fault, Faults
from simulation.providers import CancelingProvider
from simulation.queues import Queue
from simulation.workflow import Data, NotUnderstood, Workflow, check, render

BEGINNING = datetime(2026, 11, 22, tzinfo=UTC)


class Stage:
    """An engine with one worker that makes one call."""

    def __init__(self, fault: Fault | None = None, site: str = "store.commit") -> None:
        plan = {f"worker #1 call 1 {site}": fault} if fault else {}
        chance = random.Random(1)  # noqa: S311 - a schedule is repeatable, not secret.
        self.engine = Engine(BEGINNING, chance, Faults(chance, 0, 0, plan=plan))
        self.site, self.done_at, self.ended = site, list[int](), list[object]()

    def effect(self) -> str:
        self.done_at.append(self.engine.now)
        return "answer"

    def play(self, timeout: int = 60 * SECOND) -> object:
        def work() -> str:
            return self.engine.call(self.site, self.effect, lambda fault: StoreBusy(fault.value))

        self.engine.spawn("worker", timeout, work, lambda result, error: self.ended.append(error or result))
        self.engine.run()
        (ended,) = self.ended
        return ended


def test_without_a_fault_a_call_does_what_it_does() -> None:
    stage = Stage()
    assert stage.play() == "answer"
    assert len(stage.done_at) == 1


@pytest.mark.parametrize(
    ("fault", "ends", "times"),
    [
        (Fault.KILL_BEFORE, Killed, 0),
        (Fault.KILL_AFTER, Killed, 1),
        (Fault.LOSE_ONCE, str, 2),
        (Fault.LOSE, StoreBusy, 1),
        (Fault.FINISH_LATER, StoreBusy, 1),
        (Fault.THROTTLE, StoreBusy, 0),
        (Fault.SLOW, str, 1),
    ],
)
def test_a_fault_does_its_own_thing(fault: Fault, ends: type, times: int) -> None:
    stage = Stage(fault)
    assert isinstance(stage.play(), ends)
    assert len(stage.done_at) == times


def test_what_finishes_later_does_so_after_its_caller_was_told() -> None:
    stage = Stage(Fault.FINISH_LATER)
    told_at = []
    stage.ended = told_at_list = list[object]()
    stage.play()
    told_at.extend(told_at_list)
    assert stage.done_at[0] >= SECOND
    assert isinstance(told_at[0], StoreBusy)


def test_a_function_that_is_too_slow_is_killed_before_its_call_is_made() -> None:
    stage = Stage(Fault.SLOW)
    assert isinstance(stage.play(timeout=2 * SECOND), Killed)
    assert stage.done_at == []


def test_a_message_that_always_fails_is_put_aside_after_six_receptions() -> None:
    engine, received = Stage().engine, list[str]()

    def fail(body: str) -> None:
        received.append(body)
        raise StoreBusy(body)

    queue = Queue[str](engine, "events", SECOND, SECOND, fail)
    queue.put("ev_1")
    engine.run()
    assert (received, queue.put_aside) == (["ev_1"] * 6, ["ev_1"])
    queue.redrive()
    engine.run()
    assert len(received) == 12


def order_at(stage: Stage, state: AnswerState) -> tuple[CancelingProvider, str]:
    """A provider that can cancel, and what it made of an order that it has as `state`."""
    provider = CancelingProvider("lob", stage.engine, lambda *_: None)
    request = builders.frozen_request()
    while (made := provider.take(request)).state is not state:
        provider = CancelingProvider("lob", stage.engine, lambda *_: None)
    return provider, made.provider_id


def test_what_was_canceled_in_time_is_never_carried_out() -> None:
    stage = Stage()
    provider, order_id = order_at(stage, AnswerState.PENDING)
    while provider.orders[order_id].answer.state is AnswerState.PENDING:
        provider.cancel(order_id)
    stage.engine.run()
    assert provider.orders[order_id].answer.state is AnswerState.CANCELED
    assert sum(movement.amount.amount_minor for movement in provider.movements) == 0


def test_what_was_carried_out_is_not_canceled() -> None:
    stage = Stage()
    provider, order_id = order_at(stage, AnswerState.DONE)
    provider.cancel(order_id)
    provider.cancel("unknown")
    assert provider.orders[order_id].answer.state is AnswerState.DONE
    assert provider.asked_to_cancel == {order_id, "unknown"}
    assert sum(movement.amount.amount_minor for movement in provider.movements) == 100_00


class Machine:
    """The workflow with functions that answer as they are told."""

    def __init__(self) -> None:
        self.engine = Stage().engine
        self.decision = "gift_card"
        self.released: list[Data] = []
        self.sent: list[Data] = []
        self.settled: list[Data] = []
        functions = {"${ReleasePayoutFunction}": self.release, "${SettlePayoutFunction}": self.settle}
        functions |= {"${PayGiftCardFunction}": self.pay}
        self.rings = True
        self.fails: list[Exception] = []
        self.workflow = Workflow(self.engine, functions, dict.fromkeys(functions, 10 * SECOND), self.sent.append)

    def release(self, payload: Data) -> Data:
        self.released.append(payload)
        return {**payload, "decision": self.decision}

    def pay(self, payload: Data) -> Data:
        if self.fails:
            raise self.fails.pop()
        if self.rings:
            self.workflow.ring(payload["task_token"])
        return {}

    def settle(self, payload: Data) -> Data:
        self.settled.append(payload)
        return payload

    def run(self, run: int = 1) -> None:
        self.workflow.start("po_1", run)
        self.engine.run()


def test_the_workflow_goes_from_release_to_the_settlement() -> None:
    machine = Machine()
    machine.run()
    assert machine.settled == [{"payout_id": "po_1", "run": 1}]
    assert machine.sent == []
    assert [execution.result for execution in machine.workflow.executions] == ["SUCCEEDED"]
    assert sum(machine.workflow.visited.values()) == 4


def test_the_workflow_asks_for_a_mail_about_what_is_blocked() -> None:
    machine = Machine()
    machine.decision = "blocked"
    machine.run()
    assert machine.sent == [{"kind": "payout", "payout_id": "po_1", "run": 1}]
    assert machine.settled == []
    assert sum(machine.workflow.visited.values()) == 3


def test_a_step_is_tried_again_as_often_as_its_retrier_says_and_then_caught() -> None:
    machine = Machine()
    machine.fails = [StoreBusy("away")] * 13
    machine.run()
    assert machine.fails == []
    assert machine.settled == [{"payout_id": "po_1", "run": 1, "error": "StoreBusy"}]


def test_a_task_that_nobody_rings_times_out() -> None:
    machine = Machine()
    machine.rings = False
    machine.run()
    assert machine.settled == [{"payout_id": "po_1", "run": 1, "error": "States.Timeout"}]
    assert machine.engine.now >= 3 * DAY


def test_a_name_is_free_again_after_90_days() -> None:
    machine = Machine()
    for days, executions in ((0, 1), (80, 1), (15, 2)):
        machine.engine.after(days * DAY, lambda: machine.workflow.start("po_1", 1))
        machine.engine.run()
        assert len(machine.workflow.executions) == executions


def test_a_taken_name_with_another_input_is_noticed() -> None:
    machine = Machine()
    machine.workflow.start_named("po_1-1", {"payout_id": "po_1", "run": 2})
    machine.run()
    assert machine.workflow.mismatched == ["po_1-1"]


def test_a_field_that_the_interpreter_does_not_know_is_refused() -> None:
    with pytest.raises(NotUnderstood, match="HeartbeatSeconds"):
        check({"Pay": {"Type": "Task", "HeartbeatSeconds": 5}})


def test_jsonata_is_evaluated_with_what_the_state_knows() -> None:
    template = {"id": "{% $states.input.id %}", "has": "{% $exists($states.input.error) %}", "plain": 1}
    assert render(template, {"input": {"id": "po_1"}}) == {"id": "po_1", "has": False, "plain": 1}
