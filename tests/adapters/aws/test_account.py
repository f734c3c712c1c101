"""What an account says of a stack. The clients are scripted: a call that was not foreseen fails the test.

Only calls that read are scripted, and no value of a secret may come out.
"""

import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.response import StreamingBody
from botocore.stub import Stubber

from guerdon.adapters.aws.account import Account, deployment
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

Stubbed = Callable[[Any], tuple[Any, Stubber]]
NOW = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)
FOUND = Deployment(
    name="guerdon",
    caller="aws:arn:aws:iam::123456789012:user/pat",
    region="us-east-1",
    status="CREATE_COMPLETE",
    outputs={
        "ConnectionsSecret": "connections",
        "WebhooksSecret": "webhooks",
        "ConsoleUsers": "us-east-1_pool",
        "FunctionsLog": "/guerdon/guerdon/functions",
        "PayoutsTable": "guerdon-payouts",
        "EventsDlqUrl": "https://sqs.example/events-dlq",
    },
    parameters={"MailFrom": "rewards@example.com", "AlarmTopic": "arn:aws:sns:us-east-1:123456789012:alarms"},
)
CALLER = FOUND.caller


Scripted = Any
"""A client, or an answer of AWS: of whatever type the service has."""


class Session:
    """Hands out the scripted clients, one for each service."""

    region_name = "us-east-1"

    def __init__(self, **clients: Scripted) -> None:
        self._clients = clients

    def client(self, service: str, **_: object) -> Scripted:
        return self._clients[service.replace("-", "_")]


def account(**clients: Scripted) -> Account:
    return Account(Session(**clients), FOUND)  # type: ignore[arg-type]  # the part of a session that is used


def deployed(session: Session, *wanted: str) -> Deployment:
    return deployment(session, "guerdon", CALLER, wanted)  # type: ignore[arg-type]  # as above


def described(**more: Scripted) -> dict[str, Any]:
    return {"Stacks": [{"StackName": "guerdon", "CreationTime": NOW, "StackStatus": "CREATE_COMPLETE", **more}]}


def test_a_stack_that_is_not_there_has_no_status(stubbed: Stubbed) -> None:
    client, stub = stubbed("cloudformation")
    stub.add_client_error("describe_stacks", "ValidationError", "Stack with id guerdon does not exist")

    assert deployed(Session(cloudformation=client)) == Deployment("guerdon", CALLER, "us-east-1", None)


def test_a_stack_tells_its_outputs_and_parameters_and_what_it_lacks(stubbed: Stubbed) -> None:
    client, stub = stubbed("cloudformation")
    told = described(
        Outputs=[{"OutputKey": "ApiUrl", "OutputValue": "https://api.example"}],
        Parameters=[{"ParameterKey": "LocalCloud", "ParameterValue": "true"}],
    )
    stub.add_response("describe_stacks", told, {"StackName": "guerdon"})

    found = deployed(Session(cloudformation=client), "ApiUrl", "AuditTable")

    assert found.outputs == {"ApiUrl": "https://api.example"}
    assert (found.status, found.missing, found.local) == ("CREATE_COMPLETE", ("AuditTable",), True)


@pytest.mark.parametrize(
    ("configured", "found"),
    [
        ({}, Connections(())),
        (
            {"crm": {"source": "standard", "source_account": "acme", "secrets": ["whsec_canary"]}},
            Connections(("crm",)),
        ),
        (
            {"crm": {"source": "standard", "source_account": "acme", "secrets": []}, "old": "whsec_canary"},
            Connections((), ("connection crm lacks secrets", "connection old lacks old")),
        ),
        ("canary", Connections(())),
    ],
)
def test_connections_are_told_by_name_and_what_they_lack(
    stubbed: Stubbed, configured: object, found: Connections
) -> None:
    client, stub = stubbed("secretsmanager")
    stub.add_response("get_secret_value", {"SecretString": json.dumps(configured)}, {"SecretId": "connections"})

    told = account(secretsmanager=client).connections()

    assert told == found
    assert "canary" not in repr(told)


def test_a_secret_that_is_no_json_tells_nothing_of_itself(stubbed: Stubbed) -> None:
    client, stub = stubbed("secretsmanager")
    stub.add_response("get_secret_value", {"SecretString": "whsec_canary"})

    assert account(secretsmanager=client).connections() == Connections(())


def test_webhooks_are_in_place_where_there_is_a_list_of_secrets(stubbed: Stubbed) -> None:
    client, stub = stubbed("secretsmanager")
    content = {"tremendous": ["canary"], "lob": [], "stripe": "canary", "printful": ["canary", " "]}
    stub.add_response("get_secret_value", {"SecretString": json.dumps(content)}, {"SecretId": "webhooks"})

    assert account(secretsmanager=client).webhooks() == frozenset({"tremendous"})


