import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from guerdon.adapters.aws.bus import EventBridgeBus
from guerdon.domain.errors import BusUnavailable

ENTRY = {
    "EventBusName": "bus",
    "Source": "guerdon.inbox",
    "DetailType": "event.received",
    "Detail": json.dumps({"event_id": "ev_1"}),
}


def test_an_event_travels_by_its_id_only(stubbed: Callable[[str], Any]) -> None:
    client, stub = stubbed("events")
    stub.add_response("put_events", {"FailedEntryCount": 0, "Entries": [{"EventId": "1"}]}, {"Entries": [ENTRY]})
    EventBridgeBus(client, "bus").publish("ev_1")


def test_an_entry_that_failed_in_a_successful_call_was_not_published(stubbed: Callable[[str], Any]) -> None:
    client, stub = stubbed("events")
    stub.add_response("put_events", {"FailedEntryCount": 1, "Entries": [{"ErrorCode": "ThrottlingException"}]})
    with pytest.raises(BusUnavailable, match="ev_1 was not taken by the bus: ThrottlingException"):
        EventBridgeBus(client, "bus").publish("ev_1")


@pytest.mark.parametrize(("code", "status"), [("ThrottlingException", 400), ("InternalException", 500)])
def test_a_bus_that_is_away_is_unavailable(stubbed: Callable[[str], Any], code: str, status: int) -> None:
    client, stub = stubbed("events")
    stub.add_client_error("put_events", code, http_status_code=status)
    with pytest.raises(BusUnavailable, match="ev_1"):
        EventBridgeBus(client, "bus").publish("ev_1")


def test_a_right_that_is_missing_is_not_called_unavailable(stubbed: Callable[[str], Any]) -> None:
    client, stub = stubbed("events")
    stub.add_client_error("put_events", "AccessDeniedException")
    with pytest.raises(ClientError, match="AccessDenied"):
        EventBridgeBus(client, "bus").publish("ev_1")
