"""The checks' own test: each flaw is planted into what CloudFormation gets, and the check named beside it must see it.

A scanner finds some of these and never others: no NoEcho, an open route, a missing ReportBatchItemFailures, a queue
without dead letters, a state machine that neither logs nor tries again.
"""

import copy
from collections.abc import Callable
from typing import Any, Final

import pytest

from judging import CHECKS, Check, delivery, doors, findings, keeping, roles
from judging.reading import Resource, Template

ANYBODY: Final = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"}
BASIC: Final = "service-role/AWSLambdaBasicExecutionRole"


def of(template: Template, name: str) -> Resource:
    properties: Resource = template["Resources"][name]["Properties"]
    return properties


def first_statement(template: Template, role: str) -> dict[str, Any]:
    statement: dict[str, Any] = of(template, role)["Policies"][0]["PolicyDocument"]["Statement"][0]
    return statement


def allow(role: str, action: object, resource: object) -> Callable[[Template], object]:
    """Plants a further statement into a role."""
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return lambda template: of(template, role)["Policies"][0]["PolicyDocument"]["Statement"].append(statement)


def attach(role: str, arn: object) -> Callable[[Template], object]:
    """Plants a managed policy into a role."""
    return lambda template: of(template, role)["ManagedPolicyArns"].append(arn)


def put(name: str, **properties: object) -> Callable[[Template], object]:
    """Plants properties into a resource."""
    return lambda template: of(template, name).update(properties)


def drop(name: str, *properties: str) -> Callable[[Template], object]:
    """Takes properties out of a resource."""
    return lambda template: [of(template, name).pop(key) for key in properties]


def add(kind: str, **properties: object) -> Callable[[Template], object]:
    """Plants a resource."""
    return lambda template: template["Resources"].update(Planted={"Type": kind, "Properties": properties})


def tell(function: str, **variables: str) -> Callable[[Template], object]:
    """Plants variables into a function's environment."""
    return lambda template: of(template, function)["Environment"]["Variables"].update(variables)


def parameter(name: str) -> Callable[[Template], object]:
    return lambda template: template["Parameters"].update({name: {"Type": "String"}})


def state(name: str, part: str) -> Callable[[Template], object]:
    """Takes a part out of a state of the workflow."""
    return lambda template: of(template, "FulfillmentStateMachine")["Definition"]["States"][name].pop(part)


def policy_of(queue_policy: str, **changes: object) -> Callable[[Template], object]:
    """Changes a queue's policy."""
    return lambda template: of(template, queue_policy)["PolicyDocument"]["Statement"][0].update(changes)


def trust(role: str, principal: object) -> Callable[[Template], object]:
    return lambda template: of(template, role)["AssumeRolePolicyDocument"]["Statement"][0].update(Principal=principal)


def retain(name: str, policy: str) -> Callable[[Template], object]:
    return lambda template: template["Resources"][name].pop(policy)


def first_target(rule: str, part: str) -> Callable[[Template], object]:
    return lambda template: of(template, rule)["Targets"][0].pop(part)


def forget_rule(template: Template) -> None:
    condition = of(template, "RulesDlqPolicy")["PolicyDocument"]["Statement"][0]["Condition"]["ArnEquals"]
    condition["aws:SourceArn"] = [arn for arn in condition["aws:SourceArn"] if "SweepRule" not in str(arn)]


def by_what_is_left_out(template: Template) -> None:
    statement = first_statement(template, "SweepFunctionRole")
    statement["NotAction"] = statement.pop("Action")


def outside_of(template: Template) -> None:
    statement = first_statement(template, "SweepFunctionRole")
    statement["NotResource"] = statement.pop("Resource")


JOURNAL: Final = {"Fn::GetAtt": ["JournalTable", "Arn"]}
LOB: Final = {"Fn::GetAtt": ["LobSecret", "Id"]}

