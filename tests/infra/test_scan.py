"""What a scanner finds is an exception or a failure, and so is an exception that it does not find any more."""

import json

from judging.exceptions import CHECKOV
from judging.scan import of_cfn_lint, of_checkov, of_policy_sentry


def reported(*found: tuple[str, str]) -> str:
    checks = [{"check_id": check, "resource": resource, "check_name": "asked"} for check, resource in found]
    return json.dumps({"results": {"failed_checks": checks}})


EXCEPTED = [(check, f"{exception.kind}.Any") for check, exception in CHECKOV.items()]


def test_the_exceptions_are_no_findings() -> None:
    assert of_checkov(reported(*EXCEPTED)) == []


def test_whatever_is_no_exception_fails() -> None:
    assert of_checkov(reported(*EXCEPTED, ("CKV_AWS_21", "AWS::S3::Bucket.New"))) == ["checkov CKV_AWS_21: New: asked"]


def test_an_exception_is_one_for_its_kind_of_resource_alone() -> None:
    assert of_checkov(reported(*EXCEPTED, ("CKV_AWS_27", "AWS::SNS::Topic.New"))) == ["checkov CKV_AWS_27: New: asked"]


def test_an_exception_that_nothing_needs_fails() -> None:
    (first, *others) = EXCEPTED
    kind = first[1].removesuffix(".Any")
    assert of_checkov(reported(*others)) == [f"checkov {first[0]}: no {kind} needs this exception"]


def test_every_finding_of_cfn_lint_fails() -> None:
    found = [{"Rule": {"Id": "W2001"}, "Location": {"Path": ["Parameters", "A"]}, "Message": "Parameter A not used."}]
    assert of_cfn_lint(json.dumps(found)) == ["cfn-lint W2001: Parameters/A: Parameter A not used."]


def test_an_action_that_aws_can_scope_is_none_that_it_cannot() -> None:
    known = '["logs:A", ["*"]]\n["logs:B", ["arn:b"]]\n["logs:C", []]\n'
    assert of_policy_sentry(known) == [
        "policy_sentry logs:B: can be scoped to ['arn:b']",
        "policy_sentry logs:C: can be scoped to []",
    ]
