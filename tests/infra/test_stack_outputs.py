"""What the command line finds a stack by is in the template's outputs."""

from typing import Any

from guerdon.application.doctor.connection_checks import SECRET_OF
from guerdon.stack import NEEDED_OUTPUTS


def test_every_output_that_the_command_needs_is_there(template: dict[str, Any]) -> None:
    assert set(NEEDED_OUTPUTS) <= set(template["Outputs"])
    assert set(SECRET_OF.values()) <= set(NEEDED_OUTPUTS)


def test_every_function_that_is_asked_about_a_provider_has_its_key_alone(template: dict[str, Any]) -> None:
    functions = {
        resource["Properties"]["Environment"]["Variables"]["PROVIDER"]: resource["Properties"]
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::Serverless::Function"
        and "PROVIDER" in resource["Properties"]["Environment"]["Variables"]
    }
    assert set(functions) == set(SECRET_OF)
    for provider, function in functions.items():
        assert function["FunctionName"] == {"Fn::Sub": f"${{AWS::StackName}}-reconcile_{provider}"}
        variables = function["Environment"]["Variables"]
        assert variables["PROVIDER_SECRET"] == {"Fn::GetAtt": [SECRET_OF[provider], "Id"]}
