"""The alarms on what waits look at metrics that the sweep really publishes, under the very same dimensions."""

import json
from datetime import timedelta
from typing import Any

import pytest

from guerdon.adapters.aws.backlog_metrics import tell_backlog
from guerdon.application.count_waiting import Backlog
from guerdon.application.records import UNDECIDABLE
from guerdon.domain.payout import WaitsFor

Watched = tuple[str, str, frozenset[str], str | None]


@pytest.fixture
def watched(template: dict[str, Any]) -> set[Watched]:
    """Namespace, metric, dimensions and reason of each alarm on the backlog."""
    found: set[Watched] = set()
    for resource in template["Resources"].values():
        alarm = resource.get("Properties", {})
        if resource["Type"] == "AWS::CloudWatch::Alarm" and not alarm["Namespace"].startswith("AWS/"):
            dimensions = {dimension["Name"]: dimension["Value"] for dimension in alarm["Dimensions"]}
            assert dimensions["service"] == "sweep"
            assert dimensions["stack"] == {"Ref": "AWS::StackName"}
            found.add((alarm["Namespace"], alarm["MetricName"], frozenset(dimensions), dimensions.get("reason")))
    return found


def published(output: str) -> set[Watched]:
    found: set[Watched] = set()
    for line in map(json.loads, output.splitlines()):
        (directive,) = line["_aws"]["CloudWatchMetrics"]
        (dimensions,) = directive["Dimensions"]
        for metric in directive["Metrics"]:
            found.add((directive["Namespace"], metric["Name"], frozenset(dimensions), line.get("reason")))
    return found


def test_every_alarm_on_the_backlog_looks_at_something_that_is_published(
    watched: set[Watched], capsys: pytest.CaptureFixture[str]
) -> None:
    tell_backlog("guerdon", Backlog(dict.fromkeys(WaitsFor, 1), {UNDECIDABLE: 1}, 1, timedelta(hours=1)))
    assert watched <= published(capsys.readouterr().out)


def test_what_an_engineer_must_look_at_has_an_alarm(watched: set[Watched]) -> None:
    assert {(metric, reason) for _, metric, _, reason in watched} == {
        ("EventsWaiting", "undecidable"),
        ("PayoutsWaiting", "overdue"),
        ("PayoutsWaiting", "contradicted"),
        ("OldestWaitingHours", None),
        ("UndecidedEvents", None),
    }
