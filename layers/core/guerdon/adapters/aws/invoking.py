"""Calling a function and waiting for what it answers."""

import json
from collections.abc import Mapping
from typing import Any, Final, Protocol

from botocore.config import Config

from guerdon.domain.errors import GuerdonError

WAITING: Final = Config(read_timeout=900, retries={"total_max_attempts": 1})
"""For a client that waits as long as a function may take, and does not call it a second time meanwhile."""


class FunctionFailed(GuerdonError):
    """The function ended with an error; its log has more."""

    def __init__(self, function: str, kind: str) -> None:
        super().__init__(f"the function {function} failed with {kind}: read its log")


class _Lambda(Protocol):
    def invoke(self, *, FunctionName: str, Payload: bytes) -> Mapping[str, Any]:  # noqa: N803 - AWS's own names.
        """Call a function."""


def invoked(client: _Lambda, function: str, event: Mapping[str, object]) -> Mapping[str, Any]:
    """What a function answers to `event`; what is None is left out of it.

    Raises:
        FunctionFailed: It ended with an error.
    """
    payload = json.dumps({name: value for name, value in event.items() if value is not None}).encode()
    answer = client.invoke(FunctionName=function, Payload=payload)
    content: Mapping[str, Any] = json.loads(answer["Payload"].read() or b"{}")
    if answer.get("FunctionError"):
        raise FunctionFailed(function, str(content.get("errorType", "an error without a name")))
    return content
