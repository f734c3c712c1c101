"""Start the AWS emulator, corrected where it differs from AWS in what Guerdon rests on.

Runs in the emulator's own environment. Differences, each seen with ministack 1.5.33:

1. A Python function that raises is reported as ``Runtime.HandlerError``. AWS reports the exception's class, which is
   what the workflow's ``Retry`` chooses by, and ``Runtime.ExitError`` for a process that died, be it at work or while
   it started.
2. A function called with ``.waitForTaskToken`` that fails is taken for one that started well, and the execution waits
   for a token that no one holds. AWS fails the task with the function's error.
3. Every retry of such a task gets the same token. AWS gives each a new one.
4. Whoever answers a token is authorized against the resource ``*``. AWS authorizes against the token's state machine,
   so that a role may be held to one.
5. A number that reaches a queue's mapping through a template's parameter stays text, and the mapping never reads the
   queue. CloudFormation makes it a number.

A sixth correction is about stopping it, which AWS never does. Told to stop, it saves its state and then waits for every
function and queue reader that is at work, for minutes if need be. Nothing that they still do is saved any more.

A seventh is about time. For every process of a function that it starts, it unpacks the function and its layers anew,
some seven hundred files, in the one process that answers all requests: where many functions start at once, everything
else stands still. AWS shares a layer, read-only, among all that run it.

An eighth: it takes for an invocation's log what comes within a twentieth of a second after the answer. On a busy
machine that is nothing, and the lines wait for the process's next invocation, or are lost with it. On AWS a line
belongs to the invocation that wrote it.

A ninth: of a log group it tells the oldest 10,000 lines, and no page after them. AWS goes on with ``nextToken``.
"""

import base64
import binascii
import hashlib
import importlib
import json
import os
import queue
import tempfile
import threading
import time
import uuid
import zipfile
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

WORKER_REPORTS_NO_CLASS = '"error": str(e), "trace":'
WORKER_REPORTS_CLASS = '"error": str(e), "errorType": type(e).__name__, "trace":'
WORKER_DIED_AT_WORK = ("Worker process died", "Worker returned no response", "[Errno 32] Broken pipe")
WORKER_DIED_AT_START = ("Worker process exited immediately", "No JSON init response", "[Errno 32] Broken pipe")
LOOP_ANSWERS = "        _real_stdout.flush()\n\nrun()"
# Written by a worker after all that an invocation wrote, and before its answer.
END_OF_LOG = "\x03end of the log of this invocation"
LOOP_ENDS_LOG_AND_ANSWERS = (
    f"        sys.stderr.write({END_OF_LOG!r} + chr(10))\n        sys.stderr.flush()\n{LOOP_ANSWERS}"
)
# A worker that answered has ended its log; this only keeps a lost one from holding up its invocation for ever.
LOG_PATIENCE_SECONDS = 10.0
LINES_OF_A_PAGE = 10_000

# The emulator passes untyped JSON and untyped functions around.
Untyped = Any


class EmulatorChangedError(Exception):
    """The emulator is not the one that these corrections were written for."""

    def __init__(self, missing: str) -> None:
        """Name what is missing."""
        super().__init__(
            f"The emulator no longer has {missing}, which infra/local/cloud/emulator.py corrects. "
            "Look whether this version of ministack still needs the correction; if not, remove it."
        )


class CallbackTaskFailedError(Exception):
    """A function that was handed a task token failed; carries the emulator's own error.

    It is no subclass of that error, because the emulator drops its own errors at this place.
    """

    def __init__(self, error: Exception) -> None:
        """Keep the error for the place where it can be raised."""
        super().__init__(str(error))
        self.error = error


def correct(owner: object, name: str, wrap: Callable[[Untyped], Untyped]) -> None:
    """Replace `owner.name` by `wrap(owner.name)`.

    Raises:
        EmulatorChangedError: There is no such name.
    """
    original = getattr(owner, name, None)
    if original is None:
        raise EmulatorChangedError(name)
    setattr(owner, name, wrap(original))


def report_the_class_of_an_exception(runtime: ModuleType, functions: ModuleType) -> None:
    """Correction 1: the errorType of a failed function is the class of what it raised."""
    # One invocation is one thread from the outer function to the inner, so the class can wait there in between.
    last = threading.local()

    def with_class(script: str) -> str:
        if WORKER_REPORTS_NO_CLASS not in script:
            raise EmulatorChangedError(WORKER_REPORTS_NO_CLASS)
        return script.replace(WORKER_REPORTS_NO_CLASS, WORKER_REPORTS_CLASS)

    def remember_class(invoke: Untyped) -> Untyped:
        def invoke_and_remember(*args: Untyped, **kwargs: Untyped) -> Untyped:
            try:
                answer = invoke(*args, **kwargs)
            except (RuntimeError, BrokenPipeError) as error:
                last.error_type = "Runtime.ExitError" if str(error).startswith(WORKER_DIED_AT_START) else None
                raise
            died = answer.get("error") in WORKER_DIED_AT_WORK
            last.error_type = "Runtime.ExitError" if died else answer.get("errorType")
            return answer

        return invoke_and_remember

    def apply_class(execute: Untyped) -> Untyped:
        def execute_and_apply(*args: Untyped, **kwargs: Untyped) -> Untyped:
            last.error_type = None
            result = execute(*args, **kwargs)
            if result.get("error") and last.error_type:
                result["body"]["errorType"] = last.error_type
            return result

        return execute_and_apply

    correct(runtime, "_PYTHON_WORKER_SCRIPT", with_class)
    correct(runtime.Worker, "invoke", remember_class)
    correct(functions, "_execute_function_warm", apply_class)


