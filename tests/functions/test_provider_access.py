"""The function that has a provider's key tells whether the provider takes it, and compares nothing."""

import json
from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

from adapters.providers.conftest import PATHS, Sandbox, sandbox
from adapters.providers.orders import SECRETS
from guerdon import bootstrap

if TYPE_CHECKING:
    from types_boto3_secretsmanager import SecretsManagerClient

__all__ = ["sandbox"]

REGION = "us-east-1"


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch) -> Iterator["SecretsManagerClient"]:
    """An empty secret in Secrets Manager, as the template makes it, and the client to fill it with."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "none",
        "AWS_SECRET_ACCESS_KEY": "none",
        "AWS_DEFAULT_REGION": REGION,
        "PROVIDER": "lob",
        "PROVIDER_SECRET": "guerdon-lob",
        "POWERTOOLS_SERVICE_NAME": "reconcile",
    }.items():
        monkeypatch.setenv(name, value)
    built: tuple[Any, ...] = (bootstrap._made, bootstrap._session, bootstrap._secrets)  # noqa: SLF001 - built once per process; here per test.
    with mock_aws():
        for each in built:
            each.cache_clear()
        client = boto3.client("secretsmanager", region_name=REGION)
        client.create_secret(Name="guerdon-lob", SecretString="{}")
        yield client
    for each in built:
        each.cache_clear()


def handled() -> dict[str, Any]:
    answer: dict[str, Any] = import_module("reconcile.handler").handle({"look": "access"}, None)
    # Lambda writes the answer as JSON, and the command reads it so.
    told: dict[str, Any] = json.loads(json.dumps(answer))
    return told


@pytest.mark.usefixtures("secret")
def test_a_secret_that_was_never_filled_lacks_its_fields(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROVIDER_URL", "http://provider.invalid")

    assert handled() == {
        "fields": ["api_key", "bank_account", "from_address"],
        "missing": ["api_key", "bank_account", "from_address"],
        "mode": "untold",
        "answered": "not_asked",
        "detail": "",
        "wants": [],
    }


def test_a_key_that_works_is_told_without_its_value(
    monkeypatch: pytest.MonkeyPatch,
    secret: "SecretsManagerClient",
    sandbox: Sandbox,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("PROVIDER_URL", sandbox.url + PATHS["lob"])
    secret.put_secret_value(
        SecretId="guerdon-lob", SecretString=json.dumps({**SECRETS["lob"], "api_key": "test_canary"})
    )

    told = handled()

    assert (told["missing"], told["mode"], told["answered"]) == ([], "test", "yes")
    assert "canary" not in json.dumps(told)
    assert "canary" not in capsys.readouterr().out
    assert sandbox.till() == []
