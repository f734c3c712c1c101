"""One id finds everything that was said about a deal, from the webhook to the mail, and what happened was counted."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from e2e.deals import Deal
from e2e.everywhere import function_lines
from e2e.faults import assert_paid_once
from e2e.live import LiveCloud
from e2e.waiting import until
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


def said(cloud: LiveCloud, wanted: str) -> list[dict[str, Any]]:
    """The lines with a text in them, as the query of docs/runbook.md finds them."""
    return [json.loads(line) for line in function_lines(cloud, wanted) if line.startswith("{")]


def services(cloud: LiveCloud, event_id: str) -> set[str]:
    """The functions that wrote a line with the id of an event as its correlation id."""
    return {line["service"] for line in said(cloud, event_id) if line.get("correlation_id") == event_id}


def test_the_id_of_an_event_finds_a_line_of_every_function_on_its_way(cloud: LiveCloud) -> None:
    events = {channel: cloud.deliver(Deal(channel)) for channel in Channel}
    for event_id in events.values():
        assert_paid_once(cloud, event_id)

    for channel, event_id in events.items():
        wanted = SAID_BY_ALL | {f"pay_{channel}"}
        until(f"{sorted(wanted)} speak of {event_id}", partial(services, cloud, event_id), wanted.issubset)

    for channel in WITH_WEBHOOKS:
        wanted = {"receive_provider_update", f"pay_{channel}"}
        event_id = events[channel]
        until(
            f"{sorted(wanted)} speak of a webhook of {event_id}", partial(followers, cloud, event_id), any_has(wanted)
        )
    assert_counted(cloud)


def assert_counted(cloud: LiveCloud) -> None:
    """Hold that the deployed functions print metrics, and none but those that docs/metrics.md has."""
    known = {(metric.name, names) for metric in METRICS for names in metric.dimensions}
    printed = points("\n".join(function_lines(cloud)))
    assert {(point.name, frozenset(dict(point.dimensions))) for point in printed} <= known
    assert {dict(point.dimensions)["stack"] for point in printed} == {cloud.environment["GUERDON_STACK"]}
    assert {point.name for point in printed} >= COUNTED_OF_ANY_DEAL


def followers(cloud: LiveCloud, event_id: str) -> list[set[str]]:
    """For each of the provider's ids that a hint about the deal was followed to, the functions that named it."""
    followed = {line["resource_id"] for line in said(cloud, event_id) if line["message"] == "followed a hint"}
    return [{line["service"] for line in said(cloud, resource_id)} for resource_id in followed]


def any_has(wanted: set[str]) -> Callable[[list[set[str]]], bool]:
    return lambda found: any(wanted <= one for one in found)
