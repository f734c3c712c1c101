"""Who may do what: each check gives one finding for each place that is too wide, and none if all is well."""

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from moto.iam.aws_managed_policies import aws_managed_policies_data

from judging.reading import Resource, Template, as_list, names_in, of_type

UNSCOPABLE: Final = dict.fromkeys(
    (
        "logs:CreateLogDelivery",
        "logs:GetLogDelivery",
        "logs:UpdateLogDelivery",
        "logs:DeleteLogDelivery",
        "logs:ListLogDeliveries",
        "logs:PutResourcePolicy",
        "logs:DescribeResourcePolicies",
        "logs:DescribeLogGroups",
    ),
    "Step Functions delivers the workflow's log by it. AWS's Service Authorization Reference names no resource for it, "
    "and the Step Functions Developer Guide (Logging to CloudWatch Logs) asks for *.",
)
"""Actions that AWS accepts no narrower resource for than *, each with the reason; `make scan` looks each up."""

OPEN_ENDED: Final = {
    "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:execution:${AWS::StackName}-fulfillment:*": (
        "Executions are named for payouts that do not exist yet when the role is made; all are of our one workflow."
    ),
}
"""Resources that end in *, because what they stand for is named while the stack runs."""

LOCALLY: Final = {
    "ses:SendEmail": "The emulator authorizes every mail against *; on AWS the role names the address's identities.",
}
"""Actions on * that only a stack of the local cloud has."""

SECRET_READERS: Final = {
    "ConnectionsSecret": {"ReceiveEventFunction"},
    "WebhooksSecret": {"ReceiveProviderUpdateFunction"},
    "TremendousSecret": {"PayGiftCardFunction", "ReconcileTremendousFunction"},
    "LobSecret": {"PayCheckFunction", "ReconcileLobFunction"},
    "StripeSecret": {"PayBillCreditFunction", "ReconcileStripeFunction"},
    "PrintfulSecret": {"PayMerchandiseFunction", "ReconcilePrintfulFunction"},
}
"""A connection's secret verifies, a provider's key spends: nobody has one that they do not use."""

ASSUMED_BY: Final = {
    "AWS::Lambda::Function": "lambda.amazonaws.com",
    "AWS::StepFunctions::StateMachine": "states.amazonaws.com",
}
_GIVES_RIGHTS: Final = re.compile(
    r"^(iam|sts|organizations|sso|kms):|:(Add|Remove)Permission$|:Put\w*Policy$|:SetQueueAttributes$"
)
_DESTROYS: Final = re.compile(
    r"^(dynamodb:(Delete|Scan|BatchWrite|PartiQL|Update(Table|Continuous))|sqs:(Purge|DeleteQueue)|s3:Delete)"
)


@cache
def _documents_of_aws() -> dict[str, Any]:
    """AWS's managed policies by name, as moto's locked release has them; each tells its version's date."""
    documents: dict[str, Any] = json.loads(aws_managed_policies_data)
    return documents


def _policy_name(arn: object) -> str:
    """The last part of a managed policy's ARN, however it is written."""
    return str(arn.get("Fn::Sub", arn) if isinstance(arn, dict) else arn).rpartition("/")[2]


def policies(template: Template, role: Resource) -> Iterator[tuple[str, dict[str, Any] | None]]:
    """Every policy of a role by name, inline and managed; None for a managed one that nobody here knows."""
    own = of_type(template, "AWS::IAM::ManagedPolicy")
    for policy in role.get("Policies", []):
        yield policy["PolicyName"], policy["PolicyDocument"]
    for arn in role.get("ManagedPolicyArns", []):
        named = names_in(arn) & set(own)
        if named:
            (name,) = named
            yield name, own[name]["PolicyDocument"]
        else:
            name = _policy_name(arn)
            yield name, _documents_of_aws().get(name, {}).get("Document")


