"""What is kept for how long is said by parameters, never for less than is safe; and the books never go."""

import re
from typing import Any, Final

import pytest

from guerdon.adapters.dynamodb.models import MODELS
from guerdon.adapters.dynamodb.row_model import EXPIRES_AT
from guerdon.application.records import EventBody, FrozenRequest, SentNotice

Template = dict[str, Any]

LOGS: Final = {"FunctionsLog": "LogDays", "FulfillmentLog": "WorkflowLogDays", "ApiLog": "ApiLogDays"}
KEPT: Final = {"PersonalDays": "PEOPLE_DAYS", "NoticesDays": "NOTICES_DAYS"}
BY_CLOUDWATCH: Final = {30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 3653}
"""Days that AWS::Logs::LogGroup takes, from a month on."""


def test_each_log_is_kept_as_its_parameter_says_and_at_least_a_month(template: Template) -> None:
    resources, parameters = template["Resources"], template["Parameters"]
    logs = {name for name, resource in resources.items() if resource["Type"] == "AWS::Logs::LogGroup"}
    assert logs == set(LOGS)
    for log, parameter in LOGS.items():
        assert resources[log]["Properties"]["RetentionInDays"] == {"Ref": parameter}
        assert parameters[parameter]["Default"] == 90
        assert set(parameters[parameter]["AllowedValues"]) == BY_CLOUDWATCH


@pytest.mark.parametrize("parameter", KEPT)
@pytest.mark.parametrize("days", ["0", "400", "730", "3650", "10000"])
def test_what_may_go_is_kept_for_ever_or_for_long(template: Template, parameter: str, days: str) -> None:
    assert re.fullmatch(template["Parameters"][parameter]["AllowedPattern"], days)


@pytest.mark.parametrize("parameter", KEPT)
@pytest.mark.parametrize("days", ["", "1", "30", "90", "365", "399", "-400", "0400", "1e9", "400.5", "100000"])
def test_a_time_in_which_it_may_still_be_needed_is_refused(template: Template, parameter: str, days: str) -> None:
    assert not re.fullmatch(template["Parameters"][parameter]["AllowedPattern"], days)
    assert template["Parameters"][parameter]["Default"] == "0"


def test_only_tables_with_rows_that_may_go_let_any_expire(template: Template) -> None:
    tables = {
        name: resource["Properties"].get("TimeToLiveSpecification")
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::DynamoDB::Table"
    }
    expiring = {name: settings for name, settings in tables.items() if settings is not None}
    by_column = {"AttributeName": EXPIRES_AT, "Enabled": True}
    sessions = {"AttributeName": "forgotten_at", "Enabled": True}
    assert expiring == {"PeopleTable": by_column, "NoticesTable": by_column, "SessionsTable": sessions}
    assert len(tables) == 18


def test_only_bodies_requests_and_notes_of_mails_have_the_column_by_which_they_go() -> None:
    expiring = {model.row_type for model in MODELS if EXPIRES_AT in model.get_attributes()}
    assert expiring == {EventBody, FrozenRequest, SentNotice}


def test_each_function_that_writes_such_a_row_is_told_how_long_it_is_kept(template: Template) -> None:
    told = {
        (name, variable): value["Ref"]
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function"
        for variable, value in resource["Properties"]["Environment"]["Variables"].items()
        if variable in KEPT.values()
    }
    paying = ("PayGiftCardFunction", "PayCheckFunction", "PayBillCreditFunction", "PayMerchandiseFunction")
    assert told == {
        **{(name, "PEOPLE_DAYS"): "PersonalDays" for name in ("ReceiveEventFunction", *paying)},
        ("NotifyFunction", "NOTICES_DAYS"): "NoticesDays",
    }


def test_every_table_that_holds_money_can_be_restored_and_is_hard_to_delete(template: Template) -> None:
    for name, resource in template["Resources"].items():
        if resource["Type"] != "AWS::DynamoDB::Table" or name == "SessionsTable":
            continue
        properties = resource["Properties"]
        assert (name, resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == (name, "Retain", "Retain")
        assert properties["DeletionProtectionEnabled"] == {"Ref": "DeletionProtection"}
        backups = properties["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]
        assert backups == {"Fn::If": ["OnAws", True, False]}
        assert properties["SSESpecification"] == {"SSEEnabled": True}
    assert template["Parameters"]["DeletionProtection"]["Default"] == "true"
