"""Start the AWS emulator, corrected where it differs from AWS in what Guerdon rests on.

Runs in the emulator's own environment. Five differences, each seen with ministack 1.5.33:

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
"""

import base64
import binascii
import hashlib
import importlib
import json
import os
import tempfile
import threading
import uuid
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

WORKER_REPORTS_NO_CLASS = '"error": str(e), "trace":'
WORKER_REPORTS_CLASS = '"error": str(e), "errorType": type(e).__name__, "trace":'
WORKER_DIED_AT_WORK = ("Worker process died", "Worker returned no response", "[Errno 32] Broken pipe")
WORKER_DIED_AT_START = ("Worker process exited immediately", "No JSON init response", "[Errno 32] Broken pipe")

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
    app = importlib.import_module("ministack.app")
    end_once_saved(app)
    app.main()


if __name__ == "__main__":
    main()
