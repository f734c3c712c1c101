"""The deployment as data, and the questions that tests ask of it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import yaml

ROOT: Final = Path(__file__).parents[2]

Template = dict[str, Any]
Resource = dict[str, Any]

PAY_FUNCTIONS: Final = ("PayGiftCardFunction", "PayCheckFunction", "PayBillCreditFunction", "PayMerchandiseFunction")
RECONCILE_FUNCTIONS: Final = (
    "ReconcileTremendousFunction",
    "ReconcileLobFunction",
    "ReconcileStripeFunction",
    "ReconcilePrintfulFunction",
)


class TemplateLoader(yaml.SafeLoader):
    """Reads CloudFormation's short intrinsics as the long ones that they stand for."""


def long_form(loader: TemplateLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    """Read `!GetAtt A.Arn` as {"Fn::GetAtt": ["A", "Arn"]}, and so on."""
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        assert isinstance(node, yaml.MappingNode)
        value = loader.construct_mapping(node, deep=True)
    if suffix == "Ref":
        return {"Ref": value}
    if suffix == "GetAtt":
        return {"Fn::GetAtt": value.split(".", 1)}
    return {f"Fn::{suffix}": value}


TemplateLoader.add_multi_constructor("!", long_form)


def read_template() -> Template:
    """The deployment as it is written, with every intrinsic in its long form."""
    text = (ROOT / "template.yaml").read_text(encoding="utf-8")
    read: Template = yaml.load(text, Loader=TemplateLoader)  # noqa: S506  a subclass of the safe loader
    return read


def of_type(template: Template, kind: str) -> dict[str, Resource]:
    """The properties of every resource of a type, by logical id."""
    return {
        name: resource.get("Properties", {})
        for name, resource in template["Resources"].items()
        if resource["Type"] == kind
    }


def functions(template: Template) -> dict[str, Resource]:
    """The functions as the template declares them."""
    return of_type(template, "AWS::Serverless::Function")


def machine(template: Template) -> Resource:
    """The workflow as the template declares it."""
    return of_type(template, "AWS::Serverless::StateMachine")["FulfillmentStateMachine"]


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
    """The items of what may stand alone where a list may stand."""
    return value if isinstance(value, list) else [value]


def role_of(template: Template, function: str) -> Resource:
    """The role that a function runs under."""
    (role,) = names_in(functions(template)[function]["Role"])
    return of_type(template, "AWS::IAM::Role")[role]


def statements(template: Template, name: str) -> Iterator[dict[str, Any]]:
    """What a function, or the workflow, is allowed of its own."""
    if name in functions(template):
        for policy in role_of(template, name)["Policies"]:
            yield from policy["PolicyDocument"]["Statement"]
    else:
        for policy in of_type(template, "AWS::Serverless::StateMachine")[name]["Policies"]:
            yield from policy["Statement"]


def actions_of(template: Template, name: str) -> set[str]:
    """Every action that a function, or the workflow, is allowed somewhere."""
    return {action for statement in statements(template, name) for action in as_list(statement["Action"])}


def allowed(template: Template, name: str, service: str) -> set[str]:
    """The logical ids that a function, or the workflow, may use some action of a service on."""
    found: set[str] = set()
    for statement in statements(template, name):
        if any(action.startswith(f"{service}:") for action in as_list(statement["Action"])):
            found |= names_in(statement["Resource"])
    return found


def consumed(template: Template, name: str) -> set[str]:
    """The queues that a function may take messages from."""
    found: set[str] = set()
    for statement in statements(template, name):
        if "sqs:ReceiveMessage" in as_list(statement["Action"]):
            found |= names_in(statement["Resource"])
    return found


def dead_letter_queues(template: Template) -> set[str]:
    """The queues of what nobody could handle."""
    return {name for name in of_type(template, "AWS::SQS::Queue") if name.endswith("Dlq")}
