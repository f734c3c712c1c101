"""The runbook and the page on metrics have what exists, and nothing else."""

import re
from pathlib import Path
from typing import Any, Final

import pytest

from guerdon.adapters.aws.metrics import METRICS, Metric
from judging.reading import read_template
from local.cloud.settings import ROOT

RUNBOOK: Final = ROOT / "docs" / "runbook.md"
METRICS_PAGE: Final = ROOT / "docs" / "metrics.md"
PIECES: Final = {
    "AWS::Serverless::Function",
    "AWS::Serverless::StateMachine",
    "AWS::SQS::Queue",
    "AWS::Events::Rule",
}


@pytest.fixture(scope="module")
def resources() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = read_template()["Resources"]
    return found


@pytest.fixture(scope="module")
def alarms(resources: dict[str, dict[str, Any]]) -> dict[str, str]:
    """The description of each alarm."""
    return {
        name: resource["Properties"]["AlarmDescription"]
        for name, resource in resources.items()
        if resource["Type"] == "AWS::CloudWatch::Alarm"
    }


def sections() -> dict[str, str]:
    """What the runbook says about each alarm."""
    _, _, about_alarms = RUNBOOK.read_text(encoding="utf-8").partition("\n## Alarms\n")
    _, *pieces = re.split(r"^### (\w+)$", about_alarms, flags=re.MULTILINE)
    return dict(zip(pieces[::2], pieces[1::2], strict=True))


def test_every_alarm_has_a_section_and_every_section_an_alarm(alarms: dict[str, str]) -> None:
    assert list(sections()) == list(alarms)


def test_an_alarm_names_its_section(alarms: dict[str, str]) -> None:
    for name, description in alarms.items():
        assert description.endswith(f" (docs/runbook.md#{name.lower()})."), name


def test_a_section_says_what_it_means_what_to_look_at_and_what_to_do() -> None:
    for name, section in sections().items():
        assert re.findall(r"^\*\*(.+?)\*\* \S", section, re.MULTILINE) == ["What it means.", "Look at.", "Do."], name


def test_every_function_queue_rule_and_workflow_is_in_the_runbook(resources: dict[str, dict[str, Any]]) -> None:
    named = set(re.findall(r"`(\w+(?:Function|StateMachine|Queue|Dlq|Rule))`", RUNBOOK.read_text(encoding="utf-8")))
    assert named == {name for name, resource in resources.items() if resource["Type"] in PIECES}


def test_what_a_queue_or_a_rule_cannot_hand_over_goes_where_the_runbook_says(
    resources: dict[str, dict[str, Any]],
) -> None:
    goes_to: dict[str, str] = {}
    for line in RUNBOOK.read_text(encoding="utf-8").splitlines():
        cells = line.split("|")
        for source in re.findall(r"`(\w+(?:Queue|Rule))`", cells[3]) if line.startswith("| `") else ():
            (goes_to[source],) = re.findall(r"`(\w+Dlq)`", cells[4])
    dead: dict[str, str] = {}
    for name, resource in resources.items():
        properties = resource.get("Properties", {})
        if "RedrivePolicy" in properties:
            dead[name] = properties["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
        if resource["Type"] == "AWS::Events::Rule" and "ScheduleExpression" in properties:
            ((dead[name],),) = {
                (target["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0],) for target in properties["Targets"]
            }
    assert goes_to == dead


def test_the_queries_look_into_logs_that_exist(resources: dict[str, dict[str, Any]]) -> None:
    groups = {
        resource["Properties"]["LogGroupName"]["Fn::Sub"].replace("${AWS::StackName}", "STACK")
        for resource in resources.values()
        if resource["Type"] == "AWS::Logs::LogGroup"
    }
    named = set(re.findall(r"`(/(?:guerdon|aws)/[\w/-]+)`", RUNBOOK.read_text(encoding="utf-8")))
    assert len(named) == 2
    assert named <= groups


def test_the_queries_look_for_messages_and_fields_that_are_logged() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in sources())
    queries = re.findall(r"```\n(.*?)```", RUNBOOK.read_text(encoding="utf-8"), re.DOTALL)
    assert len(queries) == 5
    quoted = re.findall(r'message (?:=|in) (\[.*?\]|".*?")', "\n".join(queries))
    messages = {message for found in quoted for message in re.findall(r'"(.*?)"', found)}
    assert messages == {"refused a delivery", "refused a provider's update", "told"}
    assert {message for message in messages if f'"{message}"' not in code} == set()
    (fields,) = re.findall(r"^fields @timestamp, (.*)$", queries[0], re.MULTILINE)
    # The first few are the log's own; the last is the workflow's.
    ours = set(fields.split(", ")) - {"service", "level", "message", "correlation_id", "type"}
    assert {field for field in ours if not re.search(rf'"{field}"|\b{field}=', code)} == set()


def sources() -> list[Path]:
    return [*(ROOT / "functions").rglob("*.py"), *(ROOT / "layers/core/guerdon/adapters/aws").rglob("*.py")]


def row(metric: Metric) -> str:
    by = "; ".join(", ".join(f"`{name}`" for name in names) if names else "all" for names in metric.by)
    told = (f"`{metric.name}`", f"`{metric.service}`", by, metric.unit.value, metric.meaning, metric.counted)
    return f"| {' | '.join(told)} |"


def test_the_page_on_metrics_has_every_metric_as_it_is_and_no_other() -> None:
    rows = [line for line in METRICS_PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    assert rows == [row(metric) for metric in METRICS]
