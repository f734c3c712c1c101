"""A secret that a person changes: what somebody else changed meanwhile is never written over."""

import json
import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from guerdon.adapters.aws.failures import code_of
from guerdon.adapters.aws.secrets import value_in
from guerdon.application.rotate_secrets import Kept
from guerdon.domain.errors import SecretMissing

if TYPE_CHECKING:
    from types_boto3_secretsmanager import SecretsManagerClient

_CURRENT: Final = "AWSCURRENT"
_NOT_THAT_VERSION: Final = frozenset({"InvalidParameterException", "InvalidRequestException"})


class SecretVault:
    """One secret of Secrets Manager.

    A value is put there as a version without the label AWSCURRENT, which is then moved from the version that was read
    to the new one. Secrets Manager moves it from that version or not at all, so that of two people one is refused.
    """

    def __init__(self, client: "SecretsManagerClient", secret_id: str, name: str) -> None:
        """Nothing is read yet.

        Args:
            client: Secrets Manager.
            secret_id: Its name or ARN.
            name: What it is called in errors.
        """
        self._client = client
        self._secret_id = secret_id
        self._name = name

    def read(self) -> Kept:
        """Its current value.

        Raises:
            SecretMissing: It has none that is a JSON object.
        """
        try:
            answer = self._client.get_secret_value(SecretId=self._secret_id)
        except ClientError as failure:
            if code_of(failure) == "ResourceNotFoundException":
                raise SecretMissing(self._name, "value") from failure
            raise
        return Kept(value_in(self._name, answer.get("SecretString", "")), answer["VersionId"])

    def replace(self, known: Kept, value: Mapping[str, Any]) -> bool:
        """Give it another value, unless `known` is not its value any more."""
        version = str(uuid.uuid4())
        self._client.put_secret_value(
            SecretId=self._secret_id,
            ClientRequestToken=version,
            SecretString=json.dumps(value),
            # A label of its own keeps AWSCURRENT where it is until that is known to be the version that was read.
            VersionStages=[f"guerdon-{version}"],
        )
        try:
            self._client.update_secret_version_stage(
                SecretId=self._secret_id,
                VersionStage=_CURRENT,
                MoveToVersionId=version,
                RemoveFromVersionId=known.version,
            )
            moved = True
        except ClientError as failure:
            if code_of(failure) not in _NOT_THAT_VERSION:
                raise
            # Either somebody else was first, or this is the SDK's second try of a call that was carried out.
            moved = self.read().version == version
        # A version without any label is deleted by Secrets Manager in its own time.
        self._client.update_secret_version_stage(
            SecretId=self._secret_id, VersionStage=f"guerdon-{version}", RemoveFromVersionId=version
        )
        return moved
