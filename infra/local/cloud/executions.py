"""Tell how the workflow carried out one run of a payout, as the Step Functions console does on AWS."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from botocore.exceptions import ClientError
from rich.console import Console
from rich.table import Table
from rich.text import Text

from local.cloud.deployment import stack_outputs
from local.cloud.settings import LocalCloud

# Events that say nothing beyond what the entry into their state says.
_UNTOLD: Final = frozenset({"TaskScheduled", "TaskStarted", "LambdaFunctionScheduled", "LambdaFunctionStarted"})


class NoSuchExecution(Exception):
    """There is nothing to tell; the message says what was looked for."""


def show_execution(cloud: LocalCloud, console: Console, payout_id: str, run: int) -> None:
    """Print each step of the execution, its time in UTC and its state.

    Raises:
        NoSuchExecution: No execution of that payout and run was started.
    """
    outputs = stack_outputs(cloud)
    if outputs is None:
        raise NoSuchExecution("Nothing is deployed: `make up` deploys.")
    client = cloud.session().client("stepfunctions", endpoint_url=cloud.endpoint)
    arn = f"{outputs['StateMachineArn'].replace(':stateMachine:', ':execution:')}:{payout_id}-{run}"
    try:
        told = client.describe_execution(executionArn=arn)
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") not in {"ExecutionDoesNotExist", "InvalidArn"}:
            raise
        raise NoSuchExecution(
            f"No execution {payout_id}-{run}: `guerdon status` names the payouts of a deal, and their runs."
        ) from error
    console.print(f"Execution {payout_id}-{run}: {told['status'].lower()}", style="bold", markup=False)
    table = Table(box=None, show_header=False, pad_edge=False)
    for page in client.get_paginator("get_execution_history").paginate(executionArn=arn):
        for event in page["events"]:
            if event["type"] not in _UNTOLD:
                table.add_row(_clock(event["timestamp"]), Text(words_of(event)))
    console.print(table)


def words_of(event: Mapping[str, Any]) -> str:
    """One event of an execution's history in words, with the error and its cause if it has them."""
    details: Mapping[str, Any] = next(
        (value for key, value in event.items() if key.endswith("EventDetails") and isinstance(value, Mapping)), {}
    )
    kind = str(event["type"])
    if kind.endswith("StateEntered"):
        return f"→ {details.get('name', kind)}"
    if kind.endswith("StateExited"):
        return f"← {details.get('name', kind)}"
    why = ": ".join(str(details[key]) for key in ("error", "cause") if details.get(key))
    return f"  {kind}{f': {why}' if why else ''}"


def _clock(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%H:%M:%S.%f")[:-3]
