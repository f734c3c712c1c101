"""The queues: things to tell, and hints about what happened at a provider. Messages carry ids only.

A notice is {"kind": "payout", "payout_id", "run"}, as the workflow sends it by itself, or
{"kind": "reward_earned", "reward_id"}. A hint is {"provider", "resource", "resource_id"}.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from guerdon.adapters.aws.failures import bus_unavailable
from guerdon.application.ports import Notice, ProviderHint
from guerdon.domain.errors import GuerdonError

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

_SUBJECT_OF: Final = {"payout": "payout_id", "reward_earned": "reward_id"}
"""The name of the subject's id in a notice's message, by kind."""

_SUBJECT: Final = "subject_id"
"""Its name in the notices of every other kind."""


class MalformedMessage(GuerdonError):
    """A queue message lacks a field, or has one of the wrong type; the message names the field only."""

    def __init__(self, field: str) -> None:
        self.field = field
        super().__init__(f"the message has no {field} as it should be: look at who sent it")


def notice_to_message(notice: Notice) -> dict[str, Any]:
    """The message of `notice`; a run of 0 is left out."""
    message: dict[str, Any] = {"kind": notice.kind, _SUBJECT_OF.get(notice.kind, _SUBJECT): notice.subject_id}
    return message | {"run": notice.run} if notice.run else message


def notice_from_message(message: Mapping[str, Any]) -> Notice:
    """The notice of `message`; fields that it does not know are left alone.

    Raises:
        MalformedMessage: A field is missing or of the wrong type.
    """
    kind = _text(message, "kind")
    run = message.get("run", 0)
    if type(run) is not int:
        raise MalformedMessage("run")
    return Notice(kind, _text(message, _SUBJECT_OF.get(kind, _SUBJECT)), run)


def hint_from_message(message: Mapping[str, Any]) -> ProviderHint:
    """The hint of `message`; fields that it does not know are left alone.

    Raises:
        MalformedMessage: A field is missing or of the wrong type.
    """
    return ProviderHint(_text(message, "provider"), _text(message, "resource"), _text(message, "resource_id"))


def logged_ids(hint: ProviderHint) -> dict[str, str]:
    """What a log may say of a hint, for whoever follows one deal.

    Stripe's ids begin with the customer's, which is somebody's and goes with them when they are erased.
    """
    return {"provider": hint.provider, "resource": hint.resource, "resource_id": hint.resource_id.rpartition("/")[2]}


@dataclass(frozen=True, slots=True)
class SqsNotices:
    """The queue of things to tell, on Amazon SQS."""

    client: "SQSClient"
    queue_url: str

    def enqueue(self, notice: Notice, delay_seconds: int = 0) -> None:
        """Put one notice on the queue, to be read after `delay_seconds`, at most 900.

        Raises:
            BusUnavailable: It was not taken, as far as we know.
        """
        with bus_unavailable(f"the notice about {notice.subject_id} could not be queued"):
            self.client.send_message(
                QueueUrl=self.queue_url,
                MessageBody=json.dumps(notice_to_message(notice)),
                DelaySeconds=delay_seconds,
            )


@dataclass(frozen=True, slots=True)
class SqsHintQueues:
    """One queue per provider, on Amazon SQS.

    Attributes:
        queue_urls: The queue of each provider, by its name.
    """

    client: "SQSClient"
    queue_urls: Mapping[str, str]

    def enqueue(self, hint: ProviderHint) -> None:
        """Put a hint on its provider's queue.

        Raises:
            BusUnavailable: It was not taken, as far as we know.
            KeyError: There is no queue for that provider.
        """
        queue_url = self.queue_urls[hint.provider]
        with bus_unavailable(f"the hint about {hint.resource_id} could not be queued"):
            self.client.send_message(QueueUrl=queue_url, MessageBody=json.dumps(asdict(hint)))


def _text(message: Mapping[str, Any], field: str) -> str:
    value = message.get(field)
    if not isinstance(value, str) or not value:
        raise MalformedMessage(field)
    return value
