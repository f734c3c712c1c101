"""Everything that a stack keeps, as text, for tests that look for what should not be there."""

import json
from collections.abc import Iterator
from typing import Any

from e2e.live import LiveCloud


def function_lines(cloud: LiveCloud, wanted: str = "") -> Iterator[str]:
    """Everything that the functions wrote, or their lines with a text in them."""
    only = {"filterPattern": f'"{wanted}"'} if wanted else {}
    asked = cloud.client("logs").get_paginator("filter_log_events")
    for page in asked.paginate(logGroupName=cloud.output("FunctionsLog"), **only):
        yield from (event["message"].strip() for event in page["events"])


def log_lines(cloud: LiveCloud) -> Iterator[tuple[str, str]]:
    """Every line of every log group, with its place."""
    client = cloud.client("logs")
    for groups in client.get_paginator("describe_log_groups").paginate():
        for group in groups["logGroups"]:
            pages = client.get_paginator("filter_log_events").paginate(logGroupName=group["logGroupName"])
            for page in pages:
                yield from ((f"log {group['logGroupName']}", event["message"]) for event in page["events"])


def executions(cloud: LiveCloud) -> Iterator[tuple[str, str]]:
    """Every execution's description and history."""
    client = cloud.client("stepfunctions")
    pages = client.get_paginator("list_executions").paginate(stateMachineArn=cloud.output("StateMachineArn"))
    for execution in (execution for page in pages for execution in page["executions"]):
        arn = execution["executionArn"]
        yield f"execution {execution['name']}", as_text(client.describe_execution(executionArn=arn))
        for page in client.get_paginator("get_execution_history").paginate(executionArn=arn):
            yield f"history of {execution['name']}", as_text(page["events"])


def items(cloud: LiveCloud, table: str) -> Iterator[tuple[str, str]]:
    """Every item of a table, by the name of its output."""
    pages = cloud.client("dynamodb").get_paginator("scan").paginate(TableName=cloud.output(table))
    yield from ((f"table {table}", as_text(item)) for page in pages for item in page["Items"])


def messages(cloud: LiveCloud) -> Iterator[tuple[str, str]]:
    """What waits in every queue; it is only looked at, so it stays there for whom it is meant for."""
    client = cloud.client("sqs")
    for name, url in cloud.queue_urls().items():
        answer = client.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0)
        yield from ((f"queue {name}", message["Body"]) for message in answer.get("Messages", []))


def configuration(cloud: LiveCloud) -> Iterator[tuple[str, str]]:
    """Every function's settings, its environment variables among them."""
    for page in cloud.client("lambda").get_paginator("list_functions").paginate():
        yield from ((f"function {function['FunctionName']}", as_text(function)) for function in page["Functions"])


def everywhere_else(cloud: LiveCloud) -> Iterator[tuple[str, str]]:
    """Everything that the stack keeps outside the people table, with its place."""
    yield from log_lines(cloud)
    yield from executions(cloud)
    yield from messages(cloud)
    yield from configuration(cloud)
    for table in sorted(name for name in cloud.stack.outputs if name.endswith("Table") and name != "PeopleTable"):
        yield from items(cloud, table)


def as_text(content: Any) -> str:  # noqa: ANN401  untyped JSON
    return json.dumps(content, default=str, ensure_ascii=False)


def found_in(places: Iterator[tuple[str, str]], wanted: dict[str, str]) -> list[str]:
    """Which of the wanted texts stand in which places, whatever their case."""
    lowered = {text.lower(): whose for text, whose in wanted.items()}
    return sorted(
        {f"{place} has {whose}" for place, text in places for value, whose in lowered.items() if value in text.lower()}
    )
