"""Calling a function and waiting for its answer."""

import io
import json
from typing import Any

import pytest

from guerdon.adapters.aws.invoking import FunctionFailed, invoked


class Client:
    """Answers a call, and keeps what was asked."""

    def __init__(self, answer: object, error: str | None = None) -> None:
        self.asked: list[tuple[str, Any]] = []
        self._answer = {"Payload": io.BytesIO(json.dumps(answer).encode())}
        self._error = {"FunctionError": error} if error else {}

    def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803 - AWS's own names.
        self.asked.append((FunctionName, json.loads(Payload)))
        return {**self._answer, **self._error}


def test_the_answer_is_given_back_and_what_is_none_is_not_sent() -> None:
    client = Client({"lines": 3})

    assert invoked(client, "guerdon-reconcile_lob", {"month": None, "more": 1}) == {"lines": 3}
    assert client.asked == [("guerdon-reconcile_lob", {"more": 1})]


def test_a_function_that_failed_is_named_with_the_kind_of_its_error_alone() -> None:
    client = Client({"errorType": "OutcomeUnknown", "errorMessage": "ada@example.com"}, "Unhandled")

    with pytest.raises(FunctionFailed) as failed:
        invoked(client, "guerdon-reconcile_lob", {})

    assert str(failed.value) == "the function guerdon-reconcile_lob failed with OutcomeUnknown: read its log"
