"""Executions of the fulfillment workflow, by the payout and run that name them."""

from typing import Any

from botocore.exceptions import ClientError

from e2e.live import LiveCloud

KILLED = "Runtime.ExitError"
"""The error of a task whose function's process was killed at work."""

CHANNEL_STATES = {
    "PayGiftCard": "gift_card",
    "PayCheck": "check",
    "PayBillCredit": "bill_credit",
    "PayMerchandise": "merchandise",
}
"""The states that pay, and the channel that each pays by."""


def execution_arn(cloud: LiveCloud, payout_id: str, run: int) -> str | None:
    """The execution of one run of a payout; None while it is not started."""
    machine = cloud.output("StateMachineArn")
    arn = f"{machine.replace(':stateMachine:', ':execution:')}:{payout_id}-{run}"
    try:
        cloud.client("stepfunctions").describe_execution(executionArn=arn)
    except ClientError as error:
        if error.response["Error"]["Code"] == "ExecutionDoesNotExist":
            return None
        raise
    return arn


def history(cloud: LiveCloud, arn: str) -> list[dict[str, Any]]:
    """Every event of an execution, oldest first."""
    pages = cloud.client("stepfunctions").get_paginator("get_execution_history").paginate(executionArn=arn)
    return [event for page in pages for event in page["events"]]


def states_entered(cloud: LiveCloud, arn: str) -> list[str]:
    """The names of the states that an execution entered, in their order."""
    return [
        event["stateEnteredEventDetails"]["name"]
        for event in history(cloud, arn)
        if event["type"].endswith("StateEntered")
    ]


def errors_of_tasks(cloud: LiveCloud, arn: str) -> list[str]:
    """The error of each task of an execution that failed, retried ones included, oldest first."""
    failed = [event["taskFailedEventDetails"] for event in history(cloud, arn) if event["type"] == "TaskFailed"]
    return [details["error"] for details in failed]
