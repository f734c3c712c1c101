"""One id finds everything that was said about a deal, from the webhook to the mail, and what happened was counted."""

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from e2e.deals import Deal
from e2e.faults import assert_paid_once
from e2e.live import LiveCloud
from e2e.waiting import eventually
from guerdon.adapters.aws.metrics import METRICS
from guerdon.domain.channel import Channel
from printed import points

pytestmark = [
    pytest.mark.local_cloud,
    pytest.mark.allow_hosts(["127.0.0.1"]),
    pytest.mark.usefixtures("no_faults"),
]

COUNTED_OF_ANY_DEAL = {"EventsReceived", "EventsDecided", "PayoutChanges", "ValuePaid", "MailsSent", "UpdatesTaken"}
SAID_BY_ALL = {"receive_event", "evaluate_rewards", "release_payout", "settle_payout", "notify"}


WITH_WEBHOOKS = (Channel.GIFT_CARD, Channel.CHECK, Channel.MERCHANDISE)
"""What providers send webhooks about. Stripe sends none about a credit, which it answers at once."""


def lines(cloud: LiveCloud) -> Iterator[str]:
    """Everything that the functions wrote."""
    pages = cloud.client("logs").get_paginator("filter_log_events").paginate(logGroupName=cloud.output("FunctionsLog"))
    return (event["message"].strip() for page in pages for event in page["events"])


def said(cloud: LiveCloud, wanted: str) -> list[dict[str, Any]]:
    """The lines with a text in them, as the query of docs/runbook.md finds them."""
    return [json.loads(line) for line in lines(cloud) if line.startswith("{") and wanted in line]


def services(cloud: LiveCloud, event_id: str) -> set[str]:
    """The functions that wrote a line with the id of an event as its correlation id."""
    return {line["service"] for line in said(cloud, event_id) if line.get("correlation_id") == event_id}


def test_the_id_of_an_event_finds_a_line_of_every_function_on_its_way(cloud: LiveCloud) -> None:
    events = {channel: cloud.deliver(Deal(channel)) for channel in Channel}
    for event_id in events.values():
        assert_paid_once(cloud, event_id)

    for channel, event_id in events.items():
        wanted = SAID_BY_ALL | {f"pay_{channel}"}
        eventually(f"{sorted(wanted)} speak of {event_id}", partial(all_speak, cloud, event_id, wanted))

    for channel in WITH_WEBHOOKS:
        wanted = {"receive_provider_update", f"pay_{channel}"}
        event_id = events[channel]
        eventually(f"{sorted(wanted)} speak of a webhook of {event_id}", partial(heard, cloud, event_id, wanted), 60)
    assert_counted(cloud)


def assert_counted(cloud: LiveCloud) -> None:
    """Hold that the deployed functions print metrics, and none but those that docs/metrics.md has."""
    known = {(metric.name, names) for metric in METRICS for names in metric.dimensions}
    printed = points("\n".join(lines(cloud)))
    assert {(point.name, frozenset(dict(point.dimensions))) for point in printed} <= known
    assert {dict(point.dimensions)["stack"] for point in printed} == {cloud.environment["GUERDON_STACK"]}
    assert {point.name for point in printed} >= COUNTED_OF_ANY_DEAL


def heard(cloud: LiveCloud, event_id: str, wanted: set[str]) -> bool:
    """Whether these functions named the provider's id of something that a hint about the deal was followed to."""
    followed = (line["resource_id"] for line in said(cloud, event_id) if line["message"] == "followed a hint")
    return any({line["service"] for line in said(cloud, resource_id)} >= wanted for resource_id in set(followed))


def all_speak(cloud: LiveCloud, event_id: str, wanted: set[str]) -> bool:
    return services(cloud, event_id) >= wanted
