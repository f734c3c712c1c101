"""The dead-letter queues: what each message was about, and the queue that it belongs to.

What a rule could not hand over and what the evaluation could not decide are both EventBridge events about an inbox
event; in the rules' queue there are a schedule's calls too, which the schedule makes again by itself.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from guerdon.adapters.aws.bus import DETAIL_TYPE
from guerdon.adapters.aws.failures import bus_unavailable
from guerdon.adapters.aws.queues import MalformedMessage, hint_from_message, notice_from_message
from guerdon.application.redrive import DeadLetter

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient
    from types_boto3_sqs.type_defs import MessageTypeDef

RULES: Final = "rules"
EVENTS: Final = "events"
HINTS: Final = "hints"
NOTICES: Final = "notices"

_BATCH_MOST: Final = 10
_HIDDEN_SECONDS: Final = 300
_SCHEDULED: Final = "Scheduled Event"


@dataclass(slots=True)
class SqsDeadLetters:
    """Dead letters on Amazon SQS.

    Attributes:
        dead: The URL of each dead-letter queue, by its name.
        alive: The URL of each queue that a message may belong to: "events", "notices", and for a hint its provider.
        wait_seconds: How long a queue is listened to. A long poll asks all of its servers, where a short one may miss
            messages that are there.
    """

    client: "SQSClient"
    dead: Mapping[str, str]
    alive: Mapping[str, str]
    wait_seconds: int = 1
    _held: "dict[str, tuple[str, MessageTypeDef]]" = field(default_factory=dict)

    def waiting(self) -> Iterator[DeadLetter]:
        """Every message, each once, kept from other readers for five minutes.

        Raises:
            BusUnavailable: A queue was away.
        """
        for queue, url in self.dead.items():
            while messages := self._received(queue, url):
                yield from messages

    def send_back(self, letter: DeadLetter) -> None:
        """Put a copy of it on the queue that it belongs to.

        Raises:
            BusUnavailable: It was not taken, as far as we know.
        """
        if letter.target is None:
            raise ValueError(f"{letter.message_id} belongs to no queue")
        _, message = self._held[letter.message_id]
        with bus_unavailable(f"the message about {letter.about} could not be sent back"):
            self.client.send_message(QueueUrl=self.alive[letter.target], MessageBody=message["Body"])

    def delete(self, letter: DeadLetter) -> None:
        """Delete it.

        Raises:
            BusUnavailable: It may be there still.
        """
        url, message = self._held[letter.message_id]
        with bus_unavailable(f"the message about {letter.about} could not be deleted"):
            self.client.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        del self._held[letter.message_id]

    def leave(self) -> None:
        """Let other readers see again what was not deleted.

        Raises:
            BusUnavailable: They see it in five minutes.
        """
        held, self._held = self._held, {}
        for url, message in held.values():
            with bus_unavailable("a message could not be given back"):
                self.client.change_message_visibility(
                    QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
                )

    def _received(self, queue: str, url: str) -> list[DeadLetter]:
        """The next messages that were not seen before; none once all were."""
        with bus_unavailable(f"the dead letters of the {queue} could not be read"):
            answer = self.client.receive_message(
                QueueUrl=url,
                MaxNumberOfMessages=_BATCH_MOST,
                VisibilityTimeout=_HIDDEN_SECONDS,
                WaitTimeSeconds=self.wait_seconds,
                AttributeNames=["SentTimestamp"],
            )
        new = [message for message in answer.get("Messages", []) if message["MessageId"] not in self._held]
        self._held.update((message["MessageId"], (url, message)) for message in new)
        return [self._letter(queue, message) for message in new]

    def _letter(self, queue: str, message: "MessageTypeDef") -> DeadLetter:
        since = datetime.fromtimestamp(int(message.get("Attributes", {}).get("SentTimestamp", "0")) / 1000, UTC)
        message_id = message["MessageId"]
        try:
            content = _content(message["Body"])
            if queue == RULES and content.get("detail-type") == _SCHEDULED:
                return DeadLetter(queue, message_id, since, "a schedule's call", is_over=True)
            about, target = _read(queue, content)
        except ValueError:
            return DeadLetter(queue, message_id, since, "", why="the message is not JSON: look at who sent it")
        except MalformedMessage as malformed:
            return DeadLetter(queue, message_id, since, "", why=str(malformed))
        if target not in self.alive:
            return DeadLetter(queue, message_id, since, about, why=f"there is no queue for {target}")
        return DeadLetter(queue, message_id, since, about, target)


def _content(body: str) -> Mapping[str, Any]:
    """The JSON object that a message is.

    Raises:
        ValueError: It is no JSON.
        MalformedMessage: It is another value.
    """
    content = json.loads(body)
    if not isinstance(content, dict):
        raise MalformedMessage("object in it")
    return content


def _read(queue: str, content: Mapping[str, Any]) -> tuple[str, str]:
    """What a message is about, and the name of the queue that it belongs to.

    Raises:
        MalformedMessage: A field is missing or of the wrong type.
    """
    match queue:
        case "hints":
            hint = hint_from_message(content)
            return f"{hint.provider} {hint.resource} {hint.resource_id}", hint.provider
        case "notices":
            notice = notice_from_message(content)
            return f"{notice.kind} {notice.subject_id}{f' run {notice.run}' if notice.run else ''}", NOTICES
        case _:
            detail = content.get("detail")
            event_id = detail.get("event_id") if isinstance(detail, dict) else None
            if content.get("detail-type") != DETAIL_TYPE or not isinstance(event_id, str) or not event_id:
                raise MalformedMessage("event_id")
            return event_id, EVENTS
