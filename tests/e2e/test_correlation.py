"""One id finds everything that was said about a deal, from the webhook to the mail."""

import json
from functools import partial

import pytest

from e2e.deals import Deal
from e2e.faults import assert_paid_once
from e2e.live import LiveCloud
from e2e.waiting import eventually
from guerdon.domain.channel import Channel

pytestmark = [
    pytest.mark.local_cloud,
    pytest.mark.allow_hosts(["127.0.0.1"]),
    pytest.mark.usefixtures("no_faults"),
]

SAID_BY_ALL = {"receive_event", "evaluate_rewards", "release_payout", "settle_payout", "notify"}


def services(cloud: LiveCloud, event_id: str) -> set[str]:
    """The functions that wrote a line with the id of an event as its correlation id."""
    pages = cloud.client("logs").get_paginator("filter_log_events").paginate(logGroupName=cloud.output("FunctionsLog"))
    lines = (event["message"] for page in pages for event in page["events"] if event_id in event["message"])
    said = [json.loads(line) for line in lines if line.lstrip().startswith("{")]
    return {line["service"] for line in said if line.get("correlation_id") == event_id}


def test_the_id_of_an_event_finds_a_line_of_every_function_on_its_way(cloud: LiveCloud) -> None:
    events = {channel: cloud.deliver(Deal(channel)) for channel in Channel}
    for event_id in events.values():
        assert_paid_once(cloud, event_id)

    for channel, event_id in events.items():
        wanted = SAID_BY_ALL | {f"pay_{channel}"}
        eventually(f"{sorted(wanted)} speak of {event_id}", partial(all_speak, cloud, event_id, wanted), seconds=60)


def all_speak(cloud: LiveCloud, event_id: str, wanted: set[str]) -> bool:
    return services(cloud, event_id) >= wanted
