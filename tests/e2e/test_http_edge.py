"""POST /events/{connection} on the real endpoint, as a CRM meets it."""

import base64
import json
import secrets
import uuid
from collections.abc import Iterator

import pytest

from e2e.deals import Deal
from e2e.live import LiveCloud, Reply
from e2e.waiting import eventually
from guerdon.domain.channel import Channel

pytestmark = [pytest.mark.local_cloud, pytest.mark.allow_hosts(["127.0.0.1"])]

REFRESHES_WITHIN_SECONDS = 30
"""A function reads a secret that seems outdated again after 10 seconds."""


def unreferred() -> bytes:
    """A deal that nobody referred, so that what is accepted here pays nothing."""
    content = Deal(Channel.GIFT_CARD).content
    del content["data"]["advocate"]
    return json.dumps(content).encode()


def new_delivery() -> str:
    return f"msg_{uuid.uuid4().hex}"


def refused(answer: Reply) -> tuple[int, str, str | None]:
    error = answer.body["error"]
    return answer.status, error["code"], error.get("field")


def assert_not_stored(cloud: LiveCloud, delivery: str) -> None:
    pages = (
        cloud.client("dynamodb")
        .get_paginator("scan")
        .paginate(
            TableName=cloud.output("InboxTable"),
            FilterExpression="delivery_id = :delivery",
            ExpressionAttributeValues={":delivery": {"S": delivery}},
        )
    )
    assert [row for page in pages for row in page["Items"]] == []


def test_a_delivery_is_answered_with_the_id_of_its_event(cloud: LiveCloud) -> None:
    answer = cloud.send(unreferred())

    assert answer.status == 202
    assert cloud.decided(answer.body["event_id"]).outcome == "not_a_referral"


def test_the_same_delivery_again_is_the_same_event(cloud: LiveCloud) -> None:
    body, delivery = unreferred(), new_delivery()

    answers = [cloud.send(body, delivery) for _ in range(2)]

    assert [answer.status for answer in answers] == [202, 202]
    assert answers[0].body == answers[1].body


@pytest.mark.parametrize("age_seconds", [400, -400])
def test_a_message_from_another_time_is_refused(cloud: LiveCloud, age_seconds: int) -> None:
    body, delivery = unreferred(), new_delivery()

    answer = cloud.post(f"/events/{cloud.connection}", body, cloud.headers(body, delivery, age_seconds=age_seconds))

    assert refused(answer) == (401, "invalid_signature", None)
    assert_not_stored(cloud, delivery)


def test_a_message_that_was_signed_with_another_secret_is_refused(cloud: LiveCloud) -> None:
    body, delivery = unreferred(), new_delivery()
    secret = f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"

    answer = cloud.post(f"/events/{cloud.connection}", body, cloud.headers(body, delivery, secret=secret))

    assert refused(answer) == (401, "invalid_signature", None)
    assert_not_stored(cloud, delivery)


def test_a_body_that_was_changed_on_the_way_is_refused(cloud: LiveCloud) -> None:
    body, delivery = unreferred(), new_delivery()

    answer = cloud.post(f"/events/{cloud.connection}", body + b" ", cloud.headers(body, delivery))

    assert refused(answer) == (401, "invalid_signature", None)
    assert_not_stored(cloud, delivery)


def test_an_unknown_connection_is_refused(cloud: LiveCloud) -> None:
    body, delivery = unreferred(), new_delivery()

    answer = cloud.post("/events/nobody", body, cloud.headers(body, delivery))

    assert refused(answer) == (404, "unknown_connection", None)
    assert_not_stored(cloud, delivery)


def test_a_body_that_is_too_large_is_refused(cloud: LiveCloud) -> None:
    body, delivery = unreferred().ljust(129 * 1024), new_delivery()

    assert refused(cloud.send(body, delivery)) == (413, "body_too_large", None)
    assert_not_stored(cloud, delivery)


def test_a_body_of_exactly_the_limit_is_taken(cloud: LiveCloud) -> None:
    assert cloud.send(unreferred().ljust(128 * 1024)).status == 202


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "application/octet-stream"])
def test_a_body_that_is_not_declared_as_json_is_refused(cloud: LiveCloud, media_type: str) -> None:
    body, delivery = unreferred(), new_delivery()

    answer = cloud.post(f"/events/{cloud.connection}", body, cloud.headers(body, delivery, content_type=media_type))

    assert refused(answer) == (415, "not_json", None)
    assert_not_stored(cloud, delivery)


def test_a_field_that_is_wrong_is_named(cloud: LiveCloud) -> None:
    content = Deal(Channel.GIFT_CARD).content
    content["data"]["deal"]["amount"]["currency"] = "XXL"
    body, delivery = json.dumps(content).encode(), new_delivery()

    assert refused(cloud.send(body, delivery)) == (400, "invalid_event", "data.deal.amount.currency")
    assert_not_stored(cloud, delivery)


def test_a_body_that_the_gateway_encodes_is_verified_by_its_raw_bytes(cloud: LiveCloud) -> None:
    """API Gateway hands over as base64 whatever it does not take for text: JSON by a structured suffix, too."""
    content = Deal(Channel.GIFT_CARD).content
    del content["data"]["advocate"]
    content["data"]["referred"]["name"] = "Zoë Łukasiewicz 渡辺"
    body, delivery = json.dumps(content, ensure_ascii=False).encode(), new_delivery()

    answer = cloud.post(
        f"/events/{cloud.connection}",
        body,
        cloud.headers(body, delivery, content_type="application/cloudevents+json"),
    )

    assert answer.status == 202
    stored = cloud.stack.store.event_body(answer.body["event_id"])
    assert stored is not None
    assert stored.body.encode() == body


@pytest.fixture
def second_secret(cloud: LiveCloud) -> Iterator[str]:
    """A second secret of the connection, as while it is rotated; taken away afterwards."""
    second = f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"
    client = cloud.client("secretsmanager")
    before = client.get_secret_value(SecretId=cloud.output("ConnectionsSecret"))["SecretString"]
    connections = json.loads(before)
    connections[cloud.connection]["secrets"].append(second)
    client.put_secret_value(SecretId=cloud.output("ConnectionsSecret"), SecretString=json.dumps(connections))
    yield second
    client.put_secret_value(SecretId=cloud.output("ConnectionsSecret"), SecretString=before)


def test_both_secrets_are_valid_while_one_rotates(cloud: LiveCloud, second_secret: str) -> None:
    body, delivery = unreferred(), new_delivery()

    def taken() -> Reply | None:
        answer = cloud.post(f"/events/{cloud.connection}", body, cloud.headers(body, delivery, secret=second_secret))
        return answer if answer.status == 202 else None

    answer = eventually("the second secret is known", taken, REFRESHES_WITHIN_SECONDS)

    assert answer.body == cloud.send(body, delivery).body
