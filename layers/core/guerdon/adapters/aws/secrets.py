"""Secrets Manager, read seldom: a secret is kept for five minutes, so that a rotated one needs no deployment."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from guerdon.adapters.aws.failures import bus_unavailable, code_of
from guerdon.application.ports import Clock
from guerdon.domain.errors import BusUnavailable, SecretMissing

if TYPE_CHECKING:
    from types_boto3_secretsmanager import SecretsManagerClient

KEPT_FOR: Final = timedelta(minutes=5)
REFRESHED_AFTER: Final = timedelta(seconds=10)
"""A secret that seems wrong is read again, but not for every request that somebody signs wrongly."""


@dataclass(frozen=True, slots=True)
class _Kept:
    value: Mapping[str, Any]
    read_at: datetime


class Secrets:
    """Secrets that are JSON objects, by id.

    While Secrets Manager is away, a value that was read before serves on.
    """

    def __init__(self, client: "SecretsManagerClient", clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._kept: dict[str, _Kept] = {}

    def get(self, secret_id: str) -> Mapping[str, Any]:
        """The value of a secret, at most five minutes old.

        Raises:
            SecretMissing: It has no value yet, or none that is a JSON object.
            BusUnavailable: Secrets Manager is away, and the value was never read.
        """
        return self._at_most(KEPT_FOR, secret_id)

    def refresh(self, secret_id: str) -> Mapping[str, Any]:
        """The value of a secret, at most ten seconds old: for when the value at hand seems outdated.

        Raises:
            SecretMissing: It has no value yet, or none that is a JSON object.
            BusUnavailable: Secrets Manager is away, and the value was never read.
        """
        return self._at_most(REFRESHED_AFTER, secret_id)

    def _at_most(self, age: timedelta, secret_id: str) -> Mapping[str, Any]:
        now = self._clock.now()
        kept = self._kept.get(secret_id)
        if kept is not None and now - kept.read_at < age:
            return kept.value
        try:
            value = self._read(secret_id)
        except BusUnavailable:
            if kept is None:
                raise
            return kept.value
        self._kept[secret_id] = _Kept(value, now)
        return value

    def _read(self, secret_id: str) -> Mapping[str, Any]:
        with bus_unavailable(f"secret {secret_id} could not be read"):
            try:
                answer = self._client.get_secret_value(SecretId=secret_id)
            except ClientError as failure:
                if code_of(failure) == "ResourceNotFoundException":
                    raise SecretMissing(secret_id, "value") from failure
                raise
        return value_in(secret_id, answer.get("SecretString", ""))


def value_in(secret: str, text: str) -> Mapping[str, Any]:
    """The JSON object that a secret's text is.

    Raises:
        SecretMissing: It is none; the message names `secret` and never quotes the text.
    """
    if not text.strip():
        raise SecretMissing(secret, "value")
    value = _object(text)
    if value is None:
        raise SecretMissing(secret, "value that is a JSON object")
    return value


def _object(text: str) -> Mapping[str, Any] | None:
    # The parser's own error would carry the secret into a log.
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
