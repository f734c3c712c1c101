"""Dead letters on SQS, as moto plays it: what stands in which queue before and after."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from guerdon.adapters.aws.dead_letters import SqsDeadLetters
from guerdon.application.redrive import DeadLetter, Fate, Redrive

EVENT = json.dumps({"detail-type": "event.received", "source": "guerdon.inbox", "detail": {"event_id": "ev_1"}})
TICK = json.dumps({"detail-type": "Scheduled Event", "source": "aws.events", "detail": {}})
HINT = json.dumps({"provider": "lob", "resource": "checks", "resource_id": "chk_1"})
NOTICE = json.dumps({"kind": "payout", "payout_id": "po_1", "run": 2})
QUEUES = ("rules-dlq", "events-dlq", "hints-dlq", "notices-dlq", "events", "notices", "lob")


class Queues:
    """Real-shaped queues, by their names."""

    def __init__(self) -> None:
        self.client: Any = boto3.client(
            "sqs", region_name="us-east-1", aws_access_key_id="none", aws_secret_access_key="none"
        )
        self.urls = {name: self.client.create_queue(QueueName=name)["QueueUrl"] for name in QUEUES}
        dead = {name: self.urls[f"{name}-dlq"] for name in ("rules", "events", "hints", "notices")}
        alive = {name: self.urls[name] for name in ("events", "notices", "lob")}
        self.letters = SqsDeadLetters(self.client, dead, alive, wait_seconds=0)

    def put(self, queue: str, body: str) -> None:
        self.client.send_message(QueueUrl=self.urls[queue], MessageBody=body)

    def bodies(self) -> dict[str, list[str]]:
        """What any reader sees now, by queue; empty queues are left out."""
        seen: dict[str, list[str]] = {}
        for name, url in self.urls.items():
            answer = self.client.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0)
            if found := [message["Body"] for message in answer.get("Messages", [])]:
                seen[name] = sorted(found)
        return seen

    def redrive(self, *, dry_run: bool = False) -> list[tuple[str, str, str | None, Fate]]:
        return [(one.queue, one.about, one.target, fate) for one, fate in Redrive(self.letters)(dry_run=dry_run)]


@pytest.fixture
def queues() -> Iterator[Queues]:
    with mock_aws():
        yield Queues()


def test_each_goes_back_to_the_queue_that_it_belongs_to(queues: Queues) -> None:
    for queue, body in (("rules-dlq", EVENT), ("events-dlq", EVENT), ("hints-dlq", HINT), ("notices-dlq", NOTICE)):
        queues.put(queue, body)
    assert queues.redrive() == [
        ("rules", "ev_1", "events", Fate.MOVED),
        ("events", "ev_1", "events", Fate.MOVED),
        ("hints", "lob checks chk_1", "lob", Fate.MOVED),
        ("notices", "payout po_1 run 2", "notices", Fate.MOVED),
    ]
    assert queues.bodies() == {"events": [EVENT, EVENT], "lob": [HINT], "notices": [NOTICE]}
    assert queues.redrive() == []


def test_a_schedules_call_is_deleted_since_the_schedule_makes_it_again(queues: Queues) -> None:
    queues.put("rules-dlq", TICK)
    assert queues.redrive() == [("rules", "a schedule's call", None, Fate.DELETED)]
    assert queues.bodies() == {}


@pytest.mark.parametrize(
    ("queue", "body", "about", "why"),
    [
        ("events-dlq", "no JSON", "", "the message is not JSON: look at who sent it"),
        ("events-dlq", "[]", "", "the message has no object in it as it should be: look at who sent it"),
        ("events-dlq", TICK, "", "the message has no event_id as it should be: look at who sent it"),
        (
            "rules-dlq",
            '{"detail-type": "event.received", "detail": {"event_id": 7}}',
            "",
            "the message has no event_id",
        ),
        ("hints-dlq", '{"provider": "lob"}', "", "the message has no resource as it should be"),
        ("hints-dlq", HINT.replace("lob", "paypal"), "paypal checks chk_1", "there is no queue for paypal"),
        ("notices-dlq", '{"kind": "payout"}', "", "the message has no payout_id as it should be"),
    ],
)
def test_what_belongs_nowhere_stays_where_it_is(queues: Queues, queue: str, body: str, about: str, why: str) -> None:
    queues.put(queue, body)
    for _ in range(2):
        ((letter, fate),) = list(Redrive(queues.letters)())
        assert (letter.about, letter.target, fate) == (about, None, Fate.LEFT)
        assert letter.why.startswith(why)
        assert queues.bodies() == {queue: [body]}


def test_a_dry_run_says_the_same_and_moves_nothing(queues: Queues) -> None:
    for number in range(12):
        queues.put("notices-dlq", NOTICE.replace("po_1", f"po_{number}"))
    queues.put("rules-dlq", TICK)
    would = queues.redrive(dry_run=True)
    assert len(would) == 13
    assert queues.redrive(dry_run=True) == would
    assert sorted(queues.redrive()) == sorted(would)
    assert len(queues.bodies()["notices"]) == 10
    assert "notices-dlq" not in queues.bodies()


def test_what_was_sent_and_not_deleted_is_sent_again(queues: Queues) -> None:
    queues.put("events-dlq", EVENT)
    (letter,) = list(queues.letters.waiting())
    queues.letters.send_back(letter)
    queues.letters.leave()
    assert queues.bodies() == {"events": [EVENT], "events-dlq": [EVENT]}
    assert queues.redrive() == [("events", "ev_1", "events", Fate.MOVED)]
    assert queues.bodies() == {"events": [EVENT, EVENT]}


def test_what_belongs_nowhere_cannot_be_sent(queues: Queues) -> None:
    queues.put("notices-dlq", "no JSON")
    (letter,) = list(queues.letters.waiting())
    assert isinstance(letter, DeadLetter)
    with pytest.raises(ValueError, match="belongs to no queue"):
        queues.letters.send_back(letter)