def fail_a_callback_task_whose_function_fails(workflows: ModuleType) -> None:
    """Correction 2: the failure of a function with a task token is the failure of the task."""
    calling = threading.local()
    tokens = vars(workflows)["_task_tokens"]

    def raise_what_is_dropped(call: Untyped) -> Untyped:
        def call_function(*args: Untyped) -> Untyped:
            try:
                return call(*args)
            except Exception as error:
                task = tokens.get(getattr(calling, "token", None))
                # A task that was answered before its function failed has succeeded.
                if task is None or task["event"].is_set():
                    raise
                raise CallbackTaskFailedError(error) from error

        return call_function

    def fail_the_task(invoke: Untyped) -> Untyped:
        def invoke_with_callback(resource: str, task_input: Untyped, token: str, state: Untyped) -> Untyped:
            calling.token = token
            try:
                return invoke(resource, task_input, token, state)
            except CallbackTaskFailedError as failure:
                tokens.pop(token, None)
                raise failure.error from failure
            finally:
                calling.token = None

        return invoke_with_callback

    correct(workflows, "_call_lambda", raise_what_is_dropped)
    correct(workflows, "_invoke_with_callback", fail_the_task)


def give_every_try_its_own_token(workflows: ModuleType) -> None:
    """Correction 3: the arguments of a task are worked out per try, so a new token goes into them there."""

    def renew_token(apply: Untyped) -> Untyped:
        def apply_arguments(state: Untyped, raw_input: Untyped, context: Untyped = None) -> Untyped:
            if ".waitForTaskToken" in state.get("Resource", ""):
                context["Task"] = {"Token": new_token(context["StateMachine"]["Id"])}
            return apply(state, raw_input, context)

        return apply_arguments

    correct(workflows, "_apply_jsonata_arguments", renew_token)


def authorize_an_answer_against_its_state_machine(actions: ModuleType) -> None:
    """Correction 4: SendTaskSuccess and its kin are authorized against the machine that made the token."""

    def with_machine(extract: Untyped) -> Untyped:
        def extract_resource_arn(
            service: str, method: str, path: str, headers: Untyped, body: bytes, *rest: Untyped
        ) -> Untyped:
            machine = machine_of_answer(body) if service == "states" else None
            return machine or extract(service, method, path, headers, body, *rest)

        return extract_resource_arn

    correct(actions, "extract_resource_arn", with_machine)


def new_token(machine_arn: str) -> str:
    """Make a token that is used once and knows its state machine, as AWS' long opaque ones do."""
    return base64.urlsafe_b64encode(json.dumps([machine_arn, uuid.uuid4().hex]).encode()).decode()


def machine_of_answer(body: bytes) -> str | None:
    """Return the state machine of the token in a request's body; None where there is no token of ours."""
    try:
        machine_arn, _ = json.loads(base64.urlsafe_b64decode(json.loads(body)["taskToken"]))
    except (KeyError, TypeError, ValueError, binascii.Error):
        return None
    return str(machine_arn)


def read_concurrency_as_a_number(functions: ModuleType) -> None:
    """Correction 5: MaximumConcurrency is a number, however the template came by it."""

    def with_number(concurrency: Untyped) -> Untyped:
        def concurrency_of(mapping: Untyped, *args: Untyped) -> Untyped:
            scaling = mapping.get("ScalingConfig") or {}
            if "MaximumConcurrency" in scaling:
                scaling["MaximumConcurrency"] = int(scaling["MaximumConcurrency"])
            return concurrency(mapping, *args)

        return concurrency_of

    correct(functions, "_sqs_esm_concurrency", with_number)


def end_once_saved(app: ModuleType) -> None:
    """Correction 6: the process ends when its state is saved, whoever is at work."""

    def save_and_end(save: Untyped) -> Untyped:
        def save_then_end(services: Untyped) -> None:
            save(services)
            os._exit(0)

        return save_then_end

    correct(app, "save_all", save_and_end)


