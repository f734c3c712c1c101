"""People are named in one table and in the mails to them; keys are in the secrets. Nowhere else, ever.

The names are read from the sample events that the demo sends, so a new sample is looked for without a change here.
"""

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from e2e.deals import Deal
from e2e.everywhere import everywhere_else, found_in, items
from e2e.live import LiveCloud
from e2e.samples import Ran, personal_data
from e2e.waiting import eventually
from guerdon.domain.channel import Channel

pytestmark = [pytest.mark.local_cloud, pytest.mark.allow_hosts(["127.0.0.1"]), pytest.mark.usefixtures("demo")]

SECRETS = ("ConnectionsSecret", "WebhooksSecret", "TremendousSecret", "LobSecret", "StripeSecret", "PrintfulSecret")
SHORTEST_SECRET = 8
"""The local cloud's stand-ins, such as a store's number, are too short to be told from other text."""


def secret_values(cloud: LiveCloud) -> dict[str, str]:
    """Every value inside the stack's secrets that is one, with the secret that it stands in."""

    def leaves(node: Any) -> Iterator[str]:  # noqa: ANN401  a JSON document
        for value in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
            yield from [value] if isinstance(value, str) else leaves(value)

    client = cloud.client("secretsmanager")
    documents = {name: client.get_secret_value(SecretId=cloud.output(name))["SecretString"] for name in SECRETS}
    # What a connection is called is written with each of its deliveries, and the sender's account with each deal.
    public = {cloud.connection, "standard", "demo-crm"}
    # Which of the account's campaigns a gift card is of stands in each order.
    public.add(json.loads(documents["TremendousSecret"])["campaign_id"])
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
    )

    assert json.loads(message["Body"])["detail"]["event_id"] == event_id
    # Every name, address and mail address of the deal has its unique part inside.
    assert deal.unique not in message["Body"]
    cloud.at_rest(event_id)
