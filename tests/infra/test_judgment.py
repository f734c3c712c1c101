"""Every check of the expanded template finds nothing, and every exception that it makes is still made use of."""

import re

import pytest

from judging import CHECKS, Check, doors, findings, roles
from judging.reading import Template, as_list, of_type


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_on_aws_it_finds_nothing(on_aws: Template, check: Check) -> None:
    assert check(on_aws) == []


def test_the_local_cloud_differs_in_what_the_emulator_cannot_do_and_in_nothing_else(on_the_emulator: Template) -> None:
    found = findings(on_the_emulator)

    tables = list(of_type(on_the_emulator, "AWS::DynamoDB::Table"))
    (action,) = roles.LOCALLY
    assert found == {
        "no_resource_is_everything": [f"NotifyFunctionRole (calls) allows {action} on *"],
        "tables_can_be_restored": tables,
        "the_record_cannot_be_deleted": [*tables, "ConsoleUsers"],
    }


def test_every_exception_is_one_that_is_needed(on_aws: Template) -> None:
    everywhere: set[str] = set()
    open_ended = set()
    for _, statement in roles.granting(on_aws):
        for resource in map(roles.resource_text, as_list(statement["Resource"])):
            everywhere |= set(as_list(statement["Action"])) if resource == "*" else set()
            open_ended |= {resource} if re.search(r".[*]", resource) else set()

    assert everywhere == set(roles.UNSCOPABLE)
    assert open_ended == set(roles.OPEN_ENDED)
    routes = {route["RouteKey"] for route in of_type(on_aws, "AWS::ApiGatewayV2::Route").values()}
    assert set(doors.OPEN_ROUTES) == routes


def test_nothing_of_aws_or_sam_widens_a_role(on_aws: Template) -> None:
    own = set(of_type(on_aws, "AWS::IAM::ManagedPolicy"))
    named = {
        name
        for role in of_type(on_aws, "AWS::IAM::Role").values()
        for name, _ in roles.policies(on_aws, role)
        if name not in {"calls", "FulfillmentStateMachineRolePolicy0"}
    }

    assert named == own == {"LogPolicy"}