def granting(template: Template) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every statement that allows something, with the role and the policy that it stands in."""
    for role_name, role in of_type(template, "AWS::IAM::Role").items():
        for policy_name, document in policies(template, role):
            for statement in as_list(document["Statement"]) if document else ():
                if statement["Effect"] == "Allow":
                    yield f"{role_name} ({policy_name})", statement


def role_of_each(template: Template) -> dict[str, str]:
    """The role of each function and of the workflow, by logical ids."""
    field = {"AWS::Lambda::Function": "Role", "AWS::StepFunctions::StateMachine": "RoleArn"}
    return {
        name: next(iter(names_in(properties[key])))
        for kind, key in field.items()
        for name, properties in of_type(template, kind).items()
    }


def resource_text(resource: object) -> str:
    """A resource as text, in which a * can be seen."""
    if isinstance(resource, dict) and isinstance(resource.get("Fn::Sub"), str):
        return str(resource["Fn::Sub"])
    return resource if isinstance(resource, str) else json.dumps(resource)


def no_policy_is_unknown(template: Template) -> list[str]:
    """A managed policy that is neither ours nor among AWS's could say anything."""
    return [
        f"{role_name} has {policy_name}"
        for role_name, role in of_type(template, "AWS::IAM::Role").items()
        for policy_name, document in policies(template, role)
        if document is None
    ]


def no_action_is_a_pattern(template: Template) -> list[str]:
    """Each action is named whole; nothing is allowed by what it leaves out."""
    return [
        f"{where} allows {action}"
        for where, statement in granting(template)
        for action in [*as_list(statement.get("Action", [])), *(["NotAction"] if "NotAction" in statement else [])]
        if re.search(r"[*?]|^NotAction$", action)
    ]


def no_resource_is_everything(template: Template) -> list[str]:
    """A resource is one of ours by name, unless AWS accepts none for the action."""
    found = []
    for where, statement in granting(template):
        if "NotResource" in statement:
            found.append(f"{where} allows by NotResource")
        for resource in map(resource_text, as_list(statement.get("Resource", []))):
            if resource in OPEN_ENDED or not re.search(r"[*?]", resource):
                continue
            actions = set(as_list(statement.get("Action", ["everything but some"])))
            scopable = actions - set(UNSCOPABLE) if resource == "*" else actions
            found += [f"{where} allows {action} on {resource}" for action in sorted(scopable)]
    return found


def each_secret_is_read_by_those_who_need_it_alone(template: Template) -> list[str]:
    """No function can read a secret that it does not use."""
    readers: dict[str, set[str]] = {name: set() for name in of_type(template, "AWS::SecretsManager::Secret")}
    owners: dict[str, list[str]] = {}
    for function, role in role_of_each(template).items():
        owners.setdefault(role, []).append(function)
    for where, statement in granting(template):
        if any(str(action).startswith("secretsmanager:") for action in as_list(statement.get("Action", []))):
            for secret in names_in(statement["Resource"]):
                readers.setdefault(secret, set()).update(owners.get(where.partition(" ")[0], [where]))
    return [
        f"{secret} is read by {sorted(readers.get(secret, ()))}, not {sorted(SECRET_READERS.get(secret, ()))}"
        for secret in sorted({*readers, *SECRET_READERS})
        if secret not in SECRET_READERS or readers.get(secret, set()) != SECRET_READERS[secret]
    ]


def nobody_gives_rights_away(template: Template) -> list[str]:
    """No role can pass a role, take on another, or change who may do what."""
    return [
        f"{where} allows {action}"
        for where, statement in granting(template)
        for action in as_list(statement.get("Action", []))
        if _GIVES_RIGHTS.search(action) and action not in UNSCOPABLE
    ]


def nobody_destroys(template: Template) -> list[str]:
    """No role deletes rows or queues, and none reads a whole table."""
    return [
        f"{where} allows {action}"
        for where, statement in granting(template)
        for action in as_list(statement.get("Action", []))
        if _DESTROYS.search(action)
    ]


def each_role_is_one_services_and_one_functions(template: Template) -> list[str]:
    """A role is taken on by one service for one function: nobody else's mistake widens it."""
    roles, used = of_type(template, "AWS::IAM::Role"), role_of_each(template)
    found = [
        f"{role} is the role of {sorted(name for name, its in used.items() if its == role)}"
        for role in roles
        if list(used.values()).count(role) != 1
    ]
    for name, role in used.items():
        service = ASSUMED_BY[template["Resources"][name]["Type"]]
        for statement in roles[role]["AssumeRolePolicyDocument"]["Statement"] if role in roles else ():
            principal = statement["Principal"]
            trusted = as_list(principal.get("Service")) if isinstance(principal, dict) else [principal]
            if trusted != [service] or (isinstance(principal, dict) and set(principal) != {"Service"}):
                found.append(f"{role} can be taken on by {principal}")
    return found