def unpack_each_archive_once(runtime: ModuleType) -> None:
    """Correction 7: processes with the same code share one unpacked copy of it, found by the archive's digest."""
    unpacking = threading.Lock()

    class SharedZipFile(zipfile.ZipFile):
        """An archive that is unpacked into a folder by linking that to the shared copy."""

        def extractall(self, path: Untyped = None, members: Untyped = None, pwd: Untyped = None) -> None:
            if path is None or self.filename is None or members is not None or pwd is not None:
                super().extractall(path, members, pwd)
                return
            digest = hashlib.sha256(Path(self.filename).read_bytes()).hexdigest()
            shared = Path(tempfile.gettempdir()) / f"unpacked-{digest[:32]}"
            with unpacking:
                if not shared.exists():
                    # Renamed only when whole, so that a process that was killed leaves no half of it.
                    fresh = tempfile.mkdtemp(prefix="unpacking-")
                    super().extractall(fresh)
                    Path(fresh).rename(shared)
            Path(path).rmdir()
            Path(path).symlink_to(shared)

    def with_shared(module: Untyped) -> Untyped:
        return SimpleNamespace(**{**vars(module), "ZipFile": SharedZipFile})

    correct(runtime, "zipfile", with_shared)


def give_an_invocation_its_own_log(runtime: ModuleType) -> None:
    """Correction 8: an invocation's log is what its worker wrote until it answered or died."""

    def with_an_end(script: str) -> str:
        if LOOP_ANSWERS not in script:
            raise EmulatorChangedError(LOOP_ANSWERS)
        return script.replace(LOOP_ANSWERS, LOOP_ENDS_LOG_AND_ANSWERS)

    def read_to_the_end(_drain: Untyped) -> Untyped:
        def log_of_invocation(worker: Untyped, *_: Untyped) -> str:
            return lines_of_invocation(vars(worker)["_stderr_queue"], vars(worker)["_stderr_thread"])

        return log_of_invocation

    correct(runtime, "_PYTHON_WORKER_SCRIPT", with_an_end)
    correct(runtime.Worker, "_drain_stderr_bounded", read_to_the_end)
    correct(runtime.Worker, "_drain_stderr", read_to_the_end)


def lines_of_invocation(written: "queue.Queue[str]", reader: threading.Thread) -> str:
    """Take from `written` what a worker wrote until its log's end; `reader` puts it there, and ends with the worker."""
    lines: list[str] = []
    deadline = time.monotonic() + LOG_PATIENCE_SECONDS
    while time.monotonic() < deadline:
        # Asked first: what an ended reader read is in the queue already.
        ended = not reader.is_alive()
        try:
            line = written.get(timeout=0 if ended else 0.01)
        except queue.Empty:
            if ended:
                break
            continue
        if line == END_OF_LOG:
            break
        lines.append(line)
    return "\n".join(lines)


def tell_a_log_group_page_by_page(logs: ModuleType) -> None:
    """Correction 9: what does not fit into a page is on the next.

    A token is the time of the last line told and how many of that time were. Lines are told by their time, and those of
    one time in the order of their streams' making, so a line that comes later does not move those before it.
    """

    def with_pages(filter_events: Untyped) -> Untyped:
        def filter_page(data: Untyped) -> Untyped:
            asked, told = dict(data), 0
            if "nextToken" in asked:
                asked["startTime"], told = json.loads(asked.pop("nextToken"))
            asked["limit"] = min(asked.get("limit", LINES_OF_A_PAGE) + told, LINES_OF_A_PAGE)
            status, headers, body = filter_events(asked)
            if status != HTTPStatus.OK:
                return status, headers, body
            page = json.loads(body)
            events = page["events"]
            if len(events) >= asked["limit"]:
                last = events[-1]["timestamp"]
                page["nextToken"] = json.dumps([last, sum(event["timestamp"] == last for event in events)])
            page["events"] = events[told:]
            return status, headers, json.dumps(page).encode()

        return filter_page

    correct(logs, "_filter_log_events", with_pages)


def main() -> None:
    """Correct the emulator and run it until it is told to stop."""
    functions = importlib.import_module("ministack.services.lambda_svc")
    workflows = importlib.import_module("ministack.services.stepfunctions")
    runtime = importlib.import_module("ministack.core.lambda_runtime")
    report_the_class_of_an_exception(runtime, functions)
    unpack_each_archive_once(runtime)
    fail_a_callback_task_whose_function_fails(workflows)
    give_every_try_its_own_token(workflows)
    authorize_an_answer_against_its_state_machine(importlib.import_module("ministack.core.iam_actions"))
    read_concurrency_as_a_number(functions)
    give_an_invocation_its_own_log(runtime)
    tell_a_log_group_page_by_page(importlib.import_module("ministack.services.cloudwatch_logs"))
    app = importlib.import_module("ministack.app")
    end_once_saved(app)
    app.main()


if __name__ == "__main__":
    main()
