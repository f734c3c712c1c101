"""The deployment as CloudFormation gets it: SAM's resources made into AWS's, conditions and parameters decided.

What scanners and our own checks judge is this: the roles and policies that SAM adds stand nowhere in the template.
"""

import copy
import json
from collections.abc import Callable
from typing import Any, Final

import boto3
from samtranslator.parser.parser import Parser  # type: ignore[import-untyped]  # Annotated, but it does not say so.
from samtranslator.translator.translator import Translator  # type: ignore[import-untyped]  # The same.

from judging.reading import ROOT, Template

CODE: Final = "s3://artifacts/code"
GIVEN: Final = {"MailFrom": "rewards@example.com", "FinanceMail": "finance@example.com"}
"""Parameters without a default."""

_NOTHING: Final = object()
"""What AWS::NoValue leaves: neither a value nor its key."""


def expand(template: Template, **parameters: str) -> Template:
    """What is deployed with those parameters, and the defaults of all others.

    Functions and layers come from a bucket, as after `sam package`; the workflow's definition stands in its resource.
    References to resources, and to what AWS alone knows (such as the account), are left as they are.
    """
    values = {name: declared["Default"] for name, declared in template["Parameters"].items() if "Default" in declared}
    values |= GIVEN | parameters
    packed = _packed(template)
    session = boto3.Session(region_name="us-east-1")
    made: Template = Translator({}, Parser(), boto_session=session).translate(packed, values)
    decided = _Decider(values, made.get("Conditions", {}))
    resources = {
        name: {key: decided.value(part) for key, part in resource.items() if key != "Condition"}
        for name, resource in made["Resources"].items()
        if decided.holds(resource.get("Condition"))
    }
    for resource in resources.values():
        if resource["Type"] == "AWS::StepFunctions::StateMachine":
            del resource["Properties"]["DefinitionS3Location"]
            resource["Properties"]["Definition"] = json.loads((ROOT / "infra/fulfillment.asl.json").read_text("utf-8"))
    kept = {key: made[key] for key in ("AWSTemplateFormatVersion", "Description", "Parameters")}
    return {**kept, "Resources": resources, "Outputs": decided.value(made["Outputs"])}


def _packed(template: Template) -> Template:
    """A copy whose code lies in a bucket."""
    packed = copy.deepcopy(template)
    packed["Globals"]["Function"]["CodeUri"] = CODE
    for resource in packed["Resources"].values():
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::Serverless::LayerVersion":
            properties["ContentUri"] = CODE
        if resource["Type"] == "AWS::Serverless::StateMachine":
            properties["DefinitionUri"] = {"Bucket": "artifacts", "Key": "workflow"}
    return packed


class _Decider:
    """Decides what depends on parameters."""

    def __init__(self, values: dict[str, Any], conditions: dict[str, Any]) -> None:
        self._values, self._conditions = values, conditions

    def holds(self, condition: str | None) -> bool:
        return condition is None or bool(self.value(self._conditions[condition]))

    def value(self, written: Any) -> Any:  # noqa: ANN401 - a template is of any shape.
        if isinstance(written, list):
            return [value for value in map(self.value, written) if value is not _NOTHING]
        if not isinstance(written, dict):
            return written
        ((name, given), *more) = written.items() or [("", None)]
        decide = None if more else self._intrinsic(name)
        if decide is not None:
            return decide(given)
        found = {key: self.value(part) for key, part in written.items()}
        return {key: value for key, value in found.items() if value is not _NOTHING}

    def _intrinsic(self, name: str) -> Callable[[Any], Any] | None:
        decided: dict[str, Callable[[Any], Any]] = {
            "Ref": self._referred,
            "Fn::If": lambda given: self.value(given[1] if self.holds(given[0]) else given[2]),
            "Fn::Equals": lambda given: str(self.value(given[0])) == str(self.value(given[1])),
            "Fn::Not": lambda given: not self.value(given[0]),
        }
        return decided.get(name)

    def _referred(self, name: str) -> Any:  # noqa: ANN401 - as above
        return _NOTHING if name == "AWS::NoValue" else self._values.get(name, {"Ref": name})