FLAWS: Final[dict[str, tuple[Callable[[Template], object], Check]]] = {
    "every action of a service": (allow("SweepFunctionRole", "dynamodb:*", JOURNAL), roles.no_action_is_a_pattern),
    "actions by a pattern": (allow("SweepFunctionRole", "dynamodb:Get*", JOURNAL), roles.no_action_is_a_pattern),
    "everything": (allow("SweepFunctionRole", "*", "*"), roles.no_action_is_a_pattern),
    "every action but some": (by_what_is_left_out, roles.no_action_is_a_pattern),
    "every resource": (allow("SweepFunctionRole", "sqs:SendMessage", "*"), roles.no_resource_is_everything),
    "every resource but one": (outside_of, roles.no_resource_is_everything),
    "every table": (
        allow("SweepFunctionRole", "dynamodb:GetItem", {"Fn::Sub": "arn:${AWS::Partition}:dynamodb:*:*:table/*"}),
        roles.no_resource_is_everything,
    ),
    "every index of a table": (
        allow("SweepFunctionRole", "dynamodb:Query", {"Fn::Sub": "${InboxTable.Arn}/index/*"}),
        roles.no_resource_is_everything,
    ),
    "a wildcard among what AWS cannot scope": (
        allow("FulfillmentStateMachineRole", ["logs:DescribeLogGroups", "logs:GetLogEvents"], "*"),
        roles.no_resource_is_everything,
    ),
    "the policy that SAM gives every function": (
        attach("ReceiveEventFunctionRole", {"Fn::Sub": f"arn:${{AWS::Partition}}:iam::aws:policy/{BASIC}"}),
        roles.no_resource_is_everything,
    ),
    "an administrator": (
        attach("NotifyFunctionRole", "arn:aws:iam::aws:policy/AdministratorAccess"),
        roles.no_action_is_a_pattern,
    ),
    "a policy of somebody else's": (
        attach("NotifyFunctionRole", "arn:aws:iam::111122223333:policy/Theirs"),
        roles.no_policy_is_unknown,
    ),
    "another channel's key": (
        allow("PayGiftCardFunctionRole", "secretsmanager:GetSecretValue", LOB),
        roles.each_secret_is_read_by_those_who_need_it_alone,
    ),
    "a secret that is read by nobody": (
        add("AWS::SecretsManager::Secret", SecretString="{}", Description="left over"),
        roles.each_secret_is_read_by_those_who_need_it_alone,
    ),
    "passing any role": (allow("SweepFunctionRole", "iam:PassRole", "*"), roles.nobody_gives_rights_away),
    "taking on another role": (
        allow("SweepFunctionRole", "sts:AssumeRole", {"Fn::GetAtt": ["PayCheckFunctionRole", "Arn"]}),
        roles.nobody_gives_rights_away,
    ),
    "deleting rows of the journal": (allow("SweepFunctionRole", "dynamodb:DeleteItem", JOURNAL), roles.nobody_destroys),
    "reading a whole table": (allow("SweepFunctionRole", "dynamodb:Scan", JOURNAL), roles.nobody_destroys),
    "a role for anybody": (trust("PayCheckFunctionRole", "*"), roles.each_role_is_one_services_and_one_functions),
    "a role for another account": (
        trust("PayCheckFunctionRole", {"AWS": "111122223333"}),
        roles.each_role_is_one_services_and_one_functions,
    ),
    "two functions under one role": (
        put("PayCheckFunction", Role={"Fn::GetAtt": ["PayGiftCardFunctionRole", "Arn"]}),
        roles.each_role_is_one_services_and_one_functions,
    ),
    "a route that asks nobody": (
        add("AWS::ApiGatewayV2::Route", RouteKey="GET /payouts", AuthorizationType="NONE"),
        doors.every_route_asks_who_comes,
    ),
    "a route that forgot to say": (
        add("AWS::ApiGatewayV2::Route", RouteKey="GET /payouts"),
        doors.every_route_asks_who_comes,
    ),
    "a function with an address": (
        add("AWS::Lambda::Url", AuthType="NONE", TargetFunctionArn="x"),
        doors.no_function_has_an_address_of_its_own,
    ),
    "a function that anybody invokes": (
        put("EventsPermission", Principal="*"),
        doors.functions_are_invoked_by_what_they_are_for,
    ),
    "a function that any API invokes": (
        drop("EventsPermission", "SourceArn"),
        doors.functions_are_invoked_by_what_they_are_for,
    ),
    "a public bucket": (add("AWS::S3::Bucket", AccessControl="PublicRead"), doors.no_bucket_is_public),
    "a bucket that may become public": (add("AWS::S3::Bucket"), doors.no_bucket_is_public),
    "a queue that anybody fills": (
        add("AWS::SQS::QueuePolicy", PolicyDocument={"Statement": [ANYBODY]}),
        doors.resource_policies_name_who,
    ),
    "a queue that any rule of any account fills": (
        policy_of("EventsQueuePolicy", Condition={}),
        doors.resource_policies_name_who,
    ),
    "a secret as a parameter": (parameter("LobApiKey"), doors.secret_parameters_are_not_shown),
    "a secret in the template": (
        put("LobSecret", SecretString='{"api_key": "live_1"}'),
        doors.secrets_come_without_a_value,
    ),
    "a secret in the environment": (tell("PayCheckFunction", API_KEY="k"), doors.no_environment_holds_a_secret),
    "a secret resolved into the environment": (
        tell("PayCheckFunction", LOB="{{resolve:secretsmanager:lob}}"),
        doors.no_environment_holds_a_secret,
    ),
    "no partial batches": (
        drop("EventsMapping", "FunctionResponseTypes"),
        delivery.one_bad_message_does_not_bring_its_batch_back,
    ),
    "a queue without dead letters": (drop("EventsQueue", "RedrivePolicy"), delivery.every_queue_puts_aside_what_fails),
    "a queue that tries once": (
        put(
            "EventsQueue",
            RedrivePolicy={"deadLetterTargetArn": {"Fn::GetAtt": ["EventsDlq", "Arn"]}, "maxReceiveCount": 1},
        ),
        delivery.every_queue_puts_aside_what_fails,
    ),
    "a rule target without dead letters": (
        first_target("SweepRule", "DeadLetterConfig"),
        delivery.every_rule_puts_aside_what_it_cannot_hand_over,
    ),
    "a rule whose dead letters are refused": (forget_rule, delivery.every_rule_puts_aside_what_it_cannot_hand_over),
    "a message that shows too early": (
        put("GiftCardHintsQueue", VisibilityTimeout=60),
        delivery.a_message_stays_hidden_while_it_is_worked_on,
    ),
    "a function that may outlast its message": (
        put("PayGiftCardFunction", Timeout=60),
        delivery.a_message_stays_hidden_while_it_is_worked_on,
    ),
    "a workflow without a log": (
        drop("FulfillmentStateMachine", "LoggingConfiguration"),
        delivery.the_workflow_logs_its_failures_without_data,
    ),
    "a state without retries": (state("PayCheck", "Retry"), delivery.the_workflow_tries_again),
    "a state that waits for ever": (state("PayCheck", "TimeoutSeconds"), delivery.the_workflow_tries_again),
    "a table without encryption": (drop("JournalTable", "SSESpecification"), keeping.tables_are_encrypted),
    "a queue without encryption": (drop("EventsQueue", "SqsManagedSseEnabled"), keeping.queues_are_encrypted),
    "a table that cannot be restored": (
        drop("JournalTable", "PointInTimeRecoverySpecification"),
        keeping.tables_can_be_restored,
    ),
    "a table that can be deleted": (
        put("JournalTable", DeletionProtectionEnabled=False),
        keeping.the_record_cannot_be_deleted,
    ),
    "a table that goes with its stack": (
        retain("JournalTable", "DeletionPolicy"),
        keeping.the_record_outlives_the_stack,
    ),
    "a log that never ends": (drop("FunctionsLog", "RetentionInDays"), keeping.logs_end),
    "a function with a log of its own": (drop("SweepFunction", "LoggingConfig"), keeping.logs_end),
}


@pytest.mark.parametrize("flaw", FLAWS)
def test_a_planted_flaw_is_caught_by_the_check_that_is_there_for_it(on_aws: Template, flaw: str) -> None:
    plant, check = FLAWS[flaw]
    planted = copy.deepcopy(on_aws)
    plant(planted)

    assert check(on_aws) == []
    assert check(planted) != []


def test_each_check_catches_something() -> None:
    assert {check for _, check in FLAWS.values()} == set(CHECKS)


def test_a_check_that_is_there_for_something_else_keeps_quiet(on_aws: Template) -> None:
    # Else a check that always finds something would pass for one that sees.
    planted = copy.deepcopy(on_aws)
    FLAWS["a log that never ends"][0](planted)

    assert list(findings(planted)) == ["logs_end"]
