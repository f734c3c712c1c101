"""People are named in one table and in the mails to them; keys are in the secrets. Nowhere else, ever.

The names are read from the sample events that the demo sends, so a new sample is looked for without a change here.
"""

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from e2e.deals import Deal
from e2e.live import LiveCloud
from e2e.samples import Ran, personal_data
from e2e.waiting import eventually
from guerdon.domain.channel import Channel

pytestmark = [pytest.mark.local_cloud, pytest.mark.allow_hosts(["127.0.0.1"]), pytest.mark.usefixtures("demo")]

SECRETS = ("ConnectionsSecret", "WebhooksSecret", "TremendousSecret", "LobSecret", "StripeSecret", "PrintfulSecret")
SHORTEST_SECRET = 8
"""The local cloud's stand-ins, such as a store's number, are too short to be told from other text."""


def log_lines(cloud: LiveCloud) -> Iterator[tuple[str, str]]:
    """Every line of every log group, with its place."""
    client = cloud.client("logs")
    for groups in client.get_paginator("describe_log_groups").paginate():
        for group in groups["logGroups"]:
            pages = client.get_paginator("filter_log_events").paginate(logGroupName=group["logGroupName"])
            for page in pages:
                yield from ((f"log {group['logGroupName']}", event["message"]) for event in page["events"])


def executions(cloud: LiveCloud) -> Iterator[tuple[str, str]]:
    """Every execution's description and history."""
    client = cloud.client("stepfunctions")
    pages = client.get_paginator("list_executions").paginate(stateMachineArn=cloud.output("StateMachineArn"))
    for execution in (execution for page in pages for execution in page["executions"]):
        arn = execution["executionArn"]
        yield f"execution {execution['name']}", as_text(client.describe_execution(executionArn=arn))
        for page in client.get_paginator("get_execution_history").paginate(executionArn=arn):
            yield f"history of {execution['name']}", as_text(page["events"])


def items(cloud: LiveCloud, table: str) -> Iterator[tuple[str, str]]:
    """Every item of a table, by the name of its output."""
    pages = cloud.client("dynamodb").get_paginator("scan").paginate(TableName=cloud.output(table))
    yield from ((f"table {table}", as_text(item)) for page in pages for item in page["Items"])


def messages(cloud: LiveCloud) -> Iterator[tuple[str, str]]:
    """What waits in every queue; it is only looked at, so it stays there for whom it is meant for."""
    client = cloud.client("sqs")
    for name, url in cloud.queue_urls().items():
        answer = client.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0)
        yield from ((f"queue {name}", message["Body"]) for message in answer.get("Messages", []))


def configuration(cloud: LiveCloud) -> Iterator[tuple[str, str]]:
    """Every function's settings, its environment variables among them."""
    for page in cloud.client("lambda").get_paginator("list_functions").paginate():
        yield from ((f"function {function['FunctionName']}", as_text(function)) for function in page["Functions"])


def everywhere_else(cloud: LiveCloud) -> Iterator[tuple[str, str]]:
    """Everything that the stack keeps outside the people table, with its place."""
    yield from log_lines(cloud)
    yield from executions(cloud)
    yield from messages(cloud)
    yield from configuration(cloud)
    for table in sorted(name for name in cloud.stack.outputs if name.endswith("Table") and name != "PeopleTable"):
        yield from items(cloud, table)


def as_text(content: Any) -> str:  # noqa: ANN401  untyped JSON
    return json.dumps(content, default=str, ensure_ascii=False)


def found_in(places: Iterator[tuple[str, str]], wanted: dict[str, str]) -> list[str]:
    """Which of the wanted texts stand in which places, whatever their case."""
    lowered = {text.lower(): whose for text, whose in wanted.items()}
    return sorted(
        {f"{place} has {whose}" for place, text in places for value, whose in lowered.items() if value in text.lower()}
    )