@pytest.mark.parametrize(
    ("service", "operation", "ask"),
    [
        ("secretsmanager", "get_secret_value", Account.connections),
        ("secretsmanager", "get_secret_value", Account.webhooks),
        ("sesv2", "get_account", Account.sender),
        ("sns", "list_subscriptions_by_topic", Account.subscribers),
        ("cognito-idp", "list_users_in_group", Account.people),
        ("dynamodb", "describe_table", Account.tables),
        ("cloudwatch", "get_metric_statistics", lambda asked: asked.invoked(NOW)),
        ("sqs", "get_queue_attributes", Account.dead),
        ("cloudformation", "list_stack_resources", Account.ringing),
    ],
)
def test_what_the_caller_may_not_see_is_unread_with_the_name_of_the_call(
    stubbed: Stubbed, service: str, operation: str, ask: Callable[[Account], object]
) -> None:
    client, stub = stubbed(service)
    stub.add_client_error(operation, "AccessDeniedException", "User: pat is not authorized to perform it")
    # A client of Cognito has a dash in its name, and a keyword has none.
    told = ask(account(**{service.replace("-", "_"): client}))

    name = "".join(part.capitalize() for part in operation.split("_"))
    assert told == Unread(f"AWS refused {name}: AccessDeniedException")


def answering(told: object, error: str | None = None) -> dict[str, Any]:
    body = json.dumps(told).encode()
    return {"StatusCode": 200, "Payload": StreamingBody(io.BytesIO(body), len(body))} | (
        {"FunctionError": error} if error else {}
    )


TOLD = {
    "fields": ["api_key"],
    "missing": [],
    "mode": "live",
    "answered": "yes",
    "detail": "",
    "wants": ["it wants something"],
}


class Functions:
    """Answers for each function, whichever is asked first: they are asked at the same time."""

    def __init__(self, **told: Scripted) -> None:
        self.asked: dict[str, object] = {}
        self._told = told

    def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803 - AWS's own names.
        self.asked[FunctionName] = json.loads(Payload)
        answer: dict[str, Any] = self._told[FunctionName.removeprefix("guerdon-reconcile_")]
        return answer


def test_each_provider_is_asked_by_the_function_that_has_its_key() -> None:
    client = Functions(
        tremendous=answering(TOLD),
        lob=answering({"errorType": "ImportError"}, "Unhandled"),
        stripe=answering({"lines": 3}),
        printful=answering({**TOLD, "answered": "not_asked", "missing": ["api_key"], "mode": "untold", "wants": []}),
    )

    found = account(**{"lambda": client}).providers()

    assert client.asked == {
        f"guerdon-reconcile_{name}": {"look": "access"} for name in ("tremendous", "lob", "stripe", "printful")
    }
    assert found == {
        "tremendous": ProviderAccess(("api_key",), (), KeyMode.LIVE, Answered.YES, "", ("it wants something",)),
        "lob": Unread(
            "the function guerdon-reconcile_lob failed with ImportError: read its log",
            "aws logs tail /guerdon/guerdon/functions --since 5m",
        ),
        "stripe": Unread(
            "the function guerdon-reconcile_stripe is of an older release", "sam build && sam deploy --guided"
        ),
        "printful": ProviderAccess(("api_key",), ("api_key",), KeyMode.UNTOLD, Answered.NOT_ASKED),
    }


ACCOUNT = {"ProductionAccessEnabled": True, "SendingEnabled": True}


def test_an_address_that_is_an_identity_of_its_own_comes_before_its_domain(stubbed: Stubbed) -> None:
    client, stub = stubbed("sesv2")
    stub.add_response("get_account", ACCOUNT)
    identity = {"VerifiedForSendingStatus": True, "DkimAttributes": {"Status": "NOT_STARTED"}}
    stub.add_response("get_email_identity", identity, {"EmailIdentity": "rewards@example.com"})

    assert account(sesv2=client).sender() == Sender(
        "rewards@example.com", verified=True, signed=False, production=True, sending=True
    )


def test_otherwise_its_domain_is_looked_at(stubbed: Stubbed) -> None:
    client, stub = stubbed("sesv2")
    stub.add_response("get_account", {**ACCOUNT, "ProductionAccessEnabled": False})
    stub.add_client_error("get_email_identity", "NotFoundException")
    identity = {"VerifiedForSendingStatus": True, "DkimAttributes": {"Status": "SUCCESS"}}
    stub.add_response("get_email_identity", identity, {"EmailIdentity": "example.com"})

    assert account(sesv2=client).sender() == Sender(
        "example.com", verified=True, signed=True, production=False, sending=True
    )


def test_a_sender_without_any_identity_is_told_with_the_accounts_standing(stubbed: Stubbed) -> None:
    client, stub = stubbed("sesv2")
    stub.add_response("get_account", {**ACCOUNT, "SendingEnabled": False})
    for _ in range(2):
        stub.add_client_error("get_email_identity", "NotFoundException")

    assert account(sesv2=client).sender() == Sender(None, verified=False, signed=False, production=True, sending=False)


