"""The emulator fails as AWS does where the workflow rests on it: see infra/local/cloud/emulator.py.

Each test deploys a function of a few lines and a state machine of one state, and takes them away again. The functions
are made to fail, so nothing here moves money.
"""

import io
import json
import time
import uuid
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

pytestmark = [pytest.mark.local_cloud, pytest.mark.enable_socket]

WAIT_SECONDS = 60
ACCOUNT = "000000000000"
RAISES = """
class ProviderNotReady(Exception):
    pass

def handle(event, context):
    raise ProviderNotReady(event["token"])
"""
IS_KILLED = """
import os, signal

def handle(event, context):
    os.kill(os.getpid(), signal.SIGKILL)
"""
DIES_AT_ITS_START = """
import os, signal
os.kill(os.getpid(), signal.SIGKILL)
"""
ANSWERS = """
import boto3

def handle(event, context):
    boto3.client("stepfunctions").send_task_success(taskToken=event["token"], output="{}")
"""
ANSWERS_THEN_RAISES = f"{ANSWERS}    raise RuntimeError('too late to matter')\n"

Run = Callable[..., tuple[dict[str, Any], list[dict[str, str]]]]


def zipped(source: str) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as files:
        files.writestr("code.py", source)
    return archive.getvalue()


def trusting(service: str) -> str:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def allowing(action: str, resource: str) -> str:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def one_task(function_arn: str) -> str:
    """A state machine that calls a function with a token and ends with the name of its error, if any."""
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
        "Arguments": {"FunctionName": function_arn, "Payload": {"token": "{% $states.context.Task.Token %}"}},
        "TimeoutSeconds": WAIT_SECONDS,
        "Retry": [{"ErrorEquals": ["ProviderNotReady"], "IntervalSeconds": 1, "MaxAttempts": 1}],
        "Catch": [
            {"ErrorEquals": ["States.ALL"], "Output": {"error": "{% $states.errorOutput.Error %}"}, "Next": "Failed"}
        ],
        "End": True,
    }
    states = {"Task": task, "Failed": {"Type": "Succeed"}}
    return json.dumps({"QueryLanguage": "JSONata", "StartAt": "Task", "States": states})


def finished(states: Any, execution: str) -> dict[str, Any]:  # noqa: ANN401  boto3 makes its clients' types at run time
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        described = states.describe_execution(executionArn=execution)
        if described["status"] != "RUNNING":
            output: dict[str, Any] = json.loads(described["output"])
            return output
        time.sleep(0.2)
    pytest.fail(f"{execution} still runs after {WAIT_SECONDS} s")


@pytest.fixture
def run() -> Iterator[Run]:
    """Run a function's source as a task with a token; gives the run's output and the task's failures in order."""
    name = f"emulator-test-{uuid.uuid4().hex[:8]}"
    iam, functions, states = boto3.client("iam"), boto3.client("lambda"), boto3.client("stepfunctions")
    machine = f"arn:aws:states:{states.meta.region_name}:{ACCOUNT}:stateMachine:{name}"

    def run_source(source: str, may_answer: str = machine) -> tuple[dict[str, Any], list[dict[str, str]]]:
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trusting("lambda.amazonaws.com"))
        iam.put_role_policy(
            RoleName=name, PolicyName="answer", PolicyDocument=allowing("states:SendTaskSuccess", may_answer)
        )
        function = functions.create_function(
            FunctionName=name,
            Runtime="python3.13",
            Handler="code.handle",
            Role=role["Role"]["Arn"],
            Code={"ZipFile": zipped(source)},
        )
        caller = iam.create_role(RoleName=f"{name}-caller", AssumeRolePolicyDocument=trusting("states.amazonaws.com"))
        iam.put_role_policy(
            RoleName=f"{name}-caller",
            PolicyName="call",
            PolicyDocument=allowing("lambda:InvokeFunction", function["FunctionArn"]),
        )
        states.create_state_machine(
            name=name, definition=one_task(function["FunctionArn"]), roleArn=caller["Role"]["Arn"]
        )
        execution = states.start_execution(stateMachineArn=machine)["executionArn"]
        output = finished(states, execution)
        events = states.get_execution_history(executionArn=execution)["events"]
        failures = [event["taskFailedEventDetails"] for event in events if event["type"] == "TaskFailed"]
        return output, [{"error": failure["error"], "cause": failure["cause"]} for failure in failures]

    yield run_source
    states.delete_state_machine(stateMachineArn=machine)
    functions.delete_function(FunctionName=name)
    for role, policy in ((name, "answer"), (f"{name}-caller", "call")):
        iam.delete_role_policy(RoleName=role, PolicyName=policy)
        iam.delete_role(RoleName=role)


def test_a_task_fails_with_the_class_that_its_function_raised_and_is_retried_by_it(run: Run) -> None:
    output, failures = run(RAISES)

    assert output == {"error": "ProviderNotReady"}
    assert [failure["error"] for failure in failures] == ["ProviderNotReady", "ProviderNotReady"]


def test_every_try_has_a_token_of_its_own(run: Run) -> None:
    _, failures = run(RAISES)

    tokens = {json.loads(failure["cause"])["errorMessage"] for failure in failures}
    assert len(tokens) == 2


def test_a_killed_worker_fails_its_task_at_once(run: Run) -> None:
    output, failures = run(IS_KILLED)

    assert output == {"error": "Runtime.ExitError"}
    assert len(failures) == 1


def test_a_worker_that_is_killed_while_it_starts_fails_its_task_like_one_that_is_killed_at_work(run: Run) -> None:
    output, failures = run(DIES_AT_ITS_START)

    assert output == {"error": "Runtime.ExitError"}
    assert len(failures) == 1


def test_a_function_may_answer_for_the_state_machine_that_its_role_names(run: Run) -> None:
    assert run(ANSWERS) == ({}, [])


def test_a_function_may_not_answer_for_another_state_machine(run: Run) -> None:
    output, failures = run(ANSWERS, may_answer=f"arn:aws:states:us-east-1:{ACCOUNT}:stateMachine:another")

    assert output == {"error": ClientError.__name__}
    assert "AccessDenied" in failures[0]["cause"]


def test_a_task_that_was_answered_before_its_function_failed_has_succeeded(run: Run) -> None:
    assert run(ANSWERS_THEN_RAISES) == ({}, [])
