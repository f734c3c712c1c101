from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from guerdon.adapters.aws.fulfillments import FulfillmentMismatch, StepFunctions
from guerdon.domain.errors import BusUnavailable

ARN = "arn:aws:states:us-east-1:123456789012:stateMachine:guerdon-fulfillment"
EXECUTION = "arn:aws:states:us-east-1:123456789012:execution:guerdon-fulfillment:po_1-2"
INPUT = '{"payout_id":"po_1","run":2}'
NOW = datetime(2026, 11, 22, tzinfo=UTC)
START = {"stateMachineArn": ARN, "name": "po_1-2", "input": INPUT}
RING = {"taskToken": "token", "output": INPUT}


def described(text: str) -> dict[str, Any]:
    return {
        "executionArn": EXECUTION,
        "stateMachineArn": ARN,
        "status": "RUNNING",
        "startDate": NOW,
        "input": text,
    }


def test_a_run_is_started_under_its_own_name_with_ids_only(stubbed: Callable[[str], Any]) -> None:
    client, stub = stubbed("stepfunctions")
    stub.add_response("start_execution", {"executionArn": EXECUTION, "startDate": NOW}, START)
    StepFunctions(client, ARN).start("po_1", 2)


@pytest.mark.parametrize("text", [INPUT, '{"run": 2, "payout_id": "po_1"}'])
def test_a_run_that_was_started_already_is_success(stubbed: Callable[[str], Any], text: str) -> None:
    client, stub = stubbed("stepfunctions")
    stub.add_client_error("start_execution", "ExecutionAlreadyExists", expected_params=START)
    stub.add_response("describe_execution", described(text), {"executionArn": EXECUTION})
    StepFunctions(client, ARN).start("po_1", 2)


@pytest.mark.parametrize("text", ['{"payout_id":"po_1","run":1}', '{"payout_id":"po_1","run":2,"more":1}', "null"])
def test_an_execution_of_that_name_with_another_input_is_not_taken_for_ours(
    stubbed: Callable[[str], Any], text: str
) -> None:
    client, stub = stubbed("stepfunctions")
    stub.add_client_error("start_execution", "ExecutionAlreadyExists")
    stub.add_response("describe_execution", described(text))
    with pytest.raises(FulfillmentMismatch, match="po_1-2"):
        StepFunctions(client, ARN).start("po_1", 2)


def test_an_execution_that_cannot_be_seen_yet_is_asked_for_again_later(stubbed: Callable[[str], Any]) -> None:
    client, stub = stubbed("stepfunctions")
    stub.add_client_error("start_execution", "ExecutionAlreadyExists")
    stub.add_client_error("describe_execution", "ExecutionDoesNotExist")
    with pytest.raises(BusUnavailable, match="po_1-2"):
        StepFunctions(client, ARN).start("po_1", 2)


def test_a_waiting_task_is_woken_with_ids_only(stubbed: Callable[[str], Any]) -> None:
    client, stub = stubbed("stepfunctions")
    stub.add_response("send_task_success", {}, RING)
    assert StepFunctions(client, ARN).ring("token", "po_1", 2) is True


@pytest.mark.parametrize("code", ["TaskTimedOut", "TaskDoesNotExist", "InvalidToken"])
def test_a_token_that_is_gone_is_nothing_to_worry_about(stubbed: Callable[[str], Any], code: str) -> None:
    client, stub = stubbed("stepfunctions")
    stub.add_client_error("send_task_success", code, expected_params=RING)
    assert StepFunctions(client, ARN).ring("token", "po_1", 2) is False


@pytest.mark.parametrize(
    ("code", "status"), [("ThrottlingException", 400), ("ExecutionLimitExceeded", 400), ("ServiceUnavailable", 503)]
)
def test_a_workflow_service_that_is_away_is_unavailable(stubbed: Callable[[str], Any], code: str, status: int) -> None:
    client, stub = stubbed("stepfunctions")
    stub.add_client_error("start_execution", code, http_status_code=status)
    stub.add_client_error("send_task_success", code, http_status_code=status)
    with pytest.raises(BusUnavailable):
        StepFunctions(client, ARN).start("po_1", 2)
    with pytest.raises(BusUnavailable):
        StepFunctions(client, ARN).ring("token", "po_1", 2)


def test_a_mistake_of_ours_is_not_called_unavailable(stubbed: Callable[[str], Any]) -> None:
    client, stub = stubbed("stepfunctions")
    stub.add_client_error("start_execution", "InvalidExecutionInput")
    stub.add_client_error("send_task_success", "InvalidOutput")
    with pytest.raises(ClientError, match="InvalidExecutionInput"):
        StepFunctions(client, ARN).start("po_1", 2)
    with pytest.raises(ClientError, match="InvalidOutput"):
        StepFunctions(client, ARN).ring("token", "po_1", 2)
