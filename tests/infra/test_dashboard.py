"""The dashboard shows nothing that does not exist, and leaves no metric of ours out."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

import pytest

from guerdon.adapters.aws.metrics import METRICS, NAMESPACE

Shown = tuple[str, str, frozenset[str]]
"""Namespace, metric, and the names of its dimensions."""

OF_AWS: Final[dict[tuple[str, frozenset[str]], frozenset[str]]] = {
    ("AWS/ApiGateway", frozenset({"ApiId"})): frozenset({"Count", "4xx", "5xx", "Latency", "IntegrationLatency"}),
    ("AWS/Lambda", frozenset({"FunctionName"})): frozenset({"Invocations", "Errors", "Duration", "Throttles"}),
    ("AWS/SQS", frozenset({"QueueName"})): frozenset(
        {"ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage"}
    ),
    ("AWS/States", frozenset({"StateMachineArn"})): frozenset(
        {
            "ExecutionsStarted",
            "ExecutionsSucceeded",
            "ExecutionsFailed",
            "ExecutionsTimedOut",
            "ExecutionsAborted",
            "ExecutionThrottled",
        }
    ),
    ("AWS/DynamoDB", frozenset({"TableName"})): frozenset({"ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits"}),
    ("AWS/SES", frozenset()): frozenset({"Reputation.BounceRate", "Reputation.ComplaintRate"}),
}
"""Metrics that AWS publishes under these dimensions, from each service's list of its CloudWatch metrics."""

_SEARCH: Final = re.compile(
    r"SEARCH\('\{(?P<schema>[\w,]+)\} MetricName=\"(?P<name>\w+)\" service=\"(?P<service>\w+)\" "
    r"stack=\"AWS::StackName\"', '(?P<stat>\w+)', (?P<period>\d+)\)"
)


@pytest.fixture
def body(template: dict[str, Any]) -> str:
    text = template["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    assert isinstance(text, str)
    return text


@pytest.fixture
def widgets(body: str) -> list[dict[str, Any]]:
    """The widgets, with the name of each thing in place of its id."""
    read: dict[str, Any] = json.loads(re.sub(r"\$\{([^!}][^}]*)\}", r"\1", body))
    found: list[dict[str, Any]] = read["widgets"]
    return found


def metrics_of(widgets: list[dict[str, Any]]) -> Iterator[list[Any]]:
    for widget in widgets:
        yield from widget["properties"].get("metrics", [])


def shown(metric: list[Any]) -> tuple[Shown, str | None]:
    """What one line of a plot shows, and of which service of ours."""
    *named, options = metric if isinstance(metric[-1], dict) else [*metric, {}]
    if not named:
        found = _SEARCH.fullmatch(options["expression"])
        assert found is not None, options["expression"]
        namespace, *dimensions = found["schema"].split(",")
        return (namespace, found["name"], frozenset(dimensions)), found["service"]
    namespace, name, *pairs = named
    of = dict(zip(pairs[::2], pairs[1::2], strict=True))
    return (namespace, name, frozenset(of)), of.get("service")


def test_every_metric_of_ours_that_is_shown_exists(widgets: list[dict[str, Any]]) -> None:
    known = {(metric.name, metric.service, names) for metric in METRICS for names in metric.dimensions}
    looked_at = [shown(metric) for metric in metrics_of(widgets)]
    ours = {(name, service, names) for (namespace, name, names), service in looked_at if namespace == NAMESPACE}
    assert ours <= known


def test_every_metric_of_ours_is_shown(widgets: list[dict[str, Any]]) -> None:
    looked_at = {shown(metric)[0][1] for metric in metrics_of(widgets)}
    assert {metric.name for metric in METRICS} <= looked_at


def test_every_metric_of_aws_that_is_shown_exists(widgets: list[dict[str, Any]]) -> None:
    for metric in metrics_of(widgets):
        (namespace, name, dimensions), _ = shown(metric)
        if namespace != NAMESPACE:
            assert name in OF_AWS[namespace, dimensions], metric


def test_a_search_looks_by_the_statistic_and_the_period_of_its_plot(widgets: list[dict[str, Any]]) -> None:
    for widget in widgets:
        properties = widget["properties"]
        for metric in properties.get("metrics", []):
            if isinstance(metric[0], dict):
                found = _SEARCH.fullmatch(metric[0]["expression"])
                assert found is not None
                assert (found["stat"], int(found["period"])) == (properties["stat"], properties["period"])


def test_every_line_of_a_search_is_called_by_what_it_was_found_by(body: str) -> None:
    for line in body.splitlines():
        if "SEARCH(" in line:
            found = re.search(r"\{Guerdon,service,stack,([\w,]+)\}", line)
            assert found is not None, line
            label = " ".join(f"${{!PROP('Dim.{name}')}}" for name in found[1].split(","))
            assert f'"label": "{label}"' in line


def test_every_alarm_is_shown(template: dict[str, Any], widgets: list[dict[str, Any]]) -> None:
    (listed,) = (widget["properties"]["alarms"] for widget in widgets if widget["type"] == "alarm")
    alarms = [name for name, each in template["Resources"].items() if each["Type"] == "AWS::CloudWatch::Alarm"]
    assert sorted(listed) == sorted(f"{name}.Arn" for name in alarms)


def test_every_function_queue_and_workflow_is_shown(template: dict[str, Any], body: str) -> None:
    kinds = {"AWS::Serverless::Function", "AWS::SQS::Queue", "AWS::Serverless::StateMachine", "AWS::ApiGatewayV2::Api"}
    for name, resource in template["Resources"].items():
        if resource["Type"] in kinds:
            assert f"${{{name}}}" in body or f"${{{name}.QueueName}}" in body, name


def test_what_the_dashboard_refers_to_exists(template: dict[str, Any], body: str) -> None:
    named = {name.partition(".")[0] for name in re.findall(r"\$\{([\w:.]+)\}", body)}
    assert named - set(template["Resources"]) == {"AWS::StackName", "AWS::Region"}


def test_the_widgets_stand_on_the_page_and_not_on_each_other(widgets: list[dict[str, Any]]) -> None:
    taken: set[tuple[int, int]] = set()
    for widget in widgets:
        assert widget["x"] + widget["width"] <= 24
        cells = {
            (column, line)
            for column in range(widget["x"], widget["x"] + widget["width"])
            for line in range(widget["y"], widget["y"] + widget["height"])
        }
        assert not cells & taken, widget["properties"]
        taken |= cells