def test_only_subscriptions_that_were_confirmed_count(stubbed: Stubbed) -> None:
    client, stub = stubbed("sns")
    told = {
        "Subscriptions": [
            {"SubscriptionArn": "PendingConfirmation"},
            {"SubscriptionArn": "arn:aws:sns:us-east-1:123456789012:alarms:1"},
        ]
    }
    stub.add_response("list_subscriptions_by_topic", told, {"TopicArn": FOUND.parameters["AlarmTopic"]})

    assert account(sns=client).subscribers() == 1


def test_without_a_topic_nobody_is_asked() -> None:
    untold = replace(FOUND, parameters={"AlarmTopic": ""})
    assert Account(Session(), untold).subscribers() is None  # type: ignore[arg-type]  # as above


def test_people_are_told_by_group_and_those_who_were_disabled_are_left_out(stubbed: Stubbed) -> None:
    client, stub = stubbed("cognito-idp")
    for group, users in (("viewer", []), ("finance", [("f1", True), ("f2", False)]), ("admin", [("a", True)])):
        told = {"Users": [{"Username": name, "Enabled": enabled} for name, enabled in users]}
        stub.add_response("list_users_in_group", told, {"UserPoolId": "us-east-1_pool", "GroupName": group})

    assert account(cognito_idp=client).people() == {
        "viewer": frozenset(),
        "finance": frozenset({"f1"}),
        "admin": frozenset({"a"}),
    }


@pytest.mark.parametrize(("recovery", "restorable"), [("ENABLED", True), ("DISABLED", False)])
def test_each_table_tells_its_guards(stubbed: Stubbed, recovery: str, *, restorable: bool) -> None:
    client, stub = stubbed("dynamodb")
    name = {"TableName": "guerdon-payouts"}
    stub.add_response("describe_table", {"Table": {"DeletionProtectionEnabled": True}}, name)
    backups = {
        "ContinuousBackupsStatus": "ENABLED",
        "PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": recovery},
    }
    stub.add_response("describe_continuous_backups", {"ContinuousBackupsDescription": backups}, name)

    assert account(dynamodb=client).tables() == (TableGuard("PayoutsTable", undeletable=True, restorable=restorable),)


def test_a_function_of_a_schedule_ran_if_it_was_invoked_within_the_hour(stubbed: Stubbed) -> None:
    client, stub = stubbed("cloudwatch")
    for function, points in (("sweep", [{"Sum": 12.0}]), ("seal_ledger", [])):
        asked = {
            "Namespace": "AWS/Lambda",
            "MetricName": "Invocations",
            "Dimensions": [{"Name": "FunctionName", "Value": f"guerdon-{function}"}],
            "StartTime": NOW - timedelta(hours=1),
            "EndTime": NOW,
            "Period": 3600,
            "Statistics": ["Sum"],
        }
        stub.add_response("get_metric_statistics", {"Datapoints": points}, asked)

    assert account(cloudwatch=client).invoked(NOW) == {"sweep": True, "seal_ledger": False}


def test_every_dead_letter_queue_is_counted(stubbed: Stubbed) -> None:
    client, stub = stubbed("sqs")
    asked = {"QueueUrl": "https://sqs.example/events-dlq", "AttributeNames": ["ApproximateNumberOfMessages"]}
    stub.add_response("get_queue_attributes", {"Attributes": {"ApproximateNumberOfMessages": "3"}}, asked)

    assert account(sqs=client).dead() == {"EventsDlqUrl": 3}


def test_only_alarms_of_the_stack_are_told(stubbed: Stubbed) -> None:
    formation, formation_stub = stubbed("cloudformation")
    always = {"LastUpdatedTimestamp": NOW, "ResourceStatus": "CREATE_COMPLETE"}
    resources: list[Scripted] = [
        {"LogicalResourceId": name, "PhysicalResourceId": physical, "ResourceType": kind, **always}
        for name, physical, kind in (
            ("A", "guerdon-A", "AWS::CloudWatch::Alarm"),
            ("Q", "another", "AWS::SQS::Queue"),
        )
    ]
    formation_stub.add_response("list_stack_resources", {"StackResourceSummaries": resources}, {"StackName": "guerdon"})
    watch, watch_stub = stubbed("cloudwatch")
    alarms = [{"AlarmName": name, "AlarmDescription": f"{name} says."} for name in ("guerdon-A", "another")]
    watch_stub.add_response("describe_alarms", {"MetricAlarms": alarms}, {"StateValue": "ALARM"})

    assert account(cloudformation=formation, cloudwatch=watch).ringing() == {"guerdon-A": "guerdon-A says."}
