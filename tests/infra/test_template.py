"""What linters don't see: nothing gets lost, each role is held to its own, nothing personal is logged."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

Template = dict[str, Any]
Resource = dict[str, Any]

PAY_SECRETS = {
    "PayGiftCardFunction": "TremendousSecret",
    "PayCheckFunction": "LobSecret",
    "PayBillCreditFunction": "StripeSecret",
    "PayMerchandiseFunction": "PrintfulSecret",
}
READ = {"GetItem"}
READ_AND_WRITE = {"GetItem", "PutItem"}
PAYING = {
    "CountersTable": READ_AND_WRITE,
    "RewardsTable": READ_AND_WRITE,
    "PayoutsTable": READ_AND_WRITE,
    "PeopleTable": READ_AND_WRITE,
    "AttemptsTable": READ_AND_WRITE | {"ConditionCheckItem"},
    "JournalTable": {"PutItem"},
}
# What each function's use case reads and commits, and nothing beside it. An index is a resource of its own.
USED = {
    "ReceiveEventFunction": {"InboxTable": READ_AND_WRITE, "PeopleTable": {"PutItem"}},
    "EvaluateRewardsFunction": {
        **dict.fromkeys(
            ("InboxTable", "PeopleTable", "DealsTable", "CountersTable", "RewardsTable", "PayoutsTable"), READ_AND_WRITE
        ),
        "ProgramsTable": {"GetItem"},
        "JournalTable": {"PutItem"},
    },
    "ReleasePayoutFunction": {
        "PayoutsTable": READ_AND_WRITE,
        "PeopleTable": {"GetItem"},
        "SettingsTable": {"GetItem"},
    },
    **dict.fromkeys(PAY_SECRETS, PAYING),
    "ReceiveProviderUpdateFunction": {},
    "SettlePayoutFunction": {
        **dict.fromkeys(("CountersTable", "RewardsTable", "PayoutsTable"), READ_AND_WRITE),
        "AttemptsTable": {"GetItem"},
        "JournalTable": {"PutItem"},
    },
    "NotifyFunction": {
        "NoticesTable": READ_AND_WRITE,
        **dict.fromkeys(("PeopleTable", "RewardsTable", "PayoutsTable", "SettingsTable"), READ),
    },
    "SweepFunction": {
        **dict.fromkeys(("InboxTable", "PayoutsTable"), READ_AND_WRITE),
        "InboxTable/undecided": {"Query"},
        "InboxTable/waiting": {"Query"},
        "PayoutsTable/open": {"Query"},
        "PayoutsTable/waiting": {"Query"},
    },
}
# Step Functions delivers its log by actions that AWS defines for no narrower resource.
LOG_DELIVERY = {
    "logs:CreateLogDelivery",
    "logs:GetLogDelivery",
    "logs:UpdateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:DescribeResourcePolicies",
    "logs:DescribeLogGroups",
}


def of_type(template: Template, kind: str) -> dict[str, Resource]:
    """The properties of every resource of a type, by logical id."""
    return {
        name: resource.get("Properties", {})
        for name, resource in template["Resources"].items()
        if resource["Type"] == kind
    }


def functions(template: Template) -> dict[str, Resource]:
    return of_type(template, "AWS::Serverless::Function")


def names_in(value: object) -> set[str]:
    """Every logical id and parameter that a value refers to."""
    if isinstance(value, dict):
        if "Ref" in value:
            return {value["Ref"]}
        if "Fn::GetAtt" in value:
            return {value["Fn::GetAtt"][0]}
        if isinstance(value.get("Fn::Sub"), str):
            return {name.split(".")[0] for name in re.findall(r"\$\{(\w[\w.]*)\}", value["Fn::Sub"])}
        return set().union(*map(names_in, value.values()))
    if isinstance(value, list):
        return set().union(*map(names_in, value))
    return set()


def as_list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


def statements(resource: Resource) -> Iterator[dict[str, Any]]:
    for policy in resource.get("Policies", []):
        yield from policy["Statement"]


def allowed(resource: Resource, service: str) -> set[str]:
    """The logical ids that a role may use some action of a service on."""
    found: set[str] = set()
    for statement in statements(resource):
        if any(action.startswith(f"{service}:") for action in as_list(statement["Action"])):
            found |= names_in(statement["Resource"])
    return found


def dead_letter_queues(template: Template) -> set[str]:
    return {name for name in of_type(template, "AWS::SQS::Queue") if name.endswith("Dlq")}


def test_the_only_open_routes_are_the_two_whose_bodies_are_signed(template: Template) -> None:
    routes = of_type(template, "AWS::ApiGatewayV2::Route").values()

    assert {route["RouteKey"] for route in routes} == {
        "POST /events/{connection}",
        "POST /provider-updates/{provider}",
    }


def test_the_api_may_call_only_the_two_functions_behind_its_routes(template: Template) -> None:
    permissions = of_type(template, "AWS::Lambda::Permission").values()
    from_api = [permission for permission in permissions if permission["Principal"] == "apigateway.amazonaws.com"]

    assert sorted(permission["FunctionName"]["Ref"] for permission in from_api) == [
        "ReceiveEventFunction",
        "ReceiveProviderUpdateFunction",
    ]
    assert all("Api" in names_in(permission["SourceArn"]) for permission in permissions if permission in from_api)


def test_every_queue_has_a_dead_letter_queue(template: Template) -> None:
    dead = dead_letter_queues(template)

    for name, queue in of_type(template, "AWS::SQS::Queue").items():
        if name not in dead:
            assert names_in(queue["RedrivePolicy"]["deadLetterTargetArn"]) <= dead, name
            assert 5 <= queue["RedrivePolicy"]["maxReceiveCount"] <= 8, name


def test_every_rule_target_has_a_dead_letter_queue_and_a_retry_policy(template: Template) -> None:
    rules = of_type(template, "AWS::Events::Rule")

    assert set(rules) == {"EventsRule", "SweepRule"}
    for rule in rules.values():
        for target in rule["Targets"]:
            assert names_in(target["DeadLetterConfig"]) <= dead_letter_queues(template)
            assert target["RetryPolicy"]["MaximumRetryAttempts"] > 0


def test_a_single_message_in_any_dead_letter_queue_raises_an_alarm(template: Template) -> None:
    watched = set()
    for alarm in of_type(template, "AWS::CloudWatch::Alarm").values():
        if alarm["MetricName"] == "ApproximateNumberOfMessagesVisible":
            assert (alarm["Threshold"], alarm["ComparisonOperator"]) == (0, "GreaterThanThreshold")
            watched |= names_in(alarm["Dimensions"])

    assert watched == dead_letter_queues(template)


def test_every_alarm_says_what_to_do_and_whom_to_tell(template: Template) -> None:
    for name, alarm in of_type(template, "AWS::CloudWatch::Alarm").items():
        assert alarm["AlarmDescription"].endswith("."), name
        assert "AlarmTopic" in names_in(alarm["AlarmActions"]), name


def test_what_leaves_no_dead_letter_raises_an_alarm_too(template: Template) -> None:
    watched = {
        (alarm["Namespace"], alarm["MetricName"], *names_in(alarm["Dimensions"]))
        for alarm in of_type(template, "AWS::CloudWatch::Alarm").values()
        if alarm["Namespace"] != "AWS/SQS"
    }

    assert watched == {
        ("AWS/ApiGateway", "5xx", "Api"),
        ("AWS/States", "ExecutionsFailed", "FulfillmentStateMachine"),
        ("AWS/States", "ExecutionsTimedOut", "FulfillmentStateMachine"),
        ("AWS/Lambda", "Errors", "SweepFunction"),
        ("AWS/Lambda", "Invocations", "SweepFunction"),
        ("Guerdon", "EventsWaiting", "AWS::StackName"),
        ("Guerdon", "PayoutsWaiting", "AWS::StackName"),
        ("Guerdon", "OldestWaitingHours", "AWS::StackName"),
        ("Guerdon", "UndecidedEvents", "AWS::StackName"),
    }


def test_a_dead_letter_lives_longer_than_the_message_could_have(template: Template) -> None:
    # A dead letter keeps the age that it had.
    default_seconds = 4 * 86400
    queues = of_type(template, "AWS::SQS::Queue")
    dead = dead_letter_queues(template)

    assert {queues[name]["MessageRetentionPeriod"] for name in dead} == {14 * 86400}
    assert {
        queue.get("MessageRetentionPeriod", default_seconds) for name, queue in queues.items() if name not in dead
    } == {default_seconds}


def test_every_queue_is_encrypted(template: Template) -> None:
    assert all(queue["SqsManagedSseEnabled"] is True for queue in of_type(template, "AWS::SQS::Queue").values())


def test_one_bad_message_does_not_bring_its_batch_back(template: Template) -> None:
    mappings = of_type(template, "AWS::Lambda::EventSourceMapping")

    assert len(mappings) == 6
    assert all(mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"] for mapping in mappings.values())


def test_a_hint_that_takes_long_takes_no_other_with_it(template: Template) -> None:
    sizes = {
        mapping["FunctionName"]["Ref"]: mapping["BatchSize"]
        for mapping in of_type(template, "AWS::Lambda::EventSourceMapping").values()
    }

    assert {name: sizes[name] for name in PAY_SECRETS} == dict.fromkeys(PAY_SECRETS, 1)


def test_every_consumer_is_capped(template: Template) -> None:
    for name, mapping in of_type(template, "AWS::Lambda::EventSourceMapping").items():
        assert names_in(mapping["ScalingConfig"]["MaximumConcurrency"]) & set(template["Parameters"]), name


def test_a_message_stays_hidden_for_six_times_what_its_function_may_take(template: Template) -> None:
    queues = of_type(template, "AWS::SQS::Queue")
    default_seconds = template["Globals"]["Function"]["Timeout"]

    for mapping in of_type(template, "AWS::Lambda::EventSourceMapping").values():
        (queue,) = names_in(mapping["EventSourceArn"])
        timeout_seconds = functions(template)[mapping["FunctionName"]["Ref"]].get("Timeout", default_seconds)
        assert queues[queue]["VisibilityTimeout"] >= 6 * timeout_seconds, queue


def test_only_the_event_rule_may_put_messages_onto_the_events_queue(template: Template) -> None:
    policy = of_type(template, "AWS::SQS::QueuePolicy")["EventsQueuePolicy"]["PolicyDocument"]

    (statement,) = policy["Statement"]
    assert statement["Action"] == "sqs:SendMessage"
    assert statement["Principal"] == {"Service": "events.amazonaws.com"}
    assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": {"Fn::GetAtt": ["EventsRule", "Arn"]}}}
    assert not any(
        "EventsQueue" in allowed(function, "sqs") - consumed(function) for function in functions(template).values()
    )


def consumed(function: Resource) -> set[str]:
    found: set[str] = set()
    for statement in statements(function):
        if "sqs:ReceiveMessage" in as_list(statement["Action"]):
            found |= names_in(statement["Resource"])
    return found


def test_no_action_and_no_resource_is_everything(template: Template) -> None:
    machine = of_type(template, "AWS::Serverless::StateMachine")["FulfillmentStateMachine"]
    roles = {**functions(template), "FulfillmentStateMachine": machine}

    everywhere = {}
    for name, role in roles.items():
        for statement in statements(role):
            actions = set(as_list(statement["Action"]))
            assert not any("*" in action for action in actions), name
            if "*" in as_list(statement["Resource"]):
                everywhere[name] = actions

    assert everywhere == {"FulfillmentStateMachine": LOG_DELIVERY}


def test_mail_is_sent_only_from_our_address_on_aws(template: Template) -> None:
    (statement,) = [s for s in statements(functions(template)["NotifyFunction"]) if s["Action"] == "ses:SendEmail"]

    condition, on_aws, locally = statement["Resource"]["Fn::If"]
    assert (condition, locally) == ("OnAws", "*")
    assert len(on_aws) == 2
    assert all("identity/" in json.dumps(arn) for arn in on_aws)
    assert statement["Condition"]["Fn::If"][1] == {"StringEquals": {"ses:FromAddress": {"Ref": "MailFrom"}}}


def test_no_managed_policy_widens_a_role(template: Template) -> None:
    for function in functions(template).values():
        assert all(isinstance(policy, dict) and "Statement" in policy for policy in function["Policies"])
        assert "Events" not in function


def test_each_secret_is_read_by_one_function_only(template: Template) -> None:
    readers: dict[str, set[str]] = {}
    for name, function in functions(template).items():
        for secret in allowed(function, "secretsmanager"):
            readers.setdefault(secret, set()).add(name)

    assert readers == {
        "ConnectionsSecret": {"ReceiveEventFunction"},
        "WebhooksSecret": {"ReceiveProviderUpdateFunction"},
        **{secret: {function} for function, secret in PAY_SECRETS.items()},
    }
    assert set(readers) == set(of_type(template, "AWS::SecretsManager::Secret"))


def test_no_secret_has_a_value_in_the_template(template: Template) -> None:
    assert {secret["SecretString"] for secret in of_type(template, "AWS::SecretsManager::Secret").values()} == {"{}"}


@pytest.mark.parametrize(
    ("suffix", "service"), [("_TABLE", "dynamodb"), ("_SECRET", "secretsmanager"), ("_BUS", "events")]
)
def test_a_function_is_told_of_exactly_what_its_role_allows(template: Template, suffix: str, service: str) -> None:
    for name, function in functions(template).items():
        variables = function["Environment"]["Variables"]
        told = names_in([value for variable, value in variables.items() if variable.endswith(suffix)])
        assert told == allowed(function, service), name


def test_a_role_allows_exactly_the_calls_that_its_function_makes(template: Template) -> None:
    for name, function in functions(template).items():
        granted: dict[str, set[str]] = {}
        for statement in statements(function):
            named = [action.partition(":") for action in as_list(statement["Action"])]
            actions = {action for service, _, action in named if service == "dynamodb"}
            for resource in as_list(statement["Resource"]) if actions else []:
                (table,) = names_in(resource)
                _, _, index = resource.get("Fn::Sub", "").partition("/index/")
                granted.setdefault(f"{table}/{index}" if index else table, set()).update(actions)
        assert granted == USED[name], name


def test_a_function_is_told_of_exactly_the_queues_that_it_may_send_to(template: Template) -> None:
    for name, function in functions(template).items():
        variables = function["Environment"]["Variables"]
        told = names_in([value for variable, value in variables.items() if variable.endswith("_QUEUE_URL")])
        assert told == allowed(function, "sqs") - consumed(function), name


def test_a_function_consumes_exactly_the_queue_that_feeds_it(template: Template) -> None:
    feeding = {
        mapping["FunctionName"]["Ref"]: names_in(mapping["EventSourceArn"])
        for mapping in of_type(template, "AWS::Lambda::EventSourceMapping").values()
    }

    for name, function in functions(template).items():
        assert consumed(function) == feeding.get(name, set()), name


def test_only_those_who_pay_may_answer_a_task_token(template: Template) -> None:
    answering = {
        name
        for name, function in functions(template).items()
        for statement in statements(function)
        if "states:SendTaskSuccess" in as_list(statement["Action"])
    }

    assert answering == set(PAY_SECRETS)


def test_only_sweep_and_the_evaluation_start_fulfillments(template: Template) -> None:
    starting = {
        name
        for name, function in functions(template).items()
        for statement in statements(function)
        if "states:StartExecution" in as_list(statement["Action"])
    }

    assert starting == {"EvaluateRewardsFunction", "SweepFunction"}


def test_nobody_deletes_or_scans(template: Template) -> None:
    for name, function in functions(template).items():
        used = {action for statement in statements(function) for action in as_list(statement["Action"])}
        assert not {action for action in used if re.search("Delete(Item|Table)|Scan|BatchWrite", action)}, name


def test_stripe_and_mail_are_shipped_only_where_they_are_used(template: Template) -> None:
    extra = {
        name: names_in(function["Layers"]) for name, function in functions(template).items() if "Layers" in function
    }

    assert extra == {"PayBillCreditFunction": {"StripeLayer"}, "NotifyFunction": {"MailLayer"}}
    # SAM adds these to a function's own.
    assert names_in(template["Globals"]["Function"]["Layers"]) == {"CoreLayer", "DependenciesLayer"}


def test_every_function_is_a_folder_and_every_folder_a_function(template: Template, root: Path) -> None:
    folders = {path.parent.name for path in (root / "functions").glob("*/handler.py")}

    assert {function["Handler"].removesuffix(".handler.handle") for function in functions(template).values()} == folders


def test_a_function_logs_under_the_name_of_its_folder(template: Template) -> None:
    for function in functions(template).values():
        folder = function["Handler"].removesuffix(".handler.handle")
        assert function["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"] == folder


def test_the_workflow_may_call_exactly_the_functions_that_it_names(template: Template, root: Path) -> None:
    machine = of_type(template, "AWS::Serverless::StateMachine")["FulfillmentStateMachine"]
    definition = (root / machine["DefinitionUri"]).read_text()
    named = set(re.findall(r"\$\{(\w+)\}", definition))

    assert named == set(machine["DefinitionSubstitutions"])
    assert {name for name in named if name.endswith("Function")} == allowed(machine, "lambda")
    assert allowed(machine, "sqs") == {"NoticesQueue"}


def test_the_workflow_is_of_the_kind_that_runs_once(template: Template) -> None:
    machine = of_type(template, "AWS::Serverless::StateMachine")["FulfillmentStateMachine"]

    assert machine["Type"] == "STANDARD"


def test_the_workflow_logs_without_what_it_carries(template: Template) -> None:
    machine = of_type(template, "AWS::Serverless::StateMachine")["FulfillmentStateMachine"]

    assert machine["Logging"]["IncludeExecutionData"] is False
    assert machine["Logging"]["Level"] == "ERROR"
    assert names_in(machine["Logging"]["Destinations"]) == {"FulfillmentLog"}


def test_the_api_logs_neither_bodies_nor_addresses(template: Template) -> None:
    stage = of_type(template, "AWS::ApiGatewayV2::Stage")["ApiStage"]

    logged = set(re.findall(r"\$context\.([\w.]+)", stage["AccessLogSettings"]["Format"]))
    assert logged == {"requestId", "routeKey", "status", "responseLatency", "responseLength", "integrationErrorMessage"}
    assert json.loads(stage["AccessLogSettings"]["Format"])["status"] == "$context.status"


def test_the_api_is_throttled(template: Template) -> None:
    settings = of_type(template, "AWS::ApiGatewayV2::Stage")["ApiStage"]["DefaultRouteSettings"]

    assert settings == {"ThrottlingBurstLimit": 200, "ThrottlingRateLimit": 100}


def test_logs_are_kept_for_ninety_days(template: Template) -> None:
    assert {log["RetentionInDays"] for log in of_type(template, "AWS::Logs::LogGroup").values()} == {90}


def test_the_record_outlives_the_stack_and_can_be_restored(template: Template) -> None:
    tables = {n: r for n, r in template["Resources"].items() if r["Type"] == "AWS::DynamoDB::Table"}

    assert len(tables) == 11
    for name, table in tables.items():
        assert table["DeletionPolicy"] == table["UpdateReplacePolicy"] == "Retain", name
        properties = table["Properties"]
        assert properties["DeletionProtectionEnabled"] == {"Ref": "DeletionProtection"}, name
        assert properties["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] == {
            "Fn::If": ["OnAws", True, False]
        }, name
        assert properties["SSESpecification"] == {"SSEEnabled": True}, name
        assert properties["BillingMode"] == "PAY_PER_REQUEST", name


def test_a_new_stack_protects_its_tables(template: Template) -> None:
    assert template["Parameters"]["DeletionProtection"]["Default"] == "true"


def test_indexes_carry_keys_only_and_what_waits_its_reason_too(template: Template) -> None:
    keys_only = {"ProjectionType": "KEYS_ONLY"}
    with_reason = {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["waits_for"]}
    indexes = {
        (name, index["IndexName"]): ([key["AttributeName"] for key in index["KeySchema"]], index["Projection"])
        for name, table in of_type(template, "AWS::DynamoDB::Table").items()
        for index in table.get("GlobalSecondaryIndexes", [])
    }

    assert indexes == {
        ("InboxTable", "deal"): (["deal_id", "received_at"], keys_only),
        ("InboxTable", "undecided"): (["undecided_shard", "look_at"], keys_only),
        ("InboxTable", "waiting"): (["waiting_shard", "waiting_since"], with_reason),
        ("PayoutsTable", "open"): (["open_shard", "look_at"], keys_only),
        ("PayoutsTable", "waiting"): (["waiting_shard", "waiting_since"], with_reason),
    }


def test_the_command_line_finds_every_table_queue_and_secret(template: Template) -> None:
    outputs = template["Outputs"]
    tables = set(of_type(template, "AWS::DynamoDB::Table"))
    secrets = set(of_type(template, "AWS::SecretsManager::Secret"))
    queues = {f"{name}Url" for name in of_type(template, "AWS::SQS::Queue")}

    assert set(outputs) == tables | secrets | queues | {
        "ApiId",
        "ApiUrl",
        "EventBus",
        "FunctionsLog",
        "StateMachineArn",
    }


def test_each_resource_is_connected(template: Template) -> None:
    known = set(template["Resources"]) | set(template["Parameters"])

    unknown = {
        name
        for name in names_in([template["Resources"], template["Outputs"], template["Globals"]])
        if not name.startswith("AWS::") and name not in known | {"Domain"}
    }

    assert unknown == set()
