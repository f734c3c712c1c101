"""The workflow service: one Standard execution per run of a payout."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from guerdon.adapters.aws.failures import bus_unavailable, code_of
from guerdon.domain.errors import BusUnavailable, GuerdonError

if TYPE_CHECKING:
    from types_boto3_stepfunctions import SFNClient

_NOBODY_WAITS: Final = frozenset({"TaskTimedOut", "TaskDoesNotExist", "InvalidToken"})
"""What SendTaskSuccess says of a token whose task has ended, whose execution has, or that never was one."""


class FulfillmentMismatch(GuerdonError):
    """The execution of a run exists with an input that is not that run's: nobody may take it for ours."""

    def __init__(self, execution: str) -> None:
        self.execution = execution
        super().__init__(f"execution {execution} exists with another input: look at who started it")


@dataclass(frozen=True, slots=True)
class StepFunctions:
    """Fulfillments on AWS Step Functions.

    Attributes:
        state_machine_arn: ARN of the fulfillment workflow, of type Standard.
    """

    client: "SFNClient"
    state_machine_arn: str

    def start(self, payout_id: str, run: int) -> None:
        """Start the fulfillment of one run; one that was started already is success.

        The execution's name keeps a second one from starting for 90 days after the first has ended; what keeps
        money from moving twice is the payout row.

        Raises:
            BusUnavailable: It was not started, as far as we know.
            FulfillmentMismatch: Its name was taken by an execution with another input.
        """
        name, text = f"{payout_id}-{run}", _canonical(payout_id, run)
        with bus_unavailable(f"fulfillment {name} could not be started"):
            try:
                self.client.start_execution(stateMachineArn=self.state_machine_arn, name=name, input=text)
            except ClientError as failure:
                if code_of(failure) != "ExecutionAlreadyExists":
                    raise
                self._must_be_ours(name, payout_id, run)

    def ring(self, task_token: str, payout_id: str, run: int) -> bool:
        """Wake the task that waits under `task_token`; False if nothing waits under it any more.

        Raises:
            BusUnavailable: The workflow service was away.
        """
        with bus_unavailable(f"the task of {payout_id}-{run} could not be woken"):
            try:
                self.client.send_task_success(taskToken=task_token, output=_canonical(payout_id, run))
            except ClientError as failure:
                if code_of(failure) not in _NOBODY_WAITS:
                    raise
                return False
        return True

    def _must_be_ours(self, name: str, payout_id: str, run: int) -> None:
        arn = f"{self.state_machine_arn.replace(':stateMachine:', ':execution:')}:{name}"
        try:
            found = self.client.describe_execution(executionArn=arn)
        except ClientError as failure:
            if code_of(failure) == "ExecutionDoesNotExist":
                raise BusUnavailable(f"execution {name} exists and cannot be described yet") from failure
            raise
        if json.loads(found.get("input", "null")) != {"payout_id": payout_id, "run": run}:
            raise FulfillmentMismatch(name)


def _canonical(payout_id: str, run: int) -> str:
    """The same text for the same run, always: a repeated start with another input would be refused."""
    return json.dumps({"payout_id": payout_id, "run": run}, sort_keys=True, separators=(",", ":"))
