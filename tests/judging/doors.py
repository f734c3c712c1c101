"""What is open to the world, and what keeps a secret."""

import re
from typing import Any, Final

from judging.reading import Template, as_list, names_in, of_type

OPEN_ROUTES: Final = {
    "POST /events/{connection}": "Its body is signed (Standard Webhooks); receive_event refuses what is not.",
    "POST /provider-updates/{provider}": "Its body is signed; what it says is a hint, and the provider is asked.",
    "ANY /console": "A browser comes with a cookie: finance_console sends whoever is not signed in to the user pool.",
    "ANY /console/{proxy+}": "As /console.",
}
"""Routes without an authorizer of the API's, and what stands in its place."""

RESOURCE_POLICIES: Final = {
    "AWS::SQS::QueuePolicy": "PolicyDocument",
    "AWS::SNS::TopicPolicy": "PolicyDocument",
    "AWS::S3::BucketPolicy": "PolicyDocument",
    "AWS::SecretsManager::ResourcePolicy": "ResourcePolicy",
    "AWS::Events::EventBusPolicy": "Statement",
}
"""What says who else may use a resource, and where it says so."""

SMELLS_OF_SECRET: Final = re.compile(
    r"secret|password|passphrase|credential|private_?key|api_?key|token", re.IGNORECASE
)
LOOKS_LIKE_SECRET: Final = re.compile(
    r"(sk|rk)_(live|test)_|whsec_|AKIA|-----BEGIN|\{\{resolve:(secretsmanager|ssm-secure)"
)


def every_route_asks_who_comes(template: Template) -> list[str]:
    """A route has an authorizer, or stands in the list of those that are guarded otherwise."""
    return [
        f"{name}: {route['RouteKey']}"
        for name, route in of_type(template, "AWS::ApiGatewayV2::Route").items()
        if route.get("AuthorizationType", "NONE") == "NONE" and route["RouteKey"] not in OPEN_ROUTES
    ]


def no_function_has_an_address_of_its_own(template: Template) -> list[str]:
    """Requests come by the API, which throttles and logs them."""
    return sorted(of_type(template, "AWS::Lambda::Url"))


def functions_are_invoked_by_what_they_are_for(template: Template) -> list[str]:
    """A permission to invoke names a service of AWS, and the very rule or API."""
    return [
        f"{name}: {permission['Principal']} for {permission.get('SourceArn', 'anything')}"
        for name, permission in of_type(template, "AWS::Lambda::Permission").items()
        if not str(permission["Principal"]).endswith(".amazonaws.com") or not names_in(permission.get("SourceArn"))
    ]


def no_bucket_is_public(template: Template) -> list[str]:
    """A bucket blocks every way of being public."""
    blocks = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
    return [
        name
        for name, bucket in of_type(template, "AWS::S3::Bucket").items()
        if not all(bucket.get("PublicAccessBlockConfiguration", {}).get(block) is True for block in blocks)
        or str(bucket.get("AccessControl", "Private")).startswith("Public")
    ]


def resource_policies_name_who(template: Template) -> list[str]:
    """Nobody but a service of AWS, for a resource of ours, may use a queue, topic, bucket or secret from outside."""
    found = []
    for kind, field in RESOURCE_POLICIES.items():
        for name, policy in of_type(template, kind).items():
            document: Any = policy[field]
            for statement in as_list(document.get("Statement", document)):
                principal = statement.get("Principal")
                named = isinstance(principal, dict) and set(principal) == {"Service"}
                source = [key for test in statement.get("Condition", {}).values() for key in test]
                if statement["Effect"] == "Allow" and (not named or "aws:SourceArn" not in source):
                    found.append(f"{name}: {principal}")
    return found


def secret_parameters_are_not_shown(template: Template) -> list[str]:
    """CloudFormation shows every parameter's value to whoever may look at the stack, except one with NoEcho."""
    return [
        name
        for name, parameter in template["Parameters"].items()
        if SMELLS_OF_SECRET.search(name) and parameter.get("NoEcho") is not True
    ]


def secrets_come_without_a_value(template: Template) -> list[str]:
    """What a secret holds is put there by a person; the template is in everybody's repository."""
    secrets = of_type(template, "AWS::SecretsManager::Secret")
    return [name for name, secret in secrets.items() if secret.get("SecretString") != "{}"]


def no_environment_holds_a_secret(template: Template) -> list[str]:
    """A function is told where a secret is, never what it is."""
    found = []
    secrets = set(of_type(template, "AWS::SecretsManager::Secret"))
    for name, function in of_type(template, "AWS::Lambda::Function").items():
        for variable, value in function.get("Environment", {}).get("Variables", {}).items():
            named = SMELLS_OF_SECRET.search(variable) and not names_in(value) & secrets
            if named or LOOKS_LIKE_SECRET.search(str(value)):
                found.append(f"{name}: {variable}")
    return found
