"""What an AWS account says about a stack, for `guerdon doctor`. Every call reads, and none returns a secret's value.

Whoever looks may lack the right to one call or another. Each fact is asked for by itself, and one that AWS refuses is
an `Unread` with the name of the call and AWS's word for why.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, TypeVar

from botocore.config import Config
from botocore.exceptions import ClientError

from guerdon.adapters.aws.failures import code_of
from guerdon.adapters.aws.invoking import FunctionFailed, invoked
from guerdon.adapters.crm.connections import connection_named
from guerdon.application.doctor.facts import (
    Answered,
    Connections,
    Deployment,
    KeyMode,
    ProviderAccess,
    Sender,
    TableGuard,
    Unread,
)
from guerdon.domain.channel import PROVIDER_OF
from guerdon.domain.errors import SecretMissing

if TYPE_CHECKING:
    import boto3
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_lambda import LambdaClient

_Fact = TypeVar("_Fact")

_SCHEDULED: Final = ("sweep", "seal_ledger")
_HOUR: Final = timedelta(hours=1)
_GROUPS: Final = ("viewer", "finance", "admin")
_ASKS_ONCE: Final = Config(read_timeout=60, retries={"total_max_attempts": 1})
"""A function that has to start first answers within some seconds."""

_AT_ONCE: Final = 8


def deployment(session: "boto3.Session", name: str, caller: str, wanted: tuple[str, ...]) -> Deployment:
    """The stack called `name`, whether it is there or not.

    Args:
        session: The credentials and the region at hand.
        name: The stack's name.
        caller: Who looks.
        wanted: The outputs that this release needs.

    Raises:
        ClientError: The caller may not look at stacks: nothing can be said then.
    """
    region = session.region_name or "no region"
    try:
        found = session.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
    except ClientError as failure:
        if code_of(failure) == "ValidationError":
            return Deployment(name, caller, region, None)
        raise
    outputs = {each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", [])}
    return Deployment(
        name=name,
        caller=caller,
        region=region,
        status=found["StackStatus"],
        outputs=outputs,
        missing=tuple(output for output in wanted if output not in outputs),
        parameters={each["ParameterKey"]: each["ParameterValue"] for each in found.get("Parameters", [])},
    )


@dataclass(frozen=True, slots=True)
class Account:
    """Asks about one stack that is deployed."""

    session: "boto3.Session"
    deployment: Deployment

    def connections(self) -> Connections | Unread:
        """Who may send deals. The secret is read for its shape, and only names leave this method."""
        return _asked(self._connections)

    def webhooks(self) -> frozenset[str] | Unread:
        """The providers whose webhooks' secrets are in place; of the secret, only their names leave this method."""
        return _asked(
            lambda: frozenset(name for name, value in self._secret("WebhooksSecret").items() if _texts(value))
        )

    def providers(self) -> Mapping[str, ProviderAccess | Unread]:
        """What each provider's own function says of its secret and its key."""
        # A session is not for several threads; a client is.
        client = self.session.client("lambda", config=_ASKS_ONCE)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            told = pool.map(lambda provider: self._provider(client, provider), PROVIDER_OF.values())
            return dict(zip(PROVIDER_OF.values(), told, strict=True))

    def sender(self) -> Sender | Unread:
        """The address that mail comes from, at SES."""
        return _asked(self._sender)

    def subscribers(self) -> int | Unread | None:
        """Confirmed subscriptions of the alarm topic; None if the stack has none."""
        topic = self.deployment.parameters.get("AlarmTopic", "")
        return _asked(lambda: self._subscribers(topic)) if topic else None

    def people(self) -> Mapping[str, frozenset[str]] | Unread:
        """The ids of those who may sign in to the console, by group; those who were disabled may not."""
        return _asked(lambda: {group: frozenset(self._members(group)) for group in _GROUPS})

    def tables(self) -> tuple[TableGuard, ...] | Unread:
        """How each table is guarded."""
        names = sorted(name for name in self.deployment.outputs if name.endswith("Table"))
        client = self.session.client("dynamodb")
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return _asked(lambda: tuple(pool.map(lambda name: self._table(client, name), names)))

    def invoked(self, now: datetime) -> Mapping[str, bool] | Unread:
        """Whether each function of a schedule ran in the last hour."""
        return _asked(lambda: {function: self._ran(function, now) for function in _SCHEDULED})

    def dead(self) -> Mapping[str, int] | Unread:
        """How many messages lie in each dead-letter queue, about."""
        return _asked(self._dead)

    def ringing(self) -> Mapping[str, str] | Unread:
        """The stack's alarms that are in alarm, each with what it says."""
        return _asked(self._ringing)

    def _secret(self, output: str) -> Mapping[str, Any]:
        client = self.session.client("secretsmanager")
        answer = client.get_secret_value(SecretId=self.deployment.outputs[output])
        try:
            content = json.loads(answer.get("SecretString") or "{}")
        except ValueError:
            # The parser's own error would carry the secret.
            content = None
        return content if isinstance(content, dict) else {}

    def _connections(self) -> Connections:
        configured = self._secret("ConnectionsSecret")
        names, wrong = [], []
        for name in configured:
            try:
                connection_named(name, configured)
            except SecretMissing as lack:
                wrong.append(f"connection {name} lacks {lack.field.removeprefix(f'{name}.')}")
            else:
                names.append(name)
        return Connections(tuple(names), tuple(wrong))

    def _provider(self, client: "LambdaClient", provider: str) -> ProviderAccess | Unread:
        function = f"{self.deployment.name}-reconcile_{provider}"
        try:
            told = _asked(lambda: invoked(client, function, {"look": "access"}))
        except FunctionFailed as failed:
            return Unread(str(failed), f"aws logs tail {self.deployment.outputs['FunctionsLog']} --since 5m")
        if isinstance(told, Unread):
            return told
        if "answered" not in told:
            return Unread(f"the function {function} is of an older release", "sam build && sam deploy --guided")
        return ProviderAccess(
            fields=tuple(told["fields"]),
            missing=tuple(told["missing"]),
            mode=KeyMode(told["mode"]),
            answered=Answered(told["answered"]),
            detail=told["detail"],
            wants=tuple(told["wants"]),
        )

    def _sender(self) -> Sender:
        client = self.session.client("sesv2")
        account = client.get_account()
        address = self.deployment.parameters.get("MailFrom", "")
        # An address that has an identity of its own is sent under that one, whatever its domain's is.
        for identity in (address, address.rpartition("@")[2]):
            try:
                found = client.get_email_identity(EmailIdentity=identity)
            except client.exceptions.NotFoundException:
                continue
            return Sender(
                identity=identity,
                verified=found.get("VerifiedForSendingStatus", False),
                signed=found.get("DkimAttributes", {}).get("Status") == "SUCCESS",
                production=account.get("ProductionAccessEnabled", False),
                sending=account.get("SendingEnabled", False),
            )
        return Sender(
            None,
            verified=False,
            signed=False,
            production=account.get("ProductionAccessEnabled", False),
            sending=account.get("SendingEnabled", False),
        )

    def _subscribers(self, topic: str) -> int:
        pages = self.session.client("sns").get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
        found = (each for page in pages for each in page["Subscriptions"])
        return sum(each["SubscriptionArn"].startswith("arn:") for each in found)

    def _members(self, group: str) -> Iterator[str]:
        pool = self.deployment.outputs["ConsoleUsers"]
        pages = self.session.client("cognito-idp").get_paginator("list_users_in_group")
        for page in pages.paginate(UserPoolId=pool, GroupName=group):
            yield from (user["Username"] for user in page["Users"] if user.get("Enabled", True))

    def _table(self, client: "DynamoDBClient", output: str) -> TableGuard:
        name = self.deployment.outputs[output]
        table = client.describe_table(TableName=name)["Table"]
        backups = client.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
        restorable = backups.get("PointInTimeRecoveryDescription", {}).get("PointInTimeRecoveryStatus")
        return TableGuard(output, table.get("DeletionProtectionEnabled", False), restorable == "ENABLED")

    def _ran(self, function: str, now: datetime) -> bool:
        answer = self.session.client("cloudwatch").get_metric_statistics(
            Namespace="AWS/Lambda",
            MetricName="Invocations",
            Dimensions=[{"Name": "FunctionName", "Value": f"{self.deployment.name}-{function}"}],
            StartTime=now - _HOUR,
            EndTime=now,
            Period=int(_HOUR.total_seconds()),
            Statistics=["Sum"],
        )
        return any(point.get("Sum", 0) > 0 for point in answer["Datapoints"])

    def _dead(self) -> Mapping[str, int]:
        client, found = self.session.client("sqs"), {}
        for name, url in self.deployment.outputs.items():
            if name.endswith("DlqUrl"):
                answer = client.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
                found[name] = int(answer["Attributes"]["ApproximateNumberOfMessages"])
        return found

    def _ringing(self) -> Mapping[str, str]:
        resources = self.session.client("cloudformation").get_paginator("list_stack_resources")
        ours = {
            each["PhysicalResourceId"]
            for page in resources.paginate(StackName=self.deployment.name)
            for each in page["StackResourceSummaries"]
            if each["ResourceType"] == "AWS::CloudWatch::Alarm" and "PhysicalResourceId" in each
        }
        pages = self.session.client("cloudwatch").get_paginator("describe_alarms").paginate(StateValue="ALARM")
        found = (alarm for page in pages for alarm in page["MetricAlarms"])
        return {alarm["AlarmName"]: alarm.get("AlarmDescription", "") for alarm in found if alarm["AlarmName"] in ours}


def _asked(ask: Callable[[], _Fact]) -> _Fact | Unread:
    """What AWS answers, or that it refused to."""
    try:
        return ask()
    except ClientError as failure:
        return Unread(f"AWS refused {failure.operation_name}: {code_of(failure)}")


def _texts(value: object) -> bool:
    """Whether it is what webhooks are believed by: a list of secrets that is not empty."""
    return isinstance(value, list) and bool(value) and all(isinstance(each, str) and each.strip() for each in value)
