"""A secret changes from the version that was read, or not at all."""

import json
import traceback
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.stub import ANY

from guerdon.adapters.aws.vault import SecretVault
from guerdon.application.rotate_secrets import Kept
from guerdon.domain.errors import SecretMissing

OLDER_VERSION, THEIR_VERSION = "1" * 32, "2" * 32
KNOWN = Kept({"lob": ["older"]}, OLDER_VERSION)
NEWER = {"lob": ["newer", "older"]}


@pytest.fixture
def vault(stubbed: Callable[[str], Any]) -> tuple[SecretVault, Any]:
    client, stub = stubbed("secretsmanager")
    return SecretVault(client, "arn:of:webhooks", "webhooks"), stub


def puts(stub: Any) -> None:  # noqa: ANN401 - botocore's stubber has no types.
    asked = {
        "SecretId": "arn:of:webhooks",
        "ClientRequestToken": ANY,
        "SecretString": json.dumps(NEWER),
        "VersionStages": ANY,
    }
    stub.add_response("put_secret_value", {}, asked)


def moves(stub: Any, refused: str | None = None) -> None:  # noqa: ANN401 - as above
    asked = {
        "SecretId": "arn:of:webhooks",
        "VersionStage": "AWSCURRENT",
        "MoveToVersionId": ANY,
        "RemoveFromVersionId": OLDER_VERSION,
    }
    if refused:
        stub.add_client_error("update_secret_version_stage", refused, expected_params=asked)
    else:
        stub.add_response("update_secret_version_stage", {}, asked)


def tidies(stub: Any) -> None:  # noqa: ANN401 - as above
    asked = {"SecretId": "arn:of:webhooks", "VersionStage": ANY, "RemoveFromVersionId": ANY}
    stub.add_response("update_secret_version_stage", {}, asked)


def test_a_value_is_read_with_its_version(vault: tuple[SecretVault, Any]) -> None:
    secret, stub = vault
    stub.add_response("get_secret_value", {"SecretString": '{"lob": ["older"]}', "VersionId": OLDER_VERSION})
    assert secret.read() == Kept({"lob": ["older"]}, OLDER_VERSION)


@pytest.mark.parametrize("text", ["  ", "hunter2", '["hunter2"]'])
def test_a_value_that_is_none_is_missing_and_never_shown(vault: tuple[SecretVault, Any], text: str) -> None:
    secret, stub = vault
    stub.add_response("get_secret_value", {"SecretString": text, "VersionId": OLDER_VERSION})
    with pytest.raises(SecretMissing, match="secret webhooks has no value") as caught:
        secret.read()
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))


def test_a_secret_without_a_value_is_missing(vault: tuple[SecretVault, Any]) -> None:
    secret, stub = vault
    stub.add_client_error("get_secret_value", "ResourceNotFoundException")
    with pytest.raises(SecretMissing, match="secret webhooks has no value"):
        secret.read()


def test_a_value_becomes_current_in_the_place_of_the_one_that_was_read(vault: tuple[SecretVault, Any]) -> None:
    secret, stub = vault
    puts(stub)
    moves(stub)
    tidies(stub)
    assert secret.replace(KNOWN, NEWER)
    stub.assert_no_pending_responses()


@pytest.mark.parametrize("code", ["InvalidParameterException", "InvalidRequestException"])
def test_a_value_that_somebody_else_changed_meanwhile_stays(vault: tuple[SecretVault, Any], code: str) -> None:
    secret, stub = vault
    puts(stub)
    moves(stub, refused=code)
    stub.add_response("get_secret_value", {"SecretString": "{}", "VersionId": THEIR_VERSION})
    tidies(stub)
    assert not secret.replace(KNOWN, NEWER)
    stub.assert_no_pending_responses()


def test_a_move_that_is_not_allowed_is_said(vault: tuple[SecretVault, Any]) -> None:
    secret, stub = vault
    puts(stub)
    moves(stub, refused="AccessDeniedException")
    with pytest.raises(ClientError, match="AccessDenied"):
        secret.replace(KNOWN, NEWER)
