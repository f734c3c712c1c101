"""A Step Functions Standard workflow, driven from infra/fulfillment.asl.json itself.

It knows what that file uses: Task (lambda:invoke, with and without a task token; sqs:sendMessage), Choice, Wait,
Succeed and Fail, with Retry, Catch, timeouts and JSONata. Anything else in the file is refused when it is read.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

from jsonata import Jsonata  # type: ignore[import-untyped]  # It comes without types.

from simulation.engine import DAY, HOUR, SECOND, Engine, Killed
from simulation.faults import Fault

Data = dict[str, Any]
Edge = tuple[str, str]
"""A state, and which of its ways on: "Next", "Choices[2]", "Retry[0] StoreBusy"."""

Function = Callable[[Data], Data]

NAMES_LAST: Final = 90 * DAY
"""How long after its end the name of an execution stays taken."""

DEFINITION: Final[Data] = json.loads(
    (Path(__file__).parents[2] / "infra" / "fulfillment.asl.json").read_text(encoding="utf-8")
)
_KNOWN_FIELDS: Final = {
    "Type", "Comment", "Resource", "Arguments", "Output", "TimeoutSeconds", "Retry", "Catch", "Next", "End",
    "Choices", "Default", "Timestamp", "Error", "Cause",
}  # fmt: skip
_RESOURCES: Final = {
    "arn:aws:states:::lambda:invoke",
    "arn:aws:states:::lambda:invoke.waitForTaskToken",
    "arn:aws:states:::sqs:sendMessage",
}


class NotUnderstood(Exception):
    """The workflow uses what this interpreter does not know."""


def check(states: Mapping[str, Data]) -> None:
    """Refuse what is not known, rather than skip it.

    Raises:
        NotUnderstood: Teach the interpreter first.
    """
    for name, state in states.items():
        unknown = set(state) - _KNOWN_FIELDS
        if unknown or state.get("Resource", "arn:aws:states:::lambda:invoke") not in _RESOURCES:
            raise NotUnderstood(f"state {name}: {sorted(unknown) or state['Resource']}")


@lru_cache(maxsize=200_000)
def _rendered(template: str, states: str) -> str:
    """A template with its JSONata evaluated: pure, so that the same question is computed once."""
    return json.dumps(_render(json.loads(template), json.loads(states)))


def _render(template: Any, states: Data) -> Any:  # noqa: ANN401 - JSON is of any shape.
    if isinstance(template, dict):
        return {key: _render(value, states) for key, value in template.items()}
    if isinstance(template, str) and template.startswith("{%"):
        expression = _compiled(template)
        frame = expression.create_frame()
        frame.bind("states", states)
        return expression.evaluate(None, frame)
    return template


@cache
def _compiled(template: str) -> Jsonata:
    return Jsonata(template.removeprefix("{%").removesuffix("%}").strip())


def render(template: object, states: Data) -> Any:  # noqa: ANN401 - JSON is of any shape.
    """Evaluate a template of the definition under `$states`."""
    return json.loads(_rendered(json.dumps(template), json.dumps(states)))


@dataclass(slots=True)
class Execution:
    """One execution.

    Attributes:
        step: Raised whenever the execution leaves a state or tries again, so that what is late is known as such.
        started_at: When it was started, in the engine's time.
        ended_at: When it ended.
        result: "SUCCEEDED", or the error of its Fail state.
    """

    name: str
    input: str
    started_at: int
    state: str = ""
    data: Data = field(default_factory=dict)
    step: int = 0
    tries: Counter[int] = field(default_factory=Counter)
    token: str | None = None
    ended_at: int | None = None
    result: str | None = None


class Workflow:
    """The workflow service.

    Attributes:
        executions: Every execution that was ever started, in order.
        visited: How often each state was entered.
        taken: How often each edge was taken.
        functions: The functions by the placeholder that the definition names them by.
        send: Where sqs:sendMessage puts its message.
        timeouts: Each function's timeout in milliseconds.
        definition: The states; those of the repository unless a test has others.
    """

    def __init__(
        self,
        engine: Engine,
        functions: Mapping[str, Function],
        timeouts: Mapping[str, int],
        send: Callable[[Data], None],
        definition: Data = DEFINITION,
    ) -> None:
        check(definition["States"])
        self._states: dict[str, Data] = definition["States"]
        self._starts_at: str = definition["StartAt"]
        self.executions: list[Execution] = []
        self.visited: Counter[str] = Counter()
        self.taken: Counter[Edge] = Counter()
        self.mismatched: list[str] = []
        self._engine, self._functions, self._timeouts, self._send = engine, functions, timeouts, send
        self._by_name: dict[str, Execution] = {}
        self._waiting: dict[str, tuple[Execution, int]] = {}
        self._tokens = 0

    def start(self, payout_id: str, run: int) -> None:
        """Start an execution under its name; one that exists with the same input is success."""
        self.start_named(f"{payout_id}-{run}", {"payout_id": payout_id, "run": run})

    def start_named(self, name: str, data: Data) -> None:
        """StartExecution, and what the adapter makes of ExecutionAlreadyExists."""
        text = json.dumps(data, sort_keys=True)
        known = self._by_name.get(name)
        if known is not None and (known.ended_at is None or self._engine.now - known.ended_at < NAMES_LAST):
            if known.input != text:
                self.mismatched.append(name)
            return
        execution = Execution(name, text, self._engine.now, data=data)
        self._by_name[name] = execution
        self.executions.append(execution)
        self._engine.after(self._engine.between(5, 100), lambda: self._enter(execution, self._starts_at))

    def ring(self, token: str) -> bool:
        """SendTaskSuccess; False when nothing waits under the token."""
        waiting = self._waiting.pop(token, None)
        if waiting is None or waiting[0].step != waiting[1]:
            return False
        execution, step = waiting
        self._engine.after(self._engine.between(1, 50), lambda: self._succeed(execution, step, None))
        return True

    def _enter(self, execution: Execution, name: str) -> None:
        execution.state, execution.tries = name, Counter()
        self.visited[name] += 1
        self._engine.say(execution.name, "enters", name)
        self._try(execution)

    def _try(self, execution: Execution) -> None:
        execution.step += 1
        state = self._states[execution.state]
        match state["Type"]:
            case "Task":
                self._task(execution, state)
            case "Choice":
                self._choose(execution, state)
            case "Wait":
                until = datetime.fromisoformat(render(state["Timestamp"], {"input": execution.data}))
                delay = max(0, self._engine.milliseconds(until) - self._engine.now)
                step = execution.step
                self._engine.after(delay, lambda: self._succeed(execution, step, None))
            case "Succeed":
                self._end(execution, "SUCCEEDED")
            case "Fail":
                self._end(execution, state["Error"])
            case kind:
                raise NotUnderstood(f"state {execution.state} of type {kind}")

    def _task(self, execution: Execution, state: Data) -> None:
        step, engine = execution.step, self._engine
        states: Data = {"input": execution.data}
        waits = state["Resource"].endswith(".waitForTaskToken")
        if waits:
            self._tokens += 1
            token = f"{execution.name}/{self._tokens}"
            states["context"] = {"Task": {"Token": token}}
            self._waiting[token] = (execution, step)
        arguments = render(state["Arguments"], states)
        engine.after(state["TimeoutSeconds"] * SECOND, lambda: self._fail(execution, step, "States.Timeout"))
        if "lambda" in state["Resource"]:
            self._invoke(execution, step, arguments, waits=waits)
        else:
            self._send_message(execution, step, arguments["MessageBody"])

    def _invoke(self, execution: Execution, step: int, arguments: Data, *, waits: bool) -> None:
        function, payload, engine = arguments["FunctionName"], arguments["Payload"], self._engine
        label = f"{function[2:-1]} {execution.name}"

        def done(result: Data | None, error: BaseException | None) -> None:
            engine.say(label, "ended", type(error).__name__ if error else result)
            if error is not None:
                self._fail(execution, step, "Runtime.ExitError" if isinstance(error, Killed) else type(error).__name__)
            elif not waits:
                self._succeed(execution, step, {"Payload": result})

        def invoke(then: Callable[[Data | None, BaseException | None], object]) -> None:
            engine.spawn(label, self._timeouts[function], lambda: self._functions[function](payload), then)

        def unheard(result: Data | None, error: BaseException | None) -> None:
            engine.say(label, "ended unheard", type(error).__name__ if error else result)

        numbered = engine.numbered(f"invocation {label}")
        delay = engine.between(2, 40)
        match engine.faults.draw("function invoked by the workflow", numbered, 0, engine.now):
            case Fault.KILL_BEFORE:
                engine.after(delay, lambda: self._fail(execution, step, "Lambda.ServiceException"))
            case Fault.LOSE:
                # It runs, the workflow is told that it failed, and tries again beside it.
                engine.after(delay, lambda: invoke(unheard))
                engine.after(delay + 1, lambda: self._fail(execution, step, "Lambda.SdkClientException"))
            case Fault.DUPLICATE:
                engine.after((40, HOUR, 3 * DAY)[engine.between(0, 3)], lambda: invoke(unheard))
                engine.after(delay, lambda: invoke(done))
            case Fault.DELAY_SECONDS:
                engine.after(engine.between(SECOND, 30 * SECOND), lambda: invoke(done))
            case _:
                engine.after(delay, lambda: invoke(done))

    def _send_message(self, execution: Execution, step: int, body: Data) -> None:
        engine, error = self._engine, "SQS.SdkClientException"
        match engine.faults.draw(
            "message sent by the workflow", engine.numbered(f"message {execution.name}"), 0, engine.now
        ):
            case Fault.THROTTLE:
                engine.after(10, lambda: self._fail(execution, step, error))
                return
            case Fault.LOSE:
                self._send(body)
                engine.after(10, lambda: self._fail(execution, step, error))
                return
            case Fault.DELAY_SECONDS:
                engine.after(engine.between(SECOND, 30 * SECOND), lambda: self._send(body))
            case Fault.SLOW:
                # It is sent, and the answer does not come before the state's timeout.
                self._send(body)
                return
            case _:
                self._send(body)
        engine.after(engine.between(2, 40), lambda: self._succeed(execution, step, {}))

    def _choose(self, execution: Execution, state: Data) -> None:
        states = {"input": execution.data}
        for index, choice in enumerate(state["Choices"]):
            if render(choice["Condition"], states):
                self.taken[execution.state, f"Choices[{index}]"] += 1
                execution.data = render(choice["Output"], states)
                self._enter(execution, choice["Next"])
                return
        self.taken[execution.state, "Default"] += 1
        self._enter(execution, state["Default"])

    def _succeed(self, execution: Execution, step: int, result: Data | None) -> None:
        if execution.step != step:
            return
        state = self._states[execution.state]
        if "Output" in state:
            execution.data = render(state["Output"], {"input": execution.data, "result": result})
        self._go_on(execution, state)

    def _fail(self, execution: Execution, step: int, error: str) -> None:
        if execution.step != step:
            return
        state = self._states[execution.state]
        for index, retrier in enumerate(state["Retry"]):
            if named := _named(error, retrier["ErrorEquals"]):
                tried = execution.tries[index]
                if tried >= retrier["MaxAttempts"]:
                    break
                execution.tries[index] += 1
                self.taken[execution.state, f"Retry[{index}] {named}"] += 1
                longest = min(retrier["IntervalSeconds"] * retrier["BackoffRate"] ** tried, retrier["MaxDelaySeconds"])
                execution.step += 1
                self._engine.after(self._engine.between(0, int(longest * SECOND) + 1), self._again(execution))
                return
        for index, catcher in enumerate(state["Catch"]):
            if named := _named(error, catcher["ErrorEquals"]):
                self.taken[execution.state, f"Catch[{index}] {named}"] += 1
                known = {"input": execution.data, "errorOutput": {"Error": error}}
                execution.data = render(catcher["Output"], known)
                execution.step += 1
                self._enter(execution, catcher["Next"])
                return
        self._end(execution, error)

    def _again(self, execution: Execution) -> Callable[[], None]:
        """Another try of the state, unless the execution has gone on by then."""
        step = execution.step

        def again() -> None:
            if execution.step == step:
                self._try(execution)

        return again

    def _go_on(self, execution: Execution, state: Data) -> None:
        self.taken[execution.state, "End" if state.get("End") else "Next"] += 1
        if state.get("End"):
            self._end(execution, "SUCCEEDED")
        else:
            self._enter(execution, state["Next"])

    def _end(self, execution: Execution, result: str) -> None:
        execution.step += 1
        execution.ended_at, execution.result = self._engine.now, result
        self._engine.say(execution.name, "ends", result)


def _named(error: str, names: list[str]) -> str | None:
    """The name that an error goes by among these; None when it is none of them.

    Source: Amazon States Language, errors: TaskFailed stands for every error of a task but its timeout.
    """
    by_kind = () if error == "States.Timeout" else ("States.TaskFailed",)
    return next((name for name in (error, *by_kind, "States.ALL") if name in names), None)
