"""A queue keeps the messages that failed, and only those; the log says which and why, by ids and names."""

import io
import json
from typing import Any

import pytest
from aws_lambda_powertools import Logger

from guerdon.adapters.aws.sqs_batch import Message, handle_each
from guerdon.domain.errors import SecretMissing, StoreBusy

NO_KEY = SecretMissing("provider", "api_key")


def batch(*bodies: str) -> dict[str, Any]:
    """An SQS event as Lambda hands it over, with the ids m-1, m-2 and so on."""
    return {"Records": [{"messageId": f"m-{number}", "body": body} for number, body in enumerate(bodies, start=1)]}


def test_each_message_is_handled_in_order_and_none_is_kept() -> None:
    seen: list[Message] = []

    answer = handle_each(batch('{"n": 1}', '{"n": 2}'), Logger(service="batch"), seen.append)

    assert seen == [{"n": 1}, {"n": 2}]
    assert answer == {"batchItemFailures": []}


def test_those_that_raise_are_kept_and_those_after_them_handled() -> None:
    seen: list[int] = []

    def handle(message: Message) -> None:
        if message["n"] == 1:
            raise StoreBusy
        seen.append(message["n"])

    answer = handle_each(batch('{"n": 1}', '{"n": 2}', '{"n": 1}', '{"n": 3}'), Logger(service="batch"), handle)

    assert seen == [2, 3]
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m-1"}, {"itemIdentifier": "m-3"}]}


def test_a_batch_that_fails_as_a_whole_is_kept_as_a_whole() -> None:
    def handle(_message: Message) -> None:
        raise StoreBusy

    answer = handle_each(batch("{}", "{}"), Logger(service="batch"), handle)

    assert answer == {"batchItemFailures": [{"itemIdentifier": "m-1"}, {"itemIdentifier": "m-2"}]}


def test_what_is_no_json_is_kept_and_not_handled() -> None:
    seen: list[Message] = []

    answer = handle_each(batch("{", "{}"), Logger(service="batch"), seen.append)

    assert seen == [{}]
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m-1"}]}


def test_what_ends_the_process_is_no_failure_of_a_message() -> None:
    def handle(_message: Message) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        handle_each(batch("{}"), Logger(service="batch"), handle)


@pytest.mark.parametrize(
    ("raised", "level", "facts"),
    [
        (StoreBusy(), "WARNING", {"error": "StoreBusy", "why": str(StoreBusy())}),
        (
            SecretMissing("provider", "api_key"),
            "ERROR",
            {"error": "SecretMissing", "why": str(SecretMissing("provider", "api_key"))},
        ),
        (ValueError("ada@example.com"), "ERROR", {"error": "ValueError"}),
    ],
)
def test_our_own_errors_say_why_and_foreign_ones_only_their_name(
    raised: Exception, level: str, facts: dict[str, str]
) -> None:
    def handle(_message: Message) -> None:
        raise raised

    written = io.StringIO()
    handle_each(batch("{}"), Logger(service=f"batch-{facts['error']}", stream=written), handle)

    [line] = [json.loads(line) for line in written.getvalue().splitlines()]
    assert {name: line[name] for name in ("level", "message", "message_id")} == {
        "level": level,
        "message": "a message failed and stays on its queue",
        "message_id": "m-1",
    }
    assert {name: line[name] for name in ("error", "why") if name in line} == facts
