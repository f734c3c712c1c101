import traceback
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from fakes.clock import FakeClock
from guerdon.adapters.aws.secrets import Secrets
from guerdon.domain.errors import BusUnavailable, SecretMissing

ASKED = {"SecretId": "tremendous"}


def test_a_secret_is_read_once_in_five_minutes(stubbed: Callable[[str], Any]) -> None:
    client, stub = stubbed("secretsmanager")
    stub.add_response("get_secret_value", {"SecretString": '{"api_key": "one"}'}, ASKED)
    clock = FakeClock()
    secrets = Secrets(client, clock)
    assert secrets.get("tremendous") == {"api_key": "one"}
    clock.advance(timedelta(minutes=5) - timedelta(seconds=1))
    assert secrets.get("tremendous") == {"api_key": "one"}
    stub.add_response("get_secret_value", {"SecretString": '{"api_key": "two"}'}, ASKED)
    clock.advance(timedelta(seconds=1))
    assert secrets.get("tremendous") == {"api_key": "two"}


def test_a_secret_that_seems_outdated_is_read_again_after_ten_seconds(stubbed: Callable[[str], Any]) -> None:
    client, stub = stubbed("secretsmanager")
    stub.add_response("get_secret_value", {"SecretString": '{"api_key": "one"}'}, ASKED)
    clock = FakeClock()
    secrets = Secrets(client, clock)
    secrets.get("tremendous")
    clock.advance(timedelta(seconds=9))
    assert secrets.refresh("tremendous") == {"api_key": "one"}
    stub.add_response("get_secret_value", {"SecretString": '{"api_key": "two"}'}, ASKED)
    clock.advance(timedelta(seconds=1))
    assert secrets.refresh("tremendous") == {"api_key": "two"}
    assert secrets.get("tremendous") == {"api_key": "two"}


@pytest.mark.parametrize("text", ["  ", "not JSON: hunter2", '["hunter2"]', '"hunter2"'])
def test_a_secret_without_a_value_is_missing_and_never_shown(stubbed: Callable[[str], Any], text: str) -> None:
    client, stub = stubbed("secretsmanager")
    stub.add_response("get_secret_value", {"SecretString": text})
    with pytest.raises(SecretMissing, match="secret tremendous has no value") as caught:
        Secrets(client, FakeClock()).get("tremendous")
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))


def test_a_secret_that_was_never_given_a_value_is_missing(stubbed: Callable[[str], Any]) -> None:
    client, stub = stubbed("secretsmanager")
    stub.add_client_error("get_secret_value", "ResourceNotFoundException")
    with pytest.raises(SecretMissing, match="secret tremendous has no value"):
        Secrets(client, FakeClock()).get("tremendous")


def test_while_the_service_is_away_the_last_value_serves_on(stubbed: Callable[[str], Any]) -> None:
    client, stub = stubbed("secretsmanager")
    stub.add_response("get_secret_value", {"SecretString": '{"api_key": "one"}'})
    stub.add_client_error("get_secret_value", "InternalServiceError", http_status_code=500)
    clock = FakeClock()
    secrets = Secrets(client, clock)
    secrets.get("tremendous")
    clock.advance(timedelta(hours=1))
    assert secrets.get("tremendous") == {"api_key": "one"}


def test_a_service_that_is_away_from_the_start_is_unavailable(stubbed: Callable[[str], Any]) -> None:
    client, stub = stubbed("secretsmanager")
    stub.add_client_error("get_secret_value", "InternalServiceError", http_status_code=500)
    with pytest.raises(BusUnavailable, match="tremendous"):
        Secrets(client, FakeClock()).get("tremendous")


def test_a_right_that_is_missing_is_not_called_unavailable(stubbed: Callable[[str], Any]) -> None:
    client, stub = stubbed("secretsmanager")
    stub.add_client_error("get_secret_value", "AccessDeniedException")
    with pytest.raises(ClientError, match="AccessDenied"):
        Secrets(client, FakeClock()).get("tremendous")
