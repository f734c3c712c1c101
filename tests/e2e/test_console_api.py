"""The console as it is deployed: Cognito vouches for people, and the function's role carries every read."""

import json
from typing import Any

import pytest

from e2e.live import LiveCloud
from guerdon.console.operations import API
from guerdon.console.registry import OPERATIONS
from guerdon.console.signin.principal import Role
from guerdon.domain.channel import Channel
from guerdon.domain.pausing import PauseScope, ScopeKind

pytestmark = [pytest.mark.local_cloud, pytest.mark.allow_hosts(["127.0.0.1"])]

LISTS = [each.path for each in OPERATIONS if each.method == "GET" and "{" not in each.path and each.table is not None]


@pytest.fixture(scope="module")
def tokens(cloud: LiveCloud) -> dict[Role, str]:
    """An ID token of each of the local users."""
    return {role: id_token(cloud, role) for role in Role}


def id_token(cloud: LiveCloud, role: Role) -> str:
    answer = cloud.client("cognito-idp").admin_initiate_auth(
        UserPoolId=cloud.output("ConsoleUsers"),
        ClientId=cloud.output("ConsoleClient"),
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={
            "USERNAME": f"{role.value}@guerdon.example",
            "PASSWORD": cloud.environment["GUERDON_CONSOLE_PASSWORD"],
        },
    )
    token: str = answer["AuthenticationResult"]["IdToken"]
    return token


def asked(cloud: LiveCloud, method: str, path: str, token: str, body: bytes | None = None) -> tuple[int, Any]:
    headers = {"content-type": "application/json", **({"authorization": f"Bearer {token}"} if token else {})}
    url = f"{cloud.environment['GUERDON_API_URL']}{API}{path}"
    answer = cloud.pool.request(method, url, body=body, headers=headers, redirect=False)
    return answer.status, answer.data


@pytest.mark.parametrize("path", LISTS)
def test_the_role_of_the_function_carries_every_list(cloud: LiveCloud, tokens: dict[Role, str], path: str) -> None:
    status, content = asked(cloud, "GET", path, tokens[Role.VIEWER])

    assert status == 200, content


def test_a_token_that_is_not_cognitos_is_not_believed(cloud: LiveCloud, tokens: dict[Role, str]) -> None:
    header, body, signature = tokens[Role.ADMIN].split(".")

    for token in ("", "x", f"{header}.{body}.{signature[:-6]}AAAAAA", f"{header}.{body}."):
        assert asked(cloud, "GET", LISTS[0], token)[0] == 401


def test_a_viewer_is_refused_what_finance_may_ask(cloud: LiveCloud, tokens: dict[Role, str]) -> None:
    body = b'{"reason": "It was asked for.", "run": 1}'

    assert asked(cloud, "POST", "/payouts/po_none/release", tokens[Role.VIEWER], body)[0] == 403
    assert asked(cloud, "POST", "/payouts/po_none/release", tokens[Role.FINANCE], body)[0] == 404


def test_the_role_of_the_function_carries_the_switches(cloud: LiveCloud, tokens: dict[Role, str]) -> None:
    scope, finance = PauseScope(ScopeKind.CHANNEL, Channel.BILL_CREDIT), tokens[Role.FINANCE]
    seen = json.loads(asked(cloud, "GET", "/switches", finance)[1])["standing"]["pauses_version"]
    what = {"what": f"channel:{Channel.BILL_CREDIT}", "reason": "Something looks wrong."}
    try:
        status, content = asked(cloud, "POST", "/switches/pause", finance, json.dumps(what | {"seen": seen}).encode())
        assert status == 200, content
        (paused,) = json.loads(asked(cloud, "GET", "/switches", finance)[1])["standing"]["paused"]
        assert (paused["by"], paused["scope"]["name"]) == ("console:finance@guerdon.example", Channel.BILL_CREDIT)

        status, content = asked(
            cloud, "POST", "/switches/resume", finance, json.dumps(what | {"since": paused["since"]}).encode()
        )
        assert status == 200, content
        assert json.loads(asked(cloud, "GET", "/switches", finance)[1])["standing"]["paused"] == []
    finally:
        cloud.stack.resume(scope, cloud.stack.caller(), "The test is over.")