def secret_values(cloud: LiveCloud) -> dict[str, str]:
    """Every value inside the stack's secrets that is one, with the secret that it stands in."""

    def leaves(node: Any) -> Iterator[str]:  # noqa: ANN401  a JSON document
        for value in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
            yield from [value] if isinstance(value, str) else leaves(value)

    client = cloud.client("secretsmanager")
    documents = {name: client.get_secret_value(SecretId=cloud.output(name))["SecretString"] for name in SECRETS}
    # What a connection is called is written with each of its deliveries, and the sender's account with each deal.
    public = {cloud.connection, "standard", "demo-crm"}
    return {
        value: name
        for name, document in documents.items()
        for value in leaves(json.loads(document))
        if len(value) >= SHORTEST_SECRET and value not in public
    }


def test_everybody_in_the_sample_events_is_in_the_people_table(cloud: LiveCloud) -> None:
    people = "\n".join(text for _, text in items(cloud, "PeopleTable"))
    wanted = [value for value, place in personal_data().items() if place.endswith((".name", ".email", ".line1"))]

    assert len(wanted) > 20
    assert [value for value in wanted if value not in people] == []


def test_nobody_in_the_sample_events_is_named_anywhere_else(cloud: LiveCloud, demo: Ran) -> None:
    assert demo.status == 0, demo.output
    places = list(everywhere_else(cloud))

    # The search would find what is there: the ids that stand for the same people.
    advocates = {payout.advocate_id: payout.payout_id for payout in demo.payouts}
    assert len(found_in(iter(places), advocates)) >= len(demo.payouts)
    assert found_in(iter(places), personal_data()) == []


def test_the_advocates_are_named_in_their_mails(cloud: LiveCloud, demo: Ran) -> None:
    paid = {payout.advocate_id for payout in demo.payouts}
    written_to = [
        value for value, place in personal_data().items() if place.endswith("advocate.email") and cloud.mails(value)
    ]

    assert len(written_to) == len(paid)


def test_no_key_and_no_signing_secret_is_written_down_anywhere(cloud: LiveCloud) -> None:
    wanted = secret_values(cloud)

    assert set(wanted.values()) == set(SECRETS) - {"PrintfulSecret"}
    assert found_in(everywhere_else(cloud), wanted) == []
    assert (
        found_in(items(cloud, "PeopleTable"), {key: name for key, name in wanted.items() if name != "LobSecret"}) == []
    )


@pytest.fixture
def bus_tap(cloud: LiveCloud) -> Iterator[str]:
    """The URL of a queue that gets a copy of all that goes over the stack's bus."""
    name = f"tap-{uuid.uuid4().hex[:12]}"
    bus, queues, rules = cloud.output("EventBus"), cloud.client("sqs"), cloud.client("events")
    url = queues.create_queue(QueueName=name)["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    queues.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    rules.put_rule(Name=name, EventBusName=bus, EventPattern=json.dumps({"account": [{"exists": True}]}))
    rules.put_targets(Rule=name, EventBusName=bus, Targets=[{"Id": "tap", "Arn": arn}])
    yield url
    rules.remove_targets(Rule=name, EventBusName=bus, Ids=["tap"])
    rules.delete_rule(Name=name, EventBusName=bus)
    queues.delete_queue(QueueUrl=url)


def test_what_goes_over_the_bus_is_an_id_and_names_nobody(cloud: LiveCloud, bus_tap: str) -> None:
    deal = Deal(Channel.MERCHANDISE)
    event_id = cloud.deliver(deal)

    (message,) = eventually(
        "the bus carries the event",
        lambda: cloud.client("sqs").receive_message(QueueUrl=bus_tap, MaxNumberOfMessages=10).get("Messages"),
        seconds=30,
    )

    assert json.loads(message["Body"])["detail"]["event_id"] == event_id
    # Every name, address and mail address of the deal has its unique part inside.
    assert deal.unique not in message["Body"]
    cloud.at_rest(event_id)
