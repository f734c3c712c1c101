"""The event bus: ids of inbox events on their way to the evaluation."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from guerdon.adapters.aws.failures import bus_unavailable
from guerdon.domain.errors import BusUnavailable

if TYPE_CHECKING:
    from types_boto3_events import EventBridgeClient

SOURCE: Final = "guerdon.inbox"
DETAIL_TYPE: Final = "event.received"


@dataclass(frozen=True, slots=True)
class EventBridgeBus:
    """An EventBus on Amazon EventBridge.

    Attributes:
        bus: Name or ARN of the event bus.
    """

    client: "EventBridgeClient"
    bus: str

    def publish(self, event_id: str) -> None:
        """Put one id on the bus.

        Raises:
            BusUnavailable: It was not taken, as far as we know: EventBridge answers 200 for an entry that failed.
        """
        with bus_unavailable(f"event {event_id} could not be published"):
            answer = self.client.put_events(
                Entries=[
                    {
                        "EventBusName": self.bus,
                        "Source": SOURCE,
                        "DetailType": DETAIL_TYPE,
                        "Detail": json.dumps({"event_id": event_id}),
                    }
                ]
            )
        if answer["FailedEntryCount"]:
            code = answer["Entries"][0].get("ErrorCode", "an unnamed error")
            raise BusUnavailable(f"event {event_id} was not taken by the bus: {code}")
