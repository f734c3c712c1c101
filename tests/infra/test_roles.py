"""Each role against what its function is told of and fed by; what it calls is held by test_recorded_calls."""

import json
import re
from pathlib import Path

import pytest

from judging.reading import (
    PAY_FUNCTIONS,
    Template,
    allowed,
    as_list,
    consumed,
    functions,
    machine,
    names_in,
    of_type,
    statements,
)


def test_mail_is_sent_only_from_our_address_on_aws(template: Template) -> None:
    (statement,) = [s for s in statements(template, "NotifyFunction") if s["Action"] == "ses:SendEmail"]

    condition, on_aws, locally = statement["Resource"]["Fn::If"]
    assert (condition, locally) == ("OnAws", "*")
    assert len(on_aws) == 2
    assert all("identity/" in json.dumps(arn) for arn in on_aws)
    assert statement["Condition"]["Fn::If"][1] == {"StringEquals": {"ses:FromAddress": {"Ref": "MailFrom"}}}


@pytest.mark.parametrize(
    ("suffix", "service"), [("_TABLE", "dynamodb"), ("_SECRET", "secretsmanager"), ("_BUS", "events")]
)
def test_a_function_is_told_of_exactly_what_its_role_allows(template: Template, suffix: str, service: str) -> None:
    for name, function in functions(template).items():
        variables = function["Environment"]["Variables"]
        told = names_in([value for variable, value in variables.items() if variable.endswith(suffix)])
        assert told == allowed(template, name, service), name


def test_a_function_is_told_of_exactly_the_queues_that_it_may_send_to(template: Template) -> None:
    for name, function in functions(template).items():
        variables = function["Environment"]["Variables"]
        told = names_in([value for variable, value in variables.items() if variable.endswith("_QUEUE_URL")])
        assert told == allowed(template, name, "sqs") - consumed(template, name), name


def test_a_function_consumes_exactly_the_queue_that_feeds_it(template: Template) -> None:
    feeding = {
        mapping["FunctionName"]["Ref"]: names_in(mapping["EventSourceArn"])
        for mapping in of_type(template, "AWS::Lambda::EventSourceMapping").values()
    }

    for name in functions(template):
        assert consumed(template, name) == feeding.get(name, set()), name


def test_only_those_who_pay_may_answer_a_task_token(template: Template) -> None:
    answering = {
        name
        for name, function in functions(template).items()
        for statement in statements(template, name)
        if "states:SendTaskSuccess" in as_list(statement["Action"])
    }

    assert answering == set(PAY_FUNCTIONS)


def test_only_sweep_the_evaluation_and_people_start_fulfillments(template: Template) -> None:
    starting = {
        name
        for name, function in functions(template).items()
        for statement in statements(template, name)
        if "states:StartExecution" in as_list(statement["Action"])
    }

    assert starting == {"EvaluateRewardsFunction", "FinanceConsoleFunction", "SweepFunction"}


def test_the_workflow_may_call_exactly_the_functions_that_it_names(template: Template, root: Path) -> None:
    workflow = machine(template)
    definition = (root / workflow["DefinitionUri"]).read_text()
    named = set(re.findall(r"\$\{(\w+)\}", definition))

    assert named == set(workflow["DefinitionSubstitutions"])
    assert {name for name in named if name.endswith("Function")} == allowed(
        template, "FulfillmentStateMachine", "lambda"
    )
    assert allowed(template, "FulfillmentStateMachine", "sqs") == {"NoticesQueue"}
